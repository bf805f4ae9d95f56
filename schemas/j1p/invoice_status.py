"""J1P payment messages: how far an invoice has come on its way to being paid (`POST invoices/{id}/payments`).

The message is assumed altogether (jaggaer-cxml.md, 2.4); it uses the names under which an invoice is read (2.3). It
says the state and what is paid, never the content of the invoice, so it goes for an invoice that contradicts itself as
well. What JAGGAER gives back is the invoice's own header with its `paymentStatus`.

The supplier of an invoice that JAGGAER had first may have another number there than in Oracle, so its own number is not
said. It is named by JAGGAER's own id; where that is not known, by number and the name of the supplier (2.3).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from schemas import exact_json
from schemas.agreement import agree, alike
from schemas.exact_json import JsonValue
from schemas.identity import Intent
from schemas.invoice import Invoice, InvoiceStatus
from schemas.j1p import fields, message
from schemas.j1p.fields import UnreadableOrder
from schemas.j1p.findable import check_findable
from schemas.j1p.invoice_body import Object, check_sendable, money, stated, supplier
from schemas.j1p.invoice_layout import J1pInvoiceLayout
from schemas.j1p.layout import in_their_words
from schemas.supplier_invoice import JaggaerName

_ID = "invoiceId"


@dataclass(frozen=True, slots=True, kw_only=True)
class J1pInvoiceStatus:
    """The payment state of an invoice as JAGGAER has it; what it left out is None.

    `status` is None for a word of JAGGAER's own that is none of the layout's; `paid` is in `currency`; `jaggaer_id` is
    JAGGAER's own id of the invoice.
    """

    number: str
    jaggaer_id: str | None
    supplier_number: str | None
    supplier_name: str | None
    status: InvoiceStatus | None
    currency: str | None
    paid: Decimal | None
    original_request_id: str | None


def build(invoice: Invoice, *, layout: J1pInvoiceLayout, named: JaggaerName | None = None) -> bytes:
    """Return the body of the payment message, without batch id; `named` is what JAGGAER calls one that it had first.

    Raises Refused as the invoice's own `build` does for one that cannot be named to JAGGAER.
    """
    if named is None:
        check_sendable(invoice, layout)
    elif named.jaggaer_id is None:
        check_findable(invoice.number, field="InvoiceNumber", noun="invoice")
    content: Object = {
        layout.number: invoice.number,
        _ID: named.jaggaer_id if named is not None else None,
        "supplier": supplier(invoice) if named is None else {"name": invoice.supplier.name},
        "paymentStatus": layout.states[invoice.status],
        "amountPaid": money(invoice.paid) if invoice.paid else None,
        "payment": {"method": invoice.payment_method} if invoice.payment_method is not None else None,
    }
    return exact_json.dumps(in_their_words({layout.payment: stated(content)}, layout))


def address(body: bytes, intent: Intent, layout: J1pInvoiceLayout) -> bytes:
    """Return the message of one delivery: the same bytes for every repetition of the same intent.

    Raises UnreadableOrder for a body that `build` did not make with this layout, NotExactJson for one that is no JSON.
    """
    return message.addressed(message.built(body, layout.payment), intent, layout, numbered=True)


def parse(value: JsonValue, layout: J1pInvoiceLayout) -> J1pInvoiceStatus:
    """Read a message of `address`, or one invoice as JAGGAER returns it. Raises UnreadableOrder."""
    said = message.read(value, layout)
    payment = fields.child(said, layout.payment if layout.payment in said else "header")
    number = fields.text(payment, layout.number)
    if not number:
        raise UnreadableOrder(f"the payment has no {layout.number}")
    supplied_by = fields.child(payment, "supplier")
    return J1pInvoiceStatus(
        number=number,
        jaggaer_id=fields.text(payment, _ID),
        supplier_number=fields.text(supplied_by, "supplierNumber"),
        supplier_name=fields.text(supplied_by, "name"),
        status=_status(payment, layout),
        currency=fields.text(fields.child(payment, "amountPaid"), "currency"),
        paid=fields.number(payment, "amountPaid"),
        original_request_id=fields.text(said, layout.batch),
    )


def same_invoice(sent: J1pInvoiceStatus, listed: J1pInvoiceStatus) -> bool:
    """Tell whether a listed invoice of the same number is the one that a message is about.

    JAGGAER's own id decides; then the number of the supplier; then its name, for an invoice that JAGGAER had first.
    """
    if sent.jaggaer_id is not None:
        return sent.jaggaer_id == listed.jaggaer_id
    if sent.supplier_number is not None:
        return sent.supplier_number == listed.supplier_number
    return alike(sent.supplier_name, listed.supplier_name)


def same_content(a: J1pInvoiceStatus, b: J1pInvoiceStatus) -> bool:
    """Tell whether two readings say the same state of the same invoice; amounts count where both sides state them."""
    return (
        (a.number, a.status) == (b.number, b.status)
        and a.status is not None
        and agree(a.supplier_number, b.supplier_number)
        and (a.paid is None or b.paid is None or (a.paid, a.currency) == (b.paid, b.currency))
    )


def _status(payment: Mapping[str, JsonValue], layout: J1pInvoiceLayout) -> InvoiceStatus | None:
    said = (fields.text(payment, "paymentStatus") or "").strip().casefold()
    return next((status for status, word in layout.states.items() if word.casefold() == said), None)
