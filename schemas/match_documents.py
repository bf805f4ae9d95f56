"""Orders, receipts, ship notices and invoices as the match preview counts them. Pure."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from decimal import Decimal

from schemas.cxml.ship_notice_request import ShipNotice
from schemas.match_values import Document, Movement, MovementKind, OrderedLine
from schemas.purchase_order import OrderLine, OrderStatus, PurchaseOrder
from schemas.receipt import Receipt, ReceiptKind
from schemas.supplier_invoice import SupplierInvoice

UnitNames = Callable[[str | None, str | None], frozenset[str]]
"""All names, in small letters, that a unit of a business unit's orders goes by on the other side."""


def ordered_lines(order: PurchaseOrder, names: UnitNames) -> Iterator[OrderedLine]:
    """Yield the lines of an order; a canceled one orders nothing any more."""
    ended = order.status in (OrderStatus.CLOSED, OrderStatus.CANCELED)
    for line in order.lines:
        live = [part for part in line.schedules if not part.canceled]
        yield OrderedLine(
            order_key=order.key,
            order=order.number,
            line=line.number,
            legal_entity=order.legal_entity,
            business_unit=order.business_unit,
            currency=order.total.currency,
            quantity=Decimal(0) if line.canceled and line.quantity is not None else line.quantity,
            unit=line.uom,
            unit_names=names(order.business_unit, line.uom),
            price=line.price,
            amount=Decimal(0) if line.canceled else _amount(line),
            receipt_required=any(part.receipt_required for part in live),
            receipt_close_percent=min((part.receipt_close_percent or Decimal(0) for part in live), default=Decimal(0)),
            ended=ended or line.canceled,
        )


def of_receipt(document: Document, receipt: Receipt) -> Iterator[Movement]:
    """Yield what a receipt says of order lines; what it cancels it says no more."""
    for line in receipt.lines:
        if line.kind is ReceiptKind.CANCELED:
            continue
        returned = line.kind is ReceiptKind.RETURNED
        amount = line.amount.amount if line.amount else None
        yield Movement(
            kind=MovementKind.RETURNED if returned else MovementKind.RECEIVED,
            document=document,
            order=line.order_number,
            line=line.order_line,
            quantity=_signed(line.quantity, negative=returned),
            unit=line.unit,
            amount=_signed(amount, negative=returned),
            currency=line.amount.currency if line.amount else None,
        )


def of_ship_notice(document: Document, notice: ShipNotice) -> Iterator[Movement]:
    """Yield what is in transit; of a whole order neither line nor quantity is told."""
    for part in notice.in_transit:
        yield Movement(
            kind=MovementKind.SHIPPED,
            document=document,
            order=part.order_number,
            line=part.line,
            quantity=part.quantity,
            unit=part.unit,
        )


def of_invoice(document: Document, invoice: SupplierInvoice) -> Iterator[Movement]:
    """Yield what an invoice or credit memo bills of order lines. Tax and other charges are no order line's."""
    for line in invoice.lines:
        yield Movement(
            kind=MovementKind.CREDITED if invoice.is_credit else MovementKind.INVOICED,
            document=document,
            order=line.order_number or "",
            line=line.order_line,
            quantity=line.quantity,
            unit=line.uom,
            price=line.price,
            amount=line.amount,
            currency=invoice.total.currency,
        )


def invoiced_at(invoice: SupplierInvoice) -> datetime:
    """Return when the day of an invoice began."""
    return datetime.combine(invoice.invoice_date, time(), UTC)


def _amount(line: OrderLine) -> Decimal:
    return line.ordered if line.amount is None else line.amount


def _signed(number: Decimal | None, *, negative: bool) -> Decimal | None:
    return number.copy_negate() if negative and number is not None else number
