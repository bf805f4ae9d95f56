"""What a J1P message says, read from its JSON alone, and what an order should say there.

`on_the_wire` reads every field of a message into a canonical order; `carried` takes from a canonical order what the
dialect is documented not to carry (`schemas/j1p/order_body.py`). The two are equal, or something was lost on the way.
The reader shares no code with the builder.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from schemas.money import Money
from schemas.purchase_order import Distribution, OrderLine, OrderStatus, Party, Person, PurchaseOrder, Schedule

Object = dict[str, Any]

UNITS = {"Ea": "EA", "Box": "BX", "kg": "KGM", "Hour": "HUR"}


def on_the_wire(message: Object) -> PurchaseOrder:
    """Read a message; fails for a field that nobody knows."""
    (header, lines) = only(message["purchaseOrder"], "poHeader", "poLineList")
    header = {name: value for name, value in header.items() if name not in ("type", "distributeRevision")}
    known = (
        "revisionNumber poNumber createDateTime description businessUnit legalEntity supplier buyer billTo shipTo terms"
        " notes currency total discountAmount tax"
    )
    values = dict(zip(known.split(), only(header, *known.split()), strict=True))
    name, source_id, site = only(values["supplier"], "name", "externalId", "site")
    buyer = only(values["buyer"] or {}, "name", "email")
    currency = values["currency"]
    return PurchaseOrder(
        key=0,
        number=values["poNumber"],
        revision=0,
        status=OrderStatus.OPEN,
        source_status="",
        description=values["description"],
        legal_entity=(values["legalEntity"] or {}).get("internalName"),
        business_unit=(values["businessUnit"] or {}).get("internalName"),
        supplier=Party(source_id=source_id, name=name, code=site),
        buyer=Person(name=buyer[0], email=buyer[1]) if values["buyer"] else None,
        bill_to=place(values["billTo"]),
        ship_to=place(values["shipTo"]),
        payment_terms=(values["terms"] or {}).get("standardPaymentTermsCode"),
        note_to_supplier=values["notes"],
        ordered=Money(amount=Decimal(0), currency=currency),
        deduction=amount(values["discountAmount"]),
        tax=amount(values["tax"]),
        total=amount(values["total"]) or Money(amount=Decimal("NaN"), currency=currency),
        ordered_at=datetime.fromisoformat(values["createDateTime"]),
        changed_at=datetime.fromisoformat(values["createDateTime"]),
        lines=tuple(line(raw, currency) for raw in lines["poLine"]),
    )


def line(raw: Object, currency: str) -> OrderLine:
    number, item, quantity, charges, notes, delivery, schedules, splits = only(
        raw, "lineNumber", "item", "quantity", "lineCharges", "notes", "deliveryInfo", "scheduleList",
        "splittableFieldSetGroupList",
    )  # fmt: skip
    supplier_item, own_item, description, uom, category = only(
        item, "catalogNumber", "productReferenceNumber", "description", "unitOfMeasure", "commodityCode"
    )
    price = amount(charges["unitPrice"])
    assert price is not None
    assert price.currency == currency
    shares = list(split_rows(splits))
    parts = tuple(schedule(part, shares) for part in (schedules or {}).get("schedule", ()))
    assert len(shares) == sum(len(part.distributions) for part in parts)
    assert set(delivery or {}) <= {"requestedDeliveryDate"}
    return OrderLine(
        number=number,
        description=description,
        item=own_item,
        supplier_item=supplier_item,
        category=category,
        quantity=quantity,
        uom=uom,
        price=price.amount,
        amount=None,
        ordered=Decimal(0),
        note_to_supplier=notes,
        canceled=quantity == 0,
        schedules=parts,
    )


def schedule(raw: Object, shares: Sequence[tuple[int, Distribution]]) -> Schedule:
    number, quantity, worth, requested, promised, ship_to = only(
        raw, "scheduleNumber", "quantity", "amount", "requestedDeliveryDate", "promisedDeliveryDate", "shipTo"
    )
    return Schedule(
        number=number,
        quantity=quantity,
        amount=worth,
        ordered=None,
        ship_to=place(ship_to),
        requested_delivery=day(requested),
        promised_delivery=day(promised),
        canceled=quantity == 0 and worth == 0,
        distributions=tuple(share for of_schedule, share in shares if of_schedule == number),
    )


def split_rows(groups: Object | None) -> Sequence[tuple[int, Distribution]]:
    if groups is None:
        return []
    ((group,),) = only(groups, "splittableFieldSetGroup")
    ((index_set,),) = only(group, "splittableFieldIndexSet")
    context, indexes = only(index_set, "context", "splittableFieldIndexList")
    assert context == "Line"
    return [split(raw) for raw in indexes["splittableFieldIndex"]]


def split(raw: Object) -> tuple[int, Distribution]:
    of_schedule, number, quantity, worth, percent, requester, values = only(
        raw, "scheduleNumber", "distributionNumber", "quantity", "amount", "percent", "requester",
        "customFieldValueList",
    )  # fmt: skip
    ((account,),) = only(values, "customFieldValue")
    assert account["internalName"] == "Account"
    return of_schedule, Distribution(
        number=number, quantity=quantity, amount=worth, percent=percent, account=account["value"], requester=requester
    )


def only(raw: Object, *names: str) -> tuple[Any, ...]:
    """Return these fields, None for one that is left out. Fails for any other field and for a null."""
    assert not set(raw) - set(names), set(raw) - set(names)
    assert None not in raw.values()
    return tuple(raw.get(name) for name in names)


def place(raw: Object | None) -> Party | None:
    if raw is None:
        return None
    name, address = only(raw, "name", "address")
    code, lines = only(address, "addressCode", "addressLineList")
    text = lines["addressLine"][0]["addressLine"] if lines else None
    return Party(source_id=None, name=name, code=code, address=text)


def amount(raw: Object | None) -> Money | None:
    return None if raw is None else Money(amount=Decimal(raw["value"]), currency=raw["currency"])


def day(text: str | None) -> date | None:
    if text is None:
        return None
    assert text.endswith("T00:00:00.000Z")
    return date.fromisoformat(text[:10])


def carried(order: PurchaseOrder) -> PurchaseOrder:
    """Return what of an order J1P carries."""
    left_out = sum((each.ordered for each in order.lines if each.canceled), Decimal(0))
    return replace(
        order,
        key=0,
        revision=0,
        status=OrderStatus.OPEN,
        source_status="",
        bill_to=carried_place(order.bill_to),
        ship_to=carried_place(order.ship_to),
        ordered=replace(order.ordered, amount=Decimal(0)),
        total=replace(order.total, amount=order.total.amount - left_out),
        changed_at=order.ordered_at,
        lines=tuple(carried_line(each) for each in order.lines),
        bill_to_unit=None,
    )


def carried_line(source: OrderLine) -> OrderLine:
    by_amount = source.quantity is None or source.price is None
    quantity = Decimal(1) if by_amount else source.quantity
    price = source.amount if by_amount else source.price
    return replace(
        source,
        quantity=Decimal(0) if source.canceled else quantity,
        price=price,
        uom="EA" if by_amount else UNITS[source.uom or ""],
        amount=None,
        ordered=Decimal(0),
        schedules=tuple(carried_schedule(part, line_canceled=source.canceled) for part in source.schedules),
    )


def carried_schedule(part: Schedule, *, line_canceled: bool) -> Schedule:
    gone = line_canceled or part.canceled
    worth = part.ordered if part.amount is None else part.amount
    zero = Decimal(0)
    return replace(
        part,
        quantity=zero if gone else part.quantity,
        amount=zero if gone else worth,
        ordered=None,
        ship_to=carried_place(part.ship_to),
        canceled=gone or (part.quantity == 0 and worth == 0),
        distributions=() if gone else part.distributions,
        key=None,  # how Oracle receives and bills a schedule is no business of JAGGAER's
        organization=None,
        direct_delivery=False,
        receipt_required=True,
        receipt_close_percent=None,
    )


def carried_place(party: Party | None) -> Party | None:
    """Return a place as its address says it: known by its code, or else by its name; an empty address says nothing."""
    return party and replace(party, source_id=None, code=party.code or party.name, address=party.address or None)
