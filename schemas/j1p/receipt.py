"""J1P's receipts: who one is, and what it says in canonical form (jaggaer-cxml.md, 2.2 and 2.4).

A quantity receipt has lines with a quantity and a unit, a cost receipt lines with an amount and a currency. A receipt
that was corrected is the same receipt with another quantity, a cancelled line says so in its action.

Limits: the resource is not public; names are the customer's (`J1pReceiptLayout`), actions are told by their first word.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from schemas import exact_json
from schemas.exact_arithmetic import exact_product, exact_sum
from schemas.exact_json import JsonValue
from schemas.identity import Identity
from schemas.j1p.layout import check_names, in_our_words
from schemas.j1p.listed_row import ListedRow
from schemas.money import CURRENCIES, Money
from schemas.receipt import Receipt, ReceiptKind, ReceiptLine
from schemas.refusals import Refused

FIELDS = frozenset(
    """
    action amount businessUnit comments currency lastUpdate lineNumber packingSlipNumber poLineNumber poNumber quantity
    receiptDate receiptNumber receivedBy trackingNumber unitOfMeasure
    """.split()
)
"""Every field of a receipt that a customer may have renamed. Wrappers and the key have settings of their own."""

_KINDS = {"received": ReceiptKind.RECEIVED, "returned": ReceiptKind.RETURNED, "cancelled": ReceiptKind.CANCELED}
_KINDS |= {"canceled": ReceiptKind.CANCELED}


@dataclass(frozen=True, slots=True, kw_only=True)
class J1pReceiptLayout:
    """Names of one customer's J1P receipts. Raises ValueError for names that collide.

    `names` gives the customer's name for a field of `FIELDS`, at every place where that field stands.
    """

    header: str = "header"
    line_list: str = "lineList"
    line: str = "line"
    key: str = "receiptId"
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse names with which two fields would be one."""
        own = (self.header, self.line_list, self.line, self.key)
        check_names(self.names, own=own, fields=FIELDS, noun="a receipt")


def key(raw: Mapping[str, JsonValue], layout: J1pReceiptLayout) -> str | None:
    """Return JAGGAER's id of a listed receipt, None if it cannot be told."""
    try:
        return _header(raw, layout).text(layout.key)
    except Refused:
        return None


def identify(raw: Mapping[str, JsonValue], layout: J1pReceiptLayout) -> Identity:
    """Return who a receipt is, and what the books say of it: the value of a cost receipt. Raises Refused."""
    header = _header(raw, layout)
    receipt_id = header.required(layout.key, header.text(layout.key))
    value = _value(_lines(raw, layout))
    return Identity(
        key=receipt_id,
        number=header.text("receiptNumber") or receipt_id,
        changed_at=header.required("lastUpdate", header.moment("lastUpdate")),
        content_hash=hashlib.sha256(exact_json.dumps(_content(raw, layout))).digest(),
        business_unit=header.named("businessUnit"),
        currency=value.currency if value else None,
        amount=value.amount if value else None,
    )


def parse(raw: Mapping[str, JsonValue], layout: J1pReceiptLayout) -> Receipt:
    """Return the canonical receipt. Raises Refused."""
    identity, header = identify(raw, layout), _header(raw, layout)
    lines = tuple(_line(row) for row in _lines(raw, layout))
    if not lines:
        raise header.refused(layout.line_list, "a receipt has at least one line.")
    return Receipt(
        key=identity.key,
        number=identity.number,
        received_at=header.required("receiptDate", header.moment("receiptDate")),
        changed_at=identity.changed_at,
        received_by=header.text("receivedBy"),
        packing_slip=header.text("packingSlipNumber"),
        tracking_number=header.text("trackingNumber"),
        business_unit=identity.business_unit,
        comments=header.text("comments"),
        lines=lines,
    )


def _line(row: ListedRow) -> ReceiptLine:
    kind, quantity, amount = _kind(row), row.number("quantity"), _amount(row)
    if quantity is None and amount is None and kind is not ReceiptKind.CANCELED:
        raise row.refused("quantity", "a line says how much was received: a quantity, or an amount.")
    counted = quantity if quantity is not None else amount.amount if amount else Decimal(0)
    if kind is ReceiptKind.RETURNED and counted < 0:
        raise row.refused("quantity", "what went back is counted with a positive number.")
    return ReceiptLine(
        number=row.required("lineNumber", row.whole("lineNumber")),
        path=row.path,
        order_number=row.required("poNumber", row.text("poNumber")),
        order_line=row.required("poLineNumber", row.whole("poLineNumber")),
        kind=kind,
        quantity=quantity,
        unit=row.unit("unitOfMeasure"),
        amount=amount,
    )


def _kind(row: ListedRow) -> ReceiptKind:
    action = row.text("action")
    found = ReceiptKind.RECEIVED if action is None else _KINDS.get(action.split()[0].casefold())
    if found is None:
        raise row.refused("action", "Received, Returned or Cancelled was expected.")
    return found


def _amount(row: ListedRow) -> Money | None:
    amount, currency = row.number("amount"), row.text("currency")
    if amount is None:
        return None
    if currency not in CURRENCIES:
        raise row.refused("currency", "it is not an ISO 4217 currency code, and the line has an amount.")
    return Money(amount=amount, currency=currency)


def _value(rows: list[ListedRow]) -> Money | None:
    """Return what a cost receipt is worth; None for one that counts quantities, or in several currencies."""
    try:
        lines = [_line(row) for row in rows]
    except Refused:
        return None  # `parse` says why
    amounts = [(_sign(line.kind), line.amount) for line in lines if line.amount is not None and line.quantity is None]
    currencies = {amount.currency for _, amount in amounts}
    if len(currencies) != 1 or len(amounts) != len(lines):
        return None
    total = exact_sum(exact_product(sign, amount.amount) for sign, amount in amounts)
    return Money(amount=total, currency=currencies.pop())


def _sign(kind: ReceiptKind) -> Decimal:
    signs = {ReceiptKind.RECEIVED: 1, ReceiptKind.RETURNED: -1, ReceiptKind.CANCELED: 0}
    return Decimal(signs[kind])


def _header(raw: Mapping[str, JsonValue], layout: J1pReceiptLayout) -> ListedRow:
    return ListedRow(raw=in_our_words(raw, layout)).child(layout.header)


def _lines(raw: Mapping[str, JsonValue], layout: J1pReceiptLayout) -> list[ListedRow]:
    return list(ListedRow(raw=in_our_words(raw, layout)).child(layout.line_list).rows(layout.line))


def _content(raw: Mapping[str, JsonValue], layout: J1pReceiptLayout) -> JsonValue:
    """Return a receipt without the stamp of its last change, its fields in one order."""
    ours = in_our_words(raw, layout)
    header = {name: value for name, value in _header(raw, layout).raw.items() if name != "lastUpdate"}
    return _ordered({**ours, layout.header: header})


def _ordered(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {name: _ordered(value[name]) for name in sorted(value)}
    return [_ordered(one) for one in value] if isinstance(value, list) else value
