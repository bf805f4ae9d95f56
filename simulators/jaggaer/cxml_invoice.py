"""The cXML InvoiceDetailRequest, understood on the way in (6.5, appendix).

What the content model asks for is checked here also without a DTD, and what the guide says about purposes: creditMemo
and debitMemo are header invoices, a credit is not positive. The total is NetAmount, or where that is empty what the
summary comes to. The supplier is the InvoicePartner that issues the invoice, or is paid, else the From credential; the
business unit is the one it is sold to.

Limits: of a line only number, quantity, price and subtotal are understood; modifications, allowances and deposits are
not; a J1P read of such an invoice shows the understood fields only.
"""

import hashlib
from decimal import Decimal
from fractions import Fraction

from lxml import etree

from simulators.jaggaer import exact_json, money
from simulators.jaggaer.cxml_reading import Reader, accounts
from simulators.jaggaer.exact_json import JsonObject
from simulators.jaggaer.invoice import InvoiceDraft, InvoiceKind
from simulators.jaggaer.order import Change, Door

_OPERATIONS: dict[str, str] = {"new": Change.NEW, "delete": Change.CANCEL}
_KINDS: dict[str, str] = {
    "standard": InvoiceKind.INVOICE,
    "creditMemo": InvoiceKind.CREDIT_MEMO,
    "debitMemo": InvoiceKind.DEBIT_MEMO,
    "lineLevelCreditMemo": InvoiceKind.CREDIT_MEMO,
    "lineLevelDebitMemo": InvoiceKind.DEBIT_MEMO,
}
_BY_HEADER = frozenset({"creditMemo", "debitMemo"})
_ISSUERS = ("issuerOfInvoice", "from", "billFrom", "remitTo")
_CHARGES = ("Tax", "SpecialHandlingAmount", "ShippingAmount")
_LINES = ("InvoiceDetailItem", "InvoiceDetailServiceItem", "InvoiceDetailOrderSummary")
_DISCOUNT = "InvoiceDetailDiscount"


def draft_from(request: etree._Element, sender: str) -> InvoiceDraft:
    """Understand an InvoiceDetailRequest element; `sender` is the identity it is From. Raises NotReadable."""
    header = Reader("Invoice").part(request, "InvoiceDetailRequestHeader")
    number = Reader("Invoice").key(header, "invoiceID")
    reader = Reader("Invoice", number)
    reader.attribute(header, "invoiceDate")
    change, kind = Change(reader.choice(header, "operation", _OPERATIONS)), _kind(reader, header)
    supplier = _issuer(header) or [sender]
    reference = header.find("DocumentReference")
    if change is Change.CANCEL and reference is None:
        raise reader.missing("element InvoiceDetailRequestHeader/DocumentReference, which a delete needs,")
    summary = reader.part(request, "InvoiceDetailSummary")
    total, currency = _summary(reader, summary)
    _check_sign(reader, kind, total)
    rows = _rows(reader, request, header, currency)
    unit = _partner(header, ("soldTo",))
    return InvoiceDraft(
        door=Door.CXML,
        number=number,
        supplier=supplier[0],
        supplier_names=frozenset(supplier),
        kind=kind,
        change=change,
        revision=None,
        currency=currency,
        total=total,
        lines=tuple(amount for amount, _ in rows),
        charges=_charges(reader, summary),
        content=_content(number, supplier, unit, rows),
        digest=hashlib.sha256(etree.tostring(request, method="c14n")).hexdigest(),
        reference=None if reference is None else reader.attribute(reference, "payloadID"),
        accounts=frozenset() if change is Change.CANCEL else accounts(request),
        business_unit=unit[-1] if unit else None,
    )


def _kind(reader: Reader, header: etree._Element) -> InvoiceKind:
    kind = InvoiceKind(reader.choice(header, "purpose", _KINDS))
    indicator = reader.part(header, "InvoiceDetailHeaderIndicator")
    reader.part(header, "InvoiceDetailLineIndicator")
    if header.get("purpose") in _BY_HEADER and indicator.get("isHeaderInvoice") != "yes":
        raise reader.wrong(
            "attribute purpose", header.get("purpose"), "purpose of an invoice with lines; use lineLevel"
        )
    return kind


def _partner(header: etree._Element, roles: tuple[str, ...]) -> list[str]:
    """Return code and name of the first partner with one of the roles, as far as they are stated."""
    contacts = {contact.get("role"): contact for contact in header.iterfind("InvoicePartner/Contact")}
    for role in roles:
        contact = contacts.get(role)
        if contact is not None:
            stated = ((contact.get("addressID") or "").strip(), (contact.findtext("Name") or "").strip())
            return [one for one in stated if one]
    return []


def _issuer(header: etree._Element) -> list[str]:
    return _partner(header, _ISSUERS)


def _summary(reader: Reader, summary: etree._Element) -> tuple[Decimal | None, str]:
    """Return the total, None where NetAmount is empty, and the currency of the invoice."""
    _, currency = reader.money(reader.part(summary, "SubtotalAmount/Money"), "SubtotalAmount")
    reader.part(summary, "Tax/Money")
    net = reader.part(summary, "NetAmount/Money")
    for stated in summary.iterfind("./*/Money"):
        if reader.attribute(stated, "currency") != currency:
            raise reader.wrong("InvoiceDetailSummary//@currency", stated.get("currency"), f"currency like {currency}")
    return (reader.money(net, "NetAmount")[0] if (net.text or "").strip() else None), currency


def _check_sign(reader: Reader, kind: InvoiceKind, total: Decimal | None) -> None:
    if kind is InvoiceKind.CREDIT_MEMO and total is not None and total > 0:
        raise reader.wrong("NetAmount", f"{total:f}", "amount of a credit, which is negative")


def _charges(reader: Reader, summary: etree._Element) -> Decimal | None:
    stated = [(name, 1, summary.find(f"{name}/Money")) for name in _CHARGES]
    stated.append((_DISCOUNT, -1, summary.find(f"{_DISCOUNT}/Money")))
    amounts = [sign * reader.money(one, name)[0] for name, sign, one in stated if one is not None]
    return money.total(amounts) if amounts else None


def _rows(
    reader: Reader, request: etree._Element, header: etree._Element, currency: str
) -> list[tuple[Fraction, JsonObject]]:
    """Return the amount of every line, and the line as J1P reads show it."""
    by_header = reader.part(header, "InvoiceDetailHeaderIndicator").get("isHeaderInvoice") == "yes"
    wanted, other = "InvoiceDetailHeaderOrder", "InvoiceDetailOrder"
    wanted, other = (wanted, other) if by_header else (other, wanted)
    if request.find(other) is not None:
        raise reader.unfit(f"element {other} does not go with isHeaderInvoice {'yes' if by_header else 'no'}")
    rows: list[tuple[Fraction, JsonObject]] = []
    for order in request.iterchildren(wanted):
        information = reader.part(order, "InvoiceDetailOrderInfo")
        number = next((one for part in information if (one := part.get("orderID"))), None)
        rows += [_row(reader, line, number, currency) for line in order.iterchildren(*_LINES)]
    if not rows:
        raise reader.missing(f"element InvoiceDetailRequest/{wanted} with a line")
    return rows


def _row(reader: Reader, line: etree._Element, order: str | None, currency: str) -> tuple[Fraction, JsonObject]:
    number = reader.attribute(line, "invoiceLineNumber")
    name = f"line {number},"
    shown: JsonObject = {"lineNumber": number, "poNumber": order}
    subtotal = line.find("SubtotalAmount/Money")
    if line.tag == "InvoiceDetailItem":
        quantity = reader.decimal(reader.attribute(line, "quantity"), f"{name} attribute quantity")
        price, priced_in = reader.money(reader.part(line, "UnitPrice/Money"), f"{name} UnitPrice")
        uom = (reader.part(line, "UnitOfMeasure").text or "").strip()
        reference = reader.part(line, "InvoiceDetailItemReference")
        item = {"description": reference.findtext("Description"), "unitOfMeasure": {"dimension": uom}}
        shown |= {"poLineNumber": reader.attribute(reference, "lineNumber"), "item": item, "quantity": quantity}
        shown["unitPrice"] = {"currency": priced_in, "value": price}
        amount = Fraction(quantity) * Fraction(price) / reader.basis(line, name)
        if priced_in != currency:
            raise reader.wrong(f"{name} UnitPrice/Money/@currency", priced_in, f"currency like {currency}")
        if subtotal is None:
            return amount, shown
    stated, _ = reader.money(reader.part(line, "SubtotalAmount/Money"), f"{name} SubtotalAmount")
    return Fraction(stated), shown


def _content(number: str, supplier: list[str], unit: list[str], rows: list[tuple[Fraction, JsonObject]]) -> bytes:
    header: JsonObject = {
        "supplierInvoiceNumber": number,
        "supplier": {"supplierNumber": supplier[0], "name": supplier[-1]},
    }
    if unit:
        header["businessUnit"] = {"internalName": unit[-1]}
    return exact_json.dumps({"header": header, "lineList": {"line": [shown for _, shown in rows]}})
