"""The mapping set that is in force, as a worker asks for it on every record.

Which version is active is looked up every two seconds at most; its rules are read once, when it is another one.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from common.clock import Monotonic
from common.database.pool import Database
from common.mapping import table
from common.mapping.rules import MappingKind, RuleSet

LOOK_AGAIN_SECONDS = 2.0
"""How long a process goes on with a version after another one was activated."""

Prepared = TypeVar("Prepared")


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce(Generic[Prepared]):
    """The active version's number, and what its rules were made into."""

    version: int
    mapping: Prepared


class CurrentMapping(Generic[Prepared]):
    """The active set of an integration, made ready by `prepare` once per version. Safe to use from several threads.

    Raises DatabaseUnavailable when it is time to look and the ledger cannot be asked: a record must not be mapped by a
    version that may be retired already.
    """

    def __init__(
        self,
        database: Database,
        integration: str,
        kind: MappingKind,
        prepare: Callable[[RuleSet], Prepared],
        monotonic: Monotonic,
    ) -> None:
        self._database = database
        self._wanted = (integration, kind)
        self._prepare = prepare
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._kept: InForce[Prepared] | None = None
        self._good_until: float | None = None

    def __call__(self) -> InForce[Prepared] | None:
        """Return the set that was active two seconds ago at most; None if none was."""
        with self._lock:
            if self._good_until is None or self._monotonic() >= self._good_until:
                asked_at = self._monotonic()
                self._good_until = None
                self._kept = self._look()
                self._good_until = asked_at + LOOK_AGAIN_SECONDS
            return self._kept

    def _look(self) -> InForce[Prepared] | None:
        version = table.active(self._database, *self._wanted)
        if version is None:
            return None
        if self._kept is not None and self._kept.version == version.version:
            return self._kept
        return InForce(version=version.version, mapping=self._prepare(table.load(self._database, version)))
