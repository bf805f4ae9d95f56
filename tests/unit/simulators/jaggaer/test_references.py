"""What documents refer to: suppliers and account codes that nobody imported show, or are refused (fact sheet 3.5)."""

from typing import Any

import pytest

from simulators.jaggaer.j1p import RETURN_CODES
from simulators.jaggaer.order import Reason
from tests.unit.simulators.jaggaer import messages
from tests.unit.simulators.jaggaer.conftest import Jaggaer
from tests.unit.simulators.jaggaer.documents import (
    cxml,
    invoice_item,
    invoice_ocr,
    invoice_request,
    item_out,
    j1p_line,
    j1p_order,
    ocr_line,
    order_request,
    split,
)


def know(jaggaer: Jaggaer, **active: bool) -> None:
    values = [{"value": name.removeprefix("v"), "active": flag} for name, flag in active.items()]
    jaggaer.call("POST", "/customfieldvalues", {"batchId": "v", "customField": "Account", "values": values})


def coded(value: str, field: str = "Account") -> dict[str, Any]:
    return j1p_order(lines=[j1p_line(splittableFieldSetGroupList=split(field, value))])


def unknown(jaggaer: Jaggaer) -> list[tuple[str, str, str, bool]]:
    entries = jaggaer.entries("unknown_account")
    return [(one["key"], one["custom_field"], one["value"], one["inactive"]) for one in entries]


def test_an_order_with_known_codes_leaves_no_trace(jaggaer: Jaggaer) -> None:
    know(jaggaer, v5210=True)
    assert jaggaer.import_order(coded("5210"))["returnCode"] == 0
    assert unknown(jaggaer) == []


@pytest.mark.parametrize(("value", "inactive"), [("5210", True), ("9999", False)])
def test_an_unknown_or_inactive_code_is_applied_and_noted(jaggaer: Jaggaer, value: str, *, inactive: bool) -> None:
    know(jaggaer, v5210=False, v5220=True)
    assert jaggaer.import_order(coded(value))["returnCode"] == 0
    assert unknown(jaggaer) == [("PO1", "Account", value, inactive)]


def test_a_field_without_values_is_free_text_unless_the_instance_is_strict(jaggaer: Jaggaer) -> None:
    know(jaggaer, v5210=True)
    assert jaggaer.import_order(coded("X", "Project"))["returnCode"] == 0
    assert unknown(jaggaer) == []

    jaggaer.simulator.switch(strict_accounts=True)
    answer = jaggaer.import_invoice(invoice_ocr(lines=[ocr_line(splittableFieldSetGroupList=split("Project", "X"))]))
    assert answer["returnCode"] == RETURN_CODES[Reason.UNKNOWN_ACCOUNT]
    assert "value 'X' of custom field Project" in answer["returnMessage"]
    assert len(jaggaer.simulator.invoices) == 0


@pytest.mark.parametrize(
    "accounting",
    [
        '<AccountingSegment id="9999"><Name xml:lang="en">Account</Name></AccountingSegment>',
        '<Segment type="Account" id="9999" description=""/>',
    ],
)
def test_codes_are_found_in_cxml_orders_and_invoices(jaggaer: Jaggaer, accounting: str) -> None:
    know(jaggaer, v5210=True)
    distribution = (
        f'<Distribution><Accounting name="a">{accounting}</Accounting><Charge><Money currency="USD">10</Money></Charge>'
        "</Distribution>"
    )
    item = item_out().replace("</ItemOut>", f"{distribution}</ItemOut>")
    assert jaggaer.order(order_request(items=[item])).code == 200
    assert jaggaer.status(cxml(invoice_request(items=invoice_item(extra=distribution)), payload_id="p-2")).code == 200
    assert [one[:3] for one in unknown(jaggaer)] == [("PO1", "Account", "9999"), ("INV1", "Account", "9999")]


def test_codes_are_found_in_xml_orders(jaggaer: Jaggaer) -> None:
    know(jaggaer, v5210=True)
    value = "<CustomFieldValue><Value> 9999 </Value></CustomFieldValue>"
    field = f'<CustomFieldValueSet name="Account">{value}</CustomFieldValueSet>'
    body = messages.orders(messages.purchase_order(line=field))
    jaggaer.message("/apps/Router/POXMLImport", body)
    assert [one[:3] for one in unknown(jaggaer)] == [("PO1", "Account", "9999")]


def test_an_unknown_supplier_is_noted_once_any_is_known(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order("PO1", supplier={"supplierNumber": "S1"}), "b1")
    known = {"erpNumber": "S1", "name": "Ltd", "thirdPartyRefNumber": "300"}
    jaggaer.call("POST", "/suppliers", {"batchId": "s", "supplier": known})
    for number, supplier in enumerate(({"supplierNumber": "S1"}, {"name": "Ltd"}, {"externalId": 300}, {"id": "S9"})):
        jaggaer.import_order(j1p_order(f"A{number}", supplier=supplier), f"a{number}")
    jaggaer.import_invoice(invoice_ocr(supplier="S9"))

    noted = jaggaer.entries("unknown_supplier")
    assert [(one["key"], one["document"], one["supplier"]) for one in noted] == [
        ("A3", "order", ["S9"]),
        ("INV1", "invoice", ["S9"]),
    ]


def test_a_strict_instance_refuses_suppliers_that_are_unknown_or_inactive(jaggaer: Jaggaer) -> None:
    jaggaer.simulator.switch(strict_suppliers=True)
    refused = jaggaer.import_order(j1p_order(supplier={"supplierNumber": "S1"}))
    assert refused["returnCode"] == RETURN_CODES[Reason.UNKNOWN_SUPPLIER]

    for active, code in ((True, 0), (False, RETURN_CODES[Reason.UNKNOWN_SUPPLIER])):
        supplier = {"erpNumber": "S1", "name": "Ltd", "active": active}
        jaggaer.call("POST", "/suppliers", {"batchId": "s", "supplier": supplier})
        assert jaggaer.import_invoice(invoice_ocr(f"INV{active}"))["returnCode"] == code
