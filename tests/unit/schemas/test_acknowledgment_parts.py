"""Rows that answer one order line in parts: which belong together, and what they come to."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from schemas.acknowledgment import AcknowledgmentType, LineStatusType
from schemas.acknowledgment_parts import parts, together
from schemas.acknowledgment_precedence import Said
from tests.acknowledgment_factories import NOTICED_AT, acknowledgment, line, status

ACCEPT, REJECT = LineStatusType.ACCEPT, LineStatusType.REJECT


def row(arrived: int, quantity: int, kind: LineStatusType = ACCEPT, *, key: str | None = None, **changes: Any) -> Said:
    of_line, uom = changes.pop("line", 1), changes.pop("uom", "EA")
    listed = line(of_line, status(kind, quantity), uom=uom)
    minutes, pushed = changes.pop("minutes", 0), changes.pop("pushed", False)
    return Said(
        arrived=arrived,
        key=key or str(arrived),
        pushed=pushed,
        changed_at=NOTICED_AT + timedelta(minutes=minutes),
        acknowledgment=acknowledgment(AcknowledgmentType.DETAIL, listed, payload_id=None, **changes),
    )


def test_parts_come_to_their_sum_and_the_last_to_come_speaks() -> None:
    known = (row(1, 6), row(2, 4), row(3, 5, line=2))

    found = parts(known[0], known)

    assert found == known[:2]
    (spoken,) = together(found).lines
    assert (spoken.quantity, [one.quantity for one in spoken.statuses]) == (Decimal(10), [Decimal(6), Decimal(4)])


def test_a_part_keeps_its_own_answer() -> None:
    known = (row(1, 6), row(2, 4, REJECT))

    assert [one.type for one in together(parts(known[0], known)).lines[0].statuses] == [ACCEPT, REJECT]


@pytest.mark.parametrize(
    "other",
    [
        row(2, 4, line=2),
        row(2, 4, confirmation_id="SO-2"),
        row(2, 4, order_number="US2"),
        row(2, 4, noticed_at=NOTICED_AT + timedelta(days=1)),
        row(2, 4, business_unit="Vision France"),
        row(2, 4, pushed=True),
        row(2, 4, uom="BX"),
        row(2, 4, key="1", minutes=1),
    ],
)
def test_what_is_no_part_of_it_is_not_added(other: Said) -> None:
    mine = row(1, 6)
    alone = parts(other, (mine, other))

    assert together(alone).lines == other.acknowledgment.lines


def test_a_row_without_a_name_or_about_the_whole_line_speaks_for_itself() -> None:
    nameless = (row(1, 6, confirmation_id=None), row(2, 4, confirmation_id=None))
    assert parts(nameless[0], nameless) == nameless[:1]

    mine = row(1, 6)
    of_line = replace(mine.acknowledgment.lines[0], quantity=None, statuses=(replace(status(), quantity=None),))
    whole = replace(mine, arrived=2, key="2", acknowledgment=replace(mine.acknowledgment, lines=(of_line,)))
    assert parts(mine, (mine, whole)) == (mine,)


def test_a_part_that_was_only_touched_does_not_speak_anew() -> None:
    first, second, touched = row(1, 6), row(2, 4), row(3, 6, key="1", minutes=5)

    assert parts(touched, (first, second, touched)) == (first, second)


def test_rows_without_an_id_are_parts_where_they_were_changed_together() -> None:
    known = (row(1, 6, key="US;C;1"), row(2, 4, key="US;C;1"), row(3, 6, key="US;C;1"))
    for mine in known:
        assert parts(mine, known) == known[:2]

    changed = row(4, 9, key="US;C;1", minutes=1)
    assert parts(changed, (*known, changed)) == (changed,)
