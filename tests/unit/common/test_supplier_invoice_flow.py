"""What becomes of a supplier's invoice on its way: a body matched to the orders of the ledger, or why not."""

from dataclasses import replace
from decimal import Decimal

import pytest

from common.flows import invoice_status, invoices
from common.flows.flow import Lacking, Mapping, Reading, SourceNames
from common.flows.supplier_invoices import FLOW, listing
from common.ledger.verdicts import SendAs, Transformed, Unchanged
from common.settings import Dialect, J1pSettings
from common.sides import known_invoices
from schemas import exact_json
from schemas.cxml import status_update_request
from schemas.exact_json import JsonValue
from schemas.invoice import InvoiceStatus
from schemas.j1p.invoice_layout import J1pInvoiceLayout
from schemas.j1p.layouts import J1pLayouts
from schemas.purchase_order import PurchaseOrder
from schemas.supplier_invoice import JaggaerName
from tests.factories import purchase_order
from tests.fixtures.mappings import NAMES, written_in
from tests.invoice_factories import as_oracle, invoice
from tests.supplier_invoice_factories import Object, as_cxml, as_j1p, pushed, supplier_invoice

ORDER = purchase_order()
REFERENCE = "MC-0123456789abcdef01234567"


def knowing(*orders: PurchaseOrder) -> Mapping:
    return written_in(Dialect.J1P, orders=lambda number: tuple(one for one in orders if one.number == number))


def body(written: Transformed | Unchanged) -> Object:
    assert isinstance(written, Transformed)
    value = exact_json.loads(written.body)
    assert isinstance(value, dict)
    return value


def test_an_invoice_is_written_for_oracle_without_an_account() -> None:
    written = FLOW.transform(as_j1p(), knowing(ORDER))

    assert isinstance(written, Transformed)
    assert written.send_as is SendAs.PUT
    lines: list[JsonValue] = [
        {
            "LineType": "Item",
            "LineAmount": Decimal("600.000"),
            "Quantity": Decimal("4.0"),
            "UnitPrice": Decimal("150.00"),
            "Description": "Network switch, 24 ports",
            "PurchaseOrderNumber": "US164861",
            "PurchaseOrderLineNumber": 1,
            "PurchaseOrderScheduleLineNumber": 1,
        },
        {
            "LineType": "Tax",
            "LineAmount": Decimal("49.50"),
            "Description": "Tax",
            "ProrateAcrossAllItemsFlag": True,
        },
        {
            "LineType": "Freight",
            "LineAmount": Decimal("10.00"),
            "Description": "Shipping",
            "ProrateAcrossAllItemsFlag": True,
        },
    ]
    assert body(written) == {
        "InvoiceNumber": "SI-77",
        "InvoiceCurrency": "USD",
        "InvoiceAmount": Decimal("659.50"),
        "InvoiceDate": "2025-03-10",
        "BusinessUnit": "Vision Operations",
        "Supplier": "Advanced Network Devices",
        "SupplierSite": "FRESNO",
        "InvoiceType": "Standard",
        "ReferenceKeyTwo": "INV1001",
        "ReferenceKeyThree": "2025-04-09",
        "invoiceLines": lines,
    }


def test_a_pushed_invoice_bills_the_same() -> None:
    listed = body(FLOW.transform(as_j1p(), knowing(ORDER)))
    came = body(FLOW.transform(pushed(as_cxml(supplier_invoice())).as_row(), knowing(ORDER)))

    assert came == {**listed, "ReferenceKeyTwo": "1.2@supplier.example"}


def test_an_order_that_the_ledger_does_not_have_is_waited_for() -> None:
    with pytest.raises(Lacking) as caught:
        FLOW.transform(as_j1p(), knowing())

    assert (caught.value.need.flow, caught.value.need.number) == ("purchase_orders", "US164861")


def test_our_own_invoice_is_not_sent_back() -> None:
    row = as_j1p(originalRequestMessageId="17.0.abc@ml-connector", total=None)

    assert isinstance(FLOW.transform(row, knowing(ORDER)), Unchanged)


@pytest.mark.parametrize(
    "row",
    [
        {**as_j1p(paymentStatus="Canceled"), "lineList": {"line": []}},
        pushed(as_cxml(supplier_invoice(), header='operation="delete"')).as_row(),
    ],
)
def test_what_is_withdrawn_is_canceled_whatever_is_left_of_it(row: Object) -> None:
    written = FLOW.transform(row, knowing())

    assert isinstance(written, Transformed)
    assert (written.send_as, body(written)) == (SendAs.CANCEL, {"InvoiceNumber": "SI-77"})


def test_a_customers_own_names_are_known_when_it_is_identified() -> None:
    layouts = J1pLayouts(invoice=J1pInvoiceLayout(names={"total": "grandTotal"}))
    row = as_j1p(total=None, grandTotal={"currency": "USD", "value": Decimal("659.50")})

    told = Reading(names=replace_j1p(layouts), on=written_in(Dialect.J1P).on)
    assert FLOW.identify(row, told).amount == Decimal("659.50")


def replace_j1p(layouts: J1pLayouts) -> SourceNames:
    return replace(NAMES, j1p=layouts)


def test_a_listed_invoice_is_read_whole_by_jaggaers_id() -> None:
    found = listing(J1pSettings())
    assert found.one_path is not None

    assert found.one_path(as_j1p()) == "/j1p/api/public/ji/v1/invoices/1001"
    assert found.key(as_j1p()) == "1001"
    with pytest.raises(ValueError, match="invoiceId"):
        found.one_path(as_j1p(invoiceId="../users"))


def posted_by_us(status: InvoiceStatus = InvoiceStatus.PAID) -> Object:
    return {**as_oracle(invoice(status=status)), "ReferenceKeyOne": REFERENCE}


def test_what_was_posted_from_jaggaer_is_not_sent_back_to_it_but_its_payment_is() -> None:
    assert isinstance(invoices.FLOW.transform(posted_by_us(), written_in(Dialect.J1P)), Unchanged)
    paid = invoice_status.FLOW.transform(posted_by_us(), written_in(Dialect.J1P))
    assert isinstance(paid, Transformed)
    assert paid.needs == ()


def test_the_payment_of_what_jaggaer_had_first_names_its_id_and_not_oracles_supplier() -> None:
    asked: list[tuple[str, str]] = []

    def known(number: str, reference: str) -> JaggaerName:
        asked.append((number, reference))
        return JaggaerName(jaggaer_id="1001")

    paid = invoice_status.FLOW.transform(posted_by_us(), written_in(Dialect.J1P, jaggaers_invoice=known))

    stated = body(paid)["invoicePayment"]
    assert isinstance(stated, dict)
    assert (stated["invoiceId"], stated["supplier"]) == ("1001", {"name": invoice().supplier.name})
    assert asked == [(invoice().number, REFERENCE)]


def test_the_payment_of_what_was_pushed_names_its_payload_id() -> None:
    mapping = written_in(Dialect.CXML, jaggaers_invoice=lambda *_: JaggaerName(payload_id="1@hub"))

    paid = invoice_status.FLOW.transform(posted_by_us(), mapping)

    assert isinstance(paid, Transformed)
    assert status_update_request.parse(paid.body).document_reference == "1@hub"


def test_that_oracle_canceled_what_jaggaer_had_first_is_said_in_every_dialect() -> None:
    for dialect in (Dialect.J1P, Dialect.CXML):
        canceled = invoice_status.FLOW.transform(posted_by_us(InvoiceStatus.CANCELED), written_in(dialect))
        assert isinstance(canceled, Transformed)


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (as_j1p(), ("1001", JaggaerName(jaggaer_id="1001"))),
        (
            pushed(as_cxml(supplier_invoice())).as_row(),
            ("153531108/SI-77", JaggaerName(payload_id="1.2@supplier.example")),
        ),
        (as_j1p(invoiceId=None), None),
    ],
)
def test_the_ledger_tells_what_jaggaer_calls_an_invoice(row: Object, named: tuple[str, JaggaerName] | None) -> None:
    assert known_invoices.named_by(exact_json.dumps(row), J1pInvoiceLayout()) == named
