"""`ml-connector credentials`: the secrets of connections, and the keys that seal them. No value is ever shown."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import SecretStr
from rich.markup import escape

from common.clock import monotonic
from common.connections import alert_hook, configured, credentials, http_client, token_check
from common.connections.alert_hook import CONNECTION as ALERTS
from common.connections.configured import Connection as Connected
from common.connections.credentials import CredentialName, SecretStore, Stored
from common.connections.token_check import Checked
from common.connections.token_request import TokenClient
from common.installation import SEALED_TABLES, key_source, open_alert_hook, open_database
from common.settings import Integration, Settings, SettingsRefused, load
from common.sides import Shared, jaggaer_token_client, oracle_token_client
from common.telemetry import redaction
from common.vault import rotation
from console import opened, output
from console.actor import person

app = typer.Typer(no_args_is_help=True, help="Secrets of connections, and the keys that seal them.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Connection = Annotated[str, typer.Argument(help="For example main.oracle, main.jaggaer or alerts; `list` shows them.")]

_STANDARD_INPUT = "-"
_LONGEST_SECRET = 8_192
_CONNECTIONS = 2
_TOKEN_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A secret that a connection uses, and where the settings say that it is."""

    connection: str
    name: CredentialName
    file: Path | None
    variable: str | None
    read: Callable[[Mapping[str, str]], SecretStr | None]


@app.command("set", context_settings={"allow_extra_args": True})
def set_(
    context: typer.Context,
    connection: Connection,
    name: Annotated[CredentialName, typer.Argument(help="Which of its secrets.")],
    from_file: Annotated[
        str | None, typer.Option(help="Read it from this file, or from standard input if it is '-'.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Seal a secret in the database. It is asked for and not shown, or read from a file: never an argument."""
    if context.args:
        raise typer.BadParameter(
            "a secret is never an argument: it would stay in the shell's history. If this was one, it is known now: "
            "change it at its system, then give it at the prompt or with --from-file"
        )
    settings = load(os.environ)
    place = _place(settings, connection, name)
    secret = _secret(f"{name} of {connection}", from_file)
    with opened.ledger_and_vault() as (database, vault):
        version = credentials.put(database, vault, connection, name, secret, actor=person())
    used = place.file is None and place.variable is None
    if as_json:
        output.show_json({"connection": connection, "name": name, "version": version, "used": used})
        return
    output.OUT.print(f"{name} of {connection} is sealed in the database, version {version}.")
    if not used:
        output.ERR.print(f"[yellow]It is not used while the settings name {escape(_where(place))} for it.[/yellow]")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the secrets that the connections use, where each is, and who set it when."""
    settings = load(os.environ)
    with opened.ledger() as database:
        stored = {(one.connection, one.name): one for one in credentials.stored(database)}
    rows = [_row(place, stored.pop((place.connection, place.name), None)) for place in _places(settings)]
    rows += [_unused(one) for one in stored.values()]
    if as_json:
        output.show_json(rows)
        return
    output.table(
        "Credentials", ("connection", "name", "source", "where", "version", "set_at", "set_by"), rows, empty="None."
    )


@app.command("test")
def try_(connection: Connection, as_json: AsJson = False) -> None:
    """Ask for a token with a connection's client secret; of `alerts`, tell a test. Exit code 1 if that fails."""
    with ExitStack() as stack:
        settings = opened.settings_with_database(stack)
        if ".gateway." in connection:
            raise typer.BadParameter(f"{connection} is a sender that pushes to the gateway: it has no token to ask for")
        if connection not in {place.connection for place in _places(settings)}:
            raise _unknown(settings, connection)
        database, vault = stack.enter_context(opened.ledger_and_vault_of(settings))
        shared = Shared(database=database, vault=vault, actor=person())
        checked = _told(settings, shared) if connection == ALERTS else _asked(settings, shared, connection)
    if as_json:
        output.show_json(
            {
                "connection": connection,
                "granted": checked.granted,
                "said": checked.said,
                "milliseconds": checked.milliseconds,
            }
        )
    else:
        color = "green" if checked.granted else "red"
        output.OUT.print(f"[{color}]{escape(checked.said)}[/{color}] ({checked.milliseconds} ms)", soft_wrap=True)
    if not checked.granted:
        raise typer.Exit(1)


def _asked(settings: Settings, shared: Shared, connection: str) -> Checked:
    """Ask for a token as a connection's client does."""
    integration = settings.integrations[connection.rpartition(".")[0]]
    system, client = _token_client(connection, integration, shared.stored)
    reach = configured.reach(system)
    with http_client.build(reach, timeout_seconds=_TOKEN_SECONDS, connections=1, monotonic=monotonic) as http:
        return token_check.check(client, http, monotonic)


def _token_client(connection: str, integration: Integration, stored: SecretStore) -> tuple[Connected, TokenClient]:
    """Return the system of a connection and the client that asks for its token. Raises BadParameter."""
    name = connection.rpartition(".")[0]
    if not connection.endswith(".oracle"):
        return integration.jaggaer, jaggaer_token_client(name, integration.jaggaer, os.environ, stored)
    if integration.oracle.oauth is None:
        raise typer.BadParameter(f"{connection} signs in with a password and has no token: use `ml-connector ping`")
    return integration.oracle, oracle_token_client(name, integration.oracle, os.environ, stored)


def _told(settings: Settings, shared: Shared) -> Checked:
    """Tell the webhook of alerts a test."""
    hook = open_alert_hook(settings, os.environ, shared.stored)
    if hook is None:
        raise _unknown(settings, ALERTS)
    return alert_hook.check(hook)


@app.command()
def rotate(
    reseal: Annotated[bool, typer.Option("--reseal", help="Seal every value again with a new data key.")] = False,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Only make the new key in the key file, to be copied to other machines.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put every data key under a new master key, while everything runs. Run it again if it was interrupted."""
    with ExitStack() as stack:
        settings = opened.settings_with_database(stack)
        database, vault = stack.enter_context(opened.ledger_and_vault_of(settings))
        source = vault.keys.masters.source
        if prepare:
            _tell_prepared(rotation.add_master_key(database, source), source.name, as_json)
            return
        with output.ERR.status("Rotating") as status:
            done = rotation.rotate(
                database,
                vault,
                SEALED_TABLES,
                reseal=reseal,
                actor=person(),
                pace=rotation.Pace(progress=lambda what, number: status.update(f"{what}: {number:,}")),
            )
    if as_json:
        output.show_json(
            {
                "master_key": done.rotation.master_key_id,
                "continued": done.rotation.continued,
                "rewrapped": done.rewrapped,
                "resealed": done.resealed if done.rotation.reseal else None,
            }
        )
        return
    _tell_rotated(done, source.name)


@app.command("export-key-id")
def export_key_id(as_json: AsJson = False) -> None:
    """Tell which master keys open this database: the ones that must be kept for its backups."""
    with ExitStack() as stack:
        settings = opened.settings_with_database(stack)
        database = open_database(settings, size=_CONNECTIONS)
        stack.callback(database.close)
        with output.ERR.status("Looking") as status:
            needed = rotation.needed_master_keys(
                database, SEALED_TABLES, lambda what, number: status.update(f"{what}: {number:,}")
            )
        held = key_source(settings).read().keys
    rows = [{"master_key": key, "held": key in held, "sealed_directly": n} for key, n in sorted(needed.items())]
    if as_json:
        output.show_json(rows)
    else:
        output.table("Master keys", ("master_key", "held", "sealed_directly"), rows, empty="Nothing is sealed yet.")
    if not all(row["held"] for row in rows):
        raise typer.Exit(1)


def _places(settings: Settings) -> list[Place]:
    places = [place for name, integration in settings.integrations.items() for place in _places_of(name, integration)]
    if (hook := settings.file.alerts) is not None:
        file, variable = hook.url_file, hook.url_env
        places.append(
            Place(connection=ALERTS, name=CredentialName.WEBHOOK, file=file, variable=variable, read=hook.url)
        )
    return places


def _places_of(name: str, integration: Integration) -> Iterator[Place]:
    oracle, jaggaer = f"{name}.oracle", f"{name}.jaggaer"
    basic, cxml = integration.oracle.basic, integration.jaggaer.cxml
    if basic is not None:
        file, variable = basic.password_file, basic.password_env
        yield Place(connection=oracle, name=CredentialName.PASSWORD, file=file, variable=variable, read=basic.secret)
    for connection, oauth in ((oracle, integration.oracle.oauth), (jaggaer, integration.jaggaer.oauth)):
        if oauth is not None:
            file, variable = oauth.client_secret_file, oauth.client_secret_env
            yield Place(
                connection=connection,
                name=CredentialName.CLIENT_SECRET,
                file=file,
                variable=variable,
                read=oauth.secret,
            )
    if cxml is not None:
        file, variable = cxml.shared_secret_file, cxml.shared_secret_env
        yield Place(
            connection=jaggaer, name=CredentialName.SHARED_SECRET, file=file, variable=variable, read=cxml.secret
        )
    gateway = integration.jaggaer.gateway
    for sender, who in gateway.senders.items() if gateway is not None else ():
        yield Place(
            connection=f"{name}.gateway.{sender}",
            name=CredentialName.SHARED_SECRET,
            file=who.shared_secret_file,
            variable=who.shared_secret_env,
            read=who.secret,
        )


def _place(settings: Settings, connection: str, name: CredentialName) -> Place:
    used = [place for place in _places(settings) if place.connection == connection]
    for place in used:
        if place.name is name:
            return place
    if not used:
        raise _unknown(settings, connection)
    raise typer.BadParameter(f"{connection} uses {', '.join(place.name for place in used)}, and no {name}.")


def _unknown(settings: Settings, connection: str) -> typer.BadParameter:
    known = ", ".join(dict.fromkeys(place.connection for place in _places(settings)))
    return typer.BadParameter(f"There is no connection {connection!r}; there is: {known}.")


def _secret(what: str, from_file: str | None) -> SecretStr:
    if from_file is None:
        if not sys.stdin.isatty():
            raise typer.BadParameter(
                "there is no terminal to ask at: give --from-file PATH, or --from-file - to pipe it"
            )
        text = typer.prompt(what, hide_input=True, confirmation_prompt=True)
    elif from_file == _STANDARD_INPUT:
        text = sys.stdin.read(_LONGEST_SECRET + 1)
    else:
        try:
            text = Path(from_file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise typer.BadParameter(f"{from_file} cannot be read: {reason}") from None
    text = text.strip()
    if not text or len(text) > _LONGEST_SECRET or not text.isprintable():
        raise typer.BadParameter(f"a secret is one line of 1 to {_LONGEST_SECRET} printable characters; this is not")
    redaction.register(text)
    return SecretStr(text)


def _row(place: Place, stored: Stored | None) -> dict[str, Any]:
    try:
        source = _source(place) if place.read(os.environ) or stored else "missing"
    except SettingsRefused:
        source = "missing"
    told = stored if source == "store" else None
    return {
        "connection": place.connection,
        "name": place.name,
        "source": source,
        "where": _where(place),
        "version": told.version if told else None,
        "set_at": told.set_at if told else None,
        "set_by": told.set_by if told else None,
    }


def _unused(stored: Stored) -> dict[str, Any]:
    return {
        "connection": stored.connection,
        "name": stored.name,
        "source": "store",
        "where": "not used by any connection in the settings",
        "version": stored.version,
        "set_at": stored.set_at,
        "set_by": stored.set_by,
    }


def _source(place: Place) -> str:
    return "file" if place.file is not None else "environment" if place.variable is not None else "store"


def _where(place: Place) -> str:
    return str(place.file or place.variable or "database")


def _tell_prepared(key_id: str, source: str, as_json: bool) -> None:
    if as_json:
        output.show_json({"master_key": key_id, "prepared": True})
        return
    output.OUT.print(
        f"Master key {key_id} stands in {escape(source)} and is not used yet. Copy the file to every machine that "
        f"works on this database, then run: ml-connector credentials rotate",
        soft_wrap=True,
    )


def _tell_rotated(done: rotation.Rotated, source: str) -> None:
    how = "The rotation that was interrupted is finished: master" if done.rotation.continued else "Master"
    lines = [f"{how} key {done.rotation.master_key_id} wraps every data key; {done.rewrapped} were rewrapped."]
    if done.rotation.reseal:
        lines.append(f"{done.resealed:,} values were sealed again.")
    lines.append(f"Keep a copy of {source} now, and the older keys as long as older backups.")
    output.OUT.print(escape(" ".join(lines)), soft_wrap=True)
