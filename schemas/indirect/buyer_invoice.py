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

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from lxml import etree

from schemas.coding import Coder
from schemas.currencies import minor_units
from schemas.cxml import values
from schemas.cxml.elements import add, add_money
from schemas.cxml.safe_xml import Element
from schemas.identity import Action, Intent
from schemas.indirect.frame import IndirectCredentials, MessageKind, UnreadableMessage, message, only, read, trimmed
from schemas.indirect.layout import IndirectLayout
from schemas.invoice import Invoice, InvoiceKind, InvoiceLine, InvoiceLineKind
from schemas.invoice_amounts import CodedPart, charges, coded
from schemas.invoice_checks import check
from schemas.money import Money, plain
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.units import UnitMap

_KIND = MessageKind(root="BuyerInvoiceOcrMessage", dtd="buyerinvoice/BuyerInvoiceOCR.dtd")
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


def build(invoice: Invoice, *, units: UnitMap, coder: Coder, layout: IndirectLayout) -> bytes:
    """Return the BuyerInvoiceOcr element in UTF-8, without what depends on the delivery.

    Raises Refused: INVALID for an invoice that contradicts itself, has no item lines or names no supplier number,
    MAPPING for a prepayment, a unit or account without a counterpart, and where the layout names no bill-to or user.
    """
    check(invoice)
    lines = [line for line in invoice.live_lines if line.kind is InvoiceLineKind.ITEM]
    _check_sendable(invoice, lines, layout)
    root = etree.Element("BuyerInvoiceOcr")
    _add_header(root, invoice, layout)
    for line in lines:
        _add_line(root, invoice, line, units, coder)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def address(body: bytes, intent: Intent, credentials: IndirectCredentials, layout: IndirectLayout) -> bytes:
    """Return the message of one delivery: the same bytes for every repetition of the same intent.

    Raises Refused (INVALID) for a change or cancellation and for what our grammar does not take, UnreadableMessage for
    a body that `build` did not make.
    """
    document = only(read(body), "BuyerInvoiceOcr")
    if intent.action is not Action.CREATE:
        number = trimmed(document, "BuyerInvoiceHeader/SupplierInvoiceNumber") or ""
        reason = "the invoice changed after it was sent, and this import only takes new ones."
        next_step = "Correct or cancel it in JAGGAER by hand, or send its invoices in another dialect."
        raise _refused(RefusalClass.INVALID, "InvoiceNumber", number, reason, next_step)
    return message(_KIND, document, intent, credentials, layout)


def parse(data: bytes) -> BuyerInvoice:
    """Read one invoice from a message or its element. Raises UnreadableMessage."""
    root = read(data)
    document = only(root, "BuyerInvoiceOcr")
    header = only(document, "BuyerInvoiceHeader")
    number = trimmed(header, "SupplierInvoiceNumber")
    if number is None:
        raise UnreadableMessage("the BuyerInvoiceHeader has no SupplierInvoiceNumber")
    try:
        return BuyerInvoice(
            number=number,
            type=trimmed(header, "InvoiceType") or "",
            supplier_number=trimmed(header, "Supplier/SupplierNumber"),
            invoice_date=trimmed(header, "InvoiceDate"),
            total=values.money(header, "GrandTotal"),
            lines=tuple(_line(line) for line in document.iterfind("BuyerInvoiceLine")),
            original_request_id=trimmed(root, "Header/MessageId"),
        )
    except values.UnreadableCxml as error:
        raise UnreadableMessage(str(error)) from None


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


def _check_sendable(invoice: Invoice, lines: Sequence[InvoiceLine], layout: IndirectLayout) -> None:
    if not layout.invoice_bill_to or not layout.invoice_user:
        reason = "the profile names no address that invoices are billed to, or no user for whom they are imported."
        next_step = "Name both in the profile of Indirect messages."
        raise _refused(RefusalClass.MAPPING, "BillTo", "", reason, next_step)
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


def _add_header(root: Element, invoice: Invoice, layout: IndirectLayout) -> None:
    sums = charges(invoice)
    header = add(root, "BuyerInvoiceHeader")
    add(header, "SupplierInvoiceNumber", invoice.number)
    add(header, "InvoiceType", _TYPES[invoice.kind])
    add(add(add(header, "BillTo"), "Address"), "AddressCode", layout.invoice_bill_to)
    add(header, "InvoiceDate", invoice.invoice_date.isoformat())
    add(header, "UserName", layout.invoice_user)
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
        quantity, price, unit = Decimal(1), line.amount, units.theirs(_UNIT_OF_AN_AMOUNT)
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
    quantity = trimmed(line, "Quantity")
    return BuyerInvoiceLine(
        number=values.whole(line, "lineNumber"),
        quantity=None if quantity is None else values.number(quantity, "Quantity"),
        unit_price=values.money(line, "UnitPrice"),
        uom=trimmed(line, "Item/UnitOfMeasure"),
        catalog_number=trimmed(line, "Item/CatalogNumber"),
    )


def _refused(category: RefusalClass, at: str, value: str, reason: str, next_step: str) -> Refused:
    return Refused(Refusal(category=category, field=at, value=value, reason=reason, next_step=next_step))
