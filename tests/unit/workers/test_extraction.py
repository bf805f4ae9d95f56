"""How a page becomes sightings: one bad row spoils nothing but itself."""

from datetime import date
from typing import cast

import pytest

from common.connections.source import Row, Source, SourceUnreadable
from common.flows.flow import FromOracle, Reading, SourceNames
from common.flows.purchase_orders import FLOW
from common.oracle import answers
from schemas import exact_json
from schemas.refusals import RefusalClass
from tests.oracle_orders import raw_order
from workers import extraction


class Cutting:
    """A source of which only the question is asked whether a row is cut."""

    def is_cut(self, row: Row) -> bool:
        assert isinstance(FLOW.source, FromOracle)
        return bool(FLOW.source.cut(row))


SOURCE = cast("Source", Cutting())
TOLD = Reading(names=SourceNames(segments=(), delimiter="-", value_sets={}), on=date(2026, 11, 25))


@pytest.mark.parametrize(
    ("spoiled", "field"),
    [
        (rb'{"POHeaderId": 2, "OrderNumber": "US2", "Description": "\ud83d"}', "Description"),
        (b'{"POHeaderId": 2, "OrderNumber": "US2", "Description": "\xff\xfe"}', "Description"),
        (b'{"POHeaderId": 2, "OrderNumber": "US2", "Total": ' + b"9" * 101 + b"}", "Total"),
        (b'{"POHeaderId": 2, "OrderNumber": "US2", "Total": 1, "Total": 2}', "Total"),
        (b'{"POHeaderId": 2, "OrderNumber": "US2", "Total": NaN}', "Total"),
        (b'{"POHeaderId": 2, "OrderNumber": "US2", "lines": {"items": [{"Price": 1e999}]}}', "lines.items[0].Price"),
        (b'{"POHeaderId": 2, "OrderNumber": "US2", "lines": "none"}', "lines"),
    ],
    ids=["half a character", "not UTF-8", "101 digits", "a name twice", "NaN", "in a line", "lines are no list"],
)
def test_a_row_that_cannot_be_read_exactly_is_refused_alone(spoiled: bytes, field: str) -> None:
    good = exact_json.dumps(raw_order())
    body = b'{"items": [' + good + b", " + spoiled + b'], "count": 2, "hasMore": false, "limit": 25}'

    page = answers.collection(200, body, key="POHeaderId", after_key=0, limit=25)
    assert all(isinstance(extraction._is_cut(SOURCE, row), bool) for row in page.rows)
    first, second = (extraction.sight(FLOW, row, TOLD) for row in page.rows)

    assert first.identity is not None
    assert first.source == good
    assert second.identity is None
    assert second.refusal is not None
    assert (second.refusal.category, second.refusal.field) == (RefusalClass.INVALID, field)
    assert b"US2" in second.source


def test_what_is_not_json_at_all_is_read_again() -> None:
    with pytest.raises(SourceUnreadable):
        answers.collection(200, b'{"items": [{"POHeaderId": 1', key="POHeaderId", after_key=0, limit=25)


def test_a_smaller_limit_than_the_one_asked_for_ends_nothing() -> None:
    rows = b",".join(b'{"POHeaderId": %d}' % key for key in range(1, 11))
    body = b'{"items": [' + rows + b'], "count": 10, "hasMore": false, "limit": 10}'

    assert answers.collection(200, body, key="POHeaderId", after_key=0, limit=25).more
