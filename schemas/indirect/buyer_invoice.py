"""Indirect's import of invoices: the BuyerInvoiceOcr document, addressed as a message, and read back.

Elements and their order are what one sender uses (jaggaer-cxml.md, 3.4); the DTD is not public. What of the listed
optional elements stands where is assumed to be as listed. Item lines are lines; freight, miscellaneous and tax lines
are ShippingCharges, HandlingCharges and Tax1. A line that bills an amount goes as quantity 1 at that amount in EA.

Account coding: one SplittableFieldIndexSet for each field, in it one index for each split, in percent of the line: the
only way that was seen. Percentages have up to ten decimals and add up to 100; each gives its part of the line exactly
when it is rounded to the currency, or the invoice is refused.

Limits: the import has no element for the order that a line is matched to, nor for a line's description, and it cannot
change or cancel an invoice. An invoice without lines cannot be said.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from lxml import etree

from schemas.coding import Coder
from schemas.currencies import minor_units
from schemas.cxml import safe_xml, values
from schemas.cxml.elements import add, add_money, child_content, written_moment
from schemas.cxml.safe_xml import Element
from schemas.cxml.values import UnreadableCxml
from schemas.identity import Action, Intent
from schemas.invoice import Invoice, InvoiceKind, InvoiceLine, InvoiceLineKind
from schemas.invoice_amounts import CodedPart, charges, coded
from schemas.invoice_checks import check
from schemas.money import Money, plain
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.units import UnitMap

_UNIT_OF_AN_AMOUNT = "EA"
_TYPES = MappingProxyType(
    {
        InvoiceKind.STANDARD: "Invoice",
        InvoiceKind.CREDIT_MEMO: "Credit memo",
        InvoiceKind.DEBIT_MEMO: "Credit memo",
    }
)
_PERCENT_PLACES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerInvoiceLayout:
    """What an invoice must name that Oracle does not know: the bill-to code and the user for whom it is imported."""

    bill_to_code: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerInvoiceCredentials:
    """By which JAGGAER knows the sender."""

    identity: str
    shared_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerInvoiceLine:
    """One line as the message has it."""

    number: int | None
    quantity: Decimal | None
    unit_price: Money | None
    uom: str | None
    catalog_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerInvoice:
    """One invoice as the message has it; `original_request_id` is the MessageId that it came with, if it did."""

    number: str
    type: str
    supplier_number: str | None
    invoice_date: str | None
    total: Money | None
    lines: tuple[BuyerInvoiceLine, ...]
    original_request_id: str | None


def build(invoice: Invoice, *, units: UnitMap, coder: Coder, layout: BuyerInvoiceLayout) -> bytes:
    """Return the BuyerInvoiceOcr element in UTF-8, without what depends on the delivery.

    Raises Refused: INVALID for an invoice that contradicts itself, has no item lines or names no supplier number,
    MAPPING for a prepayment and for a unit or account without a counterpart.
    """
    check(invoice)
    lines = [line for line in invoice.live_lines if line.kind is InvoiceLineKind.ITEM]
    _check_sendable(invoice, lines)
    root = etree.Element("BuyerInvoiceOcr")
    _add_header(root, invoice, layout)
    for line in lines:
        _add_line(root, invoice, line, units, coder)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def content_hash(body: bytes) -> bytes:
    """Return SHA-256 of a built body: equal for two versions that say the same to JAGGAER."""
    return hashlib.sha256(body).digest()


def address(body: bytes, intent: Intent, credentials: BuyerInvoiceCredentials, layout: BuyerInvoiceLayout) -> bytes:  # noqa: ARG001  # the same five functions for every kind
    """Return the message of one delivery: the same bytes for every repetition of the same intent.

    Raises Refused (INVALID) for a change or cancellation, UnreadableCxml or NotSafeXml for a body that `build` did not
    make.
    """
    document = safe_xml.parse(body)
    if document.tag != "BuyerInvoiceOcr":
        raise UnreadableCxml(f"the body is a {document.tag}, a BuyerInvoiceOcr was expected")
    if intent.action is not Action.CREATE:
        number = child_content(document, "BuyerInvoiceHeader/SupplierInvoiceNumber") or ""
        reason = "the invoice changed after it was sent, and this import only takes new ones."
        next_step = "Correct or cancel it in JAGGAER by hand, or send its invoices in another dialect."
        raise _refused(RefusalClass.INVALID, "InvoiceNumber", number, reason, next_step)
    return _message(document, intent, credentials)


def parse(data: bytes) -> BuyerInvoice:
    """Read one invoice from a message or its element. Raises UnreadableCxml, NotSafeXml."""
    whole = safe_xml.parse(data)
    root = whole if whole.tag == "BuyerInvoiceOcr" else whole.find("BuyerInvoiceOcr")
    header = None if root is None else root.find("BuyerInvoiceHeader")
    number = None if header is None else _trimmed(header, "SupplierInvoiceNumber")
    if root is None or header is None or number is None:
        raise UnreadableCxml(f"the {whole.tag} holds no BuyerInvoiceOcr with a SupplierInvoiceNumber")
    return BuyerInvoice(
        number=number,
        type=_trimmed(header, "InvoiceType") or "",
        supplier_number=_trimmed(header, "Supplier/SupplierNumber"),
        invoice_date=_trimmed(header, "InvoiceDate"),
        total=values.money(header, "GrandTotal"),
        lines=tuple(_line(line) for line in root.iterfind("BuyerInvoiceLine")),
        original_request_id=_trimmed(whole, "Header/MessageId"),
    )


def same_content(a: BuyerInvoice, b: BuyerInvoice) -> bool:
    """Tell whether two readings say the same; the message id belongs to the delivery. Numbers count by value."""
    return (a.number, a.type.casefold(), a.supplier_number, a.invoice_date, a.total, a.lines) == (
        b.number,
        b.type.casefold(),
        b.supplier_number,
        b.invoice_date,
        b.total,
        b.lines,
    )


def _message(document: Element, intent: Intent, credentials: BuyerInvoiceCredentials) -> bytes:
    """Return the document in the frame of every Indirect message (3.1)."""
    root = etree.Element("BuyerInvoiceOcrMessage", version="1.0")
    header = add(root, "Header")
    add(header, "MessageId", intent.dedupe_key)
    add(header, "Timestamp", written_moment(intent.stated_at))
    sender = add(header, "Authentication")
    add(sender, "Identity", credentials.identity)
    add(sender, "SharedSecret", credentials.shared_secret)
    root.append(document)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _check_sendable(invoice: Invoice, lines: Sequence[InvoiceLine]) -> None:
    if invoice.kind not in _TYPES:
        next_step = "Keep such invoices out of the flow."
        raise _refused(
            RefusalClass.MAPPING, "InvoiceType", invoice.kind, "JAGGAER has no such kind of invoice.", next_step
        )
    if not invoice.supplier.number:
        reason = f"supplier {invoice.supplier.name} has no number, and JAGGAER knows suppliers by it."
        raise _refused(RefusalClass.INVALID, "SupplierNumber", "", reason, "Give the supplier a number in Oracle.")
    if not lines:
        reason = "the invoice has no item line, and this import takes none without."
        next_step = "Let the flow read invoices with their lines, or enter this one in JAGGAER by hand."
        raise _refused(RefusalClass.INVALID, "invoiceLines", "", reason, next_step)


def _add_header(root: Element, invoice: Invoice, layout: BuyerInvoiceLayout) -> None:
    sums = charges(invoice)
    header = add(root, "BuyerInvoiceHeader")
    add(header, "SupplierInvoiceNumber", invoice.number)
    add(header, "InvoiceType", _TYPES[invoice.kind])
    add(add(add(header, "BillTo"), "Address"), "AddressCode", layout.bill_to_code)
    add(header, "InvoiceDate", invoice.invoice_date.isoformat())
    add(header, "UserName", layout.user)
    if invoice.payment_terms is not None:
        add(header, "Terms", invoice.payment_terms)
    if invoice.due:
        add(header, "DueDate", invoice.due.isoformat())
    add_money(header, "GrandTotal", invoice.total)
    add(add(header, "Supplier"), "SupplierNumber", invoice.supplier.number or "")
    add_money(header, "SubTotal", sums.items)
    if invoice.description is not None:
        add(header, "Notes", invoice.description)
    if invoice.business_unit is not None:
        add(header, "BusinessUnit", attributes={"internalName": invoice.business_unit})
    for name, amount in (
        ("ShippingCharges", sums.freight),
        ("HandlingCharges", sums.miscellaneous),
        ("Tax1", sums.tax),
    ):
        if amount.amount:
            add_money(header, name, amount)


def _add_line(root: Element, invoice: Invoice, line: InvoiceLine, units: UnitMap, coder: Coder) -> None:
    if line.quantity is None or line.price is None:
        quantity, price, unit = Decimal(1), line.amount, _UNIT_OF_AN_AMOUNT
    else:
        quantity, price, unit = line.quantity, line.price, units.standard(line.uom, line=line.number)
    element = add(root, "BuyerInvoiceLine", attributes={"lineNumber": str(line.number)})
    item = add(element, "Item")
    add(item, "CatalogNumber", line.item or "")
    add(item, "UnitOfMeasure", unit)
    add(element, "Quantity", plain(quantity))
    add_money(element, "UnitPrice", Money(amount=price, currency=invoice.total.currency))
    parts = coded(invoice, line, coder)
    if parts and line.amount:
        _add_coding(element, line, parts, invoice.total.currency)


def _add_coding(element: Element, line: InvoiceLine, parts: Sequence[CodedPart], currency: str) -> None:
    percents = _percents(line, [part.amount for part in parts], currency)
    group = add(element, "SplittableFieldSetGroup")
    for name in dict.fromkeys(value.field for part in parts for value in part.values):
        index_set = add(
            group, "SplittableFieldIndexSet", attributes={"distributiontype": "PercentOfPrice", "context": "Line"}
        )
        for number, (part, percent) in enumerate(zip(parts, percents, strict=True), start=1):
            attributes = {"distributionvalue": plain(percent), "splitindex": str(number)}
            index = add(index_set, "SplittableFieldIndex", attributes=attributes)
            for value in part.values:
                if value.field == name:
                    add(add(index, "CustomFieldValue", attributes={"name": name}), "Value", value.value)


def _percents(line: InvoiceLine, amounts: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Return the parts of a line in percent, 100 together. Raises Refused where a receiver could not get them back."""
    whole, step = Fraction(line.amount), 10**_PERCENT_PLACES
    steps = [round(Fraction(amount) / whole * 100 * step) for amount in amounts[:-1]]
    steps.append(100 * step - sum(steps))
    unit = Fraction(1, 10 ** minor_units(currency))
    got_back = [round(whole * each / step / 100 / unit) * unit for each in steps]
    if got_back != [Fraction(amount) for amount in amounts]:
        reason = f"the parts of line {line.number} cannot be said in percent exactly."
        place = f"invoiceLines[LineNumber={line.number}].LineAmount"
        next_step = "Split the line into one for each account in Oracle; the next poll reads the corrected invoice."
        raise _refused(RefusalClass.INVALID, place, plain(line.amount), reason, next_step)
    return [_without_zeros(Decimal(f"{each}E-{_PERCENT_PLACES}")) for each in steps]


def _without_zeros(number: Decimal) -> Decimal:
    return Decimal(plain(number).rstrip("0").rstrip("."))


def _line(line: Element) -> BuyerInvoiceLine:
    quantity = _trimmed(line, "Quantity")
    return BuyerInvoiceLine(
        number=values.whole(line, "lineNumber"),
        quantity=None if quantity is None else values.number(quantity, "Quantity"),
        unit_price=values.money(line, "UnitPrice"),
        uom=_trimmed(line, "Item/UnitOfMeasure"),
        catalog_number=_trimmed(line, "Item/CatalogNumber"),
    )


def _trimmed(element: Element, path: str) -> str | None:
    """Return the text at a path below without the padding that JAGGAER writes around it (3.3), None for nothing."""
    return (child_content(element, path) or "").strip() or None


def _refused(category: RefusalClass, at: str, value: str, reason: str, next_step: str) -> Refused:
    return Refused(Refusal(category=category, field=at, value=value, reason=reason, next_step=next_step))
