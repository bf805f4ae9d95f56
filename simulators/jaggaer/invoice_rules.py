"""What becomes of an invoice: duplicates, cancellation, the sums it must agree with, and its payment status.

Pure decisions, the same for all doors. An invoice number is used once per supplier (2.3), also after the invoice was
cancelled (7, "Duplicate invoices"). A cancellation names the payloadID of the invoice in its DocumentReference (6.5).
The total is right when it equals the lines, without or with the charges, exactly or with each line rounded half up to
the currency's minor unit. A document without a total comes to what its lines and charges come to; one without lines
needs a total.

Limits: no tolerance beyond the rounding of lines; tax rates are not recomputed.
"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from simulators.jaggaer import money
from simulators.jaggaer.invoice import Invoice, InvoiceDraft, PaymentStatus
from simulators.jaggaer.order import Reason, Refusal, StatusChange


def judge(draft: InvoiceDraft, known: Invoice | None, *, lenient_chain: bool) -> Refusal | None:
    """Return why the document can not be applied to what is held under its number, None if it can."""
    if not draft.cancels:
        return _duplicate(known) if known else None
    if known is None:
        text = f"Invoice {draft.number} of supplier {draft.supplier} is not known here, so it can not be deleted."
        return Refusal(reason=Reason.UNKNOWN_INVOICE, text=text)
    if known.payment_status is PaymentStatus.CANCELED:
        return Refusal(reason=Reason.CLOSED, text=f"{held(known)}; it is cancelled already.")
    if draft.reference != known.last_key and not lenient_chain:
        text = f"{held(known)}; DocumentReference payloadID {draft.reference or '(none)'} is not that of this invoice."
        return Refusal(reason=Reason.CHAIN, text=f"{text} Expected: {known.last_key}")
    return None


def check(draft: InvoiceDraft, *, totals: bool) -> Refusal | None:
    """Return what the document lacks or, where `totals` asks for it, which sum is wrong; None if it is right."""
    if draft.cancels:
        return None
    if not draft.currency:
        return _refused(draft, Reason.MISSING, "the currency is missing: state it with the total or a unit price")
    if draft.total is None and not draft.lines:
        return _refused(draft, Reason.MISSING, "there is neither a line nor a total")
    if not totals or draft.total is None or not draft.lines:
        return None
    charges = draft.charges or Decimal(0)
    by_line = [money.total(money.rounded(line, draft.currency) for line in draft.lines), _net(draft)]
    if any(draft.total in (net, money.total((net, charges))) for net in by_line):
        return None
    said = f"total {draft.total:f} {draft.currency} is not what the lines come to, {by_line[1]:f}"
    return _refused(draft, Reason.TOTAL, said + (f", nor that with charges of {charges:f}" if charges else ""))


def applied(draft: InvoiceDraft, *, invoice_id: int, key: str, at: datetime) -> Invoice:
    """Return the invoice that an accepted document makes."""
    total = draft.total
    if total is None:
        total = money.total((_net(draft), draft.charges or Decimal(0)))
    return Invoice(
        invoice_id=invoice_id,
        number=draft.number,
        supplier=draft.supplier,
        kind=draft.kind,
        payment_status=PaymentStatus.PAYABLE,
        source=draft.door,
        currency=draft.currency or "",
        total=total,
        business_unit=draft.business_unit,
        line_count=len(draft.lines),
        content=draft.content,
        created_at=at,
        updated_at=at,
        last_key=key,
    )


def judge_status(known: Invoice, status: PaymentStatus) -> Refusal | None:
    """Return why an invoice can not take a payment status, None if it can: only a cancelled one keeps its own."""
    if known.payment_status is PaymentStatus.CANCELED and status is not PaymentStatus.CANCELED:
        return Refusal(reason=Reason.CLOSED, text=f"{held(known)}; a cancelled invoice does not become {status}.")
    return None


def with_status(invoice: Invoice, status: PaymentStatus, change: StatusChange) -> Invoice:
    """Return the invoice in another payment status."""
    return replace(invoice, payment_status=status, updated_at=change.at, statuses=(*invoice.statuses, change))


def held(known: Invoice) -> str:
    """Say what is held, so that nobody has to resend blindly to find out (7, "Duplicate orders")."""
    where = f"Invoice {known.number} of supplier {known.supplier} is held as {known.payment_status}"
    return f"{where} with id {known.invoice_id} from {known.last_key}"


def _duplicate(known: Invoice) -> Refusal:
    text = f"{held(known)}: the supplier's invoice number is used. An invoice number can be used once per supplier."
    return Refusal(reason=Reason.DUPLICATE, text=text)


def _net(draft: InvoiceDraft) -> Decimal:
    return money.decimal(sum(draft.lines, Fraction()), draft.currency)


def _refused(draft: InvoiceDraft, reason: Reason, text: str) -> Refusal:
    return Refusal(reason=reason, text=f"Invoice {draft.number} of supplier {draft.supplier}: {text}.")
