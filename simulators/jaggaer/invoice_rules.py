"""What becomes of an invoice: duplicates, cancellation, the sums it must agree with, and its payment status.

Pure decisions. An invoice number is used once per supplier (2.3), also after the invoice was cancelled (7, "Duplicate
invoices"). J1P's update and cancel go by revisionNumber as those of orders do [assumed]; cXML's delete names the
payloadID of the invoice in its DocumentReference (6.5).
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
from simulators.jaggaer.order import Change, Door, Reason, Refusal, StatusChange


def judge(draft: InvoiceDraft, known: Invoice | None, *, lenient_chain: bool) -> Refusal | None:
    """Return why the document can not be applied to what is held under its number, None if it can."""
    if draft.change is Change.NEW:
        return _duplicate(known) if known else None
    if known is None:
        said = f"is not known here, so it can not take {draft.change}: send it as new first"
        return _refused(draft, Reason.UNKNOWN_INVOICE, said)
    if known.payment_status is PaymentStatus.CANCELED:
        text = f"{held(known)}; a cancelled invoice takes no {draft.change}."
        return Refusal(reason=Reason.CLOSED, text=text)
    if draft.door is not Door.CXML:
        return _stale(draft, known)
    return None if lenient_chain else _unchained(draft, known)


def _stale(draft: InvoiceDraft, known: Invoice) -> Refusal | None:
    if draft.revision is None:
        return _refused(draft, Reason.MISSING, f"revisionNumber is missing; {draft.change} needs it")
    if draft.revision <= known.revision:
        text = f"{held(known)}; revisionNumber {draft.revision} is not higher, so it is stale."
        return Refusal(reason=Reason.STALE, text=text)
    return None


def _unchained(draft: InvoiceDraft, known: Invoice) -> Refusal | None:
    if draft.reference != known.last_key:
        text = f"{held(known)}; DocumentReference payloadID {draft.reference or '(none)'} is not that of this invoice."
        return Refusal(reason=Reason.CHAIN, text=f"{text} Expected: {known.last_key}")
    return None


def check(draft: InvoiceDraft, *, totals: bool) -> Refusal | None:
    """Return what the document lacks or, where `totals` asks for it, which sum is wrong; None if it is right."""
    if draft.change is Change.CANCEL:
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


def applied(draft: InvoiceDraft, known: Invoice | None, *, next_id: int, key: str, at: datetime) -> Invoice:
    """Return the invoice with an accepted document applied; a new one takes the next id.

    An update is the complete invoice. A cancellation changes the payment status and the revision, nothing else.
    """
    revision = draft.revision if draft.revision is not None else known.revision + 1 if known else 0
    if known is not None and draft.change is Change.CANCEL:
        return replace(known, payment_status=PaymentStatus.CANCELED, revision=revision, updated_at=at, last_key=key)
    total = draft.total
    if total is None:
        total = money.total((_net(draft), draft.charges or Decimal(0)))
    return Invoice(
        invoice_id=known.invoice_id if known else next_id,
        number=draft.number,
        supplier=draft.supplier,
        kind=draft.kind,
        payment_status=known.payment_status if known else PaymentStatus.PAYABLE,
        revision=revision,
        source=known.source if known else draft.door,
        currency=draft.currency or "",
        total=total,
        business_unit=draft.business_unit,
        line_count=len(draft.lines),
        content=draft.content,
        created_at=known.created_at if known else at,
        updated_at=at,
        last_key=key,
        paid=known.paid if known else None,
        statuses=known.statuses if known else (),
    )


def judge_status(known: Invoice, status: PaymentStatus) -> Refusal | None:
    """Return why an invoice can not take a payment status, None if it can: only a cancelled one keeps its own."""
    if known.payment_status is PaymentStatus.CANCELED and status is not PaymentStatus.CANCELED:
        return Refusal(reason=Reason.CLOSED, text=f"{held(known)}; a cancelled invoice does not become {status}.")
    return None


def with_status(
    invoice: Invoice, status: PaymentStatus, change: StatusChange, *, paid: Decimal | None = None
) -> Invoice:
    """Return the invoice in another payment status; without an amount, what was paid before stays."""
    return replace(
        invoice,
        payment_status=status,
        paid=invoice.paid if paid is None else paid,
        updated_at=change.at,
        statuses=(*invoice.statuses, change),
    )


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
