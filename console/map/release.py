"""Which records a new mapping sets free: exactly those that it does not refuse any more.

Every dead record of class `mapping` is mapped again from its source's payload, on trial. What would still be refused
for its mapping stays dead and untouched; the others begin again, oldest first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from common.database.pool import Database
from common.flows.flow import Mapping
from common.flows.registry import FLOWS
from common.ledger import dead_letters
from common.ledger.dead_letters import Waiting
from common.ledger.verdicts import Dead, DeadClass
from common.vault.seal import Vault
from schemas.identity import RecordId
from workers import transformation

MappingOf = Callable[[str], Mapping]
"""Gives how a flow's documents are written, under the mapping that was just activated."""


_UNTRIED = Dead(category=DeadClass.MAPPING, reason="It could not be tried.", next_step="See its trace.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What came of a release: the records that began again, and those that still wait for a mapping."""

    released: tuple[RecordId, ...]
    waiting: tuple[RecordId, ...]


def release(
    database: Database, vault: Vault, integration: str, mapping_of: MappingOf, *, how: str, actor: str
) -> Released:
    """Replay the records of an integration that waited for this mapping. A record that is not dead is left alone."""
    mapping_of = cache(mapping_of)
    free, waiting = [], []
    for held in dead_letters.waiting(database, vault, integration, DeadClass.MAPPING):
        refused = _refused(held, mapping_of)
        if refused is not None:
            waiting.append(held.record_id)
            if refused.field is not None:
                dead_letters.restate(database, held.record_id, refused, actor=actor)
        elif dead_letters.replay(database, held.record_id, actor=actor, how=how):
            free.append(held.record_id)
    return Released(released=tuple(free), waiting=tuple(waiting))


def _refused(held: Waiting, mapping_of: MappingOf) -> Dead | None:
    """Return for what a record still waits, None if it is free now. What cannot be tried waits as before."""
    flow = FLOWS.get(held.flow)
    if flow is None or held.source is None:
        return _UNTRIED
    verdict = transformation.written(held.source, flow, mapping_of(held.flow))
    return verdict if isinstance(verdict, Dead) and verdict.category is DeadClass.MAPPING else None
