"""The J1P purchase order as JSON: understood on the way in, and put together again for reads.

The body mirrors the XML PO message (2.4, 3.2): `"purchaseOrder": {"poHeader": {}, "poLineList": {"poLine": []}}`. Only
the fields that decide something are looked at; all others are kept as they came and given back by reads. Numbers
may come as strings (2.2). A unit of measure is a string or `{"dimension": ..}`, money `{"currency", "value"}`, a
business unit a string or `{"internalName": ..}` (2.3). Charges of the header: `tax`, `taxCharge1`, `taxCharge2`,
`shippingCharge` and `handlingCharge` are added, `discountAmount` is taken off; each money or a plain number.

Limits: addresses, splits and dates are kept, not understood; prices are per one unit.
"""

import hashlib
from collections.abc import Iterator
from decimal import Decimal

from simulators.jaggaer import exact_json, j1p_fields
from simulators.jaggaer.exact_json import JsonObject
from simulators.jaggaer.j1p_fields import NotUnderstood
from simulators.jaggaer.order import Change, Door, Draft, Line, Order, Reason

_CHARGES = {
    **dict.fromkeys(("tax", "taxCharge1", "taxCharge2", "shippingCharge", "handlingCharge"), Decimal(1)),
    "discountAmount": Decimal(-1),
}
OPTIONAL = frozenset(
    """
    total businessUnit revisionDate alternatePONumber accountingDate createDateTime freightOnBoard
    workflowStatus catalogNumber auxiliaryCatalogNumber commodityCode productReferenceNumber capitalExpense fixedAsset
    taxable deliveryInfo
    """.split()
)
"""Fields of a header, a line or its item that a read may lack: those that real lists lack in some rows (2.2), and those
that the message marks as optional (3.2).
"""
_CUSTOM_VALUES = ("customFieldValueSet", "customFieldValue")


class NotAnOrder(NotUnderstood):
    """The body can not be understood as an order; the refusal says which field and why."""

    def __init__(self, reason: Reason, number: str, text: str) -> None:
        super().__init__(reason, number, text, what="Order")


def draft_from(order: object, *, door: Door = Door.J1P, with_custom_fields: bool = False) -> Draft:
    """Understand the value of `purchaseOrder`; custom field names are only collected on demand. Raises NotAnOrder."""
    order, header, number = _opened(order)
    change, currency = _change(header, number), _currency(header, number)
    return Draft(
        door=door,
        number=number,
        change=change,
        revision=_revision(header, number),
        currency=currency,
        total=_optional_money(header, "total", number),
        lines=() if change is Change.CANCEL else _lines(order, currency, number),
        frame=_frame(order),
        digest=hashlib.sha256(exact_json.dumps(order)).hexdigest(),
        charges=_charges(header, number),
        supplier=j1p_fields.supplier_names(header.get("supplier")),
        custom_fields=frozenset(_custom_fields(order)) if with_custom_fields else frozenset(),
        accounts=frozenset() if change is Change.CANCEL else j1p_fields.split_values(_coded(order)),
        business_unit=j1p_fields.named(header.get("businessUnit")),
    )


def _opened(order: object) -> tuple[JsonObject, JsonObject, str]:
    """Return the order, its header and its number, without which nothing more can be said."""
    if not isinstance(order, dict):
        raise NotAnOrder(Reason.MISSING, "", "purchaseOrder is missing or no object")
    header = order.get("poHeader")
    if not isinstance(header, dict):
        raise NotAnOrder(Reason.MISSING, "", "purchaseOrder.poHeader is missing or no object")
    number = j1p_fields.text(header.get("poNumber"))
    if not number:
        raise NotAnOrder(Reason.MISSING, "", "poHeader.poNumber is missing or empty")
    return order, header, number


def line_document(line: Line) -> JsonObject:
    """Return a line as reads give it back: as it came, with quantity 0 if it was cancelled by being left out."""
    document: JsonObject = exact_json.loads(line.document)
    if exact_json.exact(document.get("quantity")) != line.quantity:
        document["quantity"] = line.quantity
    return document


def read_back(order: Order) -> JsonObject:
    """Return an order as reads give it back: what came, with what JAGGAER itself adds to the header (2.3)."""
    document: JsonObject = exact_json.loads(order.frame)
    document["poHeader"] |= {
        "revisionNumber": order.revision,
        "originalRequestMessageId": order.last_key,
        "status": str(order.state),
        "lastUpdate": j1p_fields.timestamp(order.updated_at),
    }
    lines = document.get("poLineList")
    kept = lines if isinstance(lines, dict) else {}
    document["poLineList"] = {**kept, "poLine": [line_document(line) for line in order.lines]}
    return document


def without_optional(document: JsonObject) -> JsonObject:
    """Return an order as a read gives it that leaves out what is optional."""
    lines = [_kept(line) for line in document["poLineList"]["poLine"]]
    lines = [line | ({"item": _kept(line["item"])} if isinstance(line.get("item"), dict) else {}) for line in lines]
    shown = {"poHeader": _kept(document["poHeader"]), "poLineList": document["poLineList"] | {"poLine": lines}}
    return document | shown


def _kept(fields: JsonObject) -> JsonObject:
    return {name: value for name, value in fields.items() if name not in OPTIONAL}


def _frame(order: JsonObject) -> bytes:
    lines = order.get("poLineList")
    kept = {name: value for name, value in lines.items() if name != "poLine"} if isinstance(lines, dict) else {}
    return exact_json.dumps({**order, "poLineList": kept})


def _change(header: JsonObject, number: str) -> Change:
    stated = header.get("type", "new")
    if stated not in tuple(Change):
        raise NotAnOrder(Reason.INVALID, number, f"poHeader.type {stated!r} is none of new, update, cancel")
    return Change(stated)


def _revision(header: JsonObject, number: str) -> int | None:
    stated = header.get("revisionNumber")
    if stated is None:
        return None
    value = j1p_fields.whole(stated)
    if value is None:
        raise NotAnOrder(
            Reason.INVALID, number, f"poHeader.revisionNumber {j1p_fields.shown(stated)} is no whole number from 0"
        )
    return value


def _currency(header: JsonObject, number: str) -> str | None:
    total = header.get("total")
    stated = header.get("currency") or (total.get("currency") if isinstance(total, dict) else None)
    if stated is None or stated == "":
        return None
    if not j1p_fields.is_currency(stated):
        raise NotAnOrder(Reason.INVALID, number, f"poHeader.currency {stated!r} is no ISO 4217 code")
    if isinstance(total, dict) and total.get("currency", stated) != stated:
        raise NotAnOrder(
            Reason.INVALID,
            number,
            f"poHeader.total.currency {total['currency']!r} is not the order's currency {stated}",
        )
    return str(stated)


def _optional_money(header: JsonObject, name: str, number: str) -> Decimal | None:
    stated = header.get(name)
    if stated is None:
        return None
    value = j1p_fields.amount(stated)
    if value is None:
        raise NotAnOrder(Reason.INVALID, number, f"poHeader.{name} {j1p_fields.shown(stated)} holds no amount")
    return value


def _charges(header: JsonObject, number: str) -> Decimal | None:
    try:
        return j1p_fields.charges(header, _CHARGES)
    except ValueError as error:
        text = f"poHeader.{error} {j1p_fields.shown(header[str(error)])} holds no amount"
        raise NotAnOrder(Reason.INVALID, number, text) from error


def _lines(order: JsonObject, currency: str | None, number: str) -> tuple[Line, ...]:
    try:
        rows = j1p_fields.rows(order, "poLineList", "poLine") or []
    except ValueError as error:
        raise NotAnOrder(Reason.INVALID, number, str(error)) from error
    return tuple(_line(row, position, currency, number) for position, row in enumerate(rows, start=1))


def _line(row: object, position: int, currency: str | None, number: str) -> Line:
    if not isinstance(row, dict):
        raise NotAnOrder(Reason.INVALID, number, f"poLine at position {position} is no object")
    line = j1p_fields.whole(row.get("lineNumber"))
    if not line:
        stated = j1p_fields.shown(row.get("lineNumber"))
        text = f"poLine at position {position}, lineNumber {stated} is no whole number from 1"
        raise NotAnOrder(Reason.MISSING if "lineNumber" not in row else Reason.INVALID, number, text)
    item = row.get("item")
    return Line(
        number=line,
        quantity=_quantity(row, line, number),
        unit_price=_unit_price(row, line, currency, number),
        uom=_unit(item) if isinstance(item, dict) else None,
        document=exact_json.dumps(row),
    )


def _quantity(row: JsonObject, line: int, number: str) -> Decimal:
    quantity = exact_json.exact(row.get("quantity"))
    if quantity is None:
        reason = Reason.MISSING if "quantity" not in row else Reason.INVALID
        raise NotAnOrder(reason, number, f"line {line}, quantity {j1p_fields.shown(row.get('quantity'))} is no number")
    return quantity


def _unit_price(row: JsonObject, line: int, currency: str | None, number: str) -> Decimal:
    charges = row.get("lineCharges")
    price = charges.get("unitPrice") if isinstance(charges, dict) else None
    value = exact_json.exact(price.get("value")) if isinstance(price, dict) else None
    if not isinstance(price, dict) or value is None:
        reason = Reason.MISSING if price is None else Reason.INVALID
        raise NotAnOrder(
            reason, number, f"line {line}, lineCharges.unitPrice.value {j1p_fields.shown(price)} is no number"
        )
    if currency and price.get("currency", currency) != currency:
        stated = j1p_fields.shown(price["currency"])
        text = f"line {line}, lineCharges.unitPrice.currency {stated} is not the order's {currency}"
        raise NotAnOrder(Reason.INVALID, number, text)
    return value


def _unit(item: JsonObject) -> str | None:
    stated = item.get("unitOfMeasure")
    return j1p_fields.text(stated.get("dimension") if isinstance(stated, dict) else stated) or None


def _coded(order: JsonObject) -> Iterator[JsonObject]:
    """Go through what may be split: the header and the lines."""
    yield order["poHeader"]
    for row in j1p_fields.rows(order, "poLineList", "poLine") or []:
        if isinstance(row, dict):
            yield row


def _custom_fields(value: object) -> Iterator[str]:
    """Go through the names of all custom fields, wherever they are: header, lines, splits (2.3, 3.2)."""
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, list):
            pending.extend(current)
        elif isinstance(current, dict):
            pending.extend(current.values())
            for holder in _CUSTOM_VALUES:
                yield from _names(current.get(holder))


def _names(holder: object) -> Iterator[str]:
    for entry in holder if isinstance(holder, list) else [holder]:
        if isinstance(entry, dict) and (name := j1p_fields.text(entry.get("internalName") or entry.get("name"))):
            yield name
