"""What an invoice comes to by kind of charge, and which codes bear how much of a line: the same for every dialect.

The parts of an amount add up to it exactly, whole minor units each (`splits.py`).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas.coding import Account, Coder, FieldValue
from schemas.currencies import minor_units
from schemas.exact_arithmetic import exact_sum
from schemas.invoice import Invoice, InvoiceDistribution, InvoiceLine, InvoiceLineKind
from schemas.money import Money, plain
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.splits import split


@dataclass(frozen=True, slots=True, kw_only=True)
class Charges:
    """The total of an invoice by kind. Without lines it is all `items`: nobody can say more."""

    items: Money
    freight: Money
    miscellaneous: Money
    tax: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedPart:
    """A part of a line with the codes that bear it. `percent` is its part of the distribution."""

    distribution: int
    account: str
    amount: Decimal
    percent: Decimal
    values: tuple[FieldValue, ...]


def charges(invoice: Invoice) -> Charges:
    """Return what an invoice comes to by kind of charge; together they are its total, if its lines add up to it."""
    currency, lines = invoice.total.currency, invoice.live_lines

    def of(kind: InvoiceLineKind) -> Money:
        return Money(amount=exact_sum(line.amount for line in lines if line.kind is kind), currency=currency)

    return Charges(
        items=of(InvoiceLineKind.ITEM) if lines else invoice.total,
        freight=of(InvoiceLineKind.FREIGHT),
        miscellaneous=of(InvoiceLineKind.MISCELLANEOUS),
        tax=of(InvoiceLineKind.TAX),
    )


def coded(invoice: Invoice, line: InvoiceLine, coder: Coder) -> tuple[CodedPart, ...]:
    """Return the codes that bear a line, by its distributions, else by its own account; none if it has neither.

    Raises Refused: MAPPING for an account that has no coding, INVALID for a distribution without account.
    """
    return tuple(part for share in _shares(line) for part in _coded(invoice, line, share, coder))


def _shares(line: InvoiceLine) -> tuple[InvoiceDistribution, ...]:
    if line.distributions or line.account is None:
        return line.distributions
    whole = InvoiceDistribution(
        number=1, amount=line.amount, account=line.account, accounting_date=line.accounting_date
    )
    return (whole,)


def _coded(invoice: Invoice, line: InvoiceLine, share: InvoiceDistribution, coder: Coder) -> list[CodedPart]:
    account = _account(invoice, line, share)
    shares = coder.shares(account)
    amounts = split(share.amount, [part.percent for part in shares], minor_units(invoice.total.currency))
    return [
        CodedPart(
            distribution=share.number,
            account=account.combination,
            amount=amount,
            percent=part.percent,
            values=part.values,
        )
        for part, amount in zip(shares, amounts, strict=True)
    ]


def _account(invoice: Invoice, line: InvoiceLine, share: InvoiceDistribution) -> Account:
    at = f"invoiceLines[LineNumber={line.number}]"
    if line.distributions:
        at += f".invoiceDistributions[DistributionLineNumber={share.number}]"
    place = f"{at}.DistributionCombination"
    if not share.account:
        raise Refused(
            Refusal(
                category=RefusalClass.INVALID,
                field=place,
                value="",
                reason=f"{plain(share.amount)} of line {line.number} is charged to no account.",
                next_step="Give the distribution an account in Oracle; the corrected invoice is read by the next poll.",
            )
        )
    on: date = share.accounting_date or line.accounting_date or invoice.accounting_date or invoice.invoice_date
    return Account(combination=share.account, business_unit=invoice.business_unit, on=on, place=place)
