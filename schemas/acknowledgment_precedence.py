"""Which of several acknowledgments of one order still counts (jaggaer-cxml.md, 6.2). Pure.

* An update is complete: what it replaces counts no more, whether the update can be told to the other side or waits for
  a person. What it replaces is said by its DocumentReference, over any number of updates; of one confirmID it is what
  was noticed earlier, and of the same moment what arrived earlier.
* A new accept, except or reject discards all that was said of the order before.
* Partial confirmations of different names stand beside each other: a line may be in only one of them.

What JAGGAER lists has no such references; a row that was read later is the later version of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.acknowledgment import Acknowledgment, AcknowledgmentType, Operation

_WHOLE = frozenset({AcknowledgmentType.ACCEPT, AcknowledgmentType.EXCEPT, AcknowledgmentType.REJECT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One version of an acknowledgment: `arrived` counts versions as they came, `key` is that of all of one name.

    `changed_at` is its source's stamp.
    """

    arrived: int
    key: str
    pushed: bool
    changed_at: datetime
    acknowledgment: Acknowledgment


def overruling(mine: Said, others: Iterable[Said]) -> Said | None:
    """Return the latest of those that take the place of an acknowledgment, None where it still counts."""
    known = [one for one in others if one.arrived != mine.arrived]
    following = _following([*known, mine])
    overruled_by = [one for one in known if _overrules(one, mine, following)]
    return max(overruled_by, key=_moment, default=None)


def _overrules(one: Said, mine: Said, following: Mapping[int, frozenset[int]]) -> bool:
    if not (one.pushed and mine.pushed):
        return one.key == mine.key and one.arrived > mine.arrived and one.changed_at > mine.changed_at
    if one.arrived in following[mine.arrived]:
        return True
    if mine.arrived in following[one.arrived] or _moment(one) < _moment(mine):
        return False
    said = one.acknowledgment
    return one.key == mine.key or (said.operation is Operation.NEW and said.type in _WHOLE)


def _moment(one: Said) -> tuple[object, ...]:
    return one.acknowledgment.noticed_at, one.arrived


def _following(known: Sequence[Said]) -> Mapping[int, frozenset[int]]:
    """Return for each version those that replace it, directly or by what they replace; none of a circle."""
    of_payload: dict[str, set[int]] = {}
    for one in known:
        if one.acknowledgment.payload_id is not None:
            of_payload.setdefault(one.acknowledgment.payload_id, set()).add(one.arrived)
    after: dict[int, set[int]] = {one.arrived: set() for one in known}
    for one in known:
        for replaced in of_payload.get(one.acknowledgment.replaces or "", ()):
            after[replaced].add(one.arrived)
    return {start: _reached(start, after) for start in after}


def _reached(start: int, after: Mapping[int, set[int]]) -> frozenset[int]:
    reached: set[int] = set()
    waiting = list(after[start])
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting += after[one]
    return frozenset(reached if start not in reached else ())
