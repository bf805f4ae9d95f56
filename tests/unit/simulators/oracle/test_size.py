"""A hundred thousand orders of ten lines: started at once, and a page among them found at once."""

from collections.abc import Callable
from functools import partial
from json import loads
from time import thread_time
from typing import Any

import pytest

from simulators.oracle.framework import Asked, collection
from simulators.oracle.options import OracleOptions
from simulators.oracle.projection import encode
from simulators.oracle.simulator import OracleSimulator


def test_a_filtered_and_ordered_page_among_100_000_orders_takes_no_time() -> None:
    assert seconds(lambda: OracleSimulator(OracleOptions(orders=100_000, lines=10))) < 5
    simulator = OracleSimulator(OracleOptions(orders=100_000, lines=10))

    middle = simulator.orders.keys()[50_000]
    since = simulator.orders.stamp(middle).isoformat()
    q = f'POHeaderId > {middle} and (LastUpdateDate >= "{since}" or lines.LastUpdateDate >= "{since}")'
    for order_by in ("POHeaderId", "LastUpdateDate:asc,POHeaderId:asc"):
        asked = Asked(parameters={"q": q, "orderBy": order_by, "onlyData": "true"}, framework=4, base="")
        read_page = partial(page, simulator, asked)
        assert loads(read_page())["items"][0]["POHeaderId"] == middle + 10_000
        assert min(seconds(read_page) for _ in range(5)) < 0.25


@pytest.fixture(scope="module")
def large() -> OracleSimulator:
    """Return a pod of 100,000 orders, a few of which are canceled; nothing was asked of it yet."""
    simulator = OracleSimulator(OracleOptions(orders=100_000, lines=10))
    for key in simulator.orders.keys()[::20_000]:
        simulator.cancel(key)
    return simulator


LAST = 99_999
LOOKED_UP = [
    ({"finder": "PrimaryKey;POHeaderId=300101209990000"}, [LAST]),
    ({"q": "POHeaderId = 300101209990000"}, [LAST]),
    ({"q": "POHeaderId in (300101209990000, 300100210000000, 1)"}, [0, LAST]),
    ({"q": "OrderNumber = 'US299999' and Status = 'Open'"}, [LAST]),
    ({"q": "OrderNumber = 'US220000' or OrderNumber = 'US299999'"}, [20_000, LAST]),
    ({"q": "OrderNumber = 'nobody'"}, []),
    ({"q": "Status = 'Canceled'", "orderBy": "LastUpdateDate,POHeaderId"}, [*range(0, LAST, 20_000)]),
    ({"q": "lines.schedules.Status = 'Canceled'"}, [*range(0, LAST, 20_000)]),
    ({"q": "SupplierOrder is not null"}, []),
]


@pytest.mark.parametrize(("asked", "expected"), LOOKED_UP, ids=str)
def test_what_few_orders_have_is_looked_up(large: OracleSimulator, asked: dict[str, str], expected: list[int]) -> None:
    read_page = partial(page, large, Asked(parameters=asked | {"onlyData": "true"}, framework=4, base=""))
    keys = large.orders.keys()
    assert [item["POHeaderId"] for item in loads(read_page())["items"]] == [keys[number] for number in expected]
    assert min(seconds(read_page) for _ in range(3)) < 0.15


SEEN: list[dict[str, Any]] = [
    {"q": "Supplier = 'nobody'"},
    {"q": "OrderNumber like '%99999'"},
    {"q": "Total > 99999999999", "totalResults": "true"},
    {"orderBy": "Total:desc"},
    {"orderBy": "Description,Supplier:desc,POHeaderId", "q": "Status <> 'Canceled'"},
    {"orderBy": "LastUpdateDate:desc"},
    {"offset": "99000", "totalResults": "true"},
]


@pytest.mark.parametrize("asked", SEEN, ids=str)
def test_any_other_filter_or_order_looks_at_every_header_and_makes_no_line(
    large: OracleSimulator, asked: dict[str, str]
) -> None:
    read_page = partial(page, large, Asked(parameters=asked | {"onlyData": "true"}, framework=4, base=""))
    assert seconds(read_page) < 8
    assert min(seconds(read_page) for _ in range(3)) < 2


def page(simulator: OracleSimulator, asked: Asked) -> bytes:
    return encode(collection(simulator, asked).body)


def seconds(act: Callable[[], object]) -> float:
    """Return how long the processor works on it: others may be busy on the same machine."""
    started = thread_time()
    act()
    return thread_time() - started
