"""RABBITMQ_URL: read once, before anything is connected, and refused without repeating any of it: it has a password."""

from urllib.parse import urlsplit

import pika

_HOW = "Write amqp://user:password@host:5672/vhost (amqps:// for TLS), with %25 for %, %40 for @ and %2F for /."


class BusRefused(Exception):
    """RABBITMQ_URL cannot be used; the message says why and what to do."""


def parse(url: str) -> pika.URLParameters:
    """Return what an address says. Raises BusRefused."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("amqp", "amqps"):
            raise _refused("does not begin with amqp:// or amqps://")
        if not parts.hostname:
            raise _refused("names no host")
        if parts.username is not None and parts.password is None:
            raise _refused("names a user without a password")
        if "@" in parts.path or parts.fragment or any(character.isspace() for character in url):
            raise _refused("has a space, or an @, / or # in its password, that is not encoded")
        return pika.URLParameters(url)
    except (ValueError, TypeError, SyntaxError):
        raise _refused("has a port that is not a number, or an option that does not exist") from None


def _refused(why: str) -> BusRefused:
    return BusRefused(f"RABBITMQ_URL {why}. {_HOW}")
