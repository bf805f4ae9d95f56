"""What can be switched while a pod runs, each as a client meets it (fact sheet, 1.11, 2.1, 5 and 6)."""

from decimal import Decimal

from tests.unit.simulators.oracle.pod import Pod


def test_without_child_filters_they_are_a_400(pod: Pod) -> None:
    pod.simulator.switches.child_filters = False
    assert pod.get(q="lines.LineNumber = 1").status_code == 400
    assert pod.get(q="POHeaderId > 1").status_code == 200


def test_without_privilege_everything_is_empty_or_not_found(pod: Pod) -> None:
    pod.simulator.switches.no_privilege = True
    page = pod.page(totalResults="true")
    assert (page["items"], page["count"], page["hasMore"], page["totalResults"]) == ([], 0, False, 0)
    assert "totalResults" not in pod.page()
    assert pod.get(f"/{pod.order_keys()[0]}").status_code == 404


def test_has_more_count_and_total_results_lie_when_switched_so(pod: Pod) -> None:
    pod.simulator.switches.has_more_lies = True
    assert pod.page(limit="25")["hasMore"] is False
    assert pod.page(limit="60")["hasMore"] is True
    pod.simulator.switches.count_lies = True
    assert pod.page(limit="7")["count"] == 8
    pod.simulator.switches.total_results_lies = True
    assert pod.page(limit="7", totalResults="true")["totalResults"] == 7


def test_an_empty_page_says_that_there_is_more(pod: Pod) -> None:
    pod.simulator.switches.empty_pages = True
    assert (pod.page()["items"], pod.page()["hasMore"]) == ([], True)
    assert pod.page(q="POHeaderId < 1")["hasMore"] is False


def test_order_is_not_kept_when_switched_so(pod: Pod) -> None:
    pod.simulator.switches.ignore_order = True
    keys = [item["POHeaderId"] for item in pod.items(orderBy="POHeaderId")]
    assert keys == pod.order_keys()[24::-1]


def test_a_sign_in_page_comes_with_status_200(pod: Pod) -> None:
    pod.simulator.switches.html_page = True
    answer = pod.get()
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def test_a_change_that_is_held_back_shows_with_its_old_stamp_when_released(pod: Pod) -> None:
    key = pod.order_keys()[0]
    pod.simulator.switches.hold_back = True
    stamp = pod.simulator.change(key, Description="first")["LastUpdateDate"]
    pod.simulator.advance_clock(60)
    added = pod.simulator.add(1)
    assert pod.page(f"/{key}")["Description"] != "first"
    assert pod.found(f"LastUpdateDate >= '{stamp.isoformat()}'") == []

    assert pod.simulator.release() == 2
    assert pod.page(f"/{key}")["LastUpdateDate"] == stamp.isoformat()
    assert pod.found(f"LastUpdateDate >= '{stamp.isoformat()}'") == [key, *added]
    changed, shown = pod.simulator.journal.read(kind="order_changed"), pod.simulator.journal.read(kind="became_visible")
    assert [entry.detail["visible"] for entry in changed] == [False]
    assert [entry.key for entry in shown] == [str(key), str(added[0])]


def test_changes_upon_a_held_back_change_build_on_it(pod: Pod) -> None:
    key = pod.order_keys()[0]
    pod.simulator.switches.hold_back = True
    pod.simulator.change(key, Description="first")
    pod.simulator.change_line(key, 1, quantity=Decimal(5), price=Decimal(2))
    pod.simulator.stamp_together([key])
    pod.simulator.release()
    order = pod.simulator.orders.get(key)
    assert (order["Description"], order["Revision"], order["lines"][0]["Ordered"]) == ("first", 1, 10)


def test_a_held_back_change_never_comes_back_over_a_newer_one(pod: Pod) -> None:
    key = pod.order_keys()[0]
    pod.simulator.switches.hold_back = True
    pod.simulator.change(key, Description="first")
    pod.simulator.switches.hold_back = False
    pod.simulator.change(key, SupplierOrder="second")
    shown = pod.page(f"/{key}")
    assert (shown["Revision"], shown["Description"], shown["SupplierOrder"]) == (2, "first", "second")

    assert pod.simulator.release() == 0
    assert pod.page(f"/{key}") == shown
    assert pod.simulator.latest(key)["Revision"] == 2


def test_a_change_that_becomes_visible_first_takes_the_older_one_with_it(pod: Pod) -> None:
    key, other = pod.order_keys()[:2]
    pod.simulator.switches.visible_after_seconds = 3600.0
    pod.simulator.change(key, Description="slow")
    pod.simulator.change(other, Description="another order")
    pod.simulator.switches.visible_after_seconds = 1e-9
    pod.simulator.change(key, SupplierOrder="quick")
    shown = pod.page(f"/{key}")
    assert (shown["Revision"], shown["Description"], shown["SupplierOrder"]) == (2, "slow", "quick")

    assert pod.simulator.release() == 1
    assert pod.page(f"/{key}") == shown
    assert pod.page(f"/{other}")["Description"] == "another order"


def test_late_changes_become_visible_by_themselves(pod: Pod) -> None:
    key = pod.order_keys()[0]
    pod.simulator.switches.visible_after_seconds = 3600.0
    pod.simulator.change(key, Description="late")
    assert pod.page(f"/{key}")["Description"] != "late"
    pod.simulator.switches.visible_after_seconds = 1e-9
    pod.simulator.change(key, Description="soon")
    assert pod.page(f"/{key}")["Description"] == "soon"


def test_the_clock_goes_where_it_is_put(pod: Pod) -> None:
    before = pod.simulator.now()
    pod.simulator.advance_clock(3600)
    assert 3600 <= (pod.simulator.touch(pod.order_keys()[0])["LastUpdateDate"] - before).total_seconds() < 3660


def test_a_reset_pod_is_as_it_was_started(pod: Pod) -> None:
    first = pod.simulator.orders.get(pod.order_keys()[0])
    pod.simulator.switches.page_cap = 1
    pod.simulator.cancel(pod.order_keys()[0])
    pod.simulator.add(2)
    pod.simulator.reset()

    assert pod.simulator.journal.read() == []
    assert pod.get().status_code == 401
    pod.log_in()
    assert (pod.page()["count"], len(pod.order_keys())) == (25, 60)
    assert pod.simulator.orders.get(pod.order_keys()[0]) == first
