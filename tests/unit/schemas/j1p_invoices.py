"""Invoices as they are written for J1P, and one as JAGGAER gives it back, for the tests of both."""

from decimal import Decimal

from schemas import exact_json
from schemas.coding import AsInSource
from schemas.exact_json import JsonValue
from schemas.identity import Intent
from schemas.invoice import Invoice
from schemas.j1p import invoice as j1p
from schemas.j1p.invoice_layout import J1pInvoiceLayout
from schemas.units import DEFAULT_UNITS
from tests.intents import CREATE
from tests.invoice_factories import Object

LAYOUT = J1pInvoiceLayout()
CODER = AsInSource("Account")


def build(document: Invoice, layout: J1pInvoiceLayout = LAYOUT) -> bytes:
    return j1p.build(document, units=DEFAULT_UNITS, coder=CODER, layout=layout)


def message(document: Invoice, intent: Intent = CREATE, layout: J1pInvoiceLayout = LAYOUT) -> Object:
    value = exact_json.loads(j1p.address(build(document, layout), intent, layout))
    assert isinstance(value, dict)
    return value


def sent(document: Invoice) -> j1p.J1pInvoice:
    return j1p.parse(message(document), LAYOUT)


def header_of(document: Invoice, layout: J1pInvoiceLayout = LAYOUT) -> Object:
    body = exact_json.loads(build(document, layout))
    assert isinstance(body, dict)
    wrapped = body["invoiceOcr"]
    assert isinstance(wrapped, dict)
    header = wrapped["invoiceOcrHeader"]
    assert isinstance(header, dict)
    return header


AS_JAGGAER: Object = {
    "header": {
        "originalRequestMessageId": "7.0.abc@ml-connector",
        "invoiceId": 4711,
        "paymentStatus": "Payable",
        "supplierInvoiceNumber": "AND_Invoice_0001",
        "invoiceType": "invoice",
        "invoiceDate": "2025-08-04T00:00:00.000Z",
        "supplier": {"id": 9, "name": "ADVANCED  network devices", "supplierNumber": "1013"},
        "businessUnit": "Vision Operations",
        "total": {"currency": "USD", "value": Decimal("2362.750")},
    },
    "lineList": {
        "line": [
            {
                "lineNumber": "2",
                "quantity": "1.0",
                "unitPrice": {"currency": "USD", "value": Decimal("712.75")},
            },
            {
                "lineNumber": "1",
                "item": {"unitOfMeasure": {"dimension": "EA"}},
                "poNumber": "US164861",
                "poLineNumber": "3",
                "quantity": "10",
                "unitPrice": Decimal(150),
            },
        ]
    },
}


def header_as_jaggaer(**changes: JsonValue) -> Object:
    header = AS_JAGGAER["header"]
    assert isinstance(header, dict)
    return {"header": {**header, **changes}}
