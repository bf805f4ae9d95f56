"""Oracle's purchase order: who it is, whether it came whole, and what it says in canonical form.

`identify` is called on every row that is read and asks only for what the ledger needs; `cut_children` tells which child
collections Oracle cut off (25 rows unless asked for more); `parse` reads everything and refuses an order that is
incomplete or contradicts itself. Attributes and their types: oracle-fusion.md, 3.1; child shapes: 1.3 to 1.5.

Limits: framework 1 and 2 cut children without saying so; then only the sums can tell. Drafts may lack what `parse`
demands: ask `status` first, and leave alone what is not released.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from schemas.exact_arithmetic import exact_difference, exact_product
from schemas.exact_json import JsonValue
from schemas.identity import Identity
from schemas.money import CURRENCIES, Money
from schemas.oracle import order_sums
from schemas.oracle.fingerprint import fingerprint
from schemas.oracle.order_status import is_canceled, order_status
from schemas.oracle.row import Row
from schemas.purchase_order import Distribution, OrderLine, OrderStatus, Party, Person, PurchaseOrder, Schedule

_DIRECT_DELIVERY = 3  # ReceiptRoutingId (oracle-fusion.md, 3.1)
_CHILDREN = ("lines", "schedules", "distributions")  # from the header downwards


def identify(raw: Mapping[str, JsonValue]) -> Identity:
    """Return key, number, newest stamp, fingerprint and amount of one version. Raises Refused.

    `changed_at` is the newest LastUpdateDate of header, lines, schedules and distributions, because a child's change
    does not move its parent's stamp (oracle-fusion.md, 5, point 7).
    """
    header = Row(raw=raw)
    return Identity(
        key=str(header.required("POHeaderId", header.identifier("POHeaderId"))),
        number=order_number(header),
        changed_at=newest_stamp(header),
        content_hash=fingerprint(raw),
        business_unit=storable(header, "ProcurementBU"),
        currency=storable(header, "CurrencyCode"),
        amount=header.number("Total"),
    )


def cut_children(raw: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Return the paths of child collections that are not whole: `lines`, `lines[3].schedules`. Raises Refused."""
    return tuple(path for row, name, path in _collections(Row(raw=raw)) if _is_cut(row.raw.get(name)))


def status(raw: Mapping[str, JsonValue]) -> OrderStatus:
    """Return what the order's state means, also for a draft that `parse` would refuse. Raises Refused."""
    return order_status(Row(raw=raw))


def parse(raw: Mapping[str, JsonValue]) -> PurchaseOrder:
    """Return the canonical order, lines, schedules and distributions by rising number. Raises Refused."""
    header = Row(raw=raw)
    _check_whole(header)
    currency = _currency(header)
    rows = _by_number(header, "lines", "LineNumber")
    if not rows:
        raise header.refused("lines", "an order has at least one line.")
    lines = tuple(_line(row) for row in rows)
    order = _order(header, rows, lines, currency)
    order_sums.check(order, header, rows)
    return order


def _order(header: Row, rows: list[Row], lines: tuple[OrderLine, ...], currency: str) -> PurchaseOrder:
    total = header.required("Total", header.number("Total"))
    ordered, deduction = order_sums.ordered_and_deduction(header, lines)
    tax = order_sums.tax(header, rows, lines, beyond=exact_difference(total, ordered))
    return PurchaseOrder(
        key=header.required("POHeaderId", header.identifier("POHeaderId")),
        number=order_number(header),
        revision=header.required("Revision", header.integer("Revision")),
        status=order_status(header),
        source_status=header.text("Status") or header.name("StatusCode"),
        description=header.text("Description"),
        legal_entity=header.text("SoldToLegalEntity"),
        business_unit=header.text("ProcurementBU"),
        supplier=_supplier(header),
        buyer=_buyer(header),
        bill_to=_bill_to(header),
        ship_to=_header_ship_to(header),
        payment_terms=header.text("PaymentTerms"),
        note_to_supplier=header.text("NoteToSupplier"),
        ordered=Money(amount=ordered, currency=currency),
        deduction=None if deduction is None else Money(amount=deduction, currency=currency),
        tax=None if tax is None else Money(amount=tax, currency=currency),
        total=Money(amount=total, currency=currency),
        ordered_at=_ordered_at(header),
        changed_at=newest_stamp(header),
        lines=lines,
        bill_to_unit=header.text("BillToBU"),
    )


def _line(row: Row) -> OrderLine:
    quantity, price, amount = _quantity(row), row.number("Price"), row.number("Amount")
    return OrderLine(
        number=_number(row, "LineNumber"),
        description=row.name("Description"),
        item=row.text("Item"),
        supplier_item=row.text("SupplierItem"),
        category=row.text("Category"),
        quantity=quantity,
        uom=row.text("UOMCode"),
        price=price,
        amount=amount,
        ordered=_line_ordered(row, quantity, price, amount),
        note_to_supplier=row.text("NoteToSupplier"),
        canceled=is_canceled(row),
        schedules=tuple(_schedule(part) for part in _by_number(row, "schedules", "ScheduleNumber")),
    )


def _line_ordered(row: Row, quantity: Decimal | None, price: Decimal | None, amount: Decimal | None) -> Decimal:
    """Return the line's amount as stated, else what it is made of: its amount, or quantity x price unrounded."""
    stated = row.number("Ordered")
    by_quantity = quantity is not None and price is not None
    if not by_quantity and amount is None:
        name = "Quantity" if quantity is None else "Price"
        raise row.refused(name, "a line buys a quantity at a price, or an amount; this one states neither.")
    if stated is not None:
        return stated
    return amount if amount is not None else exact_product(quantity or Decimal(0), price or Decimal(0))


def _schedule(row: Row) -> Schedule:
    return Schedule(
        number=_number(row, "ScheduleNumber"),
        quantity=_quantity(row),
        amount=row.number("Amount"),
        ordered=row.number("Ordered"),
        ship_to=_schedule_ship_to(row),
        requested_delivery=row.day("RequestedDeliveryDate"),
        promised_delivery=row.day("PromisedDeliveryDate"),
        canceled=is_canceled(row),
        distributions=tuple(_distribution(share) for share in _by_number(row, "distributions", "DistributionNumber")),
        key=row.identifier("LineLocationId"),
        organization=row.text("ShipToOrganizationCode"),
        direct_delivery=row.identifier("ReceiptRoutingId") == _DIRECT_DELIVERY,
    )


def _distribution(row: Row) -> Distribution:
    """Read one share; a share of a quantity has no Amount, then Ordered says what it costs."""
    amount = row.number("Amount")
    return Distribution(
        number=_number(row, "DistributionNumber"),
        quantity=_quantity(row),
        amount=row.number("Ordered") if amount is None else amount,
        percent=row.number("Percent"),
        account=row.name("POChargeAccount"),
        requester=row.text("Requester"),
    )


def _supplier(header: Row) -> Party:
    name, site = header.name("Supplier"), header.text("SupplierSite")
    return Party(source_id=header.identifier("SupplierId"), name=name, code=site)


def _buyer(header: Row) -> Person | None:
    name = header.text("BuyerDisplayName") or header.text("Buyer")
    return Person(name=name, email=header.text("BuyerEmail")) if name else None


def _bill_to(header: Row) -> Party | None:
    place, address = header.text("BillToLocation"), header.text("BillToLocationAddress")
    return Party(source_id=header.identifier("BillToLocationId"), name=place, address=address) if place else None


def _header_ship_to(header: Row) -> Party | None:
    code, address = header.text("ShipToLocationCode"), header.text("ShipToLocationAddress")
    return (
        Party(source_id=header.identifier("ShipToLocationId"), name=code, code=code, address=address) if code else None
    )


def _schedule_ship_to(row: Row) -> Party | None:
    code = row.text("ShipToLocationCode")
    name = row.text("ShipToLocation") or code
    return Party(source_id=row.identifier("ShipToLocationId"), name=name, code=code) if name else None


def order_number(header: Row) -> str:
    """Return what people call the order. Raises Refused."""
    header.name("OrderNumber")
    return header.required("OrderNumber", storable(header, "OrderNumber"))


def storable(header: Row, name: str) -> str | None:
    """Return text that the ledger keeps in clear: PostgreSQL holds no NUL, and no person reads the other controls."""
    text = header.text(name)
    if any(unicodedata.category(character) == "Cc" for character in text or ""):
        raise header.refused(name, "it holds a control character.")
    return text


def _currency(header: Row) -> str:
    code = header.name("CurrencyCode")
    if code not in CURRENCIES:
        raise header.refused("CurrencyCode", "it is not an ISO 4217 currency code.")
    return code


def _ordered_at(header: Row) -> datetime:
    """Return OrderDate; an order that was never ordered has only the day it was begun."""
    return header.moment("OrderDate") or header.required("OrderDate", header.moment("CreationDate"))


def _quantity(row: Row) -> Decimal | None:
    quantity = row.number("Quantity")
    if quantity is not None and quantity < 0:
        raise row.refused("Quantity", "a quantity is never negative.")
    return quantity


def _number(row: Row, name: str) -> int:
    number = row.required(name, row.integer(name))
    if number < 1:
        raise row.refused(name, "numbers of lines, schedules and distributions start at 1.")
    return number


def _by_number(parent: Row, child: str, name: str) -> list[Row]:
    """Return the rows of a child by rising number, so that one content is one document. Raises Refused for twins."""
    rows = sorted(parent.children(child), key=lambda row: _number(row, name))
    for row, following in pairwise(rows):
        if row.integer(name) == following.integer(name):
            raise following.refused(name, f"{row.path} has the same number; documents join on it.")
    return rows


def newest_stamp(header: Row) -> datetime:
    """Return the newest LastUpdateDate of header, lines, schedules and distributions. Raises Refused."""
    # Most rows carry the same few stamps: each spelling is read once.
    stamps = {row.text("LastUpdateDate"): row for row in (header, *_descendants(header))}
    moments = [moment for row in stamps.values() if (moment := row.moment("LastUpdateDate"))]
    return header.required("LastUpdateDate", max(moments, default=None))


def _descendants(header: Row) -> Iterator[Row]:
    for row, name, _ in _collections(header):
        yield from row.children(name)


def _collections(row: Row, depth: int = 0) -> Iterator[tuple[Row, str, str]]:
    """Yield each child collection of an order: its parent, its name, its path."""
    if depth < len(_CHILDREN):
        name = _CHILDREN[depth]
        yield row, name, row.at(name)
        for child in row.children(name):
            yield from _collections(child, depth + 1)


def _is_cut(collection: JsonValue) -> bool:
    if not isinstance(collection, dict):
        return False
    items, count = collection.get("items"), collection.get("count")
    rows = len(items) if isinstance(items, list) else 0
    return collection.get("hasMore") is True or (count is not None and count != rows)


def _check_whole(header: Row) -> None:
    for row, name, path in _collections(header):
        if _is_cut(row.raw.get(name)):
            next_step = f"Read {path} again in full; nothing needs correcting in Oracle."
            raise row.refused(name, "this child collection was cut off, the order is not complete.", next_step)
