"""Needs: what must be at the target before a record may go there, and who is woken when it is.

An order needs its supplier, an invoice its order, both need the accounts that they are coded with. A record whose need
is on its way waits without spending attempts, and the delivery of what it waits for ends its rest. A need that will
never come makes the record dead, and it is released when the need is delivered after all.

"Will never come" is not a matter of patience: it is known when the source of the needed documents was read to its end
after the record was captured, and still nobody has seen it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from common.database import statements
from common.database.pool import Database
from common.ledger.states import SETTLED, State
from common.ledger.verdicts import Dead, DeadClass, Need, SendAs, Wait
from schemas.identity import RecordId

_SQL = statements.load(__name__)
_WAIT_SECONDS = 30.0
"""How long a rest is at most: the delivery of what is needed ends it at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it stands with one need: what was delivered of it last, its newest version, and whether it could be known."""

    need: Need
    delivered: SendAs | None
    newest: RecordId | None
    state: State | None
    read_since: bool


def standings(database: Database, integration: str, record_id: RecordId, wanted: Iterable[Need]) -> list[Standing]:
    """Return how it stands with each need."""
    needs = list(wanted)
    if not needs:
        return []
    parameters = {
        "integration": integration,
        "record_id": record_id,
        "flows": [need.flow for need in needs],
        "keys": [need.key for need in needs],
        "numbers": [need.number for need in needs],
    }
    rows = database.fetch_all(_SQL["standing"], parameters)
    return [_standing(needs[row["place"] - 1], row) for row in rows]


def judge(found: Iterable[Standing]) -> Wait | Dead | None:
    """Return why a record cannot go yet, or never; None if it has all that it needs."""
    verdicts = [verdict for standing in found if (verdict := _judge(standing)) is not None]
    never = next((verdict for verdict in verdicts if isinstance(verdict, Dead)), None)
    return never or next(iter(verdicts), None)


def _standing(need: Need, row: dict[str, Any]) -> Standing:
    return Standing(
        need=need,
        delivered=SendAs(row["delivered_action"]) if row["delivered_action"] else None,
        newest=RecordId(row["record_id"]) if row["record_id"] else None,
        state=State(row["state"]) if row["state"] else None,
        read_since=row["read_since"],
    )


def _judge(standing: Standing) -> Wait | Dead | None:
    need = standing.need
    if standing.delivered is SendAs.PUT or (standing.delivered is SendAs.CANCEL and not need.active):
        return None
    if standing.state is not None and standing.state not in SETTLED:
        return Wait(seconds=_WAIT_SECONDS, reason=f"{need} is on its way, and must be there first.")
    if standing.delivered is SendAs.CANCEL:
        return _never(need, f"{need} is not active in JAGGAER any more.", "Activate it in Oracle, or map to another.")
    if standing.state is State.DEAD:
        said = f"{need} is needed first, and is a dead letter itself (record {standing.newest})."
        return _never(need, said, f"Put record {standing.newest} right: this one is then released by itself.")
    if standing.state is None and not standing.read_since:
        return Wait(seconds=_WAIT_SECONDS, reason=f"{need} was not read yet, and must be there first.")
    step = f"Make flow {need.flow} deliver it: this document is then released by itself."
    return _never(need, f"{need} is not known to JAGGAER, and Oracle's {need.flow} do not bring it.", step)


def _never(need: Need, reason: str, next_step: str) -> Dead:
    category = DeadClass.MAPPING if need.active else DeadClass.DEPENDENCE
    return Dead(
        category=category,
        reason=f"{reason} {need.why}".strip(),
        next_step=next_step,
        field=need.field,
        value=need.key or need.number,
    )
