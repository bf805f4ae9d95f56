"""What RabbitMQ is told at its start: nobody has a right that their work does not need, and no password is in it."""

import base64
import hashlib
import json
import re

import pytest

from common.bus import topology
from common.bus.definitions import RIGHTS, User, definitions, password_hash
from schemas.tickets import Queue

PASSWORDS = {user: f"password-of-{user}" for user in User}
MAIN = [str(queue) for queue in Queue]
DEAD_LETTERS = [topology.dead_letter_queue(queue) for queue in Queue]


def fits(pattern: str, names: list[str]) -> list[str]:
    return [name for name in names if re.search(pattern, name)]


def test_the_queues_are_those_of_the_topology() -> None:
    told = {queue["name"]: queue["arguments"] for queue in definitions(PASSWORDS)["queues"]}

    assert told == {one.name: one.arguments for one in topology.all_declarations()}


def test_only_the_bootstrap_declares_and_nobody_both_consumes_and_publishes() -> None:
    everything = [*MAIN, *DEAD_LETTERS, "amq.default", "another"]

    assert {user for user, rights in RIGHTS.items() if fits(rights.configure, everything)} == {User.BOOTSTRAP}
    assert fits(RIGHTS[User.WORKER].write, everything) == []
    assert fits(RIGHTS[User.WORKER].read, everything) == MAIN
    assert fits(RIGHTS[User.PRODUCER].read, everything) == DEAD_LETTERS
    assert fits(RIGHTS[User.OPERATOR].read, everything) == DEAD_LETTERS


@pytest.mark.parametrize("user", User)
def test_a_pattern_fits_whole_names_only(user: User) -> None:
    rights = RIGHTS[user]
    near = ["xtransform", "transformx", "oracle-poll", "transform.XQ.2", "amq.default2"]

    assert [fits(pattern, near) for pattern in (rights.configure, rights.write, rights.read)] == [[], [], []]


def test_no_administrator_and_no_password_is_in_the_file() -> None:
    text = json.dumps(definitions(PASSWORDS))

    assert "administrator" not in text
    assert [password for password in PASSWORDS.values() if password in text] == []


def test_a_password_is_hashed_as_rabbitmq_does() -> None:
    raw = base64.b64decode(password_hash("secret", b"salt"))

    assert raw == b"salt" + hashlib.sha256(b"saltsecret").digest()
