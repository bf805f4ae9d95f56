"""Which records a new mapping sets free: exactly those that it does not refuse any more.

Every dead record of class `mapping` is mapped again from its source's payload, on trial. What would still be refused
for its mapping stays dead and untouched, and so does what is dead for want of a value that it still needs and that
JAGGAER still does not know. The others begin again, oldest first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from common.database.pool import Database
from common.flows.flow import Mapping
from common.flows.registry import FLOWS
from common.ledger import dead_letters, needs
from common.ledger.dead_letters import Waiting
from common.ledger.verdicts import Dead, DeadClass, Transformed
from common.telemetry import redaction
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
    database: Database,
    vault: Vault,
    integration: str,
    mapping_of: MappingOf,
    *,
    running: frozenset[str],
    how: str,
    actor: str,
) -> Released:
    """Replay the records of an integration that waited for this mapping. A record that is not dead is left alone.

    Only what flows of `running` bring is needed, as at delivery.
    """
    mapping_of = cache(mapping_of)
    free, waiting = [], []
    for held in dead_letters.waiting(database, vault, integration, DeadClass.MAPPING):
        verdict = _on_trial(held, mapping_of)
        if isinstance(verdict, Dead) and verdict.category is DeadClass.MAPPING:
            waiting.append(held.record_id)
            if verdict.field is not None:
                dead_letters.restate(database, held.record_id, verdict, actor=actor)
        elif isinstance(verdict, Transformed) and _lacks_as_before(database, integration, held, verdict, running):
            waiting.append(held.record_id)
        elif dead_letters.replay(database, held.record_id, actor=actor, how=how):
            free.append(held.record_id)
    return Released(released=tuple(free), waiting=tuple(waiting))


def _on_trial(held: Waiting, mapping_of: MappingOf) -> transformation.TransformVerdict:
    """Return what becomes of a record under the mapping. What cannot be tried waits as before."""
    flow = FLOWS.get(held.flow)
    if flow is None or held.source is None:
        return _UNTRIED
    return transformation.written(held.source, flow, mapping_of(held.flow))


def _lacks_as_before(
    database: Database, integration: str, held: Waiting, verdict: Transformed, running: frozenset[str]
) -> bool:
    """Whether a record is dead for want of what it still needs: the mapping changed nothing about that."""
    wanted = [need for need in verdict.needs if need.flow in running]
    found = needs.standings(database, integration, held.record_id, wanted)
    verdicts = [needs.judge([standing]) for standing in found]
    return held.reason in {redaction.mask(one.reason) for one in verdicts if isinstance(one, Dead)}
