"""Walks over pages: whole when nothing changes, and what goes wrong when something does (fact sheet, 1.11 and 5)."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.simulators.oracle.pod import Pod, started_pod


@pytest.fixture(scope="module")
def large() -> Iterator[Pod]:
    """Return a pod of 120 orders, 40 of which share a stamp; tests only read it."""
    with started_pod(orders=120, lines=1) as pod:
        pod.simulator.stamp_together(pod.order_keys()[30:70])
        yield pod


def walk(pod: Pod, **query: str) -> list[int]:
    """Return the keys that a walk by offset meets."""
    met: list[int] = []
    while True:
        page = pod.page(fields="POHeaderId", onlyData="true", offset=str(len(met)), **query)
        met += [item["POHeaderId"] for item in page["items"]]
        if not page["hasMore"]:
            return met


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 130), order_by=st.sampled_from(["POHeaderId", "LastUpdateDate,POHeaderId", "Supplier", ""]))
def test_a_walk_by_offset_meets_every_order_once_when_nothing_changes(large: Pod, limit: int, order_by: str) -> None:
    assert sorted(walk(large, limit=str(limit), orderBy=order_by)) == large.order_keys()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 130), position=st.integers(0, 119))
def test_a_walk_by_key_meets_every_order_of_a_window_once(large: Pod, limit: int, position: int) -> None:
    since = large.stamp(position)
    expected = [key for key in large.order_keys() if large.simulator.orders.stamp(key).isoformat() >= since]
    met, last = [], 0
    while True:
        q = f"POHeaderId > {last} and LastUpdateDate >= '{since}'"
        page = large.page(q=q, orderBy="POHeaderId", limit=str(limit), fields="POHeaderId", onlyData="true")
        met += [item["POHeaderId"] for item in page["items"]]
        if not page["hasMore"]:
            break
        last = met[-1]
    assert met == expected


def test_an_order_that_changes_during_a_walk_by_offset_makes_it_skip_another(pod: Pod) -> None:
    first = pod.items(orderBy="LastUpdateDate", limit="30", fields="POHeaderId")
    pod.simulator.touch(pod.order_keys()[0])
    second = pod.items(orderBy="LastUpdateDate", offset="30", limit="500", fields="POHeaderId")
    met = [item["POHeaderId"] for item in first + second]
    assert pod.order_keys()[30] not in met


def test_shuffled_ties_make_a_walk_lose_and_repeat_orders_unless_it_sorts_uniquely(pod: Pod) -> None:
    pod.simulator.switches.shuffle_ties = True
    pod.simulator.stamp_together(pod.order_keys())

    assert len({*walk(pod, limit="5", orderBy="LastUpdateDate")}) < 60
    assert walk(pod, limit="5", orderBy="LastUpdateDate,POHeaderId") == pod.order_keys()


def test_large_windows_are_answered_like_small_ones() -> None:
    with started_pod(orders=6_000, lines=1) as pod:
        pod.simulator.touch(pod.order_keys()[17])
        moved = [*pod.order_keys()[:17], *pod.order_keys()[18:], pod.order_keys()[17]]
        since = pod.stamp(3)
        for q, expected in (("", moved), (f"LastUpdateDate >= '{since}'", moved[3:])):
            query = {"fields": "POHeaderId", "onlyData": "true", "limit": "40", "q": q}
            by_stamp = pod.items(orderBy="LastUpdateDate,POHeaderId", **query)
            assert [item["POHeaderId"] for item in by_stamp] == expected[:40]
            by_key = pod.items(orderBy="POHeaderId", **query)
            assert [item["POHeaderId"] for item in by_key] == sorted(expected)[:40]
            assert pod.page(totalResults="true", **query)["totalResults"] == len(expected)
