"""`ml-connector roles`: PostgreSQL's roles with the least rights that do, made by a user who may make roles."""

from pathlib import Path

from common.database import roles
from common.database.roles import LOGINS
from common.settings import SettingsRefused
from common.telemetry import redaction
from console import output


def make(admin_url_file: Path, passwords: Path, as_json: bool) -> None:
    """Make the database and its roles; the passwords of those that log in are files named like them in a folder."""
    admin_url = _content(admin_url_file)
    redaction.register_url(admin_url)
    made = roles.create(admin_url, {role: _content(passwords / role) for role in LOGINS})
    if as_json:
        output.show_json({"roles": made})
    else:
        output.OUT.print(f"There are the roles {', '.join(made)}. Run `ml-connector migrate` as the first of them.")


def _content(path: Path) -> str:
    try:
        content = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsRefused(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'not text'}.") from None
    if not content:
        raise SettingsRefused(f"{path} is empty.")
    return content
