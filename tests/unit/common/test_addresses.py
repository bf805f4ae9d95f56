"""The addresses of the servers: what cannot be read is refused, and never repeated."""

import logging
import secrets
import traceback
from itertools import count

import pytest

from common.bus.address import BusRefused
from common.bus.broker import LedgerBroker, connection_parameters
from common.bus.publisher import RabbitPublisher
from common.database import address, creation
from common.database.address import DatabaseRefused
from common.database.pool import Database, DatabaseUnavailable

SECRET = secrets.token_hex(8)
UNENCODED = ("%z{}", "{} x", "x@{}", "x/{}", "12/{}", "x{}%zz", "%00{}")
"""Passwords as people write them, each with a character that had to be encoded."""


@pytest.mark.parametrize(
    "url",
    [
        *(f"postgresql://user:{password}@127.0.0.1:1/x".replace("{}", SECRET) for password in UNENCODED),
        f"mysql://user:{SECRET}@h/x",
        f"postgres//user:{SECRET}@h/x",
        f"user:{SECRET}@h/x",
        f"postgresql://user:{SECRET}@h/x?sslmod=require",
        f"postgresql://user:{SECRET}@h:{SECRET}/x",
        f"host=h password={SECRET} x",
        f"postgresql://user:\udcff{SECRET}@h/x",
    ],
    ids=count(),
)
def test_a_database_url_that_cannot_be_read_is_refused_and_never_repeated(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for use in (lambda: Database(url, size=1), lambda: creation.create_if_missing(url)):
        with pytest.raises(DatabaseRefused, match=r"^DATABASE_URL [^.]+\. Write postgresql://[^\n]*\.$") as refused:
            use()
        assert SECRET not in "".join(traceback.format_exception(refused.value))
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("written", "read"), [("p%25x", "p%x"), ("p%40x", "p@x"), ("p%2Fx", "p/x"), ("p%20x", "p x"), ("p#x", "p#x")]
)
def test_what_is_encoded_is_read(written: str, read: str) -> None:
    parts = address.parse(f"postgresql://user:{written}@h:5432/x")

    assert parts == {"user": "user", "password": read, "host": "h", "port": "5432", "dbname": "x"}


def test_sockets_many_hosts_and_words_are_addresses_too() -> None:
    assert address.parse("postgresql:///x?host=/run/postgresql") == {"dbname": "x", "host": "/run/postgresql"}
    assert address.parse("postgresql://a:1,b:2/x")["host"] == "a,b"
    assert address.parse("host=h dbname='a b'") == {"host": "h", "dbname": "a b"}


def test_the_pool_never_logs_the_address_of_a_server_that_is_away(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    database = Database(f"postgresql://user:{SECRET}@127.0.0.1:1/x", size=1, patience_seconds=0.3)

    with pytest.raises(DatabaseUnavailable) as away:
        database.fetch_one(b"SELECT 1")
    database.close()

    assert "error connecting" in caplog.text
    assert SECRET not in caplog.text
    assert SECRET not in "".join(traceback.format_exception(away.value))


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://user:{SECRET}@h/x",
        f"user:{SECRET}@h",
        f"amqp://user:{SECRET}",
        f"amqp://user{SECRET}@h/x",
        f"amqp:///{SECRET}",
        f"amqp://user:x/{SECRET}@h/x",
        f"amqp://user:12/{SECRET}@h/x",
        f"amqp://user:12#{SECRET}@h/x",
        f"amqp://user:x y{SECRET}@h/x",
        f"amqp://user:{SECRET}@h:70000/x",
        f"amqp://user:{SECRET}@[h/x",
        f"amqp://user:{SECRET}@h/x?sslmode={SECRET}",
        f"amqp://user:{SECRET}@h/x?heartbeat={SECRET}",
    ],
    ids=count(),
)
def test_a_rabbitmq_url_that_cannot_be_read_is_refused_and_never_repeated(url: str) -> None:
    for use in (connection_parameters, LedgerBroker, RabbitPublisher):
        with pytest.raises(BusRefused, match=r"^RABBITMQ_URL [^.]+\. Write amqp://[^\n]*\.$") as refused:
            use(url)
        assert SECRET not in "".join(traceback.format_exception(refused.value))


def test_a_rabbitmq_url_may_leave_out_what_has_a_default() -> None:
    short, whole = connection_parameters("amqp://h"), connection_parameters("amqps://u:p%40x@h:5/a%2Fb")

    assert (short["host"], short["port"], short["virtual_host"]) == ("h", 5672, "/")
    assert (whole["port"], whole["virtual_host"], whole["credentials"].password) == (5, "a/b", "p@x")
