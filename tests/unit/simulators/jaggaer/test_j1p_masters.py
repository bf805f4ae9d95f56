"""J1P suppliers and custom-field values: keyed, replaced, applied as often as they come (fact sheet 2.4, 3.3, 3.5)."""

from typing import Any

import pytest

from simulators.jaggaer.business_faults import BusinessFault, BusinessFaultKind
from simulators.jaggaer.j1p import RETURN_CODES
from simulators.jaggaer.order import DocumentKind, Reason
from tests.unit.simulators.jaggaer.conftest import Jaggaer


def supplier(jaggaer: Jaggaer, batch: str = "s-1", **fields: Any) -> dict[str, Any]:
    shown = {"erpNumber": "30010", "name": "Ltd", "active": True} | fields
    return jaggaer.call("POST", "/suppliers", {"batchId": batch, "supplier": shown})


def values(jaggaer: Jaggaer, *rows: Any, batch: str = "v-1", field: object = "Account", **more: Any) -> dict[str, Any]:
    return jaggaer.call("POST", "/customfieldvalues", {"batchId": batch, "customField": field, "values": rows} | more)


def test_a_supplier_is_created_then_replaced_whole_by_its_erp_number(jaggaer: Jaggaer) -> None:
    assert supplier(jaggaer, duns="123", webSiteURL="x") == {"returnCode": 0, "returnMessage": ""}
    assert supplier(jaggaer, "s-2", name="Ltd 2", active="No")["returnCode"] == 0

    (row,) = jaggaer.call("GET", "/suppliers", flt="erpNumber==30010")["jisupplierList"]["jisupplier"]
    assert (row["name"], row["active"], row["sqIntegrationNumber"]) == ("Ltd 2", "No", "50001")
    assert "duns" not in row
    entries = jaggaer.entries("supplier_applied")
    assert [(one["key"], one["type"], one["active"], one["dedupe_key"]) for one in entries] == [
        ("30010", "new", True, "s-1"),
        ("30010", "update", False, "s-2"),
    ]


def test_what_comes_again_is_applied_again_and_the_journal_shows_it(jaggaer: Jaggaer) -> None:
    for _ in range(2):
        supplier(jaggaer)
        values(jaggaer, {"value": "5210"})
    assert jaggaer.kinds() == ["supplier_applied", "value_applied"] * 2


def test_suppliers_are_listed_and_read(jaggaer: Jaggaer) -> None:
    for number in range(3):
        supplier(jaggaer, f"s-{number}", erpNumber=str(number), name=f"N{number}")

    assert jaggaer.call("GET", "/suppliers", flt="name==N1")["totRecords"] == 1
    assert jaggaer.call("GET", "/suppliers", start="3")["returnedRecords"] == 1
    assert jaggaer.call("GET", "/suppliers/2")["jisupplierList"]["jisupplier"][0]["name"] == "N2"
    assert jaggaer.call("GET", "/suppliers/9")["returnCode"] == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"erpNumber": ""}, "erpNumber is missing"), ({"name": None}, "name is missing"), ({"active": "x"}, "active 'x'")],
)
def test_a_supplier_without_what_it_needs_is_refused(jaggaer: Jaggaer, fields: dict[str, Any], words: str) -> None:
    assert words in supplier(jaggaer, **fields)["returnMessage"]
    assert jaggaer.kinds() == ["supplier_refused"]


def test_values_are_merged_and_found_by_field_and_value(jaggaer: Jaggaer) -> None:
    values(jaggaer, {"value": "5210", "description": "Travel"}, {"value": "5220", "parent": "01"})
    values(jaggaer, {"value": "5210", "description": "Travel", "active": False}, batch="v-2")

    answer = jaggaer.call("GET", "/customfieldvalues", flt="customField==Account;value==5210")
    (row,) = answer["jicustomfieldvalueList"]["jicustomfieldvalue"]
    assert (row["description"], row["active"], row["originalRequestMessageId"]) == ("Travel", "false", "v-2")
    assert jaggaer.call("GET", "/customfieldvalues", flt="customField==Account;active==true")["totRecords"] == 1
    held = jaggaer.simulator.values.get(("Account", "5220"))
    assert held is not None
    assert (held.parent, held.active) == ("01", True)


def test_replace_retires_what_it_does_not_name(jaggaer: Jaggaer) -> None:
    values(jaggaer, {"value": "1"}, {"value": "2"})
    values(jaggaer, {"value": "1"}, field="Fund")
    values(jaggaer, {"value": "2"}, {"value": "3"}, batch="v-2", mode="replace")

    active = {one.key for one in jaggaer.simulator.values if one.active}
    assert active == {("Account", "2"), ("Account", "3"), ("Fund", "1")}
    retired = [one["key"] for one in jaggaer.entries("value_applied") if one["type"] == "cancel"]
    assert retired == ["Account=1"]


def test_every_value_has_a_result_and_one_that_fails_leaves_the_others(jaggaer: Jaggaer) -> None:
    answer = values(jaggaer, {"value": "1"}, {"value": ""}, {"value": "2", "active": "maybe"}, 7)

    assert [(one["value"], one["returnCode"]) for one in answer["results"]] == [
        ("1", 0),
        ("", RETURN_CODES[Reason.MISSING]),
        ("2", RETURN_CODES[Reason.INVALID]),
        ("", RETURN_CODES[Reason.INVALID]),
    ]
    assert answer["returnCode"] == 0
    assert "attempted=4, Total documents completed=1" in answer["returnMessage"]
    assert len(answer["objectErrors"]["customFieldValueRef"]) == 3
    assert jaggaer.kinds() == ["value_applied", "value_refused", "value_refused", "value_refused"]


def test_an_import_of_which_no_value_was_applied_fails(jaggaer: Jaggaer) -> None:
    assert values(jaggaer, {"value": ""})["returnCode"] == RETURN_CODES[Reason.MISSING]


@pytest.mark.parametrize(
    ("body", "words"),
    [({"field": ""}, "customField"), ({"mode": "add"}, "mode 'add'"), ({"values": "x"}, "values is no list")],
)
def test_an_import_that_makes_no_sense_is_refused(jaggaer: Jaggaer, body: dict[str, Any], words: str) -> None:
    assert words in values(jaggaer, **body)["returnMessage"]


@pytest.mark.parametrize(("kind", "code"), [(BusinessFaultKind.REFUSE, 99), (BusinessFaultKind.PARTIAL, 0)])
def test_a_fault_hits_one_value_by_its_name(jaggaer: Jaggaer, kind: BusinessFaultKind, code: int) -> None:
    jaggaer.simulator.business_faults.add(
        BusinessFault(kind=kind, document=DocumentKind.VALUE, prefix="Account=52", times=2)
    )
    mixed = values(jaggaer, {"value": "5210"}, {"value": "6100"})
    assert (mixed["returnCode"], [one["returnCode"] for one in mixed["results"]]) == (0, [99, 0])
    assert values(jaggaer, {"value": "5210"}, batch="v-2")["returnCode"] == code
    assert jaggaer.simulator.values.keys() == [("Account", "6100")]


def test_a_lagging_replica_still_shows_what_was_there(jaggaer: Jaggaer) -> None:
    supplier(jaggaer)
    jaggaer.simulator.switch(stale_read_count=1)
    supplier(jaggaer, "s-2", name="Ltd 2")

    names = [jaggaer.call("GET", "/suppliers/30010")["jisupplierList"]["jisupplier"][0]["name"] for _ in range(2)]
    assert names == ["Ltd", "Ltd 2"]
