"""A canonical purchase order as the JSON value that J1P imports, without what depends on the delivery.

Conventions of the import (jaggaer-cxml.md, 2.2, 2.3 and 3.2): lists are wrapped twice, what has no value is left out, a
cancelled line goes with quantity 0, a line that buys an amount goes with quantity 1 at that amount, accounts are custom
field values of splits. Numbers are exact, texts go as they are. The names inside header and line are assumed from the
XML message; wrappers and key fields follow the customer's layout.

What is cancelled is worth nothing: a cancelled schedule goes with quantity and amount 0, and the splits of a line are
its amount exactly (`schemas/order_amounts.py`). A discount or credit of the whole order is the header's discountAmount.
There is one split for each share in which a distribution is coded, with all its values (`schemas/order_coding.py`).

Not carried: the source's id, revision, status and time of change; ids of places; the ordered amounts of order and line
(total, tax and prices say them); quantity, price and unit of a line that buys an amount; of a cancelled line its
quantity and who would have paid.

Limits: an order number with a sign that J1P's filters reserve (2.2: FIQL or RSQL) is refused, because what cannot be
looked for must not be sent: nobody could find out whether it arrived. Whether J1P takes quoted values is not public.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from schemas.coding import Coder, FieldValue
from schemas.exact_json import JsonValue
from schemas.j1p.findable import check_findable
from schemas.j1p.layout import J1pLayout
from schemas.money import Money
from schemas.order_amounts import charged, total_as_sent
from schemas.order_coding import CodedCharge, code
from schemas.purchase_order import OrderLine, Party, PurchaseOrder, Schedule
from schemas.units import UnitMap

Object = dict[str, JsonValue]

_UNIT_OF_AN_AMOUNT = "EA"


def order_body(order: PurchaseOrder, units: UnitMap, coder: Coder, layout: J1pLayout) -> Object:
    """Return header and lines in their wrappers.

    Raises Refused: MAPPING for a unit or an account without a counterpart, INVALID for a number that cannot be looked
    for and for splits that are not their line's amount.
    """
    check_findable(order.number, field="OrderNumber", noun="order")
    lines: list[JsonValue] = [_line(order, line, units, coder, layout) for line in order.lines]
    return {layout.order: {layout.header: _header(order, layout), layout.line_list: {layout.line: lines}}}


def _header(order: PurchaseOrder, layout: J1pLayout) -> Object:
    buyer = order.buyer
    return _stated(
        {
            layout.number: order.number,
            "createDateTime": layout.date_format.written(order.ordered_at),
            "description": order.description,
            "businessUnit": _named(order.business_unit),
            "legalEntity": _named(order.legal_entity),
            "supplier": _supplier(order.supplier),
            "buyer": _stated({"name": buyer.name, "email": buyer.email}) if buyer else None,
            "billTo": _place(order.bill_to),
            "shipTo": _place(order.ship_to),
            "terms": {"standardPaymentTermsCode": order.payment_terms} if order.payment_terms is not None else None,
            "notes": order.note_to_supplier,
            "currency": order.total.currency,
            "total": _money(total_as_sent(order, (line for line in order.lines if not line.canceled))),
            "discountAmount": _money(order.deduction) if order.deduction else None,
            "tax": _money(order.tax) if order.tax else None,
        }
    )


def _line(order: PurchaseOrder, line: OrderLine, units: UnitMap, coder: Coder, layout: J1pLayout) -> Object:
    currency = order.total.currency
    quantity, price, unit = _priced(line, units)
    wanted = [part.requested_delivery for part in line.schedules if part.requested_delivery and not part.canceled]
    schedules: list[JsonValue] = [
        _schedule(part, layout, canceled=line.canceled or part.canceled) for part in line.schedules
    ]
    item = {
        "catalogNumber": line.supplier_item,
        "productReferenceNumber": line.item,
        "description": line.description,
        "unitOfMeasure": unit,
        "commodityCode": line.category,
    }
    return _stated(
        {
            "lineNumber": line.number,
            "item": _stated(item),
            "quantity": Decimal(0) if line.canceled else quantity,
            "lineCharges": {"unitPrice": _money(Money(amount=price, currency=currency))},
            "notes": line.note_to_supplier,
            "deliveryInfo": {"requestedDeliveryDate": layout.date_format.written(min(wanted))} if wanted else None,
            "scheduleList": {"schedule": schedules} if schedules else None,
            "splittableFieldSetGroupList": _splits(code(order, line, charged(line, currency), coder)),
        }
    )


def _priced(line: OrderLine, units: UnitMap) -> tuple[Decimal, Decimal, str]:
    """Return quantity, unit price and unit: as they are, or one times the amount where the line buys an amount."""
    if line.quantity is None or line.price is None:
        return Decimal(1), line.ordered if line.amount is None else line.amount, units.theirs(_UNIT_OF_AN_AMOUNT)
    return line.quantity, line.price, units.standard(line.uom, line=line.number)


def _schedule(part: Schedule, layout: J1pLayout, *, canceled: bool) -> Object:
    requested, promised = part.requested_delivery, part.promised_delivery
    amount = part.ordered if part.amount is None else part.amount
    return _stated(
        {
            "scheduleNumber": part.number,
            "quantity": Decimal(0) if canceled else part.quantity,
            "amount": Decimal(0) if canceled else amount,
            "requestedDeliveryDate": layout.date_format.written(requested) if requested else None,
            "promisedDeliveryDate": layout.date_format.written(promised) if promised else None,
            "shipTo": _place(part.ship_to),
        }
    )


def _splits(charges: Iterable[CodedCharge]) -> Object | None:
    """Return who pays, in the wrappers that JAGGAER's own documents have around account codes (2.3)."""
    splits: list[JsonValue] = [_split(charge) for charge in charges]
    index_set: Object = {"context": "Line", "splittableFieldIndexList": {"splittableFieldIndex": splits}}
    return {"splittableFieldSetGroup": [{"splittableFieldIndexSet": [index_set]}]} if splits else None


def _split(charge: CodedCharge) -> Object:
    values: list[JsonValue] = [_field_value(value) for value in charge.values]
    return _stated(
        {
            "scheduleNumber": charge.schedule.number,
            "distributionNumber": charge.distribution.number,
            "quantity": charge.quantity,
            "amount": charge.amount,
            "percent": charge.percent,
            "requester": charge.distribution.requester,
            "customFieldValueList": {"customFieldValue": values},
        }
    )


def _field_value(value: FieldValue) -> Object:
    return _stated({"internalName": value.field, "value": value.value, "description": value.description})


def _supplier(supplier: Party) -> Object:
    """Name the supplier; its Oracle id is neither JAGGAER's id nor the supplier number, so it gets its own name."""
    return _stated({"name": supplier.name, "externalId": supplier.source_id, "site": supplier.code})


def _place(place: Party | None) -> Object | None:
    if place is None:
        return None
    line: Object = {"lineNumber": 1, "addressLine": place.address}
    written: Object = {"addressLine": [line]}
    address: Object = {"addressCode": place.code or place.name, "addressLineList": written if place.address else None}
    return {"name": place.name, "address": _stated(address)}


def _named(name: str | None) -> Object | None:
    return None if name is None else {"internalName": name}


def _money(amount: Money) -> Object:
    return {"currency": amount.currency, "value": amount.amount}


def _stated(fields: Mapping[str, JsonValue]) -> Object:
    """Leave out what has no value, as JAGGAER does."""
    return {name: value for name, value in fields.items() if value is not None}
