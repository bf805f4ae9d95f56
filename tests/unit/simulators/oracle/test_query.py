"""`q` in both syntaxes: what is found, and that anything else is a 400 (fact sheet, 1.3)."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.oracle.errors import FusionError
from simulators.oracle.query import parse
from tests.unit.simulators.oracle.pod import Pod

EXAMPLE, ROW_MATCH = 1, 4


@pytest.mark.parametrize(
    ("framework", "q", "positions"),
    [
        (EXAMPLE, "OrderNumber=US200003", [3]),
        (EXAMPLE, "OrderNumber='US200003';Status=Open", [3]),
        (EXAMPLE, "OrderNumber=US200003;Status=Closed", []),
        (EXAMPLE, 'OrderNumber="US200003"', [3]),
        (EXAMPLE, "OrderNumber=US20000*;OrderNumber!=US200004", [0, 1, 2, 3, 5, 6, 7, 8, 9]),
        (EXAMPLE, "OrderNumber LIKE '*00003'", [3]),
        (EXAMPLE, "OrderNumber in (US200003, 'US200005')", [3, 5]),
        (EXAMPLE, "OrderNumber between 'US200003' and 'US200005'", [3, 4, 5]),
        (EXAMPLE, "OrderNumber>=US200003 and <=US200005", [3, 4, 5]),
        (EXAMPLE, "SupplierOrder is null;OrderNumber<US200002", [0, 1]),
        (EXAMPLE, "OrderNumber=US200003 and Status=Open", []),
        (EXAMPLE, "OrderNumber=US200003 and Status like 'Op*'", []),
        (EXAMPLE, "OrderNumber='US200003;US200004'", []),
        (ROW_MATCH, "OrderNumber = 'US200003'", [3]),
        (ROW_MATCH, 'OrderNumber = "US200003" and Status = "Open"', [3]),
        (ROW_MATCH, "OrderNumber = 'US200003' or OrderNumber = 'US200004' and Status = 'Closed'", [3]),
        (ROW_MATCH, "(OrderNumber = 'US200003' or OrderNumber = 'US200004') and Status = 'Closed'", []),
        (ROW_MATCH, "OrderNumber like 'US2000%3'", [3, 13, 23, 33, 43, 53]),
        (ROW_MATCH, "OrderNumber like 'US20000_' AND OrderNumber > 'US200007'", [8, 9]),
        (ROW_MATCH, "OrderNumber like 'us20000_'", []),
        (ROW_MATCH, "OrderNumber in ('US200003', 'US200005')", [3, 5]),
        (ROW_MATCH, "OrderNumber not in ('US200003') and OrderNumber < 'US200005'", [0, 1, 2, 4]),
        (ROW_MATCH, "OrderNumber between 'US200003' and 'US200005'", [3, 4, 5]),
        (ROW_MATCH, "OrderNumber <> 'US200003' and OrderNumber <= 'US200004'", [0, 1, 2, 4]),
        (ROW_MATCH, "not OrderNumber > 'US200001'", [0, 1]),
        (ROW_MATCH, "SupplierOrder is not null", []),
        (ROW_MATCH, "SupplierOrder not like 'A*'", []),
        (ROW_MATCH, "POHeaderId >= 300100210580000", [58, 59]),
        (ROW_MATCH, "POHeaderId = 300100210580000", [58]),
        (ROW_MATCH, "lines.LineNumber > 2 and OrderNumber = 'US200003'", [3]),
        (ROW_MATCH, "lines.LineNumber > 3", []),
        (ROW_MATCH, "lines.schedules.ScheduleNumber = 1 and POHeaderId < 300100210020000", [0, 1]),
        (ROW_MATCH, "PayOnReceiptFlag = true", []),
        (ROW_MATCH, "OrderNumber = 'O''Neill'", []),
    ],
)
def test_what_is_found(pod: Pod, framework: int, q: str, positions: list[int]) -> None:
    keys = pod.order_keys()
    assert pod.found(q, framework=framework) == [keys[position] for position in positions]


@pytest.mark.parametrize(
    ("framework", "q"),
    [
        (EXAMPLE, "lines.LineNumber=1"),
        (EXAMPLE, "Nothing=1"),
        (EXAMPLE, "OrderNumber='US1"),
        (ROW_MATCH, "Nothing = 1"),
        (ROW_MATCH, "SupplierFax = '1'"),
        (ROW_MATCH, "lines.Nothing = 1"),
        (ROW_MATCH, "schedules.Quantity = 1"),
        (ROW_MATCH, "OrderNumber = US200003"),
        (ROW_MATCH, "OrderNumber = 'US1';Status = 'Open'"),
        (ROW_MATCH, "OrderNumber"),
        (ROW_MATCH, "OrderNumber ="),
        (ROW_MATCH, "(OrderNumber = 'US1'"),
        (ROW_MATCH, "OrderNumber = 'US1')"),
        (ROW_MATCH, "OrderNumber in 'US1'"),
        (ROW_MATCH, "POHeaderId = 1.5"),
        (ROW_MATCH, "Total > 'NaN'"),
        (ROW_MATCH, "LastUpdateDate > 'yesterday'"),
        (ROW_MATCH, "LastUpdateDate > 2025-08-01T00:00:00Z"),
        (ROW_MATCH, "PayOnReceiptFlag = maybe"),
        (ROW_MATCH, "(" * 5000),
        (ROW_MATCH, "not " * 5000),
        (ROW_MATCH, " "),
    ],
    ids=lambda value: str(value)[:50],
)
def test_what_cannot_be_asked_is_a_400(pod: Pod, framework: int, q: str) -> None:
    answer = pod.get(framework=framework, q=q)
    assert answer.status_code == 400
    assert "parameter q cannot be used" in answer.text


@pytest.mark.parametrize("framework", [EXAMPLE, ROW_MATCH])
def test_a_stamp_compares_in_its_zone(pod: Pod, framework: int) -> None:
    tokyo = pod.simulator.orders.stamp(pod.order_keys()[57]).isoformat().replace("+00:00", ".000+00:00")
    assert pod.found(f'LastUpdateDate >= "{tokyo}"', framework=framework) == pod.order_keys()[57:]
    assert pod.found('LastUpdateDate < "2025-09-01T15:00:01+09:00"', framework=framework) == pod.order_keys()[:1]


def test_a_plus_that_was_not_encoded_is_a_400(pod: Pod) -> None:
    answer = pod.http.get(
        "/fscmRestApi/resources/latest/purchaseOrders?q=LastUpdateDate>='2025-08-01T00:00:00+00:00'",
        headers={"REST-Framework-Version": "4"},
    )
    assert answer.status_code == 400


def test_a_child_attribute_finds_the_order_whose_child_has_it(pod: Pod) -> None:
    key = pod.order_keys()[7]
    pod.simulator.advance_clock(60)
    pod.simulator.change_line(key, 2, description="now in blue")
    stamp = pod.simulator.latest(key)["lines"][1]["LastUpdateDate"].isoformat()

    assert pod.found(f"lines.LastUpdateDate >= '{stamp}'") == [key]
    assert pod.found("lines.Description = 'now in blue'") == [key]
    assert pod.found(f"LastUpdateDate >= '{stamp}'") == []


def test_many_wildcards_take_no_time(pod: Pod) -> None:
    assert pod.found("Description like '" + "%a" * 60 + "b'") == []
    assert pod.found("BillToLocation like '%N%w%Y%k%' and OrderNumber = 'US200000'") == [pod.order_keys()[0]]


FRAGMENTS = st.sampled_from(
    """OrderNumber POHeaderId LastUpdateDate lines.Quantity Total PayOnReceiptFlag and or not in between like is null
    ( ) , ; = != <> < <= > >= 'a' "b" ' " 1 -1 1e999 NaN true 2025-08-01 '2025-08-01T00:00:00+00:00' *
    % _ . é""".split()
)


@given(
    q=st.one_of(st.text(max_size=60), st.lists(FRAGMENTS, max_size=12).map(" ".join)), framework=st.sampled_from((1, 4))
)
def test_no_text_whatever_breaks_a_parser(q: str, framework: int) -> None:
    with suppress(FusionError):
        assert parse(q, framework, child_filters=True).holds(_Nothing()) in (True, False)


class _Nothing:
    """A row whose every value is null."""

    def values(self, path: tuple[str, ...]) -> tuple[None, ...]:
        return (None,)


def test_a_number_is_looked_up_as_it_is_now(pod: Pod) -> None:
    key = pod.order_keys()[3]
    for number in ("another", "US200004", "third"):
        pod.simulator.change(key, OrderNumber=number)
        assert key in pod.found(f"OrderNumber = '{number}'")
    assert pod.found("OrderNumber in ('US200003', 'another', 'US200004')") == [pod.order_keys()[4]]
    assert pod.found("OrderNumber = 'third' or Description = 'nothing of the kind'") == [key]
    assert pod.found("not OrderNumber = 'third' and POHeaderId < 300100210040000") == pod.order_keys()[:3]
