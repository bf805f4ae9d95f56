"""A receipt against the orders that it is about: what Oracle should show of each order line. Pure.

The order line says what counts: a quantity in its own unit, or an amount. A line that buys an amount went to the other
side as a quantity of one (`schemas/j1p/order_body.py`), so a quantity received of it is that share of its amount. What
several lines of a receipt say of one order line (two lots of it, say) counts together. Units and currencies are
compared, never converted; nothing is derived from a receipt's own rates (jaggaer-cxml.md, 6.4).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

from schemas.currencies import minor_unit
from schemas.exact_arithmetic import exact_product, exact_remainder, exact_sum
from schemas.money import plain
from schemas.oracle.receipt_wanted import OrderNamed, Place, WantedLine, WantedReceipt
from schemas.purchase_order import OrderLine, PurchaseOrder, Schedule
from schemas.receipt import Receipt, ReceiptKind, ReceiptLine
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.units import UnitMap

Units = Callable[[str | None], UnitMap]
"""The units of a business unit."""

Matched = tuple[ReceiptLine, PurchaseOrder, OrderLine]
"""A line of a receipt with the order line that it is about."""

_UNIT_OF_AN_AMOUNT = "EA"
_CORRECT = "Correct the receipt in JAGGAER; its next version arrives by itself."
_LONGEST_PACKING_SLIP = 25
_LONGEST_COMMENTS = 240


def order_of(receipt: Receipt, line: ReceiptLine, orders: tuple[PurchaseOrder, ...]) -> PurchaseOrder:
    """Return which of the orders of a number is meant; several are told by the receipt's business unit alone.

    Raises Refused (CONFLICT) where that tells none, or several.
    """
    of_unit = [order for order in orders if receipt.business_unit in (order.business_unit, order.legal_entity)]
    found = orders if len(orders) == 1 else tuple(of_unit)
    if len(found) == 1:
        return found[0]
    entities = ", ".join(sorted(order.legal_entity or "?" for order in orders))
    reason = f"orders of this number are there in several legal entities ({entities}), and the receipt names none."
    next_step = "Receive it in Oracle by hand, or renumber one of the orders."
    raise _refused(line, "poNumber", line.order_number, reason, next_step, RefusalClass.CONFLICT)


def wanted(receipt: Receipt, matched: Iterable[Matched], units: Units) -> WantedReceipt:
    """Return what Oracle should show of a receipt. Raises Refused."""
    together: dict[tuple[int, int], list[Matched]] = {}
    for one in matched:
        _, order, ordered = one
        together.setdefault((order.key, ordered.number), []).append(one)
    return WantedReceipt(
        number=receipt.number,
        received_at=receipt.received_at,
        changed_at=receipt.changed_at,
        packing_slip=_packing_slip(receipt),
        comments=_comments(receipt),
        lines=tuple(_wanted_line(lines, units) for lines in together.values()),
    )


def _wanted_line(matched: list[Matched], units: Units) -> WantedLine:
    """Return what all of a receipt's lines about one order line come to."""
    _, order, ordered = matched[0]
    counted = [(line.kind, _counted(line, order, ordered, units)) for line, _, _ in matched]
    sums = {
        wanted: exact_sum(number for kind, number in counted if kind is wanted)
        for wanted in (ReceiptKind.RECEIVED, ReceiptKind.RETURNED)
    }
    if ordered.quantity is None:
        _check_payable(matched, sums)
    places = _places(matched[0][0], ordered)
    return WantedLine(
        order=OrderNamed(
            key=order.key,
            number=order.number,
            legal_entity=order.legal_entity,
            supplier_id=order.supplier.source_id,
            supplier=order.supplier.name,
            site=order.supplier.code,
        ),
        line=ordered.number,
        by_amount=ordered.quantity is None,
        unit=None if ordered.quantity is None else ordered.uom,
        received=sums[ReceiptKind.RECEIVED],
        returned=sums[ReceiptKind.RETURNED],
        places=places,
        said_by=tuple(line.number for line, _, _ in matched),
        last=any(line.last for line, _, _ in matched),
    )


def _counted(line: ReceiptLine, order: PurchaseOrder, ordered: OrderLine, units: Units) -> Decimal:
    """Return how much a line is about, in what the order line counts. What is cancelled is not looked at."""
    if line.kind is ReceiptKind.CANCELED:
        return Decimal(0)
    of_unit = units(order.business_unit)
    if ordered.quantity is None:
        return _amount(line, order, ordered, of_unit)
    if line.quantity is None:
        reason = f"line {ordered.number} of order {order.number} buys a quantity, and the receipt has only an amount."
        raise _refused(line, "amount", plain(line.amount.amount) if line.amount else "", reason)
    _check_unit(line, order, of_unit.standard(ordered.uom, line=ordered.number))
    return line.quantity


def _amount(line: ReceiptLine, order: PurchaseOrder, ordered: OrderLine, units: UnitMap) -> Decimal:
    currency = order.total.currency
    if line.amount is not None:
        if line.amount.currency != currency:
            reason = f"order {order.number} is in {currency}; amounts are never converted."
            raise _refused(line, "currency", line.amount.currency, reason)
        return line.amount.amount
    _check_unit(line, order, units.theirs(_UNIT_OF_AN_AMOUNT))
    return exact_product(line.quantity or Decimal(0), ordered.ordered if ordered.amount is None else ordered.amount)


def _check_payable(matched: list[Matched], sums: Mapping[ReceiptKind, Decimal]) -> None:
    """Raise Refused where shares of an amount come to no amount of money; the parts of one line count together."""
    for kind, share in sums.items():
        shares = [one for one in matched if one[0].kind is kind and one[0].amount is None]
        if not shares:
            continue
        line, order, ordered = shares[0]
        currency = order.total.currency
        if exact_remainder(share, minor_unit(currency)):
            quantity = exact_sum(part.quantity or Decimal(0) for part, _, _ in shares)
            reason = f"that share of line {ordered.number} of order {order.number} is {plain(share)} {currency}, which "
            reason += "no payment can be made of. Receive it as a cost."
            raise _refused(line, "quantity", plain(quantity), reason)


def _check_unit(line: ReceiptLine, order: PurchaseOrder, expected: str) -> None:
    """Raise Refused for a unit that is not what the order line's is called on the other side."""
    if line.unit is None:
        raise _refused(line, "unitOfMeasure", "", "the line has a quantity but names no unit of measure.")
    if line.unit.strip().casefold() != expected.casefold():
        reason = f"line {line.order_line} of order {order.number} is ordered in {expected}; nothing is converted."
        next_step = "Receive it in the order's unit, or map the unit of the order to this one, then replay."
        raise _refused(line, "unitOfMeasure", line.unit, reason, next_step, RefusalClass.MAPPING)


def _places(line: ReceiptLine, ordered: OrderLine) -> tuple[Place, ...]:
    """Return where an order line can be received, what is needed first before the rest."""
    live = [part for part in ordered.schedules if not part.canceled]
    return tuple(_place(line, part) for part in sorted(live, key=_needed))


def _place(line: ReceiptLine, part: Schedule) -> Place:
    if part.organization is None:
        reason = f"schedule {part.number} of line {line.order_line} names no organization that receives it."
        raise _refused(line, "poLineNumber", str(line.order_line), reason, "Give it a ship-to organization in Oracle.")
    number = part.amount if part.quantity is None else part.quantity
    return Place(
        schedule=part.number,
        ordered=number if number is not None else part.ordered or Decimal(0),
        organization=part.organization,
        direct=part.direct_delivery,
    )


def _needed(part: Schedule) -> tuple[date, int]:
    return part.requested_delivery or part.promised_delivery or date.max, part.number


def _packing_slip(receipt: Receipt) -> str:
    slip = receipt.packing_slip
    return slip if slip is not None and len(slip) <= _LONGEST_PACKING_SLIP else receipt.number[:_LONGEST_PACKING_SLIP]


def _comments(receipt: Receipt) -> str:
    said = (
        ("", f"JAGGAER receipt {receipt.number}"),
        ("received by ", receipt.received_by),
        ("packing slip ", receipt.packing_slip),
        ("tracking number ", receipt.tracking_number),
        ("", receipt.comments),
    )
    return "; ".join(f"{before}{text}" for before, text in said if text)[:_LONGEST_COMMENTS]


def _refused(
    line: ReceiptLine,
    name: str,
    value: str,
    reason: str,
    next_step: str = _CORRECT,
    category: RefusalClass = RefusalClass.INVALID,
) -> Refused:
    return Refused(
        Refusal(category=category, field=f"{line.path}.{name}", value=value, reason=reason, next_step=next_step)
    )
