"""`ml-connector passwords`: every password of an installation's own servers, made once, and the files that hold them.

For whoever runs RabbitMQ and PostgreSQL beside this system (docker compose does): each part gets a folder of its own
with what it needs and no more, so that a worker has no way to what the bootstrap or an operator may do. Passwords are
made once and stay; what is derived from them is written again each time, so that a new version's users are there, too.
"""

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import orjson
import typer

from common.bus.definitions import User, definitions
from common.database.roles import LOGINS, Role, role_name
from console import output

app = typer.Typer(no_args_is_help=True, help="Make the passwords of an installation's own servers.")

_ADMIN = "postgres"
_GRAFANA = "grafana"
_SIMULATED = ("oracle_client_secret", "jaggaer_client_secret", "jaggaer_shared_secret")
_KEPT = "passwords"
_DATABASE = "ledger"

Folder = Annotated[Path, typer.Argument(help="The folder that holds a folder for each part.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file of a part: `mode` is who may read it."""

    path: str
    content: str
    mode: int = 0o600


@app.command()
def make(
    folder: Folder,
    postgres: Annotated[str, typer.Option(help="Where PostgreSQL answers: host:port.")] = "postgres:5432",
    rabbitmq: Annotated[str, typer.Option(help="Where RabbitMQ answers: host:port.")] = "rabbitmq:5672",
) -> None:
    """Make what is missing, and write each part's files. Shows nothing of it."""
    known = {name: _keep(folder / _KEPT / name) for name in names()}
    for file in files(known, postgres, rabbitmq):
        _write(folder / file.path, file.content, file.mode)
    output.OUT.print("The passwords are made. To see one: `ml-connector passwords show FOLDER NAME`.")


@app.command()
def show(
    folder: Folder,
    name: Annotated[str, typer.Argument(help="Whose, for example ml-connector-operator.")] = User.OPERATOR,
) -> None:
    """Print one password, and nothing else."""
    if name not in names():
        raise typer.BadParameter(f"There is no {name!r}; there is: {', '.join(names())}.")
    try:
        print((folder / _KEPT / name).read_text(encoding="ascii").strip())  # noqa: T201 - what was asked for
    except OSError as error:
        raise typer.BadParameter(f"{folder / _KEPT / name} cannot be read: {error.strerror}.") from None


def names() -> tuple[str, ...]:
    """Return the names of all passwords."""
    return (_ADMIN, *(role_name(_DATABASE, role) for role in LOGINS), *User, _GRAFANA, *_SIMULATED)


def files(passwords: Mapping[str, str], postgres: str, rabbitmq: str) -> Iterator[Written]:
    """Return what each part needs.

    What RabbitMQ and Grafana are told can be read by any user in their containers, because theirs is not ours: hashes,
    and a password that opens figures.
    """

    def database(role: str) -> str:
        return f"postgresql://{role}:{passwords[role]}@{postgres}/{_DATABASE}"

    def bus(user: User) -> str:
        return f"amqp://{user}:{passwords[user]}@{rabbitmq}/"

    told = orjson.dumps(definitions({user: passwords[user] for user in User}), option=orjson.OPT_INDENT_2).decode()
    yield Written(path="rabbitmq/definitions.json", content=told, mode=0o644)
    yield Written(path="postgres/password", content=passwords[_ADMIN])
    yield Written(path="bootstrap/admin_database_url", content=database(_ADMIN))
    yield Written(path="bootstrap/database_url", content=database(role_name(_DATABASE, Role.MIGRATE)))
    yield Written(path="bootstrap/rabbitmq_url", content=bus(User.BOOTSTRAP))
    for role in LOGINS:
        yield Written(path=f"bootstrap/roles/{role}", content=passwords[role_name(_DATABASE, role)])
    for part, user in (("producers", User.PRODUCER), ("workers", User.WORKER)):
        yield Written(path=f"{part}/database_url", content=database(role_name(_DATABASE, Role.RUN)))
        yield Written(path=f"{part}/rabbitmq_url", content=bus(user))
    yield Written(path="gateway/database_url", content=database(role_name(_DATABASE, Role.RUN)))
    yield Written(path="grafana/password", content=passwords[_GRAFANA], mode=0o644)
    for name in _SIMULATED:
        yield Written(path=f"simulators/{name}", content=passwords[name])


def _keep(path: Path) -> str:
    """Return the password in a file, made now if there is none."""
    if not path.exists():
        _write(path, secrets.token_hex(24), 0o600)
    return path.read_text(encoding="ascii").strip()


def _write(path: Path, content: str, mode: int) -> None:
    """Write a file whole or not at all, readable from its first byte only by whom it is for."""
    path.parent.mkdir(mode=0o755 if mode & 0o004 else 0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{content}\n")
        os.fchmod(descriptor, mode)
        file.flush()
        os.fsync(descriptor)
    beside.replace(path)
