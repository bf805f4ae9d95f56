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

from schemas.currencies import check_minor_units, minor_unit
from schemas.exact_arithmetic import exact_difference, exact_product, exact_sum
from schemas.invoice import Invoice, InvoiceLine, InvoiceStatus
from schemas.money import Money, plain
from schemas.refusals import Refusal, RefusalClass, Refused

_PLAUSIBLE_YEARS = range(1970, 2100)
_CORRECT = "Correct it in Oracle; the corrected invoice is read by the next poll."


def check(invoice: Invoice) -> None:
    """Compare all that an invoice says with all else that it says. Raises Refused (INVALID) for the first conflict."""
    if invoice.status is not InvoiceStatus.CANCELED:
        _check_minor_units(invoice)
    if refusal := next(_contradictions(invoice), None):
        raise refusal


def _contradictions(invoice: Invoice) -> Iterator[Refused]:
    yield from _dates(invoice)
    if invoice.status is InvoiceStatus.CANCELED:
        return
    yield from _signs(invoice)
    for line in invoice.live_lines:
        yield from _line(line, minor_unit(invoice.total.currency))
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


def _check_minor_units(invoice: Invoice) -> None:
    """Refuse an amount finer than its currency: nobody could pay it."""
    check_minor_units(invoice.total, "InvoiceAmount")
    currency = invoice.total.currency
    for line in invoice.live_lines:
        check_minor_units(Money(amount=line.amount, currency=currency), _at(line, "LineAmount"))
        for share in line.distributions:
            place = f"invoiceDistributions[DistributionLineNumber={share.number}].DistributionAmount"
            check_minor_units(Money(amount=share.amount, currency=currency), _at(line, place))


def _signs(invoice: Invoice) -> Iterator[Refused]:
    amount = invoice.total.amount
    kind = invoice.kind.replace("_", " ")
    if invoice.is_credit and amount >= 0:
        yield _refused("InvoiceAmount", plain(amount), f"a {kind} gives something back, so its amount is below zero.")
    if not invoice.is_credit and amount < 0:
        yield _refused("InvoiceAmount", plain(amount), f"a {kind} invoice asks for something; only memos are negative.")


def _line(line: InvoiceLine, unit: Decimal) -> Iterator[Refused]:
    if line.quantity is not None and line.price is not None:
        computed = exact_product(line.quantity, line.price)
        if exact_difference(computed, line.amount).copy_abs() > unit / 2:
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


def _at(line: InvoiceLine, name: str) -> str:
    return f"invoiceLines[LineNumber={line.number}].{name}"


def _refused(field: str, value: str, reason: str) -> Refused:
    return Refused(Refusal(category=RefusalClass.INVALID, field=field, value=value, reason=reason, next_step=_CORRECT))
