"""One ItemOut of a canonical order line, in the small set of elements that every cXML 1.2 takes.

Choices (jaggaer-cxml.md, 6.1 and appendix):

* a line that buys an amount goes as quantity 1 at that amount in EA, and says so in the Extrinsic `purchaseBasis`;
* prices keep their digits; what the source makes of quantity x price is the Extrinsic `lineAmount`;
* the source's item number is the Extrinsic `buyerPartID` (the element came after 1.2.014). A line without a supplier's
  part number has an empty SupplierPartID, as free-text lines do everywhere;
* ScheduleLine came after 1.2.014 too, and a line must not be cut in two, because later documents join on its number. So
  the line carries the earliest requested day, and the place where all its schedules share one; every schedule is
  spelled out in Extrinsics `schedule.<number>.<value>`, every distribution in
  `schedule.<number>.distribution.<number>.<value>`;
* Distribution elements follow in the same order. Their charges are the line's amount exactly, or the line is refused;
  shares of a cancelled schedule that the line's amount leaves out are left out as well, and a line that is cancelled
  in all its schedules goes without them where its stale amounts disagree;
* an account goes whole as Accounting/@name, and each of its field values as one AccountingSegment; a coding that is the
  source's combination itself is cut into the segments that the layout names. A distribution that is coded in several
  shares has a Distribution for each, side by side, and says how many in the Extrinsic `..distribution.<number>.shares`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from schemas.coding import Coder, FieldValue
from schemas.cxml.elements import add, add_extrinsics, add_money, add_worded
from schemas.cxml.layout import CxmlLayout
from schemas.cxml.order_header import add_place, place_extrinsics
from schemas.cxml.safe_xml import Element
from schemas.money import Money, plain
from schemas.order_amounts import charged
from schemas.order_coding import CodedCharge, code
from schemas.purchase_order import Distribution, OrderLine, Party, PurchaseOrder, Schedule
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.units import UnitMap

_UNIT_OF_AN_AMOUNT = "EA"
_CORRECT = "Correct the line at its source; the corrected order is read by the next poll."

_NamedValues = Iterator[tuple[str, str | None]]


def add_line(
    root: Element, order: PurchaseOrder, line: OrderLine, units: UnitMap, coder: Coder, layout: CxmlLayout
) -> None:
    """Append the line. Raises Refused: INVALID for no category or charges that do not add up, MAPPING for codes."""
    currency = order.total.currency
    charges = charged(line, currency)
    coded = code(order, line, charges, coder)
    item = add(root, "ItemOut", attributes=_attributes(line))
    add(add(item, "ItemID"), "SupplierPartID", line.supplier_item or "")
    detail = _add_detail(item, line, currency, units, layout)
    shares = Counter((charge.schedule.number, charge.distribution.number) for charge in coded)
    for schedule, share, amount in charges:
        extrinsics = _share_extrinsics(schedule, share, amount, shares[schedule.number, share.number])
        add_extrinsics(detail, extrinsics)
    place = _common_place(line)
    if place:
        add_place(item, "ShipTo", place, layout)
    for charge in coded:
        distribution = add(item, "Distribution")
        _add_accounting(distribution, charge, line, layout)
        add_money(distribution, "Charge", Money(amount=charge.amount, currency=currency))
    if line.note_to_supplier is not None:
        add_worded(item, "Comments", line.note_to_supplier, layout.language)


def _add_detail(item: Element, line: OrderLine, currency: str, units: UnitMap, layout: CxmlLayout) -> Element:
    quantity_price = _quantity_price(line)
    if quantity_price is None:
        price, unit = line.ordered if line.amount is None else line.amount, units.theirs(_UNIT_OF_AN_AMOUNT)
    else:
        price, unit = quantity_price[1], units.standard(line.uom, line=line.number)
    detail = add(item, "ItemDetail")
    add_money(detail, "UnitPrice", Money(amount=price, currency=currency))
    add_worded(detail, "Description", line.description, layout.language)
    add(detail, "UnitOfMeasure", unit)
    add(detail, "Classification", _category(line), {"domain": layout.classification_domain})
    add_extrinsics(detail, _line_extrinsics(line))
    for schedule in line.schedules:
        add_extrinsics(detail, _schedule_extrinsics(schedule))
    return detail


def _quantity_price(line: OrderLine) -> tuple[Decimal, Decimal] | None:
    """Return what a line that buys a quantity buys, None for one that buys an amount."""
    return None if line.quantity is None or line.price is None else (line.quantity, line.price)


def _attributes(line: OrderLine) -> dict[str, str]:
    quantity_price = _quantity_price(line)
    quantity = quantity_price[0] if quantity_price else Decimal(1)
    if quantity < 0:
        raise _refused(line, "Quantity", plain(quantity), "a cXML quantity is never negative.", _CORRECT)
    attributes = {"quantity": plain(quantity), "lineNumber": str(line.number)}
    days = [part.requested_delivery for part in line.schedules if part.requested_delivery and not part.canceled]
    return {**attributes, "requestedDeliveryDate": min(days).isoformat()} if days else attributes


def _category(line: OrderLine) -> str:
    if not line.category:
        reason = f"line {line.number} has no category, and cXML requires a Classification."
        raise _refused(line, "Category", "", reason, "Give the line a category at its source.")
    return line.category


def _common_place(line: OrderLine) -> Party | None:
    """Return where the whole line goes, None where its schedules go to several places or do not say."""
    places = {part.ship_to for part in line.schedules if not part.canceled}
    return places.pop() if len(places) == 1 else None


def _add_accounting(distribution: Element, charge: CodedCharge, line: OrderLine, layout: CxmlLayout) -> None:
    account = charge.distribution.account
    as_in_source = [value.value for value in charge.values] == [account]
    values = _segments(account, line, layout) if as_in_source else charge.values
    accounting = add(distribution, "Accounting", attributes={"name": account})
    for value in values:
        segment = add(accounting, "AccountingSegment", attributes={"id": value.value})
        add_worded(segment, "Name", value.field, layout.language)
        add_worded(segment, "Description", value.description or "", layout.language)


def _segments(account: str, line: OrderLine, layout: CxmlLayout) -> Iterable[FieldValue]:
    """Return the segments of the source's combination under the names that the layout gives them."""
    segments = account.split(layout.segment_separator)
    names = layout.segment_names or tuple(f"Segment {position}" for position in range(1, len(segments) + 1))
    if len(names) != len(segments):
        reason = f"the account has {len(segments)} segments, the layout names {len(names)}."
        next_step = "Correct the account at its source, or the segment names and separator of the cXML layout."
        raise _refused(line, "schedules.distributions.account", account, reason, next_step, RefusalClass.MAPPING)
    return [FieldValue(field=name, value=value) for name, value in zip(names, segments, strict=True)]


def _line_extrinsics(line: OrderLine) -> _NamedValues:
    yield "buyerPartID", line.item
    yield "lineAmount", plain(line.ordered)
    if _quantity_price(line) is None:
        yield "purchaseBasis", "amount"
        yield "quantity", _number(line.quantity)
        yield "price", _number(line.price)
        yield "unit", line.uom


def _schedule_extrinsics(part: Schedule) -> _NamedValues:
    at = f"schedule.{part.number}."
    yield at + "quantity", _number(part.quantity)
    yield at + "amount", _number(part.amount)
    yield at + "ordered", _number(part.ordered)
    yield at + "requestedDeliveryDate", part.requested_delivery.isoformat() if part.requested_delivery else None
    yield at + "promisedDeliveryDate", part.promised_delivery.isoformat() if part.promised_delivery else None
    yield at + "canceled", "yes" if part.canceled else None
    if part.ship_to:
        yield at + "shipTo", part.ship_to.name
        yield at + "shipToCode", part.ship_to.code
        yield from place_extrinsics(at + "shipTo", part.ship_to)


def _share_extrinsics(part: Schedule, share: Distribution, amount: Decimal, shares: int) -> _NamedValues:
    at = f"schedule.{part.number}.distribution.{share.number}."
    yield at + "amount", plain(amount)
    yield at + "quantity", _number(share.quantity)
    yield at + "percent", _number(share.percent)
    yield at + "requester", share.requester
    yield at + "shares", str(shares) if shares > 1 else None


def _number(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)


def _refused(
    line: OrderLine,
    name: str,
    value: str,
    reason: str,
    next_step: str,
    category: RefusalClass = RefusalClass.INVALID,
) -> Refused:
    field = f"lines[LineNumber={line.number}].{name}"
    return Refused(Refusal(category=category, field=field, value=value, reason=reason, next_step=next_step))
