"""Which invoice a J1P payment message is about: one that Oracle had first, or one that JAGGAER had."""

from dataclasses import replace

import pytest

from schemas import exact_json
from schemas.j1p import invoice_status
from schemas.refusals import Refused
from schemas.supplier_invoice import JaggaerName
from tests.invoice_factories import Object, invoice
from tests.unit.schemas.test_j1p_invoice import CREATE, LAYOUT, header_as_jaggaer

NAMELESS = replace(invoice(), supplier=replace(invoice().supplier, number=None))
OURS = invoice().supplier


@pytest.mark.parametrize(
    ("named", "listed", "same"),
    [
        (None, {"supplierNumber": OURS.number, "name": "Another"}, True),
        (None, {"supplierNumber": "7", "name": OURS.name}, False),
        (JaggaerName(), {"supplierNumber": "7", "name": OURS.name.upper()}, True),
        (JaggaerName(), {"supplierNumber": OURS.number, "name": "Another"}, False),
        (JaggaerName(), {"supplierNumber": "7"}, True),
        (JaggaerName(jaggaer_id="1001"), {"supplierNumber": "7", "name": "Another"}, True),
        (JaggaerName(jaggaer_id="1002"), {"supplierNumber": OURS.number, "name": OURS.name}, False),
    ],
)
def test_which_listed_invoice_is_meant(named: JaggaerName | None, listed: Object, *, same: bool) -> None:
    said = invoice_status.address(invoice_status.build(invoice(), layout=LAYOUT, named=named), CREATE, LAYOUT)
    sent = invoice_status.parse(exact_json.loads(said), LAYOUT)
    found = invoice_status.parse(header_as_jaggaer(invoiceId=1001, supplier=listed), LAYOUT)

    assert invoice_status.same_invoice(sent, found) is same


def test_what_jaggaer_has_an_id_for_needs_neither_number_nor_supplier_to_be_found() -> None:
    odd = replace(NAMELESS, number="INV;7")
    assert invoice_status.build(odd, layout=LAYOUT, named=JaggaerName(jaggaer_id="1001"))
    for named in (None, JaggaerName()):
        with pytest.raises(Refused):
            invoice_status.build(odd, layout=LAYOUT, named=named)
