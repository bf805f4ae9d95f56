"""`ml-connector config`: what a settings file says, and what is wrong with it. Shows where secrets stand, and none."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit

import orjson
import psycopg
import typer
from psycopg.conninfo import conninfo_to_dict

from common.settings import Fault, Section, Settings, SettingsRefused, load, read_file
from common.settings.reading import config_path
from console import output

app = typer.Typer(help="Check and show the settings.", no_args_is_help=True)

_PLAIN: dict[str, Any] = {"markup": False, "highlight": False, "soft_wrap": True}
_SECRET = re.compile(r"pass|secret|key|token", re.IGNORECASE)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="The file; by default the one ML_CONNECTOR_CONFIG names.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell everything that is wrong with a settings file. Exit code 1 if anything is."""
    path = file or config_path(os.environ)
    faults = _faults(path)
    if as_json:
        shown = [{"file": one.file, "line": one.line, "key": one.key, "reason": one.reason} for one in faults]
        output.show_json({"file": str(path), "valid": not faults, "faults": shown})
    elif faults:
        for fault in faults:
            output.OUT.print(str(fault), **_PLAIN)
    else:
        output.OUT.print(f"{path} is valid.", **_PLAIN)
    raise typer.Exit(1 if faults else 0)


@app.command()
def show(as_json: AsJson = False) -> None:
    """Show the settings that are in force: each value, and whether it is the default."""
    rows = effective(load(os.environ), os.environ)
    if as_json:
        output.show_json(rows)
        return
    section = ""
    for row in rows:
        inside, _, name = str(row["setting"]).rpartition(".")
        if inside != section:
            output.OUT.print(f"\n[{inside}]", **_PLAIN)
            section = inside
        mark = "  # default" if row["default"] else ""
        output.OUT.print(f"{name} = {_written(row['value'])}{mark}", **_PLAIN)


def _written(value: object) -> str:
    """Write a value as TOML does; `unset` for none."""
    if value is None:
        return "unset"
    return orjson.dumps(value, default=str).decode()


def effective(settings: Settings, environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return every setting with its value and whether that is the default; passwords in addresses are hidden."""
    known: dict[str, object] = {
        "ML_CONNECTOR_CONFIG": str(settings.config),
        "DATABASE_URL": _database(settings.database_url) if settings.database_url else "embedded",
        "RABBITMQ_URL": _broker(settings.rabbitmq_url) if settings.rabbitmq_url else "in memory",
        "ML_CONNECTOR_KEY_FILE": str(settings.key_file),
        "ML_CONNECTOR_STATE": str(settings.state_folder),
        "ML_CONNECTOR_HEALTH": f"{settings.health.host}:{settings.health.port}" if settings.health else None,
        "ML_CONNECTOR_LOG_FORMAT": settings.log.format,
        "ML_CONNECTOR_LOG_LEVEL": settings.log.level,
    }
    rows = [
        {"setting": f"environment.{name}", "value": value, "default": not _is_set(environment, name)}
        for name, value in known.items()
    ]
    return rows + _rows(settings.file, "", given=True)


def _is_set(environment: Mapping[str, str], name: str) -> bool:
    return bool(environment.get(name) or environment.get(f"{name}_FILE"))


def _rows(section: Section, place: str, *, given: bool) -> list[dict[str, Any]]:
    rows = []
    for name in type(section).model_fields:
        path = f"{place}.{name}" if place else name
        rows += _row(getattr(section, name), path, given=given and name in section.model_fields_set)
    return rows


def _row(value: object, path: str, *, given: bool) -> list[dict[str, Any]]:
    if isinstance(value, Section):
        return _rows(value, path, given=given)
    if isinstance(value, dict) and any(isinstance(inner, Section) for inner in value.values()):
        return [row for name, inner in value.items() for row in _row(inner, f"{path}.{name}", given=given)]
    return [{"setting": path, "value": str(value) if isinstance(value, Path) else value, "default": not given}]


def _faults(path: Path) -> tuple[Fault, ...]:
    try:
        read_file(path)
    except SettingsRefused as refused:
        return refused.faults
    return ()


def _database(address: str) -> str:
    """Return a PostgreSQL address, of either form, without its password."""
    try:
        parts = conninfo_to_dict(address)
    except psycopg.Error:
        return "an address that cannot be read"
    hidden = {name: "***" if _SECRET.search(name) else value for name, value in parts.items()}
    return " ".join(f"{name}={value}" for name, value in hidden.items())


def _broker(address: str) -> str:
    """Return a RabbitMQ address without its password."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "an address that cannot be read"
    user, _, host = parts.netloc.rpartition("@")
    shown = f"{user.partition(':')[0]}:***@{host}" if user else host
    return urlunsplit(parts._replace(netloc=shown, query="***" if parts.query else ""))
