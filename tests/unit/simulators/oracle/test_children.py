"""Child collections are collections: filtered, ordered, counted and found like orders are (fact sheet, 1.1 to 1.4)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.simulators.oracle.pod import Pod


@pytest.fixture
def long(start: Callable[..., Pod]) -> Pod:
    """Return a pod of orders of 30 lines."""
    return start(orders=3, lines=30)


def lines_of(pod: Pod, **query: str) -> list[int]:
    items = pod.items(f"/{pod.order_keys()[0]}/child/lines", **{"limit": "500", **query})
    return [item["LineNumber"] for item in items]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "LineNumber = 3"}, [3]),
        ({"q": "LineNumber > 28 or LineNumber in (1, 2)", "orderBy": "LineNumber:desc"}, [30, 29, 2, 1]),
        ({"q": "LineNumber between 3 and 5 and schedules.ScheduleNumber = 1"}, [3, 4, 5]),
        ({"q": "Status = 'Canceled'"}, []),
        ({"orderBy": "LineNumber:desc", "limit": "2", "offset": "1"}, [29, 28]),
        ({"finder": "PrimaryKey;POLineId=300100210000060"}, [3]),
        ({"finder": "PrimaryKey;POLineId=1"}, []),
    ],
)
def test_lines_are_filtered_ordered_and_found(long: Pod, query: dict[str, str], expected: list[int]) -> None:
    assert lines_of(long, **query) == expected


def test_the_first_framework_filters_children_by_example(long: Pod) -> None:
    items = long.items(f"/{long.order_keys()[0]}/child/lines", framework=1, q="LineNumber>=3 and <=5;Status=Open")
    assert [item["LineNumber"] for item in items] == [3, 4, 5]


@pytest.mark.parametrize(
    "query",
    [
        {"q": "%%%"},
        {"q": "SoldToLegalEntity = 'Vision Operations'"},
        {"q": "lines.LineNumber = 1"},
        {"orderBy": "Supplier"},
        {"orderBy": "LineNumber:up"},
        {"finder": "PrimaryKey;POHeaderId=300100210000000"},
        {"finder": "Nothing"},
        {"limit": "many"},
        {"expand": "distributions"},
    ],
    ids=str,
)
def test_what_cannot_be_asked_of_a_child_is_a_400(long: Pod, query: dict[str, str]) -> None:
    assert long.get(f"/{long.order_keys()[0]}/child/lines", **query).status_code == 400


def test_the_total_counts_what_the_filter_leaves(long: Pod) -> None:
    page = long.page(f"/{long.order_keys()[0]}/child/lines", q="LineNumber > 2", limit="5", totalResults="true")
    assert (page["count"], page["hasMore"], page["totalResults"]) == (5, True, 28)
    assert "totalResults" not in long.page(f"/{long.order_keys()[0]}/child/lines")


def test_children_at_every_depth_are_filtered(long: Pod) -> None:
    line = long.items(f"/{long.order_keys()[0]}/child/lines", expand="schedules.distributions")[0]
    path = f"/{long.order_keys()[0]}/child/lines/{line['POLineId']}/child/schedules"
    (schedule, *_) = line["schedules"]["items"]
    found = long.items(path, finder=f"PrimaryKey;LineLocationId={schedule['LineLocationId']}")
    assert [one["ScheduleNumber"] for one in found] == [schedule["ScheduleNumber"]]
    path += f"/{schedule['LineLocationId']}/child/distributions"
    assert long.items(path, q="DistributionNumber = 99") == []


def test_shuffled_ties_reach_children_that_nothing_orders(long: Pod) -> None:
    long.simulator.switches.shuffle_ties = True
    key = long.order_keys()[0]

    def expanded() -> list[int]:
        (order,) = long.items(expand="lines", q=f"POHeaderId = {key}")
        rows: list[dict[str, Any]] = order["lines"]["items"]
        return [line["LineNumber"] for line in rows]

    def of_the_item() -> list[int]:
        return [line["LineNumber"] for line in long.page(f"/{key}", expand="lines")["lines"]["items"]]

    for read, count in ((expanded, 25), (of_the_item, 25), (lambda: lines_of(long), 30)):
        first, second = read(), read()
        assert len({*first}) == len(first) == count
        assert first != second
    assert lines_of(long, orderBy="LineNumber") == lines_of(long, orderBy="POLineId") == [*range(1, 31)]
    assert sorted(lines_of(long, orderBy="Status")) == [*range(1, 31)] != lines_of(long, orderBy="Status")


def test_the_lies_of_collections_are_told_of_children_too(long: Pod) -> None:
    path = f"/{long.order_keys()[0]}/child/lines"
    long.simulator.switches.has_more_lies = True
    assert long.page(path)["hasMore"] is False
    long.simulator.switches.count_lies = True
    assert long.page(path, limit="7")["count"] == 8
    long.simulator.switches.total_results_lies = True
    assert long.page(path, limit="7", totalResults="true")["totalResults"] == 7
    long.simulator.switches.ignore_order = True
    assert lines_of(long, orderBy="LineNumber", limit="3") == [3, 2, 1]
    long.simulator.switches.empty_pages = True
    assert long.page(path)["items"] == []
    long.simulator.switches.html_page = True
    assert long.get(path).headers["content-type"].startswith("text/html")
    assert long.get(f"/{long.order_keys()[0]}").status_code == 200
