"""Rows that answer one order line in parts, put together: 6 accepted and 4 accepted are 10 accepted. Pure.

JAGGAER lists a row for each part of a line and each answer to it (jaggaer-cxml.md, 2.4; 6.2: "3 accept + 2 reject of
5"), and Oracle takes one answer for a line. Parts of one line have confirmation, order, line and noticeDate in common.
The part that came last speaks for all of them; one that was only touched since came when it was first read.

A row that has an id of its own is replaced by its next version; of rows without one, those that were changed last
together are the parts. Parts in several units, or of which one is the whole line, are left as they are: nothing could
be added up.
"""

from collections.abc import Iterable
from dataclasses import replace

from schemas.acknowledgment import AcknowledgedLine, Acknowledgment
from schemas.acknowledgment_precedence import Said
from schemas.exact_arithmetic import exact_sum

_WITHOUT_ID = ";"
"""What the key of a row holds that has no id (`schemas/j1p/confirmation.py`)."""


def parts(mine: Said, known: Iterable[Said]) -> tuple[Said, ...]:
    """Return the parts of a row's line as they came, that row among them; the row alone where nothing adds up."""
    found: dict[tuple[str, Acknowledgment], Said] = {}
    newest: dict[str, Said] = {}
    for one in sorted({mine.arrived: mine, **{said.arrived: said for said in known}}.values(), key=_arrived):
        if _together(one) is not None and _together(one) == _together(mine):
            found.setdefault((one.key, one.acknowledgment), one)
            newest[one.key] = one
    current = [one for one in found.values() if _is_current(one, newest[one.key])]
    units = {one.acknowledgment.lines[0].uom for one in current}
    whole = any(one.acknowledgment.lines[0].quantity is None for one in current)
    return (mine,) if len(units) != 1 or whole else tuple(current)


def together(found: tuple[Said, ...]) -> Acknowledgment:
    """Return what the parts of a line come to, in the words of the last one."""
    spoken = found[-1].acknowledgment
    if len(found) == 1:
        return spoken
    lines = [one.acknowledgment.lines[0] for one in found]
    line = AcknowledgedLine(
        number=lines[0].number,
        quantity=exact_sum(line.quantity for line in lines if line.quantity is not None),
        uom=lines[0].uom,
        statuses=tuple(status for line in lines for status in line.statuses),
    )
    return replace(spoken, lines=(line,))


def _together(one: Said) -> tuple[object, ...] | None:
    """Return what the parts of one line have in common, None for what is no part."""
    said = one.acknowledgment
    if one.pushed or said.confirmation_id is None or len(said.lines) != 1:
        return None
    return said.confirmation_id, said.order_number, said.business_unit, said.lines[0].number, said.noticed_at


def _arrived(one: Said) -> int:
    return one.arrived


def _is_current(one: Said, newest: Said) -> bool:
    if _WITHOUT_ID in one.key:
        return one.changed_at == newest.changed_at
    return one.acknowledgment == newest.acknowledgment
