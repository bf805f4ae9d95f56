"""What an acknowledgment must keep to by itself, whatever order it is about (jaggaer-cxml.md, 6.2)."""

from collections import Counter
from decimal import Decimal

from schemas.acknowledgment import AcknowledgedLine, Acknowledgment, AcknowledgmentType, LineStatusType
from schemas.exact_arithmetic import exact_sum
from schemas.money import plain
from schemas.refusals import Refusal, RefusalClass, Refused

_CORRECT = "Ask the supplier for a corrected confirmation; it arrives by itself."

_TAKEN = {
    AcknowledgmentType.ACCEPT: {LineStatusType.ACCEPT},
    AcknowledgmentType.REJECT: {LineStatusType.REJECT},
    AcknowledgmentType.EXCEPT: set(LineStatusType) - {LineStatusType.ALL_DETAIL},
    AcknowledgmentType.DETAIL: set(LineStatusType) - {LineStatusType.ALL_DETAIL},
    AcknowledgmentType.ALL_DETAIL: {
        LineStatusType.ALL_DETAIL,
        LineStatusType.REJECT,
        LineStatusType.UNKNOWN,
        LineStatusType.BACKORDERED,
    },
    AcknowledgmentType.BACKORDERED: {LineStatusType.BACKORDERED},
    AcknowledgmentType.REQUEST_TO_PAY: {LineStatusType.REQUEST_TO_PAY},
    AcknowledgmentType.REPLACE: {LineStatusType.DETAIL},
}
"""The statuses that go with each type. A whole rejection has no lines; lines that say the same do no harm."""

_WITH_LINES = frozenset(
    {
        AcknowledgmentType.EXCEPT,
        AcknowledgmentType.DETAIL,
        AcknowledgmentType.ALL_DETAIL,
        AcknowledgmentType.REPLACE,
    }
)


def check(acknowledgment: Acknowledgment) -> None:
    """Raise Refused (INVALID) for an acknowledgment that contradicts itself or leaves out what its type demands."""
    kind = acknowledgment.type
    if kind in _WITH_LINES and not acknowledgment.lines:
        raise refused("ConfirmationItem", "", f"type {kind} speaks of single lines, but none is listed.")
    times = Counter(line.number for line in acknowledgment.lines)
    for line in acknowledgment.lines:
        if times[line.number] > 1:
            raise refused(_at(line, "lineNumber"), str(line.number), "the line is answered more than once.")
        _check_line(line, kind)


def _check_line(line: AcknowledgedLine, kind: AcknowledgmentType) -> None:
    if not line.statuses:
        raise refused(_at(line, "status"), "", "nothing is said of the line's quantity.")
    for status in line.statuses:
        if status.type not in _TAKEN[kind]:
            reason = f"status {status.type} contradicts an acknowledgment of type {kind}."
            raise refused(_at(line, "status.type"), status.type, reason)
    if line.quantity is not None:
        _check_sum(line, line.quantity)


def _check_sum(line: AcknowledgedLine, quantity: Decimal) -> None:
    stated = [status.quantity or Decimal(0) for status in line.statuses]
    for one in (quantity, *stated):
        if one <= 0:
            raise refused(_at(line, "quantity"), plain(one), "a quantity is greater than 0.")
    said = exact_sum(stated)
    if said != quantity:
        reason = f"the quantities of its statuses sum to {plain(said)}, the line's is {plain(quantity)}."
        raise refused(_at(line, "status.quantity"), plain(said), reason)


def refused(field: str, value: str, reason: str) -> Refused:
    """Return the exception that refuses an acknowledgment as its supplier wrote it."""
    return Refused(Refusal(category=RefusalClass.INVALID, field=field, value=value, reason=reason, next_step=_CORRECT))


def _at(line: AcknowledgedLine, name: str) -> str:
    return f"lines[lineNumber={line.number}].{name}"
