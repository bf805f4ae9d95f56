"""InvoiceDetailRequest: invoices, line-level credit memos, and the deletion of an invoice (6.5)."""

from collections.abc import Mapping
from decimal import Decimal

from lxml import etree

from simulators.jaggaer.bill import Bill, BilledLine
from simulators.jaggaer.cxml_sender_envelope import Remark, comments, money, node, order_reference, stamp, worded
from simulators.jaggaer.invoice import InvoiceKind
from simulators.jaggaer.order import Order

_PURPOSES = {InvoiceKind.INVOICE: "standard", InvoiceKind.CREDIT_MEMO: "lineLevelCreditMemo"}


def invoice_request(
    bill: Bill, orders: Mapping[str, Order], *, deleted: str | None = None, content_id: str | None = None
) -> etree._Element:
    """Return an InvoiceDetailRequest; `deleted` is the payloadID of the document that is to be deleted by it."""
    by_order: dict[str, list[BilledLine]] = {}
    for line in bill.lines:
        by_order.setdefault(line.po_number, []).append(line)
    return node(
        "InvoiceDetailRequest",
        _header(bill, deleted, content_id),
        *[
            node("InvoiceDetailOrder", _order_info(orders, number), *map(_item, lines))
            for number, lines in by_order.items()
        ],
        _summary(bill),
    )


def _header(bill: Bill, deleted: str | None, content_id: str | None) -> etree._Element:
    name = worded("Name", bill.supplier_name or bill.supplier)
    return node(
        "InvoiceDetailRequestHeader",
        node("InvoiceDetailHeaderIndicator"),
        node("InvoiceDetailLineIndicator"),
        node("InvoicePartner", node("Contact", name, role="from", addressID=bill.supplier)),
        None if deleted is None else node("DocumentReference", payloadID=deleted),
        None if bill.credits is None else node("InvoiceIDInfo", invoiceID=bill.credits),
        comments(Remark(content_id=content_id)),
        None if bill.business_unit is None else node("Extrinsic", bill.business_unit, name="businessUnit"),
        invoiceID=bill.number,
        invoiceDate=stamp(bill.dated),
        purpose=_PURPOSES[bill.kind],
        operation="new" if deleted is None else "delete",
        invoiceOrigin="supplier",
    )


def _order_info(orders: Mapping[str, Order], number: str) -> etree._Element:
    return node("InvoiceDetailOrderInfo", order_reference(orders[number]))


def _item(line: BilledLine) -> etree._Element:
    described = worded("Description", line.description) if line.description else None
    return node(
        "InvoiceDetailItem",
        node("UnitOfMeasure", line.uom or "EA"),
        node("UnitPrice", money(line.unit_price, line.currency)),
        node("InvoiceDetailItemReference", described, lineNumber=str(line.po_line)),
        node("SubtotalAmount", money(line.amount, line.currency)),
        invoiceLineNumber=str(line.number),
        quantity=f"{line.quantity:f}",
    )


def _summary(bill: Bill) -> etree._Element:
    def amount(tag: str, value: Decimal) -> etree._Element:
        return node(tag, money(value, bill.currency))

    detail = node("TaxDetail", amount("TaxableAmount", bill.subtotal), amount("TaxAmount", bill.tax), category="sales")
    return node(
        "InvoiceDetailSummary",
        amount("SubtotalAmount", bill.subtotal),
        node("Tax", money(bill.tax, bill.currency), worded("Description", "Tax"), detail if bill.tax else None),
        amount("ShippingAmount", bill.shipping) if bill.shipping else None,
        amount("GrossAmount", bill.total),
        amount("NetAmount", bill.total),
        amount("DueAmount", bill.total),
    )
