"""The payment status of an invoice as JSON: the body of `POST .../invoices/{id}/payments`, which is not public (2.4).

Understood are `status` (or `paymentStatus`) and the amount that is paid (`amountPaid`, `paidAmount`, `amount`), in the
body itself or in one object inside it. A supplier's invoice number that stands beside them must be the invoice's.
"""

from dataclasses import dataclass
from decimal import Decimal

from simulators.jaggaer import j1p_fields, statuses
from simulators.jaggaer.exact_json import JsonObject
from simulators.jaggaer.invoice import Invoice, PaymentStatus
from simulators.jaggaer.order import Reason, Refusal

_STATUSES = ("status", "paymentStatus")
_AMOUNTS = ("amountPaid", "paidAmount", "amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What an invoice becomes, and what was paid so far, None if it is not said."""

    status: PaymentStatus
    paid: Decimal | None


def understood(body: JsonObject, invoice: Invoice) -> Payment | Refusal:
    """Understand a body about this invoice."""
    holders = [body, *(value for value in body.values() if isinstance(value, dict))]
    holder = next((one for one in holders if any(name in one for name in _STATUSES)), body)
    named = j1p_fields.text(holder.get("supplierInvoiceNumber"))
    if named and named != invoice.number:
        return _refused(invoice, Reason.INVALID, f"the payment names invoice {named} under the id of this one")
    word = next(filter(None, (j1p_fields.text(holder.get(name)) for name in _STATUSES)), "")
    status = statuses.payment_status(word)
    if status is None:
        reason = Reason.INVALID if word else Reason.MISSING
        return _refused(invoice, reason, f"status {word or '(missing)'} is none of {statuses.payment_words()}")
    stated = next((holder[name] for name in _AMOUNTS if holder.get(name) is not None), None)
    paid = j1p_fields.amount(stated)
    if stated is not None and paid is None:
        return _refused(invoice, Reason.INVALID, f"the amount that is paid, {j1p_fields.shown(stated)}, is no amount")
    if j1p_fields.currency(stated) not in (None, invoice.currency):
        text = f"it is paid in {j1p_fields.currency(stated)!r}, the invoice is in {invoice.currency}"
        return _refused(invoice, Reason.INVALID, text)
    return Payment(status=status, paid=paid)


def _refused(invoice: Invoice, reason: Reason, text: str) -> Refusal:
    return Refusal(reason=reason, text=f"Invoice {invoice.number} of supplier {invoice.supplier}: {text}.")
