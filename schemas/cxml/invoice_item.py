"""One InvoiceDetailItem of a canonical invoice line, with the distributions that say who bears it.

Source: jaggaer-cxml.md, 6.5 and appendix. Choices: `invoice_detail_request.py`.
"""

from collections.abc import Iterator
from decimal import Decimal

from schemas.coding import Coder
from schemas.cxml.elements import add, add_extrinsics, add_money, add_worded
from schemas.cxml.layout import CxmlLayout
from schemas.cxml.safe_xml import Element
from schemas.invoice import Invoice, InvoiceLine
from schemas.invoice_amounts import CodedPart, coded
from schemas.money import Money, plain
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.units import UnitMap

_UNIT_OF_AN_AMOUNT = "EA"


def add_item(
    order: Element, invoice: Invoice, line: InvoiceLine, units: UnitMap, coder: Coder, layout: CxmlLayout
) -> None:
    """Append the line. Raises Refused: INVALID for an order without a line, MAPPING for a unit or account."""
    currency = invoice.total.currency
    if line.quantity is None or line.price is None:
        quantity, price, unit = Decimal(1), line.amount, units.theirs(_UNIT_OF_AN_AMOUNT)
    else:
        quantity, price, unit = line.quantity, line.price, units.standard(line.uom, line=line.number)
    item = add(
        order,
        "InvoiceDetailItem",
        attributes={"invoiceLineNumber": str(line.number), "quantity": plain(quantity)},
    )
    add(item, "UnitOfMeasure", unit)
    add_money(item, "UnitPrice", Money(amount=price, currency=currency))
    reference = add(item, "InvoiceDetailItemReference", attributes={"lineNumber": str(_order_line(line))})
    if line.description is not None:
        add_worded(reference, "Description", line.description, layout.language)
    add_money(item, "SubtotalAmount", Money(amount=line.amount, currency=currency))
    for part in coded(invoice, line, coder):
        _add_distribution(item, part, currency, layout)
    add_extrinsics(item, _extrinsics(line))


def _order_line(line: InvoiceLine) -> int:
    """Return the order's line that is billed, which receivers join on; of a line without order its own number."""
    if line.order is None:
        return line.number
    if line.order.line is None:
        raise Refused(
            Refusal(
                category=RefusalClass.INVALID,
                field=f"invoiceLines[LineNumber={line.number}].PurchaseOrderLineNumber",
                value="",
                reason=f"line {line.number} bills order {line.order.number} without saying which of its lines.",
                next_step="Match the line to a line of the order in Oracle; the corrected invoice is read again.",
            )
        )
    return line.order.line


def _add_distribution(item: Element, part: CodedPart, currency: str, layout: CxmlLayout) -> None:
    distribution = add(item, "Distribution")
    accounting = add(distribution, "Accounting", attributes={"name": part.account})
    for one in part.values:
        segment = add(accounting, "AccountingSegment", attributes={"id": one.value})
        add_worded(segment, "Name", one.field, layout.language)
        add_worded(segment, "Description", one.description or "", layout.language)
    add_money(distribution, "Charge", Money(amount=part.amount, currency=currency))


def _extrinsics(line: InvoiceLine) -> Iterator[tuple[str, str | None]]:
    yield "buyerPartID", line.item
    if line.quantity is None or line.price is None:
        yield "purchaseBasis", "amount"
    if line.order and line.order.schedule is not None:
        yield "orderScheduleNumber", str(line.order.schedule)
    if line.receipt:
        yield "receiptNumber", line.receipt.number
        yield "receiptLineNumber", None if line.receipt.line is None else str(line.receipt.line)
    yield "shipToCode", line.ship_to
