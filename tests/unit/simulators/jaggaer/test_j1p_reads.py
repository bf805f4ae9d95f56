"""Reads over J1P: the wrapper and its quirks, paging, filters, exact numbers, lagging replicas (fact sheet 2)."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.simulators.jaggaer.conftest import Jaggaer
from tests.unit.simulators.jaggaer.documents import cxml, j1p_body, j1p_line, j1p_order, order_request


def rows(wrapper: dict[str, Any]) -> list[str]:
    return [row["poHeader"]["poNumber"] for row in wrapper["jipurchaseorderList"]["jipurchaseorder"]]


def fill(jaggaer: Jaggaer, count: int) -> None:
    for number in range(1, count + 1):
        jaggaer.import_order(j1p_order(f"PO{number}"), f"batch-{number}")
        jaggaer.clock.advance(1)


def test_a_read_gives_what_came_and_what_jaggaer_adds(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order(notes="Ring twice", flexible={"deep": [1, "two"]}))
    answer = jaggaer.get("/PO1").json()

    counts = {
        name: answer[name] for name in ("returnCode", "returnMessage", "totRecords", "returnedRecords", "startAt")
    }
    assert counts == {"returnCode": 0, "returnMessage": "", "totRecords": 1, "returnedRecords": 1, "startAt": 1}
    order = answer["jipurchaseorderList"]["jipurchaseorder"][0]
    assert order["poHeader"] == {
        **j1p_order()["poHeader"],
        "notes": "Ring twice",
        "flexible": {"deep": [1, "two"]},
        "originalRequestMessageId": "batch-1",
        "status": "Open",
        "lastUpdate": "2024-02-14T10:00:00.000Z",
    }
    assert order["poLineList"]["poLine"] == [j1p_line()]


@pytest.mark.parametrize(
    "digits", ["0.10", "12345678901234567.89", "0.00000001", "1E+2", "12345678901234567890123", "7"]
)
def test_numbers_come_back_with_the_same_value_and_no_float(jaggaer: Jaggaer, digits: str) -> None:
    body = j1p_body(j1p_order(total=None, lines=[j1p_line(price="PRICE")])).replace(b'"PRICE"', digits.encode())
    assert jaggaer.post(body).json()["returnCode"] == 0
    order = json.loads(jaggaer.get("/PO1").content, parse_float=Decimal, parse_int=Decimal)

    price = order["jipurchaseorderList"]["jipurchaseorder"][0]["poLineList"]["poLine"][0]["lineCharges"]["unitPrice"]
    assert price["value"] == Decimal(digits)
    assert "E" in digits or digits in jaggaer.get("/PO1").text


def test_optional_fields_without_value_are_left_out_and_booleans_are_strings(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order(distributeRevision=True, notes=None))
    header = jaggaer.get("/PO1").json()["jipurchaseorderList"]["jipurchaseorder"][0]["poHeader"]
    assert header["distributeRevision"] == "true"
    assert "notes" not in header

    jaggaer.simulator.switch(string_booleans=False)
    header = jaggaer.get("/PO1").json()["jipurchaseorderList"]["jipurchaseorder"][0]["poHeader"]
    assert header["distributeRevision"] is True


def test_optional_fields_are_missing_where_it_is_switched_so(jaggaer: Jaggaer) -> None:
    sent = j1p_order(businessUnit="Vision Operations", notes="Ring twice", lines=[j1p_line(taxable=True)])
    sent["poLineList"]["poLine"][0]["item"]["commodityCode"] = "56112102"
    jaggaer.import_order(sent)
    (whole,) = jaggaer.get("/PO1").json()["jipurchaseorderList"]["jipurchaseorder"]
    jaggaer.simulator.switch(missing_optional_fields=True)

    for answer in (jaggaer.get("/PO1"), jaggaer.get()):
        (order,) = answer.json()["jipurchaseorderList"]["jipurchaseorder"]
        assert {*whole["poHeader"]} - {*order["poHeader"]} == {"total", "businessUnit"}
        (line,) = order["poLineList"]["poLine"]
        assert line == j1p_line()
    jaggaer.simulator.switch(missing_optional_fields=False)
    assert jaggaer.get("/PO1").json()["jipurchaseorderList"]["jipurchaseorder"] == [whole]


@pytest.mark.parametrize(("switch", "code", "said"), [("return_code_as_text", "0", ""), ("return_message_ok", 0, "OK")])
def test_the_wrapper_has_its_quirks(jaggaer: Jaggaer, switch: str, code: object, said: str) -> None:
    jaggaer.simulator.switch(**{switch: True})
    for answer in (jaggaer.import_order(j1p_order()), jaggaer.get().json(), jaggaer.get("/PO1").json()):
        assert answer["returnCode"] == code
        assert answer["returnMessage"] == said


def test_an_unknown_order_is_a_return_code_or_http_404(jaggaer: Jaggaer) -> None:
    answer = jaggaer.get("/PO9")
    assert answer.status_code == 200
    assert answer.json()["returnCode"] != 0
    assert "PO9 not found" in answer.json()["returnMessage"]

    jaggaer.simulator.switch(not_found_as_404=True)
    assert jaggaer.get("/PO9").status_code == 404


def test_an_order_number_may_hold_a_slash(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order("US/1"))
    assert rows(jaggaer.get("/US%2F1").json()) == ["US/1"]


def test_pages_start_at_one_and_hold_a_hundred(jaggaer: Jaggaer) -> None:
    fill(jaggaer, 101)
    first, second, beyond = (jaggaer.get(start=start).json() for start in ("1", "101", "102"))

    assert (first["totRecords"], first["returnedRecords"], first["startAt"]) == (101, 100, 1)
    assert (second["returnedRecords"], second["startAt"]) == (1, 101)
    assert (beyond["returnedRecords"], rows(beyond)) == (0, [])
    assert rows(first) + rows(second) == [f"PO{number}" for number in range(1, 102)]


def test_totals_may_grow_between_pages(jaggaer: Jaggaer) -> None:
    fill(jaggaer, 260)
    jaggaer.simulator.switch(growing_totals=True)

    totals = [jaggaer.get(start=start).json()["totRecords"] for start in ("1", "101", "201")]
    assert totals == [150, 250, 260]


@pytest.mark.parametrize("start", ["0", "-1", "x", "", "1.0"])
def test_a_start_that_does_not_count_from_one_is_refused(jaggaer: Jaggaer, start: str) -> None:
    assert jaggaer.get(start=start).json()["returnCode"] != 0


@pytest.mark.parametrize(
    ("flt", "found"),
    [
        ("", ["PO1", "PO2", "PO3"]),
        ("PONUMBER==PO2", ["PO2"]),
        ("ponumber==PO2", ["PO2"]),
        ("PONUMBER=in=(PO1, PO3,PO9)", ["PO1", "PO3"]),
        ("LASTUPDATE>=2024-02-14T10:00:01.000Z", ["PO2", "PO3"]),
        ("LASTUPDATE>=2024-02-14T11:00:01+01:00", ["PO2", "PO3"]),
        ("LASTUPDATE>=20240214100002", ["PO3"]),
        ("LASTUPDATE>=20240214", ["PO1", "PO2", "PO3"]),
        ("LASTUPDATE>=20240214100001;LASTUPDATE>=20240214100002", ["PO3"]),
        ("LASTUPDATE>=20240214100002;LASTUPDATE>=20240214100001", ["PO3"]),
        ("LASTUPDATE>=20240214100001;PONUMBER==PO1", []),
        ("STATUS==Open;LASTUPDATE>=20240214100001", ["PO2", "PO3"]),
        ("STATUS==Canceled", []),
        ("REVISIONNUMBER>=1", []),
        ("ORIGINALREQUESTMESSAGEID==batch-3", ["PO3"]),
    ],
)
def test_a_filter_chooses(jaggaer: Jaggaer, flt: str, found: list[str]) -> None:
    fill(jaggaer, 3)
    answer = jaggaer.get(flt=flt).json()

    assert rows(answer) == found
    assert answer["totRecords"] == len(found)


@pytest.mark.parametrize(
    "flt",
    ["COLOUR==red", "PONUMBER>=PO1", "PONUMBER", "LASTUPDATE>=soon", "PONUMBER=in=PO1", "REVISIONNUMBER>=x", "A=gt=1"],
)
def test_a_filter_that_is_not_understood_is_refused_and_not_dropped(jaggaer: Jaggaer, flt: str) -> None:
    answer = jaggaer.get(flt=flt).json()

    assert answer["returnCode"] != 0
    assert answer["returnMessage"].startswith("flt")


def test_an_updated_order_moves_to_the_end_of_the_list(jaggaer: Jaggaer) -> None:
    fill(jaggaer, 3)
    jaggaer.import_order(j1p_order("PO1", type="update", revision=1), "batch-4")

    assert rows(jaggaer.get().json()) == ["PO2", "PO3", "PO1"]
    assert rows(jaggaer.get(flt="LASTUPDATE>=20240214100003").json()) == ["PO1"]


def test_a_line_left_out_by_an_update_reads_as_quantity_0(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order(lines=[j1p_line(1), j1p_line(2)], total=20))
    jaggaer.import_order(j1p_order(type="update", revision=1, lines=[j1p_line(1)]), "batch-2")

    lines = jaggaer.get("/PO1").json()["jipurchaseorderList"]["jipurchaseorder"][0]["poLineList"]["poLine"]
    assert [(line["lineNumber"], line["quantity"]) for line in lines] == [(1, 2), (2, 0)]


def test_a_cancelled_order_reads_as_canceled(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order())
    jaggaer.import_order(j1p_order(type="cancel", revision=1), "batch-2")

    header = jaggaer.get("/PO1").json()["jipurchaseorderList"]["jipurchaseorder"][0]["poHeader"]
    assert (header["status"], header["revisionNumber"]) == ("Canceled", 1)
    assert header["originalRequestMessageId"] == "batch-2"


def test_a_lagging_replica_shows_an_order_only_after_some_seconds(jaggaer: Jaggaer) -> None:
    jaggaer.simulator.switch(stale_read_seconds=2.0)
    jaggaer.import_order(j1p_order())
    assert jaggaer.get("/PO1").json()["returnCode"] != 0
    assert rows(jaggaer.get().json()) == []

    jaggaer.clock.advance(2)
    assert rows(jaggaer.get("/PO1").json()) == rows(jaggaer.get().json()) == ["PO1"]


def test_a_lagging_replica_shows_the_version_before_for_some_reads(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order())
    jaggaer.simulator.switch(stale_read_count=2)
    jaggaer.import_order(j1p_order(type="update", revision=1), "batch-2")

    seen = [jaggaer.get("/PO1").json()["jipurchaseorderList"]["jipurchaseorder"][0]["poHeader"] for _ in range(3)]
    assert [header["revisionNumber"] for header in seen] == [0, 0, 1]


def test_a_lagging_replica_keeps_showing_the_first_state_while_more_versions_come(jaggaer: Jaggaer) -> None:
    jaggaer.simulator.switch(stale_read_seconds=2.0)
    jaggaer.import_order(j1p_order())
    jaggaer.import_order(j1p_order(type="update", revision=1), "batch-2")
    assert jaggaer.get("/PO1").json()["returnCode"] != 0

    jaggaer.clock.advance(2)
    assert jaggaer.get("/PO1").json()["returnCode"] == 0


def test_a_clock_that_is_set_back_hides_no_update(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order("PO1"), "batch-1")
    jaggaer.clock.advance(-60)
    jaggaer.import_order(j1p_order("PO2"), "batch-2")

    assert rows(jaggaer.get(flt="LASTUPDATE>=2024-02-14T10:00:00.000Z").json()) == ["PO1", "PO2"]


def test_a_comparison_that_a_field_does_not_have_is_named(jaggaer: Jaggaer) -> None:
    assert "PONUMBER>= is not supported" in jaggaer.get(flt="PONUMBER>=PO1").json()["returnMessage"]


def test_an_order_of_the_cxml_door_can_be_read(jaggaer: Jaggaer) -> None:
    jaggaer.send(cxml(order_request()))
    order = jaggaer.get("/PO1").json()["jipurchaseorderList"]["jipurchaseorder"][0]

    assert order["poHeader"]["originalRequestMessageId"] == "payload-1"
    assert order["poLineList"]["poLine"][0]["quantity"] == 2
