"""J1P invoices: building the import, addressing it, and reading an invoice back to compare.

`build` writes what the invoice says, and depends on nothing else; what is paid is not part of it, so a payment changes
nothing here. `address` adds what belongs to one delivery. A new invoice goes exactly as imports were seen
(jaggaer-cxml.md, 2.3); a change or cancellation adds type and revision to the header, as orders have them [assumed].
`parse` reads that message, an invoice as JAGGAER returns it whole, and the header that its lists give.

Limits: splits, charges, addresses and notes are sent but not compared: JAGGAER may complete them. A header of a list
has no lines; compare a whole invoice where lines matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas import exact_json
from schemas.agreement import agree, alike
from schemas.coding import Coder
from schemas.exact_json import JsonValue
from schemas.identity import Action, Intent
from schemas.invoice import Invoice
from schemas.j1p import fields, message
from schemas.j1p.fields import UnreadableOrder
from schemas.j1p.invoice_body import invoice_body
from schemas.j1p.invoice_layout import J1pInvoiceLayout
from schemas.j1p.layout import in_their_words
from schemas.units import UnitMap

_TYPES = {Action.UPDATE: "update", Action.CANCEL: "cancel"}


@dataclass(frozen=True, slots=True, kw_only=True)
class J1pInvoiceLine:
    """A line as JAGGAER has it; what it left out is None. `uom` is a UN/CEFACT Recommendation 20 code."""

    number: int
    quantity: Decimal | None
    unit_price: Decimal | None
    uom: str | None
    description: str | None
    order_number: str | None
    order_line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class J1pInvoice:
    """An invoice as JAGGAER has it; what it left out is None, `lines` too.

    `number` is the supplier's, `jaggaer_id` JAGGAER's own; `original_request_id` the batch id that it came with.
    """

    number: str
    jaggaer_id: str | None
    type: str | None
    canceled: bool
    supplier_number: str | None
    supplier_name: str | None
    business_unit: str | None
    currency: str | None
    total: Decimal | None
    invoice_date: date | None
    payment_status: str | None
    lines: tuple[J1pInvoiceLine, ...] | None
    original_request_id: str | None


def build(invoice: Invoice, *, units: UnitMap, coder: Coder, layout: J1pInvoiceLayout) -> bytes:
    """Return the body of the import, without batch id, type and revision.

    Raises Refused: INVALID for an invoice that contradicts itself, cannot be looked for or names no supplier number,
    MAPPING for a kind, unit or account without a counterpart.
    """
    return exact_json.dumps(in_their_words(invoice_body(invoice, units, coder, layout), layout))


def address(body: bytes, intent: Intent, layout: J1pInvoiceLayout) -> bytes:
    """Return the message of one delivery: the same bytes for every repetition of the same intent.

    Raises UnreadableOrder for a body that `build` did not make with this layout, NotExactJson for one that is no JSON.
    """
    invoice, header = message.built_with_header(body, layout.invoice, layout.header)
    if intent.action is not Action.CREATE:
        delivery: dict[str, JsonValue] = {"type": _TYPES[intent.action]}
        header = {**in_their_words(delivery, layout), layout.revision: intent.serial - 1, **header}
    return message.addressed({layout.invoice: {**invoice, layout.header: header}}, intent, layout, numbered=True)


def parse(value: JsonValue, layout: J1pInvoiceLayout) -> J1pInvoice:
    """Read one invoice: a message of `address`, JAGGAER's answer with one invoice in it, or that one invoice.

    Raises UnreadableOrder where there is none or more than one, and for a field that is not what it should be.
    """
    said = message.read(value, layout)
    invoice = message.unwrapped(said, layout, layout.invoice, "invoice")
    header = fields.child(invoice, layout.header if layout.header in invoice else "header")
    number = fields.text(header, layout.number)
    if not number:
        raise UnreadableOrder(f"the invoice has no {layout.number}")
    supplier = fields.child(header, "supplier")
    return J1pInvoice(
        number=number,
        jaggaer_id=fields.text(header, "invoiceId"),
        type=fields.text(header, "invoiceType"),
        canceled=fields.says_canceled(header, "type", "status", "paymentStatus", "workflowStatus"),
        supplier_number=fields.text(supplier, "supplierNumber"),
        supplier_name=fields.text(supplier, "name"),
        business_unit=fields.named(header, "businessUnit"),
        currency=fields.text(fields.child(header, "total"), "currency"),
        total=fields.number(header, "total"),
        invoice_date=_day(header, "invoiceDate"),
        payment_status=fields.text(header, "paymentStatus"),
        lines=_lines(invoice, layout),
        original_request_id=fields.text(header, "originalRequestMessageId") or fields.text(said, layout.batch),
    )


def same_content(a: J1pInvoice, b: J1pInvoice) -> bool:
    """Tell whether two readings say the same: which invoice, its state and sum, and line by line what and how much.

    Numbers count by value (1.50 is 1.5), names and types without regard to case, and all but number and state where
    both sides state them, for JAGGAER leaves out optional fields and a list leaves out lines.
    """
    return (
        (a.number, a.canceled) == (b.number, b.canceled)
        and all(alike(one, other) for one, other in zip(_names(a), _names(b), strict=True))
        and agree(a.currency, b.currency)
        and agree(a.total, b.total)
        and agree(a.invoice_date, b.invoice_date)
        and (a.lines is None or b.lines is None or _same_lines(a.lines, b.lines))
    )


def other_owner(found: J1pInvoice, ours: J1pInvoice) -> str | None:
    """Return whose invoice JAGGAER has, if it is another supplier's under the same number; None if it is ours.

    The number of an invoice is unique only for its supplier (jaggaer-cxml.md, 2.3). The supplier's number decides where
    both sides state one, else its name.
    """
    if found.supplier_number is not None and ours.supplier_number is not None:
        same = found.supplier_number == ours.supplier_number
        return None if same else f"supplier number {found.supplier_number!r} (ours: {ours.supplier_number!r})"
    same = alike(found.supplier_name, ours.supplier_name)
    return None if same else f"supplier {found.supplier_name!r} (ours: {ours.supplier_name!r})"


def _names(invoice: J1pInvoice) -> tuple[str | None, ...]:
    named = None if invoice.supplier_number is not None else invoice.supplier_name
    return invoice.type, invoice.business_unit, invoice.supplier_number, named


def _same_lines(a: tuple[J1pInvoiceLine, ...], b: tuple[J1pInvoiceLine, ...]) -> bool:
    return len(a) == len(b) and all(_same_line(one, other) for one, other in zip(a, b, strict=True))


def _same_line(a: J1pInvoiceLine, b: J1pInvoiceLine) -> bool:
    return (
        (a.number, a.quantity, a.unit_price) == (b.number, b.quantity, b.unit_price)
        and agree(a.uom, b.uom)
        and agree(a.description, b.description)
        and agree(a.order_number, b.order_number)
        and agree(a.order_line, b.order_line)
    )


def _lines(invoice: Mapping[str, JsonValue], layout: J1pInvoiceLayout) -> tuple[J1pInvoiceLine, ...] | None:
    named = layout.line_list if layout.line_list in invoice else "lineList"
    if invoice.get(named) is None:
        return None
    rows = invoice[named]
    if isinstance(rows, dict):
        found = fields.rows(rows, layout.line if layout.line in rows else "line")
    else:
        found = fields.rows(invoice, named)
    return tuple(sorted((_line(row) for row in found), key=lambda line: line.number))


def _line(raw: Mapping[str, JsonValue]) -> J1pInvoiceLine:
    number = fields.whole(raw, "lineNumber")
    if number is None:
        raise UnreadableOrder("a line has no lineNumber")
    item = fields.child(raw, "ocrItem" if "ocrItem" in raw else "item")
    return J1pInvoiceLine(
        number=number,
        quantity=fields.number(raw, "quantity"),
        unit_price=fields.number(raw, "unitPrice"),
        uom=fields.unit(item, "unitOfMeasure"),
        description=fields.text(item, "description"),
        order_number=fields.text(raw, "poNumber"),
        order_line=fields.whole(raw, "poLineNumber"),
    )


def _day(header: Mapping[str, JsonValue], name: str) -> date | None:
    """Read a day in any spelling of 2.2; all of them begin with year, month and day."""
    text = fields.text(header, name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text.replace("-", "")[:8])
    except ValueError:
        raise UnreadableOrder(f"{name} is {text[:40]!r}, not a day") from None
