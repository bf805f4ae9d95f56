"""The REST framework: addresses, envelopes, projections, versions, errors and conditions (fact sheet, 1.1 to 1.8)."""

from decimal import Decimal
from operator import itemgetter
from typing import Any

import pytest

from simulators.oracle.attributes import DISTRIBUTIONS, LINES, PURCHASE_ORDERS, SCHEDULES
from tests.unit.simulators.oracle.pod import ORDERS, WHOLE, Pod

ROOT = "/fscmRestApi/resources"


def test_the_version_list_tells_the_default_and_the_allowed_framework_versions(pod: Pod) -> None:
    (version,) = pod.http.get(ROOT).json()["items"]
    assert (version["version"], version["isLatest"]) == ("11.13.18.05", True)
    assert version["adf:extension"] == {
        "defaultFrameworkVersion": "1",
        "allowedFrameworkVersions": ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
    }


def test_latest_is_the_newest_version(pod: Pod) -> None:
    latest = pod.http.get(f"{ROOT}/latest/purchaseOrders", headers={"REST-Framework-Version": "4"})
    assert latest.json() == pod.page()


@pytest.mark.parametrize(
    "path",
    [
        f"{ROOT}/10.1/purchaseOrders",
        f"{ROOT}/10.1/purchaseOrders/describe",
        f"{ROOT}/latest/purchaseorders",
        f"{ROOT}/latest",
        f"{ORDERS}/1",
        f"{ORDERS}/nobody",
        f"{ORDERS}/00020000000EACED0005FF",
        f"{ORDERS}/300100210000000/child",
        f"{ORDERS}/300100210000000/child/nothing",
        f"{ORDERS}/300100210000000/lines",
        f"{ORDERS}/300100210000000/child/lines/1",
        f"{ORDERS}/300100210000000/child/lines/300100210000020/child/distributions",
    ],
)
def test_what_is_not_there_is_a_404(pod: Pod, path: str) -> None:
    answer = pod.http.get(path, headers={"REST-Framework-Version": "4"})
    assert answer.status_code == 404
    assert answer.json()["o:errorDetails"] == [{"detail": "The resource item wasn't found.", "o:errorCode": "27500"}]


def test_an_order_is_found_by_its_link_and_by_its_key(pod: Pod) -> None:
    (first, *_) = pod.items()
    (self_link, *_) = first["links"]

    assert self_link["rel"] == "self"
    assert str(first["POHeaderId"]) not in self_link["href"]
    assert pod.http.get(self_link["href"], headers={"REST-Framework-Version": "4"}).json() == first
    assert pod.page(f"/{first['POHeaderId']}") == first


def test_children_are_found_at_any_depth(pod: Pod) -> None:
    (order, *_) = pod.items(expand=WHOLE)
    line = order["lines"]["items"][1]
    schedule = line["schedules"]["items"][0]
    path = f"/{order['POHeaderId']}/child/lines"

    assert pod.items(path, expand="schedules.distributions") == order["lines"]["items"]
    assert pod.page(f"{path}/{line['POLineId']}", expand="schedules.distributions") == line
    path += f"/{line['POLineId']}/child/schedules/{schedule['LineLocationId']}"
    assert pod.page(path, expand="distributions") == schedule
    assert pod.items(f"/{order['POHeaderId']}/child/lines/{line['POLineId']}/child/schedules") != []
    assert pod.items(f"{path}/child/distributions") == schedule["distributions"]["items"]


def test_a_page_is_25_unless_asked_and_500_at_most_and_says_its_real_limit(pod: Pod) -> None:
    pod.simulator.add(500)
    shapes = [pod.page(limit=limit, fields="POHeaderId") for limit in ("0", "7", "500", "100000")]

    assert [(page["limit"], page["count"], len(page["items"]), page["hasMore"]) for page in shapes] == [
        (25, 25, 25, True), (7, 7, 7, True), (500, 500, 500, True), (500, 500, 500, True)
    ]  # fmt: skip
    assert pod.page()["limit"] == 25
    pod.simulator.switches.page_cap = 499
    assert (pod.page(limit="500")["limit"], pod.page(limit="500")["count"]) == (499, 499)


def test_an_empty_collection_is_a_200(pod: Pod) -> None:
    page = pod.page(q="OrderNumber = 'none'", totalResults="true")
    assert (page["items"], page["count"], page["hasMore"], page["totalResults"]) == ([], 0, False, 0)
    assert [link["kind"] for link in page["links"]] == ["collection"]


def test_offset_and_total_results(pod: Pod) -> None:
    page = pod.page(offset="55", totalResults="true", fields="POHeaderId", onlyData="true")
    assert [item["POHeaderId"] for item in page["items"]] == pod.order_keys()[55:]
    assert (page["offset"], page["hasMore"], page["totalResults"], page["count"]) == (55, False, 60, 5)
    assert "totalResults" not in pod.page()


def test_a_finder_finds_by_primary_key(pod: Pod) -> None:
    key = pod.order_keys()[9]
    assert [item["POHeaderId"] for item in pod.items(finder=f"PrimaryKey;POHeaderId={key}")] == [key]


@pytest.mark.parametrize(
    ("order_by", "first"),
    [
        ("POHeaderId", 0),
        ("POHeaderId:asc", 0),
        ("POHeaderId:desc", 59),
        ("LastUpdateDate:desc,POHeaderId:asc", 59),
        ("OrderNumber:desc", 59),
        ("CurrencyCode:desc,POHeaderId:desc", None),
    ],
)
def test_order_by(pod: Pod, order_by: str, first: int | None) -> None:
    items = pod.items(orderBy=order_by, limit="500")
    names = [part.partition(":")[::2] for part in order_by.split(",")]
    expected = list(items)
    for name, direction in reversed(names):
        expected.sort(key=itemgetter(name), reverse=direction == "desc")

    assert items == expected
    assert first is None or items[0]["POHeaderId"] == pod.order_keys()[first]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("orderBy", "Nothing"),
        ("orderBy", "POHeaderId:up"),
        ("orderBy", "lines.LineNumber"),
        ("fields", "Nothing"),
        ("fields", "nothing:LineNumber"),
        ("expand", "schedules"),
        ("expand", "lines.nothing"),
        ("limit", "-1"),
        ("limit", "many"),
        ("limit", "²"),
        ("offset", "-1"),
        ("finder", "PrimaryKey;Nothing=1"),
        ("finder", "Nobody;POHeaderId=1"),
        ("onlydata", "true"),
    ],
)
def test_a_wrong_parameter_is_a_400_that_names_it(pod: Pod, parameter: str, value: str) -> None:
    answer = pod.get(**{parameter: value})
    assert answer.status_code == 400
    assert answer.json()["o:errorDetails"][0]["o:errorCode"] == "27520"
    assert f"parameter {parameter} " in answer.json()["o:errorDetails"][0]["detail"]


def test_parameters_for_other_resources_are_taken_and_ignored(pod: Pod) -> None:
    assert pod.page(effectiveDate="2025-01-01", dependency="Supplier=ACME")["count"] == 25


def shape(row: Any) -> Any:
    """Return the attribute names of a row, with those of its first child below."""
    if isinstance(row, dict) and "items" in row:
        return shape(row["items"][0])
    if isinstance(row, list):
        return shape(row[0])
    return {name: shape(value) if isinstance(value, dict | list) else None for name, value in row.items()}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"fields": "POHeaderId,OrderNumber"}, {"POHeaderId": None, "OrderNumber": None}),
        (
            {"fields": "OrderNumber;lines:LineNumber,Quantity"},
            {"OrderNumber": None, "lines": {"LineNumber": None, "Quantity": None}},
        ),
        (
            {"fields": "OrderNumber;lines:LineNumber;lines.schedules:Ordered", "expand": WHOLE},
            {"OrderNumber": None, "lines": {"LineNumber": None, "schedules": {"Ordered": None}}},
        ),
        ({"fields": "lines.schedules:Ordered"}, {"lines": {"schedules": {"Ordered": None}}}),
    ],
)
def test_fields_show_what_they_name_and_win_over_expand(
    pod: Pod, query: dict[str, str], expected: dict[str, Any]
) -> None:
    for framework in (2, 4):
        assert shape(pod.items(onlyData="true", framework=framework, **query)[0]) == expected


@pytest.mark.parametrize(
    ("expand", "levels"), [("", 0), ("lines", 1), ("lines.schedules", 2), (WHOLE, 3), (f"lines,{WHOLE}", 3)]
)
def test_expand_goes_as_deep_as_its_dots(pod: Pod, expand: str, levels: int) -> None:
    row = shape(pod.items(expand=expand, onlyData="true")[0])
    for depth, resource in enumerate((PURCHASE_ORDERS, LINES, SCHEDULES, DISTRIBUTIONS)[: levels + 1]):
        child = [resource.child.name] if resource.child is not None and depth < levels else []
        assert [*row] == [*resource.attributes, *child]
        row = row.get(*child) if child else row


def test_only_data_drops_every_link_and_links_keeps_the_wanted(pod: Pod) -> None:
    assert '"links"' not in str(pod.items(expand=WHOLE, onlyData="true"))
    (order, *_) = pod.items(expand="lines", links="self,canonical")
    assert {link["rel"] for link in order["links"] + order["lines"]["items"][0]["links"]} == {"self", "canonical"}
    (order, *_) = pod.items(expand="lines")
    linked = [(link["rel"], link["name"]) for link in order["lines"]["items"][0]["links"]]
    assert linked[:3] == [("self", "lines"), ("canonical", "lines"), ("parent", "purchaseOrders")]
    assert linked[3:] == [("child", "schedules"), ("child", "attachments"), ("child", "DFF")]


@pytest.mark.parametrize("framework", [None, 1, 2, 3, 4, 5, 6, 7, 8, 9])
def test_children_are_bare_and_silently_cut_before_version_3_and_collections_from_then_on(
    pod: Pod, framework: int | None
) -> None:
    line = pod.simulator.orders.get(pod.order_keys()[0])["lines"][0]
    order = pod.simulator.change(pod.order_keys()[0])
    order["lines"] = [line | {"POLineId": number, "LineNumber": number} for number in range(1, 31)]
    pod.simulator.orders.put(order)

    lines = pod.items(framework=framework, expand="lines", orderBy="POHeaderId")[0]["lines"]
    if framework is None or framework < 3:
        assert [line["LineNumber"] for line in lines] == list(range(1, 26))
    else:
        assert (lines["count"], lines["hasMore"], lines["limit"], lines["offset"]) == (25, True, 25, 0)
        rest = pod.page(f"/{pod.order_keys()[0]}/child/lines", framework=framework, offset="25", limit="500")
        assert [int(line["LineNumber"]) for line in rest["items"]] == list(range(26, 31))
        assert (rest["hasMore"], rest["limit"]) == (False, 500)


@pytest.mark.parametrize("framework", ["0", "10", "four", "4.0", "²", ""])
def test_an_unknown_framework_version_is_a_400(pod: Pod, framework: str) -> None:
    headers = {b"REST-Framework-Version": framework.encode("latin-1")}
    assert pod.http.get(ORDERS, headers=headers).status_code == 400


@pytest.mark.parametrize("framework", range(1, 10))
def test_errors_are_text_before_version_4_and_structured_from_then_on(pod: Pod, framework: int) -> None:
    answer = pod.get(framework=framework, q="Nothing = 1")
    if framework < 4:
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.text.startswith("URL request parameter q")
    else:
        assert answer.headers["content-type"] == "application/vnd.oracle.adf.error+json"
        assert (answer.json()["title"], answer.json()["status"]) == ("Bad Request", "400")


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["", "/300100210000000", "/300100210000000/child/lines"])
def test_purchase_orders_can_only_be_read(pod: Pod, method: str, path: str) -> None:
    assert pod.http.request(method, ORDERS + path, json={}).status_code == 405
    assert pod.get(path).status_code == 200


def test_a_post_may_stand_for_another_method(pod: Pod) -> None:
    assert pod.http.post(ORDERS, headers={"X-HTTP-Method-Override": "GET"}).status_code == 200
    assert pod.http.post(ORDERS, headers={"X-HTTP-Method-Override": "PATCH"}).status_code == 405


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("application/vnd.oracle.adf.resourcecollection+json", 200),
        ("text/html, application/*;q=0.5", 200),
        ("text/html", 406),
        ("application/xml", 406),
    ],
)
def test_only_json_is_served(pod: Pod, accept: str, status: int) -> None:
    assert pod.http.get(ORDERS, headers={"Accept": accept}).status_code == status


def test_an_unchanged_order_is_a_304_and_a_changed_one_is_not(pod: Pod) -> None:
    path = f"/{pod.order_keys()[0]}"
    answer = pod.get(path)
    etag = answer.headers["ETag"]

    assert etag == f'"{answer.json()["links"][0]["properties"]["changeIndicator"]}"'
    assert etag.startswith('"ACED0005')
    pod.http.headers["If-None-Match"] = etag
    assert (pod.get(path).status_code, pod.get(path).content) == (304, b"")
    pod.simulator.change(pod.order_keys()[0], Description="another")
    assert pod.get(path).status_code == 200


def test_describe_tells_what_can_be_asked(pod: Pod) -> None:
    described = pod.page("/describe")["Resources"]["purchaseOrders"]
    names = {attribute["name"]: attribute for attribute in described["attributes"]}
    assert [*names] == [*PURCHASE_ORDERS.attributes]
    assert (names["POHeaderId"]["type"], names["LastUpdateDate"]["type"]) == ("integer", "datetime")
    assert described["children"]["lines"]["children"]["schedules"]["children"]["distributions"]["attributes"]
    for name, attribute in names.items():
        assert (pod.get(q=f"{name} is null").status_code == 200) is attribute["queryable"]


def test_the_date_header_is_the_pods_clock(pod: Pod) -> None:
    pod.http.post("/admin/clock", json={"set": "2031-02-03T04:05:06+00:00"})
    assert pod.get().headers["Date"].startswith("Mon, 03 Feb 2031 04:05:")
    assert pod.get(q="Nothing = 1").headers["Date"].startswith("Mon, 03 Feb 2031 04:05:")


def test_numbers_are_plain_and_exact_and_ids_whole(pod: Pod) -> None:
    key = pod.order_keys()[0]
    exact = Decimal("12345678901234567.123456789")
    pod.simulator.change(key, ConversionRate=exact)
    text = pod.get(f"/{key}").text
    assert f'"ConversionRate":{exact}' in text
    assert f'"POHeaderId":{key},' in text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("*", 304),
        ("{etag}", 304),
        ("W/{etag}", 304),
        ('"ACED0005", {etag}', 304),
        ('W/"ACED0005",W/{etag} ', 304),
        ('"ACED0005"', 200),
        ('"ACED0005", W/"1"', 200),
        ("", 200),
    ],
)
def test_if_none_match_takes_a_star_weak_tags_and_lists(pod: Pod, sent: str, status: int) -> None:
    path = f"/{pod.order_keys()[0]}"
    pod.http.headers["If-None-Match"] = sent.replace("{etag}", pod.get(path).headers["ETag"])
    assert pod.get(path).status_code == status


def test_a_schedule_is_linked_by_a_hash_and_found_by_it_and_by_its_key(pod: Pod) -> None:
    schedule = pod.items(expand=WHOLE)[0]["lines"]["items"][0]["schedules"]["items"][0]
    href = schedule["links"][0]["href"]
    headers = {"REST-Framework-Version": "4"}

    assert str(schedule["LineLocationId"]) not in href
    assert pod.http.get(href, params={"expand": "distributions"}, headers=headers).json() == schedule
    by_key = f"{href.rpartition('/')[0]}/{schedule['LineLocationId']}"
    assert pod.http.get(by_key, params={"expand": "distributions"}, headers=headers).json() == schedule
    (share, *_) = schedule["distributions"]["items"]
    assert pod.http.get(share["links"][0]["href"], headers=headers).json() == share
    order_hash = href.split("/purchaseOrders/")[1].split("/")[0]
    assert pod.http.get(f"{href.rpartition('/')[0]}/{order_hash}", headers=headers).status_code == 404
    assert pod.get(f"/{href.rpartition('/')[2]}").status_code == 404


def test_describe_tells_sizes(pod: Pod) -> None:
    described = pod.page("/describe")["Resources"]["purchaseOrders"]
    names = {attribute["name"]: attribute for attribute in described["attributes"]}
    assert names["POHeaderId"]["precision"] == 18
    assert {"precision", "scale"} <= {*names["Total"]}
    assert names["CurrencyCode"]["maxLength"] == "30"
    assert "maxLength" not in names["LastUpdateDate"]
    assert "lines" in [link["name"] for link in described["item"]["links"]]


EMPTY = ("attachments", "DFF", "globalDFFs", "specialHandlingDFF")


@pytest.mark.parametrize("framework", [1, 2, 4])
def test_children_without_rows_are_served_and_expanded_empty(pod: Pod, framework: int) -> None:
    path = f"/{pod.order_keys()[0]}"
    for name in EMPTY:
        page = pod.page(f"{path}/child/{name}", framework=framework, totalResults="true")
        assert (page["items"], page["count"], page["hasMore"], page["totalResults"]) == ([], 0, False, 0)
        assert pod.get(f"{path}/child/{name}", framework=framework, q="A=1").status_code == 400
        shown = pod.page(path, framework=framework, expand=name)[name]
        assert (shown if framework < 3 else shown["items"]) == []
    assert pod.get(f"{path}/child/DFF/1").status_code == 404
    assert pod.get(path, expand="DFF.lines").status_code == 400

    everything = pod.page(path, framework=framework, expand="all", onlyData="true")
    assert [*everything] == [*PURCHASE_ORDERS.attributes, "lines", *EMPTY]
    line = pod.page(path, expand="lines.DFF,lines.schedules.DFF")["lines"]["items"][0]
    assert (line["DFF"]["items"], line["schedules"]["items"][0]["DFF"]["items"]) == ([], [])
