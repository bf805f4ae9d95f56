"""ReceiptRequest: receipts, returns, and corrections by negative quantities (6.4).

A correction or cancellation is a receipt of its own whose quantities are the difference; Extrinsics name the receipt
that it corrects. A cost receipt says quantity 1 at a rate of the amount [assumed].
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from lxml import etree

from simulators.jaggaer import money as sums
from simulators.jaggaer.cxml_sender_envelope import Remark, comments, money, node, order_reference, stamp
from simulators.jaggaer.order import Order
from simulators.jaggaer.receipt import Action, Receipt, ReceiptLine

_TYPES = {Action.RECEIVED: "received", Action.RETURNED: "returned"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """A quantity of a receipt line that is told, negative where it takes back."""

    line: ReceiptLine
    quantity: Decimal

    @property
    def rate(self) -> Decimal:
        """The price of one unit, or the whole amount of a cost."""
        return self.line.amount if self.line.quantity is None else self.line.unit_price

    @property
    def amount(self) -> Decimal:
        """Quantity times rate, rounded to the minor unit."""
        return sums.rounded(Fraction(self.quantity) * Fraction(self.rate), self.line.currency)


def receipt_request(
    receipt: Receipt,
    orders: Sequence[Order],
    *,
    before: Receipt | None = None,
    zero_amounts: bool = False,
    content_id: str | None = None,
) -> etree._Element | None:
    """Return a ReceiptRequest about all orders of a receipt, or about what changed of it since `before`.

    None if nothing changed.
    """
    items = _items(receipt, before)
    if not items:
        return None
    named = [order for order in orders if any(item.line.po_number == order.number for item in items)]
    total = Decimal(0) if zero_amounts else sums.total(_signed(item) for item in items)
    return node(
        "ReceiptRequest",
        _header(receipt, before, content_id),
        *[_order(order, items, zero_amounts=zero_amounts) for order in named],
        node("Total", money(total, items[0].line.currency)),
    )


def _items(receipt: Receipt, before: Receipt | None) -> list[_Item]:
    if before is None:
        return [_Item(line=line, quantity=_quantity(line)) for line in receipt.lines]
    pairs = zip(receipt.lines, before.lines, strict=True)
    changes = [_Item(line=new, quantity=_standing(new) - _standing(old)) for new, old in pairs]
    return [item for item in changes if item.quantity]


def _quantity(line: ReceiptLine) -> Decimal:
    return Decimal(1) if line.quantity is None else line.quantity


def _standing(line: ReceiptLine) -> Decimal:
    """Return what a line still says, whichever way the goods went."""
    return Decimal(0) if line.action is Action.CANCELLED else _quantity(line)


def _signed(item: _Item) -> Decimal:
    return -item.amount if item.line.first_action is Action.RETURNED else item.amount


def _header(receipt: Receipt, before: Receipt | None, content_id: str | None) -> etree._Element:
    corrected: datetime = receipt.updated_at
    extrinsics = []
    if before is not None:
        extrinsics = [
            node("Extrinsic", receipt.number, name="AribaNetwork.ReceiptId"),
            node("Extrinsic", stamp(receipt.received_at), name="AribaNetwork.ReceiptDate"),
        ]
    return node(
        "ReceiptRequestHeader",
        comments(Remark(content_id=content_id)),
        *extrinsics,
        receiptID=receipt.number if before is None else f"{receipt.number}-{receipt.corrections}",
        receiptDate=stamp(receipt.received_at if before is None else corrected),
        operation="new",
    )


def _order(order: Order, items: Sequence[_Item], *, zero_amounts: bool) -> etree._Element:
    return node(
        "ReceiptOrder",
        node("ReceiptOrderInfo", order_reference(order, blank=zero_amounts)),
        *[_item(item, zero_amounts=zero_amounts) for item in items if item.line.po_number == order.number],
    )


def _item(item: _Item, *, zero_amounts: bool) -> etree._Element:
    line, none = item.line, Decimal(0)
    rate = money(none if zero_amounts else item.rate, line.currency)
    return node(
        "ReceiptItem",
        node("ReceiptItemReference", lineNumber=str(line.po_line)),
        node("UnitRate", rate, node("UnitOfMeasure", line.uom or "EA")),
        node("ReceivedAmount", money(none if zero_amounts else item.amount, line.currency)),
        receiptLineNumber=str(line.number),
        quantity=f"{item.quantity:f}",
        type=_TYPES[line.first_action],
    )
