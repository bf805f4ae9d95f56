"""cXML invoices: building the InvoiceDetailRequest; reading one is in `invoice_reading.py`.

`build` writes what the invoice says and depends on nothing else, so its bytes tell whether anything changed for
the other side; what is paid is not part of it. What belongs to one delivery is added by `envelope.address`.

Choices (jaggaer-cxml.md, 6.5 and appendix; InvoiceDetail.dtd 1.2.020, comments), valid from 1.2.020 to 1.2.048:

* an invoice with item lines has an InvoiceDetailOrder for each purchase order and one with an empty orderID for lines
  of no order [assumed]; one without item lines is a header invoice;
* a credit is a header invoice with purpose creditMemo: lineLevelCreditMemo must name the payloadID of the invoice that
  it corrects, which Oracle does not know. A buyer's debit memo is a credit too (cXML's debitMemo asks for money);
* tax, freight and miscellaneous lines are the summary's Tax (a TaxDetail for each line), ShippingAmount and
  SpecialHandlingAmount; subtotal and these make the gross amount, which is net and due: Oracle's discounts belong to
  payment;
* a line that bills an amount goes as quantity 1 at that amount in EA, with the Extrinsic `purchaseBasis`;
* each coded part of a line is a Distribution; a code is an AccountingSegment with the field as its Name;
* what there is no element for goes into Extrinsics whose names never change; the day it is due as JAGGAER's suppliers
  write it, `invoice due date` (4).

Limits: a credit's lines and accounts are not carried, nor those of lines that became a charge.
"""

from collections.abc import Iterable, Iterator

from lxml import etree

from schemas.coding import Coder
from schemas.cxml.elements import add, add_extrinsics, add_money, add_worded, written_day
from schemas.cxml.envelope import address
from schemas.cxml.invoice_item import add_item
from schemas.cxml.invoice_reading import CxmlInvoice, CxmlInvoiceLine, Operation, parse, same_content
from schemas.cxml.layout import CxmlLayout
from schemas.cxml.safe_xml import Element
from schemas.invoice import Invoice, InvoiceKind, InvoiceLine, InvoiceLineKind
from schemas.invoice_amounts import charges
from schemas.invoice_checks import check
from schemas.money import Money, plain, total
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.units import UnitMap

__all__ = (
    "CxmlInvoice",
    "CxmlInvoiceLine",
    "Operation",
    "address",
    "build",
    "parse",
    "same_content",
)


def build(invoice: Invoice, *, units: UnitMap, coder: Coder, layout: CxmlLayout) -> bytes:
    """Return the InvoiceDetailRequest element in UTF-8, without what depends on the delivery.

    Raises Refused: INVALID for an invoice that contradicts itself or matches an order without naming its line, MAPPING
    for a prepayment and for a unit or account without a counterpart.
    """
    check(invoice)
    if invoice.kind is InvoiceKind.PREPAYMENT:
        raise _no_prepayments(invoice)
    items = [line for line in invoice.live_lines if line.kind is InvoiceLineKind.ITEM]
    by_header = invoice.is_credit or not items
    root = etree.Element("InvoiceDetailRequest")
    line_indicator = _add_header(root, invoice, layout, by_header=by_header)
    if by_header:
        _add_header_orders(root, invoice, items)
    else:
        _add_orders(root, invoice, items, units, coder, layout)
    if root.find(".//Distribution") is not None:
        line_indicator.set("isAccountingInLine", "yes")
    _add_summary(root, invoice, layout)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def _add_header(root: Element, invoice: Invoice, layout: CxmlLayout, *, by_header: bool) -> Element:
    """Append the header and return its line indicator."""
    attributes = {
        "invoiceID": invoice.number,
        "purpose": "creditMemo" if invoice.is_credit else "standard",
        "invoiceDate": written_day(invoice.invoice_date),
        "invoiceOrigin": "buyer" if invoice.kind is InvoiceKind.DEBIT_MEMO else "supplier",
    }
    header = add(root, "InvoiceDetailRequestHeader", attributes=attributes)
    add(header, "InvoiceDetailHeaderIndicator", attributes={"isHeaderInvoice": "yes"} if by_header else {})
    indicator = add(header, "InvoiceDetailLineIndicator")
    supplier = invoice.supplier
    _add_partner(header, "issuerOfInvoice", supplier.name, supplier.number, layout)
    _add_partner(header, "remitTo", supplier.name, supplier.site, layout)
    if invoice.business_unit is not None:
        _add_partner(header, "soldTo", invoice.business_unit, None, layout)
    if invoice.description is not None:
        add_worded(header, "Comments", invoice.description, layout.language)
    add_extrinsics(header, _extrinsics(invoice))
    return indicator


def _add_partner(header: Element, role: str, name: str, code: str | None, layout: CxmlLayout) -> None:
    attributes = {"role": role} if code is None else {"role": role, "addressID": code}
    contact = add(add(header, "InvoicePartner"), "Contact", attributes=attributes)
    add_worded(contact, "Name", name, layout.language)


def _extrinsics(invoice: Invoice) -> Iterator[tuple[str, str | None]]:
    yield "sourceId", str(invoice.key)
    yield "invoiceType", invoice.kind
    yield "legalEntity", invoice.legal_entity
    yield "businessUnit", invoice.business_unit
    yield "supplierNumber", invoice.supplier.number
    yield "paymentTerms", invoice.payment_terms
    yield "accountingDate", invoice.accounting_date.isoformat() if invoice.accounting_date else None
    yield "invoice due date", invoice.due.strftime("%Y%m%d") if invoice.due else None


def _add_orders(
    root: Element, invoice: Invoice, items: Iterable[InvoiceLine], units: UnitMap, coder: Coder, layout: CxmlLayout
) -> None:
    for order_number, lines in _by_order(items).items():
        order = add(root, "InvoiceDetailOrder")
        _add_order_info(order, order_number)
        for line in lines:
            add_item(order, invoice, line, units, coder, layout)


def _add_header_orders(root: Element, invoice: Invoice, items: Iterable[InvoiceLine]) -> None:
    """Append what is billed for each order, without lines; all of it for the invoice's own order if it has no lines."""
    currency = invoice.total.currency
    sums = {
        order_number: total((Money(amount=line.amount, currency=currency) for line in lines), currency)
        for order_number, lines in _by_order(items).items()
    }
    sums = sums or {invoice.order_number or "": charges(invoice).items}
    for number, (order_number, subtotal) in enumerate(sums.items(), start=1):
        order = add(root, "InvoiceDetailHeaderOrder")
        _add_order_info(order, order_number)
        summary = add(order, "InvoiceDetailOrderSummary", attributes={"invoiceLineNumber": str(number)})
        add_money(summary, "SubtotalAmount", subtotal)


def _by_order(lines: Iterable[InvoiceLine]) -> dict[str, list[InvoiceLine]]:
    """Return lines by the number of their order, in the order in which those first occur; "" for lines of none."""
    found: dict[str, list[InvoiceLine]] = {}
    for line in lines:
        found.setdefault(line.order.number if line.order else "", []).append(line)
    return found


def _add_order_info(order: Element, number: str) -> None:
    add(add(order, "InvoiceDetailOrderInfo"), "OrderIDInfo", attributes={"orderID": number})


def _add_summary(root: Element, invoice: Invoice, layout: CxmlLayout) -> None:
    sums = charges(invoice)
    summary = add(root, "InvoiceDetailSummary")
    add_money(summary, "SubtotalAmount", sums.items)
    tax = add_money(summary, "Tax", sums.tax)
    add_worded(tax, "Description", "Tax", layout.language)
    for line in invoice.live_lines:
        if line.kind is InvoiceLineKind.TAX:
            _add_tax_detail(tax, line, invoice.total.currency, layout)
    if sums.miscellaneous.amount:
        add_money(summary, "SpecialHandlingAmount", sums.miscellaneous)
    if sums.freight.amount:
        add_money(summary, "ShippingAmount", sums.freight)
    for name in ("GrossAmount", "NetAmount", "DueAmount"):
        add_money(summary, name, invoice.total)


def _add_tax_detail(tax: Element, line: InvoiceLine, currency: str, layout: CxmlLayout) -> None:
    attributes = {"purpose": "tax", "category": layout.tax_category}
    if line.tax_rate is not None:
        attributes["percentageRate"] = plain(line.tax_rate)
    detail = add(tax, "TaxDetail", attributes=attributes)
    add_money(detail, "TaxAmount", Money(amount=line.amount, currency=currency))
    said = line.tax_code or line.description
    if said:
        add_worded(detail, "Description", said, layout.language)


def _no_prepayments(invoice: Invoice) -> Refused:
    return Refused(
        Refusal(
            category=RefusalClass.MAPPING,
            field="InvoiceType",
            value=invoice.kind,
            reason=f"invoice {invoice.number} is a prepayment, and cXML has no such purpose of an invoice.",
            next_step="Keep prepayments out of the flow of invoices.",
        )
    )
