"""A supplier's cXML invoice: who it is, whether anything is asked with it, and what it says in canonical form.

Source: jaggaer-cxml.md, 6.5 and appendix. Choices:

* the sender and its invoiceID are the document; a `delete` is a version of what it deletes;
* `creditMemo` and `lineLevelCreditMemo` are credit memos, below zero throughout; both debit memos of cXML ask for
  money, so they are invoices (Oracle's debit memo is the buyer's and below zero). What bills an order as a whole
  (InvoiceDetailHeaderOrder) names no line; which it means is `order_matching.py`'s to say or to refuse;
* `isInformationOnly` wants no action. `isERS` tells of a self-billing: the buyer has made that invoice from its
  receipts itself (Oracle does, for orders that are paid on receipt), so posting the supplier's copy would pay it
  twice;
* tax, special handling, shipping and discount: where lines state them, the summary has their sum or nothing (`Tax` is
  there even if it is 0); otherwise the summary's count;
* the chain subtotal + tax + special handling + shipping = gross, less discount = net, less deposit = due is computed
  from the lines; each amount that is stated must agree exactly. Net is what the invoice comes to. A deposit was paid
  already, and only a person can set it against the invoice in Oracle.

Limits: prices for another quantity than one unit, price corrections and modifications are refused, not computed.
"""

import hashlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lxml import etree

from schemas.cxml import invoice_reading, safe_xml, values
from schemas.cxml.invoice_reading import CxmlInvoice, CxmlInvoiceLine, Operation
from schemas.cxml.safe_xml import Element, NotSafeXml
from schemas.cxml.values import UnreadableCxml
from schemas.exact_arithmetic import exact_difference, exact_sum
from schemas.identity import Identity
from schemas.invoice import InvoiceKind, InvoiceLineKind
from schemas.money import Money, plain
from schemas.pushed import PushedDocument
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.supplier_invoice import BilledLine, Charge, SupplierInvoice
from schemas.supplier_invoice_checks import invalid, worth

REQUEST = "InvoiceDetailRequest"
OURS = "@ml-connector"
"""How the payload ids end that we send invoices under (`schemas/identity.py`)."""

_DUE = "invoice due date"
_KINDS = {
    "standard": InvoiceKind.STANDARD,
    "debitMemo": InvoiceKind.STANDARD,
    "lineLevelDebitMemo": InvoiceKind.STANDARD,
    "creditMemo": InvoiceKind.CREDIT_MEMO,
    "lineLevelCreditMemo": InvoiceKind.CREDIT_MEMO,
}
_ENTER = "Enter it in Oracle and discard it here, or have the supplier send it without."


def identify(document: PushedDocument) -> Identity:
    """Return who an invoice is. Raises Refused for what is no invoice or has no time."""
    root = _root(document)
    invoice = _read(root)
    sent_at = values.moment(root.get("timestamp")) or invoice.invoice_date
    if sent_at is None:
        raise invalid("cXML/@timestamp", root.get("timestamp") or "", "nobody could say which version came later.")
    if any(ord(character) < 32 for character in invoice.number):
        raise invalid("@invoiceID", invoice.number, "it holds a control character.")
    return Identity(
        key=f"{document.sender}/{invoice.number}",
        number=invoice.number,
        changed_at=sent_at,
        content_hash=_content_hash(root),
        business_unit=None,
        currency=invoice.net.currency if invoice.net else None,
        amount=invoice.net.amount if invoice.net else None,
    )


def read(document: PushedDocument) -> CxmlInvoice:
    """Return an invoice as it was pushed. Raises Refused (INVALID)."""
    return _read(_root(document))


def needless(invoice: CxmlInvoice) -> str | None:
    """Return why nothing is asked with an invoice, None where something is."""
    if (invoice.original_request_id or "").endswith(OURS):
        return "JAGGAER has it from Oracle, through us."
    if invoice.is_information_only:
        return "The invoice is for information only (isInformationOnly)."
    if invoice.is_self_billing:
        return "It tells of a self-billing (isERS): Oracle makes that invoice itself, from receipts."
    return None


def is_withdrawn(invoice: CxmlInvoice) -> bool:
    """Tell whether the invoice takes back what was sent before."""
    return invoice.operation is Operation.DELETE


def parse(invoice: CxmlInvoice) -> SupplierInvoice:
    """Return the canonical invoice. Raises Refused."""
    _check_readable(invoice)
    net = invoice.net
    if net is None:
        reason = "what the invoice comes to is not stated, so nobody could say whether its lines are all of it."
        raise invalid("InvoiceDetailSummary/NetAmount", "", reason)
    for place, money in _amounts(invoice):
        if money.currency != net.currency:
            raise invalid(place, str(money), f"the net amount is in {net.currency}, and one invoice has one currency.")
    lines = tuple(_line(place, line, net.currency) for place, line in enumerate(invoice.lines, start=1))
    charges = tuple(_charges(invoice))
    _check_chain(invoice, net, lines, charges)
    if invoice.invoice_date is None:
        raise invalid("@invoiceDate", "", "Oracle takes no invoice without its day.")
    return SupplierInvoice(
        number=invoice.number,
        kind=_kind(invoice),
        total=net,
        invoice_date=invoice.invoice_date.date(),
        due=_due(invoice),
        description=invoice.comments,
        source_name=invoice.original_request_id,
        business_unit=None,
        supplier_number=None,
        supplier_name=None,
        lines=lines,
        charges=charges,
    )


def _check_readable(invoice: CxmlInvoice) -> None:
    """Refuse what would be computed otherwise than its sender did."""
    if invoice.modified is not None:
        raise _conflict(invoice.modified, "", "it changes amounts in a way that is not read here.")
    if invoice.is_price_correction:
        place = "InvoiceDetailHeaderIndicator/@isPriceBasedLineLevelCreditMemo"
        raise _conflict(place, "yes", "it corrects the price of an earlier invoice, and Oracle's is made by hand.")
    if invoice.deposit is not None and invoice.deposit.amount:
        reason = "a deposit was paid already, and Oracle would pay it again until a prepayment is set against it."
        raise _conflict("InvoiceDetailSummary/DepositAmount", str(invoice.deposit), reason)


def _line(position: int, line: CxmlInvoiceLine, currency: str) -> BilledLine:
    number = line.number or position
    place = f"item[invoiceLineNumber={number}]"
    price = None if line.unit_price is None else line.unit_price.amount
    if line.price_basis is not None:
        raise _conflict(f"{place}/PriceBasisQuantity", line.price_basis, "its price is not that of one unit.")
    by_quantity = line.quantity is not None and price is not None
    if line.subtotal is None and not by_quantity:
        raise invalid(f"{place}/SubtotalAmount", "", "it states no amount, and no quantity and price that make one.")
    computed = worth(line.quantity or Decimal(0), price or Decimal(0), currency)
    return BilledLine(
        number=number,
        place=place,
        order_number=line.order_id or None,
        order_line=line.order_line,
        quantity=line.quantity if by_quantity else None,
        uom=line.uom or None,
        price=price if by_quantity else None,
        amount=computed if line.subtotal is None else line.subtotal.amount,
        description=line.description,
    )


def _charges(invoice: CxmlInvoice) -> Iterator[Charge]:
    """Yield each charge once. Raises Refused (CONFLICT) where lines and summary state different ones."""
    lines = invoice.lines
    freight, other = InvoiceLineKind.FREIGHT, InvoiceLineKind.MISCELLANEOUS
    yield from _once("Tax", InvoiceLineKind.TAX, [line.tax for line in lines], invoice.tax)
    handled = [line.special_handling for line in lines]
    yield from _once("Special handling", other, handled, invoice.special_handling)
    yield from _once("Shipping", freight, [line.shipping for line in lines], invoice.shipping)
    given = [_negated(line.discount) for line in lines]
    yield from _once("Discount", other, given, _negated(invoice.discount))


def _once(words: str, kind: InvoiceLineKind, parts: list[Money | None], whole: Money | None) -> Iterator[Charge]:
    stated = [(number, part.amount) for number, part in enumerate(parts, start=1) if part and part.amount]
    if not stated:
        if whole and whole.amount:
            yield Charge(kind=kind, amount=whole.amount, description=words)
        return
    of_lines = exact_sum(amount for _, amount in stated)
    if whole and whole.amount and whole.amount != of_lines:
        reason = (
            f"the lines' add up to {plain(of_lines)}, and one of both only can be meant (header or line, not both)."
        )
        raise _conflict(f"InvoiceDetailSummary: {words}", plain(whole.amount), reason)
    for number, amount in stated:
        yield Charge(kind=kind, amount=amount, description=f"{words} of line {number}")


def _check_chain(invoice: CxmlInvoice, net: Money, lines: tuple[BilledLine, ...], charges: tuple[Charge, ...]) -> None:
    """Compare what the summary states with what the lines come to; whether net does is asked of any invoice."""
    subtotal = exact_sum(line.amount for line in lines)
    discounts = [charge.amount for charge in charges if charge.description.startswith("Discount")]
    net_of_lines = exact_sum((subtotal, *(charge.amount for charge in charges)))
    computed = {
        "SubtotalAmount": (invoice.subtotal, subtotal),
        "GrossAmount": (invoice.gross, exact_difference(net_of_lines, exact_sum(discounts))),
        "DueAmount": (invoice.due, net.amount),
    }
    for name, (stated, amount) in computed.items():
        if stated is not None and stated.amount != amount:
            reason = f"the lines and charges come to {plain(amount)} there."
            raise invalid(f"InvoiceDetailSummary/{name}", plain(stated.amount), reason)


def _amounts(invoice: CxmlInvoice) -> Iterator[tuple[str, Money]]:
    summary = {
        "SubtotalAmount": invoice.subtotal,
        "Tax": invoice.tax,
        "SpecialHandlingAmount": invoice.special_handling,
        "ShippingAmount": invoice.shipping,
        "GrossAmount": invoice.gross,
        "InvoiceDetailDiscount": invoice.discount,
        "DueAmount": invoice.due,
    }
    stated = [(f"InvoiceDetailSummary/{name}", money) for name, money in summary.items()]
    for line in invoice.lines:
        held = (line.unit_price, line.subtotal, line.tax, line.special_handling, line.shipping, line.discount)
        stated += [(f"item[invoiceLineNumber={line.number}]", money) for money in held]
    return ((place, money) for place, money in stated if money is not None)


def _kind(invoice: CxmlInvoice) -> InvoiceKind:
    kind = _KINDS.get(invoice.purpose)
    if kind is None:
        raise invalid("@purpose", invoice.purpose, f"none of {', '.join(_KINDS)}, so what it asks for is not known.")
    return kind


def _due(invoice: CxmlInvoice) -> date | None:
    """Return the day that suppliers put into an Extrinsic, as YYYYMMDD (4); one that is unreadable counts as none."""
    stated = {name.strip().casefold(): value for name, value in invoice.extrinsics.items()}.get(_DUE, "")
    try:
        return date.fromisoformat(stated.strip()[:10].replace("-", ""))
    except ValueError:
        return None


def _negated(money: Money | None) -> Money | None:
    return None if money is None else Money(amount=money.amount.copy_negate(), currency=money.currency)


def _root(document: PushedDocument) -> Element:
    try:
        return safe_xml.parse(document.cxml.encode())
    except (NotSafeXml, UnicodeEncodeError) as error:
        raise invalid("cXML", "", f"it cannot be read: {error}.") from None


def _read(root: Element) -> CxmlInvoice:
    try:
        return invoice_reading.parse(root)
    except UnreadableCxml as error:
        raise invalid(REQUEST, "", f"it cannot be read: {error}.") from None


def _content_hash(root: Element) -> bytes:
    """Return SHA-256 over the request without its envelope, however it is spelled."""
    request = root.find(f"Request/{REQUEST}")
    return hashlib.sha256(etree.tostring(root if request is None else request, method="c14n")).digest()


def _conflict(field: str, value: str, reason: str) -> Refused:
    return Refused(Refusal(category=RefusalClass.CONFLICT, field=field, value=value, reason=reason, next_step=_ENTER))
