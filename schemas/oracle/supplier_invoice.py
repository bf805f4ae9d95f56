"""A supplier's invoice as Oracle takes it: the body of the POST, and how an invoice that is there differs from it.

Source: oracle-fusion.md, 3.4. A matched line names order, line and schedule with quantity and price, or the amount
where an amount was ordered, and no account: that is the order's. Charges are lines of their kinds after them, shared
out over the item lines (`ProrateAcrossAllItemsFlag`). What gives something back is a Credit memo with negative
amounts.

`ReferenceKeyTwo` and `Three` keep what has no attribute: JAGGAER's own name of the invoice, and the day that the
supplier wants to be paid on (Oracle computes its own from the terms). Texts are cut to what Oracle's tables hold
[assumed].
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.invoice import InvoiceLineKind
from schemas.money import plain
from schemas.oracle.row import Row
from schemas.order_matching import Matched, MatchedLine
from schemas.supplier_invoice import Charge, SupplierInvoice

Object = dict[str, JsonValue]

REFERENCE = "ReferenceKeyOne"
"""The attribute that says whose invoice it is: our reference."""

NATURAL_KEY = ("InvoiceNumber", "Supplier", "BusinessUnit")
"""What Oracle's own people, and its actions, know an invoice by (4)."""

LINES = "invoiceLines"

_FIXED = (
    "InvoiceNumber",
    "Supplier",
    "BusinessUnit",
    "SupplierSite",
    "InvoiceCurrency",
    "InvoiceType",
    "InvoiceAmount",
)
_CHANGEABLE = ("InvoiceDate", "Description")
_OF_A_LINE = (
    "LineType",
    "LineAmount",
    "Quantity",
    "UnitPrice",
    "PurchaseOrderNumber",
    "PurchaseOrderLineNumber",
    "PurchaseOrderScheduleLineNumber",
)
_LINE_TYPES = {
    InvoiceLineKind.TAX: "Tax",
    InvoiceLineKind.FREIGHT: "Freight",
    InvoiceLineKind.MISCELLANEOUS: "Miscellaneous",
}
_LONGEST_TEXT = 240
_LONGEST_KEY = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One attribute that is not as it should be: where, what we would have there, what Oracle has."""

    field: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How an invoice at Oracle differs: what may be changed in it (`patch`), and what may not."""

    patch: Object
    fixed: tuple[Difference, ...]


def build(invoice: SupplierInvoice, matched: Matched) -> bytes:
    """Return the body of the POST, without our reference."""
    body: Object = {
        "InvoiceNumber": invoice.number,
        "InvoiceCurrency": invoice.total.currency,
        "InvoiceAmount": invoice.total.amount,
        "InvoiceDate": invoice.invoice_date.isoformat(),
        "BusinessUnit": matched.business_unit,
        "Supplier": matched.supplier,
        "SupplierSite": matched.site,
        "InvoiceType": "Credit memo" if invoice.is_credit else "Standard",
        "Description": _cut(invoice.description, _LONGEST_TEXT),
        "ReferenceKeyTwo": _cut(invoice.source_name, _LONGEST_KEY),
        "ReferenceKeyThree": invoice.due.isoformat() if invoice.due else None,
    }
    written = [*map(_item, matched.lines), *map(_charge, invoice.charges)]
    lines: list[JsonValue] = [{"LineNumber": number, **line} for number, line in enumerate(written, start=1)]
    return exact_json.dumps({**_stated(body), LINES: lines})


def content_hash(body: bytes) -> bytes:
    """Return SHA-256 of a built body: equal for two versions that say the same to Oracle."""
    return hashlib.sha256(body).digest()


def compare(
    wanted: Mapping[str, JsonValue], header: Mapping[str, JsonValue], lines: Sequence[Mapping[str, JsonValue]]
) -> Comparison:
    """Compare a body of `build` with the invoice at Oracle and its lines. Raises Refused for a row that is unreadable.

    Lines that Oracle added (its own tax) are not ours to compare.
    """
    there = Row(raw=header)
    patch = {name: wanted.get(name) for name in _CHANGEABLE if _shown(wanted.get(name)) != _shown(there.raw.get(name))}
    fixed = list(_differences("", wanted, there, _FIXED))
    rows = {row.integer("LineNumber"): row for row in (Row(raw=line) for line in lines)}
    for line in _lines(wanted):
        number = Row(raw=line).integer("LineNumber")
        at = f"{LINES}[LineNumber={number}]"
        found = rows.get(number)
        if found is None:
            fixed.append(Difference(field=at, ours=_shown(line.get("LineAmount")), theirs="no such line"))
        else:
            fixed += _differences(f"{at}.", line, found, _OF_A_LINE)
    return Comparison(patch=patch, fixed=tuple(fixed))


def _differences(at: str, wanted: Mapping[str, JsonValue], there: Row, names: Sequence[str]) -> Iterator[Difference]:
    for name in names:
        ours, theirs = _shown(wanted.get(name)), _shown(there.raw.get(name))
        if ours != theirs and not _same_number(wanted.get(name), there, name):
            yield Difference(field=f"{at}{name}", ours=ours, theirs=theirs)


def _same_number(wanted: JsonValue, there: Row, name: str) -> bool:
    """Whether both are one number; framework 9 writes Oracle's as text."""
    if isinstance(wanted, bool) or not isinstance(wanted, int | Decimal) or there.raw.get(name) is None:
        return False
    return there.number(name) == wanted


def _shown(value: JsonValue) -> str:
    """Return a value for people, in a form in which equal ones are equal."""
    if isinstance(value, Decimal):
        return plain(value)
    return "" if value is None else " ".join(str(value).split())


def _lines(wanted: Mapping[str, JsonValue]) -> list[Mapping[str, JsonValue]]:
    held = wanted.get(LINES)
    return [line for line in held if isinstance(line, dict)] if isinstance(held, list) else []


def _item(part: MatchedLine) -> Object:
    return _stated(
        {
            "LineType": "Item",
            "LineAmount": part.amount,
            "Quantity": part.quantity,
            "UnitPrice": part.price,
            "Description": _cut(part.description, _LONGEST_TEXT),
            "PurchaseOrderNumber": part.order_number,
            "PurchaseOrderLineNumber": part.order_line,
            "PurchaseOrderScheduleLineNumber": part.schedule,
        }
    )


def _charge(charge: Charge) -> Object:
    return {
        "LineType": _LINE_TYPES[charge.kind],
        "LineAmount": charge.amount,
        "Description": charge.description,
        "ProrateAcrossAllItemsFlag": True,
    }


def _cut(text: str | None, longest: int) -> str | None:
    plainly = " ".join((text or "").split())
    return plainly[:longest] or None


def _stated(fields: Object) -> Object:
    return {name: value for name, value in fields.items() if value is not None}
