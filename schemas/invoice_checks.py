"""Whether an invoice agrees with itself, so that what is sent can be booked: amounts, signs, dates.

Builders call `check` first, so nothing that contradicts itself can be written in any dialect. An invoice that the
source has not validated may well contradict itself (oracle-fusion.md, 6: lines that do not add up are accepted and wait
for a person), so whoever sends invoices asks for their status first.

What is canceled is worth nothing, and its amounts may be stale: sums leave it out. Lines that say how the invoice is
paid (prepayments set against it, tax kept back) are not part of its total [assumed]. Sources round a line's amount:
quantity x price may differ from it by half a minor unit, everything else agrees exactly. A memo is below zero, since
the buyer gets something back: credit and debit memos alike in Oracle [assumed].
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from schemas.invoice import Invoice, InvoiceLine, InvoiceStatus
from schemas.invoice_amounts import smallest_amount
from schemas.money import plain
from schemas.oracle.order_sums import exact_sum, worth
from schemas.refusals import Refusal, RefusalClass, Refused

_PLAUSIBLE_YEARS = range(1970, 2100)
_CORRECT = "Correct it in Oracle; the corrected invoice is read by the next poll."


def check(invoice: Invoice) -> None:
    """Compare all that an invoice says with all else that it says. Raises Refused (INVALID) for the first conflict."""
    if refusal := next(_contradictions(invoice), None):
        raise refusal


def _contradictions(invoice: Invoice) -> Iterator[Refused]:
    yield from _dates(invoice)
    if invoice.status is InvoiceStatus.CANCELED:
        return
    yield from _minor_units(invoice)
    yield from _signs(invoice)
    for line in invoice.live_lines:
        yield from _line(line, smallest_amount(invoice.total.currency))
    yield from _total(invoice)


def _dates(invoice: Invoice) -> Iterator[Refused]:
    days: list[tuple[str, date | None]] = [
        ("InvoiceDate", invoice.invoice_date),
        ("AccountingDate", invoice.accounting_date),
    ]
    days += [(f"invoiceInstallments[InstallmentNumber={one.number}].DueDate", one.due) for one in invoice.installments]
    for field, day in days:
        if day is not None and day.year not in _PLAUSIBLE_YEARS:
            yield _refused(field, day.isoformat(), "nobody invoices in that year.")


def _minor_units(invoice: Invoice) -> Iterator[Refused]:
    yield from _minor_unit(invoice, "InvoiceAmount", invoice.total.amount)
    for line in invoice.live_lines:
        yield from _minor_unit(invoice, _at(line, "LineAmount"), line.amount)
        for share in line.distributions:
            place = f"invoiceDistributions[DistributionLineNumber={share.number}].DistributionAmount"
            yield from _minor_unit(invoice, _at(line, place), share.amount)


def _minor_unit(invoice: Invoice, field: str, amount: Decimal) -> Iterator[Refused]:
    """Yield a refusal for an amount finer than its currency: nobody could pay it."""
    currency = invoice.total.currency
    unit = smallest_amount(currency)
    if _decimals(amount) > _decimals(unit):
        yield _refused(field, plain(amount), f"{currency} has no smaller amounts than {plain(unit)}.")


def _signs(invoice: Invoice) -> Iterator[Refused]:
    amount = invoice.total.amount
    kind = invoice.kind.replace("_", " ")
    if invoice.is_credit and amount >= 0:
        yield _refused("InvoiceAmount", plain(amount), f"a {kind} gives something back, so its amount is below zero.")
    if not invoice.is_credit and amount < 0:
        yield _refused("InvoiceAmount", plain(amount), f"a {kind} invoice asks for something; only memos are negative.")


def _line(line: InvoiceLine, unit: Decimal) -> Iterator[Refused]:
    if line.quantity is not None and line.price is not None:
        computed = worth(line.quantity, line.price)
        if exact_sum((computed, line.amount.copy_negate())).copy_abs() > unit / 2:
            reason = f"quantity x price of line {line.number} is {plain(computed)}."
            yield _refused(_at(line, "LineAmount"), plain(line.amount), reason)
    if line.distributions:
        charged = exact_sum(share.amount for share in line.distributions)
        if charged != line.amount:
            reason = f"its distributions add up to {plain(charged)}."
            yield _refused(_at(line, "LineAmount"), plain(line.amount), reason)


def _total(invoice: Invoice) -> Iterator[Refused]:
    lines = invoice.live_lines
    stated = exact_sum(line.amount for line in lines)
    if invoice.lines and stated != invoice.total.amount:
        reason = f"its {len(lines)} lines add up to {plain(stated)}."
        yield _refused("InvoiceAmount", plain(invoice.total.amount), reason)


def _decimals(number: Decimal) -> int:
    return len(plain(number).partition(".")[2].rstrip("0"))


def _at(line: InvoiceLine, name: str) -> str:
    return f"invoiceLines[LineNumber={line.number}].{name}"


def _refused(field: str, value: str, reason: str) -> Refused:
    return Refused(Refusal(category=RefusalClass.INVALID, field=field, value=value, reason=reason, next_step=_CORRECT))
