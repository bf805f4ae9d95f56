"""Suppliers' invoices as J1P shows them: who they are, whether anything is asked with them, and what they say.

Source: jaggaer-cxml.md, 2.2 and 2.3. Lists give headers, one invoice is read whole by JAGGAER's id. An invoice that we
imported ourselves carries our batch id (`originalRequestMessageId`). Fields may be left out; a flag may be text.

Charges: taxCharge1 and taxCharge2 are tax, shippingCharge is freight, handlingCharge is miscellaneous, discountAmount
is taken off. Where lines carry charges, the header has their sum or nothing [assumed]; whatever else it has is
refused, for only one of both can be meant. Fees and charges that are not read here show in the total, which then does
not add up.

A credit memo is below zero throughout [assumed, as in cXML 6.5].
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from schemas import exact_json
from schemas.exact_arithmetic import exact_sum
from schemas.exact_json import JsonValue
from schemas.identity import Identity
from schemas.invoice import InvoiceKind, InvoiceLineKind
from schemas.j1p import fields
from schemas.j1p.fields import UnreadableOrder
from schemas.j1p.invoice_layout import J1pInvoiceLayout
from schemas.j1p.layout import in_our_words
from schemas.money import CURRENCIES, Money, plain
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.supplier_invoice import BilledLine, Charge, SupplierInvoice
from schemas.supplier_invoice_checks import invalid, worth

Object = Mapping[str, JsonValue]

OURS = "@ml-connector"
"""How the batch ids end that we import invoices with (`schemas/identity.py`)."""

_CHARGES = {
    "taxCharge1": (InvoiceLineKind.TAX, "Tax", 1),
    "taxCharge2": (InvoiceLineKind.TAX, "Second tax", 1),
    "shippingCharge": (InvoiceLineKind.FREIGHT, "Shipping", 1),
    "handlingCharge": (InvoiceLineKind.MISCELLANEOUS, "Handling", 1),
    "discountAmount": (InvoiceLineKind.MISCELLANEOUS, "Discount", -1),
}
_KINDS = {
    "invoice": InvoiceKind.STANDARD,
    "credit memo": InvoiceKind.CREDIT_MEMO,
    "creditmemo": InvoiceKind.CREDIT_MEMO,
}
_WITHDRAWN = frozenset(("cancel", "canceled", "cancelled", "rejected", "void", "voided"))
_STATES = ("type", "status", "paymentStatus", "workflowStatus")


def key(row: Object) -> str | None:
    """Return JAGGAER's id of a listed invoice, None where it cannot be told."""
    try:
        return fields.text(_header(row), "invoiceId") or None
    except UnreadableOrder:
        return None


def identify(row: Object, layout: J1pInvoiceLayout) -> Identity:
    """Return who an invoice is. Raises Refused where it has no id, number or stamp."""
    try:
        header = _header(in_our_words(row, layout))
        number = fields.text(header, layout.number) or fields.text(header, "invoiceNumber")
        changed_at, total = fields.moment(header, "lastUpdate"), header.get("total")
        if changed_at is None:
            raise invalid("lastUpdate", "", "nobody could say which version came later.")
        return Identity(
            key=_needed(header, "invoiceId"),
            number=number or _needed(header, layout.number),
            changed_at=changed_at,
            content_hash=_content_hash(row),
            business_unit=fields.named(header, "businessUnit"),
            currency=fields.text(total, "currency") if isinstance(total, dict) else None,
            amount=fields.number(header, "total"),
        )
    except UnreadableOrder as error:
        raise unreadable(error) from None


def needless(row: Object) -> str | None:
    """Return why nothing is asked with an invoice, None where something is. Raises Refused."""
    try:
        came_with = fields.text(_header(row), "originalRequestMessageId") or ""
    except UnreadableOrder as error:
        raise unreadable(error) from None
    return "JAGGAER has it from Oracle, through us." if came_with.endswith(OURS) else None


def is_withdrawn(row: Object, layout: J1pInvoiceLayout) -> bool:
    """Tell whether JAGGAER does not want the invoice paid any more. Raises Refused."""
    try:
        header = _header(in_our_words(row, layout))
        states = [fields.text(header, name) for name in _STATES]
    except UnreadableOrder as error:
        raise unreadable(error) from None
    return any((state or "").strip().casefold() in _WITHDRAWN for state in states)


def parse(row: Object, layout: J1pInvoiceLayout) -> SupplierInvoice:
    """Return the canonical invoice. Raises Refused (INVALID) for what is missing or cannot be read."""
    try:
        return _parse(in_our_words(row, layout), layout)
    except UnreadableOrder as error:
        raise unreadable(error) from None


def unreadable(error: UnreadableOrder) -> Refused:
    """Return the refusal of an invoice with a field that is not what it should be."""
    return invalid("invoice", "", f"it cannot be read: {error}.")


def _parse(row: Object, layout: J1pInvoiceLayout) -> SupplierInvoice:
    header = _header(row)
    number = fields.text(header, layout.number)
    if not number:
        raise invalid(layout.number, "", "without the supplier's number nobody could find the invoice again.")
    total = _total(header)
    lines = tuple(_line(line, total.currency) for line in _lines(row))
    supplier = fields.child(header, "supplier")
    return SupplierInvoice(
        number=number,
        kind=_kind(header),
        total=total,
        invoice_date=_required_day(header, "invoiceDate"),
        due=_day(header, "dueDate"),
        description=fields.text(header, "notes") or fields.text(header, "invoiceName"),
        source_name=fields.text(header, "invoiceNumber"),
        business_unit=fields.named(header, "businessUnit"),
        supplier_number=fields.text(supplier, "supplierNumber"),
        supplier_name=fields.text(supplier, "name"),
        lines=lines,
        charges=tuple(_charges(header, _lines(row), total.currency)),
    )


def _line(raw: Object, currency: str) -> BilledLine:
    number = fields.whole(raw, "lineNumber")
    if number is None:
        raise UnreadableOrder("a line has no lineNumber")
    place = f"lineList[lineNumber={number}]"
    quantity, price = fields.number(raw, "quantity"), fields.number(raw, "unitPrice")
    if quantity is None or price is None:
        raise invalid(place, "", f"line {number} lacks its quantity or unitPrice.")
    _same_currency(raw, "unitPrice", currency)
    item = fields.child(raw, "item")
    return BilledLine(
        number=number,
        place=place,
        order_number=fields.text(raw, "poNumber") or None,
        order_line=fields.whole(raw, "poLineNumber"),
        quantity=quantity,
        uom=fields.unit(item, "unitOfMeasure"),
        price=price,
        amount=worth(quantity, price, currency),
        description=fields.text(item, "description"),
    )


def _charges(header: Object, lines: list[Object], currency: str) -> Iterator[Charge]:
    for name, (kind, words, sign) in _CHARGES.items():
        whole = _amount(header, name, currency)
        parts = [(line, _amount(line, name, currency)) for line in lines]
        stated = exact_sum(part for _, part in parts)
        if stated and whole and stated != whole:
            reason = f"its lines state {plain(stated)} of it; both cannot be meant."
            raise _ambiguous(name, plain(whole), reason)
        if not any(part for _, part in parts):
            parts = [({}, whole)]
        for line, part in parts:
            if part:
                of_line = f" of line {fields.whole(line, 'lineNumber')}" if line else ""
                yield Charge(kind=kind, amount=part if sign > 0 else part.copy_negate(), description=words + of_line)


def _amount(holder: Object, name: str, currency: str) -> Decimal:
    amount = fields.number(holder, name)
    _same_currency(holder, name, currency)
    return amount or Decimal(0)


def _same_currency(holder: Object, name: str, currency: str) -> None:
    value = holder.get(name)
    stated = fields.text(value, "currency") if isinstance(value, dict) else None
    if stated not in (None, currency):
        raise invalid(name, stated, f"the total is in {currency}, and one invoice has one currency.")


def _total(header: Object) -> Money:
    amount, named = fields.number(header, "total"), header.get("total")
    currency = fields.text(named, "currency") if isinstance(named, dict) else fields.text(header, "currency")
    if amount is None:
        raise invalid("total", "", "without its total nobody could say whether the lines are all of it.")
    if currency not in CURRENCIES or currency is None:
        raise invalid("total.currency", currency or "", "it is not an ISO 4217 currency code.")
    return Money(amount=amount, currency=currency)


def _kind(header: Object) -> InvoiceKind:
    stated = fields.text(header, "invoiceType") or "Invoice"
    kind = _KINDS.get(" ".join(stated.split()).casefold())
    if kind is None:
        raise invalid("invoiceType", stated, "this type of invoice is not known: Invoice or Credit memo was expected.")
    return kind


def _header(row: Object) -> Object:
    return fields.child(row, "header")


def _lines(row: Object) -> list[Object]:
    held = row.get("lineList")
    return fields.rows(held, next(iter(held), "line")) if isinstance(held, dict) else fields.rows(row, "lineList")


def _needed(header: Object, name: str) -> str:
    value = fields.text(header, name)
    if not value or any(ord(character) < 32 for character in value):
        raise invalid(name, value or "", "the ledger cannot keep an invoice without it.")
    return value


def _content_hash(row: Object) -> bytes:
    """Return SHA-256 over all that a row says but when it was touched: fields in any order are one content."""
    header = {name: value for name, value in _header(row).items() if name != "lastUpdate"}
    return hashlib.sha256(exact_json.dumps(_sorted({**row, "header": header}))).digest()


def _sorted(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def _required_day(header: Object, name: str) -> date:
    day = _day(header, name)
    if day is None:
        raise invalid(name, "", "Oracle takes no invoice without its day.")
    return day


def _day(header: Object, name: str) -> date | None:
    """Read a day in any spelling of 2.2; all of them begin with year, month and day."""
    text = fields.text(header, name)
    if not text:
        return None
    try:
        return date.fromisoformat(text.replace("-", "")[:8])
    except ValueError:
        raise UnreadableOrder(f"{name} is {text[:40]!r}, not a day") from None


def _ambiguous(field: str, value: str, reason: str) -> Refused:
    next_step = "Have it stated once, in the header or with the lines; the corrected invoice is read by itself."
    return Refused(
        Refusal(category=RefusalClass.CONFLICT, field=field, value=value, reason=reason, next_step=next_step)
    )
