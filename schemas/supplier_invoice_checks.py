"""Whether a supplier's invoice agrees with itself: amounts, signs, currency. Nothing is rounded to make it agree.

There is no tolerance: what is posted is a claim for money, so a total that does not add up is refused with both
numbers. Receivers of cXML recompute "with a tolerance" (jaggaer-cxml.md, 6.5), and the one that is taken is half a
minor unit between a line's amount and quantity x price, because prices may be finer than money; all sums are exact. A
line that states no amount is worth quantity x price, rounded half up to the minor unit: the total then says whether
that was meant.
"""

from collections.abc import Iterator
from decimal import MAX_PREC, ROUND_HALF_UP, Context, Decimal

from schemas.currencies import check_minor_units, minor_unit
from schemas.exact_arithmetic import exact_difference, exact_product, exact_sum
from schemas.money import Money, plain
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.supplier_invoice import BilledLine, SupplierInvoice

LONGEST_NUMBER = 50
"""Oracle's InvoiceNumber has no more characters (oracle-fusion.md, 3.4)."""

_ROUNDING = Context(prec=MAX_PREC, rounding=ROUND_HALF_UP)
_CORRECT = "Correct it in JAGGAER, or have the supplier send it again; the corrected invoice is read by itself."


def check(invoice: SupplierInvoice) -> None:
    """Compare all that an invoice says with all else that it says. Raises Refused (INVALID) for the first conflict."""
    if len(invoice.number) > LONGEST_NUMBER:
        raise invalid(
            "InvoiceNumber", invoice.number, f"Oracle takes no number of more than {LONGEST_NUMBER} characters."
        )
    if not invoice.lines:
        raise invalid("lines", "", "an invoice bills at least one line.")
    _check_minor_units(invoice)
    if refusal := next(_contradictions(invoice), None):
        raise refusal


def worth(quantity: Decimal, price: Decimal, currency: str) -> Decimal:
    """Return what a quantity comes to, rounded half up to the minor unit. Raises ValueError for no currency."""
    product = exact_product(quantity, price)
    exponent = product.as_tuple().exponent
    unit = minor_unit(currency)
    finer = isinstance(exponent, int) and Decimal(1).scaleb(exponent) < unit
    return product.quantize(unit, context=_ROUNDING) if finer else product


def invalid(field: str, value: str, reason: str) -> Refused:
    """Return the exception that refuses an invoice because it is wrong."""
    return Refused(Refusal(category=RefusalClass.INVALID, field=field, value=value, reason=reason, next_step=_CORRECT))


def _check_minor_units(invoice: SupplierInvoice) -> None:
    """Refuse an amount finer than its currency: nobody could pay it."""
    amounts = [("total", invoice.total.amount)]
    amounts += [(line.place, line.amount) for line in invoice.lines]
    amounts += [(charge.description, charge.amount) for charge in invoice.charges]
    for place, amount in amounts:
        check_minor_units(Money(amount=amount, currency=invoice.total.currency), place)


def _contradictions(invoice: SupplierInvoice) -> Iterator[Refused]:
    yield from _signs(invoice)
    for line in invoice.lines:
        yield from _line(line, minor_unit(invoice.total.currency))
    yield from _total(invoice)


def _signs(invoice: SupplierInvoice) -> Iterator[Refused]:
    amount = invoice.total.amount
    if invoice.is_credit and amount >= 0:
        yield invalid("total", plain(amount), "a credit memo gives something back, so its amount is below zero.")
    if not invoice.is_credit and amount <= 0:
        reason = "an invoice asks for something; only a credit memo gives something back."
        yield invalid("total", plain(amount), reason)


def _line(line: BilledLine, unit: Decimal) -> Iterator[Refused]:
    if line.quantity is None or line.price is None:
        return
    computed = exact_product(line.quantity, line.price)
    if exact_difference(computed, line.amount).copy_abs() > unit / 2:
        reason = f"quantity x price of line {line.number} is {plain(computed)}."
        yield invalid(line.place, plain(line.amount), reason)


def _total(invoice: SupplierInvoice) -> Iterator[Refused]:
    stated = exact_sum((*(line.amount for line in invoice.lines), *(charge.amount for charge in invoice.charges)))
    if stated != invoice.total.amount:
        reason = f"its {len(invoice.lines)} lines and {len(invoice.charges)} charges add up to {plain(stated)}."
        yield invalid("total", plain(invoice.total.amount), reason)
