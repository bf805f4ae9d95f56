"""A supplier's invoice as Oracle takes it: the body of the POST, and how an invoice that is there differs from it.

Source: oracle-fusion.md, 3.4. A matched line names order, line and schedule with quantity and price, or the amount
where an amount was ordered, and no account: that is the order's. Which schedule is written when it is posted
(`invoice_allocation.py`). Charges are lines of their kinds after them, shared out over the item lines
(`ProrateAcrossAllItemsFlag`). What gives something back is a Credit memo with negative amounts.

`ReferenceKeyTwo` and `Three` keep what has no attribute: JAGGAER's own name of the invoice, and the day that the
supplier wants to be paid on (Oracle computes its own from the terms). Texts are cut to what Oracle's tables hold
[assumed].
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schemas import exact_json
from schemas.exact_arithmetic import exact_sum
from schemas.exact_json import JsonValue
from schemas.invoice import InvoiceLineKind
from schemas.money import plain
from schemas.oracle import invoice_allocation
from schemas.oracle.invoice_allocation import LINES
from schemas.oracle.row import Row
from schemas.order_matching import Matched, MatchedLine
from schemas.supplier_invoice import Charge, SupplierInvoice

Object = dict[str, JsonValue]

REFERENCE = "ReferenceKeyOne"
"""The attribute that says whose invoice it is: our reference."""

NATURAL_KEY = ("InvoiceNumber", "Supplier", "BusinessUnit")
"""What Oracle's own people, and its actions, know an invoice by (4)."""

_ITEM = "Item"

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
_NUMBERS = ("LineAmount", "Quantity")
_ORDER_LINE = ("PurchaseOrderNumber", "PurchaseOrderLineNumber")
_OF_A_CHARGE = ("LineType", "LineAmount")
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
    """Return the body of the POST, without our reference; its lines are still by order line."""
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
    lines: list[JsonValue] = [*map(_item, matched.lines), *map(_charge, invoice.charges)]
    return exact_json.dumps({**_stated(body), LINES: lines})


def compare(
    wanted: Mapping[str, JsonValue], header: Mapping[str, JsonValue], lines: Sequence[Mapping[str, JsonValue]]
) -> Comparison:
    """Compare a body of `build` with the invoice at Oracle and its lines. Raises Refused for a row that is unreadable.

    What is billed of an order line is compared as a whole, however it was allocated to schedules. Lines that Oracle
    added (its own tax) are not ours to compare: they come after ours.
    """
    there = Row(raw=header)
    patch = {name: wanted.get(name) for name in _CHANGEABLE if _shown(wanted.get(name)) != _shown(there.raw.get(name))}
    fixed = list(_differences("", wanted, there, _FIXED))
    ours, theirs = _split(invoice_allocation.lines(wanted)), _split(lines)
    for place, rows in ours.items.items():
        fixed += _of_an_order_line(place, rows, theirs.items.get(place, []))
    for position, charge in enumerate(ours.charges):
        at = f"{LINES}[{charge.raw.get('LineType')}]"
        if position < len(theirs.charges):
            fixed += _differences(f"{at}.", charge.raw, theirs.charges[position], _OF_A_CHARGE)
        else:
            fixed.append(_not_there(at, charge))
    return Comparison(patch=patch, fixed=tuple(fixed))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Split:
    """The lines of an invoice: those of order lines, by these, and all others by rising number."""

    items: dict[tuple[str, int | None], list[Row]]
    charges: list[Row]


def _split(lines: Sequence[Mapping[str, JsonValue]]) -> _Split:
    split = _Split(items={}, charges=[])
    for row in sorted((Row(raw=line) for line in lines), key=lambda row: row.integer("LineNumber") or 0):
        number, line = (row.raw.get(name) for name in _ORDER_LINE)
        if number is None or row.raw.get("LineType") != _ITEM:
            split.charges.append(row)
        else:
            place = (_shown(number), None if line is None else row.integer(_ORDER_LINE[1]))
            split.items.setdefault(place, []).append(row)
    return split


def _of_an_order_line(place: tuple[str, int | None], ours: list[Row], theirs: list[Row]) -> Iterator[Difference]:
    """Yield how what is billed of one order line differs: its sums, and the prices that are billed."""
    at = f"{LINES}[PurchaseOrderNumber={place[0]},PurchaseOrderLineNumber={place[1]}]"
    if not theirs:
        yield _not_there(at, ours[0])
        return
    for name in _NUMBERS:
        one, other = (exact_sum(row.number(name) or Decimal(0) for row in rows) for rows in (ours, theirs))
        if one != other:
            yield Difference(field=f"{at}.{name}", ours=plain(one), theirs=plain(other))
    wanted, found = ({row.number("UnitPrice") for row in rows} for rows in (ours, theirs))
    if wanted != found:
        yield Difference(field=f"{at}.UnitPrice", ours=_listed(wanted), theirs=_listed(found))


def _listed(prices: set[Decimal | None]) -> str:
    return ", ".join(sorted(map(_shown, prices)))


def _not_there(at: str, line: Row) -> Difference:
    return Difference(field=at, ours=_shown(line.raw.get("LineAmount")), theirs="no such line")


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


def _item(line: MatchedLine) -> Object:
    return _stated(
        {
            "LineType": _ITEM,
            "LineAmount": line.amount,
            "Quantity": line.quantity,
            "UnitPrice": line.price,
            "Description": _cut(line.description, _LONGEST_TEXT),
            "PurchaseOrderNumber": line.order_number,
            "PurchaseOrderLineNumber": line.order_line,
            **invoice_allocation.bearers(line),
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
