"""Matching a supplier's invoice to the orders that it bills: whose it is, and which schedules may bear each line.

Business unit, supplier and site are those of the orders, which must agree about them (oracle-fusion.md, 3.4: a matched
line takes its accounts from the order). Payables matches schedules, and suppliers do not know them: all of the order
line that are not canceled may bear what is billed, and which do is decided when the invoice is posted, by what Oracle
has billed of them until then (`schedule_allocation.py`).

Whether goods were received and prices are as agreed is Oracle's to say too. Refused is only what could not be posted,
or would be posted to the wrong order: another supplier, currency or unit of measure, a line that is not there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schemas.money import plain
from schemas.purchase_order import OrderLine, OrderStatus, PurchaseOrder, Schedule
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.schedule_allocation import Bearer
from schemas.supplier_invoice import BilledLine, SupplierInvoice
from schemas.units import UnitMap

_COMPARE = "Compare the invoice with the order in both systems and have the wrong one corrected, then replay."
_BY_LINE = (
    "Payables matches lines of orders. Have the supplier send an invoice or memo that names them, or enter this one in "
    "Oracle and discard it here."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedLine:
    """A billed line and the schedules that may bear it. Quantity and price are None where an amount was ordered.

    `order_key` is POHeaderId.
    """

    order_key: int
    order_number: str
    order_line: int
    schedules: tuple[Bearer, ...]
    quantity: Decimal | None
    price: Decimal | None
    amount: Decimal
    description: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """An invoice's lines by order line, and what its orders say about who is billed and who bills."""

    business_unit: str
    supplier: str
    site: str
    lines: tuple[MatchedLine, ...]


def order_numbers(invoice: SupplierInvoice) -> dict[str, BilledLine]:
    """Return the orders that an invoice names, each with its first line. Raises Refused for a line of none."""
    found: dict[str, BilledLine] = {}
    for line in invoice.lines:
        if not line.order_number:
            raise _refused(
                RefusalClass.MAPPING,
                line.place,
                "",
                f"line {line.number} names no purchase order, so nothing says which account bears it.",
                "Add the order in JAGGAER; the corrected invoice is read by itself. An invoice without an order is "
                "entered in Oracle: discard it here then.",
            )
        found.setdefault(line.order_number, line)
    return found


def chosen(invoice: SupplierInvoice, line: BilledLine, orders: Sequence[PurchaseOrder]) -> PurchaseOrder:
    """Return the order that a line means: a number may be one order's in each legal entity. Raises Refused (CONFLICT).

    Several are told apart by the business unit and the supplier that the invoice states.
    """
    fitting = [one for one in orders if _states(invoice, one)]
    if len(fitting) == 1 or len(orders) == 1:
        return (fitting or list(orders))[0]
    entities = ", ".join(str(one.legal_entity) for one in orders)
    raise _refused(
        RefusalClass.CONFLICT,
        line.place,
        line.order_number or "",
        f"there is an order of this number in each of the legal entities {entities}, and the invoice fits "
        f"{len(fitting)} of them.",
        "Enter the invoice in Oracle for the right order and discard it here.",
    )


def match(
    invoice: SupplierInvoice, orders: Mapping[str, PurchaseOrder], units: Callable[[str | None], UnitMap]
) -> Matched:
    """Match an invoice to its orders, by number. `units` are those of a business unit. Raises Refused."""
    for line in invoice.lines:
        _check_order(invoice, line, orders[line.order_number or ""])
    first, *others = [orders[number] for number in order_numbers(invoice)]
    for other in others:
        _check_agree(first, other)
    unit = first.bill_to_unit or first.business_unit
    if not unit or not first.supplier.code:
        missing = "SupplierSite" if unit else "BillToBU"
        reason = f"order {first.number} has none, and an invoice in Oracle cannot do without."
        raise _refused(RefusalClass.INVALID, missing, "", reason, "Give the order one in Oracle, then replay.")
    billed = ((line, orders[line.order_number or ""]) for line in invoice.lines)
    lines = [_line(line, order, units(order.business_unit)) for line, order in billed]
    return Matched(
        business_unit=unit,
        supplier=first.supplier.name,
        site=first.supplier.code,
        lines=tuple(line for line in lines if line.quantity != 0),
    )


def _states(invoice: SupplierInvoice, order: PurchaseOrder) -> bool:
    """Whether all that the invoice says about whose it is fits an order."""
    stated = invoice.business_unit
    return stated in (None, order.business_unit, order.bill_to_unit, order.legal_entity) and _same_supplier(
        invoice, order
    )


def _same_supplier(invoice: SupplierInvoice, order: PurchaseOrder) -> bool:
    """JAGGAER knows a supplier by the number or Oracle id that it was given; its name decides where both have one."""
    if invoice.supplier_number is not None and invoice.supplier_number == str(order.supplier.source_id):
        return True
    return invoice.supplier_name is None or _plainly(invoice.supplier_name) == _plainly(order.supplier.name)


def _check_order(invoice: SupplierInvoice, line: BilledLine, order: PurchaseOrder) -> None:
    if not _same_supplier(invoice, order):
        reason = f"it is the supplier of the invoice, but order {order.number} is with {order.supplier.name}."
        raise _refused(RefusalClass.CONFLICT, "supplier", invoice.supplier_name or "", reason, _COMPARE)
    if order.status is OrderStatus.CANCELED:
        reason = f"order {order.number} is canceled in Oracle, so nothing can be billed of it."
        raise _refused(RefusalClass.CONFLICT, line.place, order.number, reason, _COMPARE)
    if order.total.currency != invoice.total.currency:
        reason = f"order {order.number} is in {order.total.currency}, and Payables matches only one currency."
        raise _refused(RefusalClass.CONFLICT, "currency", invoice.total.currency, reason, _COMPARE)


def _check_agree(one: PurchaseOrder, other: PurchaseOrder) -> None:
    pairs = (
        ("BillToBU", one.bill_to_unit or one.business_unit, other.bill_to_unit or other.business_unit),
        ("Supplier", one.supplier.name, other.supplier.name),
        ("SupplierSite", one.supplier.code, other.supplier.code),
    )
    for field, first, second in pairs:
        if first != second:
            raise _refused(
                RefusalClass.CONFLICT,
                field,
                str(second),
                f"the invoice bills order {other.number}, and order {one.number} of {first}; Oracle's invoice has one.",
                "Have the supplier bill these orders apart.",
            )


def _line(line: BilledLine, order: PurchaseOrder, units: UnitMap) -> MatchedLine:
    ordered = _ordered(line, order)
    schedules = [part for part in ordered.schedules if not part.canceled]
    if ordered.canceled or not schedules:
        reason = f"line {ordered.number} of order {order.number} is canceled in Oracle, so nothing can be billed of it."
        raise _refused(RefusalClass.CONFLICT, line.place, str(ordered.number), reason, _COMPARE)
    by_amount = ordered.quantity is None
    if not by_amount:
        _check_quantity(line, order, ordered, units)
    return MatchedLine(
        order_key=order.key,
        order_number=order.number,
        order_line=ordered.number,
        schedules=tuple(_bearer(part, by_amount=by_amount) for part in schedules),
        quantity=None if by_amount else line.quantity,
        price=None if by_amount else line.price,
        amount=line.amount,
        description=line.description,
    )


def _ordered(line: BilledLine, order: PurchaseOrder) -> OrderLine:
    """Return the order's line that is billed; an order that is billed as a whole must leave no choice."""
    if line.order_line is None:
        live = [one for one in order.lines if not one.canceled]
        if len(live) == 1 and live[0].quantity is None:
            return live[0]
        reason = f"it bills order {order.number} as a whole, and not which of its lines."
        raise _refused(RefusalClass.CONFLICT, line.place, order.number, reason, _BY_LINE)
    for one in order.lines:
        if one.number == line.order_line:
            return one
    reason = f"order {order.number} has no such line in Oracle."
    raise _refused(RefusalClass.CONFLICT, line.place, str(line.order_line), reason, _COMPARE)


def _bearer(part: Schedule, *, by_amount: bool) -> Bearer:
    amount = part.ordered if part.amount is None else part.amount
    return Bearer(number=part.number, key=part.key, ordered=amount if by_amount else part.quantity)


def _check_quantity(line: BilledLine, order: PurchaseOrder, ordered: OrderLine, units: UnitMap) -> None:
    name = f"line {ordered.number} of order {order.number}"
    if line.quantity is None or line.price is None:
        reason = f"line {line.number} bills an amount, but {name} is bought by quantity."
        raise _refused(RefusalClass.CONFLICT, line.place, plain(line.amount), reason, _BY_LINE)
    if line.price < 0:
        raise _refused(
            RefusalClass.CONFLICT,
            line.place,
            plain(line.price),
            "a price below zero corrects the price of an earlier invoice, which is not named.",
            "Enter it in Oracle as a price correction of that invoice and discard it here.",
        )
    expected = units.standard(ordered.uom, line=ordered.number)
    if line.uom is not None and _plainly(expected) not in _spellings(line.uom, units, line.number):
        raise _refused(
            RefusalClass.MAPPING,
            line.place,
            line.uom,
            f"line {line.number} bills in unit {line.uom}, but {name} is in {ordered.uom}, which is {expected} there.",
            "If both are one unit, add it to the unit mapping; if not, have the supplier bill in the order's unit.",
        )


def _spellings(code: str, units: UnitMap, line: int) -> tuple[str, ...]:
    try:
        return _plainly(code), _plainly(units.standard(code, line=line))
    except Refused:
        return (_plainly(code),)


def _plainly(text: str) -> str:
    return " ".join(text.split()).casefold()


def _refused(category: RefusalClass, field: str, value: str, reason: str, next_step: str) -> Refused:
    return Refused(Refusal(category=category, field=field, value=value, reason=reason, next_step=next_step))
