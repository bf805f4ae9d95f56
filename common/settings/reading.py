"""Reading settings: the file, and what the environment says.

Environment: ML_CONNECTOR_CONFIG (the TOML file), DATABASE_URL (absent: embedded PostgreSQL), RABBITMQ_URL (absent: a
bus in memory), DATABASE_URL_FILE and RABBITMQ_URL_FILE (files that hold them, because they hold passwords),
ML_CONNECTOR_KEY_FILE, ML_CONNECTOR_STATE (folder of the embedded server and of a generated key file),
ML_CONNECTOR_HEALTH (address at which a process tells how it is), ML_CONNECTOR_LOG_FORMAT (json or text),
ML_CONNECTOR_LOG_LEVEL. The master key comes from the key file, or instead of it
from ML_CONNECTOR_MASTER_KEY or the command in ML_CONNECTOR_MASTER_KEY_COMMAND.
ML_CONNECTOR_GATEWAY_BIND (host:port) is where the cXML gateway listens, 127.0.0.1:8800 by default.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr, ValidationError

from common.settings.faults import faults
from common.settings.file import Bind, FileSettings, LogSettings, Settings
from common.settings.section import Fault, SettingsRefused

_GATEWAY = "ML_CONNECTOR_GATEWAY_BIND"
_KEY_SOURCES = ("ML_CONNECTOR_KEY_FILE", "ML_CONNECTOR_MASTER_KEY", "ML_CONNECTOR_MASTER_KEY_COMMAND")
_AT_LINE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)")


def load(environment: Mapping[str, str]) -> Settings:
    """Read the settings that the environment points at. Raises SettingsRefused."""
    config = config_path(environment)
    content = content_of(config)
    _one_key_source(environment)
    state = Path(environment.get("ML_CONNECTOR_STATE", ".run/state"))
    return Settings(
        config=config,
        config_digest=hashlib.sha256(content).digest(),
        database_url=_given(environment, "DATABASE_URL"),
        rabbitmq_url=_given(environment, "RABBITMQ_URL"),
        state_folder=state,
        key_file=Path(environment.get("ML_CONNECTOR_KEY_FILE") or state / "keys"),
        health=_bind("ML_CONNECTOR_HEALTH", at) if (at := environment.get("ML_CONNECTOR_HEALTH")) else None,
        master_key=_hidden(environment.get("ML_CONNECTOR_MASTER_KEY")),
        master_key_command=_hidden(environment.get("ML_CONNECTOR_MASTER_KEY_COMMAND")),
        log=LogSettings(
            format=environment.get("ML_CONNECTOR_LOG_FORMAT", "json"),
            level=environment.get("ML_CONNECTOR_LOG_LEVEL", "INFO"),
        ),
        gateway_bind=_bind(_GATEWAY, environment.get(_GATEWAY) or "127.0.0.1:8800"),
        file=read_text(content, str(config)),
    )


def config_path(environment: Mapping[str, str]) -> Path:
    """Return the path of the settings file. Raises SettingsRefused when the environment names none."""
    config = environment.get("ML_CONNECTOR_CONFIG")
    if not config:
        raise SettingsRefused("ML_CONNECTOR_CONFIG is not set. Set it to the path of your connector.toml.")
    return Path(config)


def read_file(path: Path) -> FileSettings:
    """Read one TOML file. Raises SettingsRefused naming every key at fault."""
    return read_text(content_of(path), str(path))


def read_text(content: bytes, name: str) -> FileSettings:
    """Read the bytes of a TOML file called `name`. Raises SettingsRefused naming every key at fault."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refused(Fault(file=name, line=line, key="", reason="is not UTF-8 here")) from None
    except tomllib.TOMLDecodeError as error:
        raise _refused(_not_toml(name, content, str(error))) from None
    try:
        return FileSettings.model_validate(document)
    except ValidationError as error:
        raise _refused(*faults(error, FileSettings, text, name)) from None


def content_of(path: Path) -> bytes:
    """Return the bytes of a settings file. Raises SettingsRefused."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise _refused(Fault(file=str(path), line=0, key="", reason=f"cannot be read: {error.strerror}")) from None


def _one_key_source(environment: Mapping[str, str]) -> None:
    given = [name for name in _KEY_SOURCES if environment.get(name)]
    if len(given) > 1:
        raise SettingsRefused(
            f"{' and '.join(given)} are set. The master key has exactly one source: keep one of them, and see that it "
            f"holds every key that the others held."
        )


def _given(environment: Mapping[str, str], name: str) -> str | None:
    """Return a variable's value, or the content of the file that the variable of that name with _FILE names."""
    value, file = environment.get(name), environment.get(f"{name}_FILE")
    if value and file:
        raise SettingsRefused(f"{name} and {name}_FILE are set. Keep one of them.")
    if not file:
        return value or None
    try:
        content = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise SettingsRefused(f"{file}, which {name}_FILE names, cannot be read: {reason}.") from None
    if not content:
        raise SettingsRefused(f"{file}, which {name}_FILE names, is empty.")
    return content


def _bind(name: str, text: str) -> Bind:
    host, _, port = text.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise SettingsRefused(f"{name} is {text!r}. Write host:port, for example 127.0.0.1:9191.")
    return Bind(host=host.removeprefix("[").removesuffix("]"), port=int(port))


def _hidden(text: str | None) -> SecretStr | None:
    return SecretStr(text) if text else None


def _not_toml(name: str, content: bytes, said: str) -> Fault:
    """Say where the text stops being TOML; the text itself is not repeated, it may hold a secret."""
    at = _AT_LINE.search(said)
    line = int(at[1]) if at and at[1] else content.count(b"\n") + 1
    reason = _AT_LINE.sub("", said).split(":")[0]
    return Fault(file=name, line=line, key="", reason=f"is not TOML here: {reason[:1].lower()}{reason[1:]}")


def _refused(*found: Fault) -> SettingsRefused:
    return SettingsRefused("\n".join(map(str, found)), found)
