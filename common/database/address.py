"""DATABASE_URL: read once, before anything is connected, and refused without repeating any of it.

libpq repeats what it cannot read, password included, and the pool would log that at every attempt. So the address is
taken apart here, and whoever connects is given its parts. A character that belongs to a password but was not encoded
moves the parts: `p@ss` ends up in the host, `p/ss` in the name. What looks like that is refused too, because a failed
connection names host, port and name.
"""

import re
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

_HOW = "Write postgresql://user:password@host:5432/name, with %25 for %, %40 for @, %2F for / and %20 for a space."
_SCHEMES = ("postgresql", "postgres")
_WRONG_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})|%00")
_PORTS = re.compile(r"[0-9,]*")


class DatabaseRefused(Exception):
    """The database cannot be used; the message says why and what to do."""


def parse(url: str) -> dict[str, Any]:
    """Return the parts of a URL or of `key=value` words as libpq names them. Raises DatabaseRefused."""
    try:
        parts = conninfo_to_dict(url)
    except (psycopg.Error, UnicodeError):
        raise DatabaseRefused(f"DATABASE_URL {_fault(url)}. {_HOW}") from None
    names = f"{parts.get('host', '')}{parts.get('dbname', '')}"
    if "@" in names or not _PORTS.fullmatch(str(parts.get("port", ""))):
        raise DatabaseRefused(f"DATABASE_URL has an @, / or : in its password that is not encoded. {_HOW}")
    return parts


def _fault(url: str) -> str:
    """Say why libpq could not read an address."""
    scheme, separator, _ = url.partition("://")
    if not separator or scheme not in _SCHEMES:
        return "does not begin with postgresql://"
    if _WRONG_PERCENT.search(url):
        return "has a % that encodes nothing"
    if re.search(r"\s", url):
        return "has a space in it"
    return "is not an address that PostgreSQL's library can read"
