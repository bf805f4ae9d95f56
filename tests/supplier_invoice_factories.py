"""Suppliers' invoices for tests: one that bills the plain order of `factories.py`, as canonical form, J1P and cXML."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from schemas.exact_json import JsonValue
from schemas.invoice import InvoiceKind, InvoiceLineKind
from schemas.money import Money, plain
from schemas.pushed import PushedDocument
from schemas.supplier_invoice import BilledLine, Charge, SupplierInvoice

Object = dict[str, JsonValue]


def billed_line(**changes: object) -> BilledLine:
    """Return a line that bills 4 pieces at 150.00 of the first line of the plain order, with changes."""
    usual = BilledLine(
        number=1,
        place="lineList[lineNumber=1]",
        order_number="US164861",
        order_line=1,
        quantity=Decimal(4),
        uom="EA",
        price=Decimal("150.00"),
        amount=Decimal("600.00"),
        description="Network switch, 24 ports",
    )
    return replace(usual, **changes)  # type: ignore[arg-type]  # the names are checked by replace itself


TAX = Charge(kind=InvoiceLineKind.TAX, amount=Decimal("49.50"), description="Tax")
FREIGHT = Charge(kind=InvoiceLineKind.FREIGHT, amount=Decimal("10.00"), description="Shipping")


def supplier_invoice(**changes: object) -> SupplierInvoice:
    """Return an invoice of 659.50 USD: 600.00, tax and shipping; with changes."""
    usual = SupplierInvoice(
        number="SI-77",
        kind=InvoiceKind.STANDARD,
        total=Money(amount=Decimal("659.50"), currency="USD"),
        invoice_date=date(2025, 3, 10),
        due=date(2025, 4, 9),
        description=None,
        source_name="INV1001",
        business_unit="Vision Operations",
        supplier_number="1013",
        supplier_name="Advanced Network Devices",
        lines=(billed_line(),),
        charges=(TAX, FREIGHT),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]  # the names are checked by replace itself


def as_j1p(**header: JsonValue) -> Object:
    """Return the same invoice as J1P shows it whole, with other fields in its header (None: left out)."""
    usual: Object = {
        "invoiceId": 1001,
        "invoiceNumber": "INV1001",
        "supplierInvoiceNumber": "SI-77",
        "invoiceType": "Invoice",
        "invoiceSource": "Automated",
        "invoiceDate": "2025-03-10T00:00:00.000Z",
        "dueDate": "2025-04-09T00:00:00.000Z",
        "lastUpdate": "2025-03-11T08:30:00.000Z",
        "businessUnit": {"internalName": "Vision Operations"},
        "supplier": {"name": "Advanced Network Devices", "supplierNumber": "1013"},
        "paymentStatus": "Payable",
        "nonPOInvoice": "false",
        "taxCharge1": _money("49.50"),
        "shippingCharge": _money("10.00"),
        "total": _money("659.50"),
        **header,
    }
    return {
        "header": {name: value for name, value in usual.items() if value is not None},
        "lineList": {"line": [j1p_line()]},
    }


def j1p_line(**changes: JsonValue) -> Object:
    """Return a line as J1P shows it."""
    item: Object = {"description": "Network switch, 24 ports", "unitOfMeasure": {"dimension": "EA"}}
    usual: Object = {
        "lineNumber": 1,
        "item": item,
        "poNumber": "US164861",
        "poLineNumber": "1",
        "quantity": Decimal("4.0"),
        "unitPrice": _money("150.00"),
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def _money(amount: str) -> Object:
    return {"currency": "USD", "value": Decimal(amount)}


def as_cxml(invoice: SupplierInvoice, *, header: str = "", purpose: str = "standard", extra: str = "") -> str:
    """Return an invoice as cXML, charges in the summary: `header` are more attributes, `extra` more sums."""
    sums = {charge.description: charge.amount for charge in invoice.charges}
    subtotal = sum((line.amount for line in invoice.lines), Decimal(0))
    currency = invoice.total.currency

    def money(name: str, amount: Decimal | None) -> str:
        inner = f'<Money currency="{currency}">{plain(amount)}</Money>' if amount is not None else ""
        words = '<Description xml:lang="en">tax</Description>' if name == "Tax" else ""
        return f"<{name}>{inner}{words}</{name}>" if inner else ""

    items = "".join(
        f'<InvoiceDetailItem invoiceLineNumber="{line.number}" quantity="{plain(line.quantity or Decimal(1))}">'
        f"<UnitOfMeasure>{line.uom}</UnitOfMeasure>{money('UnitPrice', line.price)}"
        f'<InvoiceDetailItemReference lineNumber="{line.order_line}"><Description xml:lang="en">{line.description}'
        f"</Description></InvoiceDetailItemReference>{money('SubtotalAmount', line.amount)}</InvoiceDetailItem>"
        for line in invoice.lines
    )
    order = invoice.lines[0].order_number
    return (
        '<cXML payloadID="1.2@supplier.example" timestamp="2025-03-11T08:30:00+00:00"><Header/><Request>'
        f'<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="{invoice.number}" purpose="{purpose}" '
        f'invoiceDate="{invoice.invoice_date}T12:00:00-05:00" {header}><InvoiceDetailHeaderIndicator/>'
        '<InvoiceDetailLineIndicator/><Extrinsic name="invoice due date">20250409</Extrinsic>'
        "</InvoiceDetailRequestHeader><InvoiceDetailOrder><InvoiceDetailOrderInfo>"
        f'<OrderReference orderID="{order}"><DocumentReference payloadID="7@ml-connector"/></OrderReference>'
        f"</InvoiceDetailOrderInfo>{items}</InvoiceDetailOrder><InvoiceDetailSummary>"
        f"{money('SubtotalAmount', subtotal)}{money('Tax', sums.get('Tax', Decimal(0)))}"
        f"{money('ShippingAmount', sums.get('Shipping'))}{extra}{money('NetAmount', invoice.total.amount)}"
        "</InvoiceDetailSummary></InvoiceDetailRequest></Request></cXML>"
    )


def pushed(cxml: str, *, payload_id: str = "1.2@supplier.example") -> PushedDocument:
    """Return a document as the gateway admits it."""
    return PushedDocument(request="InvoiceDetailRequest", payload_id=payload_id, sender="153531108", cxml=cxml)
