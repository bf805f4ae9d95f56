"""What RabbitMQ is told at its start: users with the least rights that do, and the queues. Pure but for salts.

RabbitMQ reads it as a definitions file (`load_definitions`), which holds hashes of passwords and no password. The
rights are three patterns per user: what it may declare and delete, what it may publish to, what it may consume.
RabbitMQ knows no finer right: whoever may consume a queue may also purge it, which here costs seconds, because the
ledger issues every ticket again. So those who consume and those who publish are two users.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from common.bus import topology
from common.bus.topology import dead_letter_queue
from schemas.tickets import Queue

VHOST = "/"
_NOTHING = "^$"
_DEFAULT_EXCHANGE = "amq.default"
"""What RabbitMQ calls the exchange without a name when it asks for rights."""


class User(StrEnum):
    """The users of the bus."""

    WORKER = "ml-connector-worker"
    PRODUCER = "ml-connector-producer"
    BOOTSTRAP = "ml-connector-bootstrap"
    OPERATOR = "ml-connector-operator"
    MONITOR = "ml-connector-monitor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a user may do: three patterns, and what the management page lets it."""

    configure: str = _NOTHING
    write: str = _NOTHING
    read: str = _NOTHING
    tags: tuple[str, ...] = ()


_QUEUES = tuple(str(queue) for queue in Queue)
_DEAD_LETTERS = tuple(dead_letter_queue(queue) for queue in Queue)


def _only(*names: str) -> str:
    """Return the pattern that fits these names and no other."""
    return f"^({'|'.join(re.escape(name) for name in names)})$"


RIGHTS: Mapping[User, Rights] = {
    # Consumes tickets and refuses them; publishes nothing, sees no dead letter.
    User.WORKER: Rights(read=_only(*_QUEUES)),
    # Publishes tickets, and takes out of `.XQ` what waits for nobody any more.
    User.PRODUCER: Rights(write=_only(_DEFAULT_EXCHANGE), read=_only(*_DEAD_LETTERS)),
    # Declares queues. A queue with a dead-letter exchange asks for the right to read the one and write to the other.
    User.BOOTSTRAP: Rights(
        configure=_only(*_QUEUES, *_DEAD_LETTERS), write=_only(_DEFAULT_EXCHANGE, *_DEAD_LETTERS), read=_only(*_QUEUES)
    ),
    # Looks at dead letters, moves them back by a shovel, and sees how the shovel is.
    User.OPERATOR: Rights(write=_only(_DEFAULT_EXCHANGE, *_QUEUES), read=_only(*_DEAD_LETTERS), tags=("policymaker", "monitoring")),
    # Sees figures.
    User.MONITOR: Rights(tags=("monitoring",)),
}


def definitions(passwords: Mapping[User, str]) -> dict[str, Any]:
    """Return the definitions file of a RabbitMQ that serves only this system."""
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(user, passwords[user], rights) for user, rights in RIGHTS.items()],
        "permissions": [
            {"user": user, "vhost": VHOST, "configure": rights.configure, "write": rights.write, "read": rights.read}
            for user, rights in RIGHTS.items()
        ],
        "queues": [
            {"name": one.name, "vhost": VHOST, "durable": True, "auto_delete": False, "arguments": one.arguments}
            for one in topology.all_declarations()
        ],
    }


def _user(user: User, password: str, rights: Rights) -> dict[str, Any]:
    return {
        "name": user,
        "password_hash": password_hash(password, secrets.token_bytes(4)),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": list(rights.tags),
    }


def password_hash(password: str, salt: bytes) -> str:
    """Return a password as RabbitMQ keeps it: four bytes of salt before SHA-256 of salt and password, in base64."""
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
