"""What a document says inside: the parts it must have, and the lists and sums it must agree with.

Pure decisions, the same for all doors. The total is right when it equals what the lines come to, quantity times unit
price (an amount-only line has quantity 1, 3.2), either exactly or with each line rounded half up to the currency's
minor unit. A document that states charges (tax, shipping, handling, less a discount) may give its total without or with
them: senders differ (6.1). A document without a total is taken as it is.

Limits: a cancel is not looked into; tax rates are not recomputed; no tolerance beyond the rounding of lines (7).
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from simulators.jaggaer import money
from simulators.jaggaer.options import JaggaerOptions, Switches
from simulators.jaggaer.order import Change, Door, Draft, Reason, Refusal


@dataclass(frozen=True, slots=True)
class _Check:
    """One rule and the switch that turns it on; without a switch it always holds."""

    rule: Callable[[Draft, JaggaerOptions], Refusal | None]
    switch: Callable[[Switches], bool] | None = None


def check(draft: Draft, options: JaggaerOptions, switches: Switches) -> Refusal | None:
    """Return the first rule of content that the document breaks, None if it keeps all that are switched on."""
    if draft.change is Change.CANCEL:
        return None
    for one in _CHECKS:
        if one.switch is None or one.switch(switches):
            refusal = one.rule(draft, options)
            if refusal is not None:
                return refusal
    return None


def _incomplete(draft: Draft, _: JaggaerOptions) -> Refusal | None:
    if not draft.currency:
        return _refused(
            draft, Reason.MISSING, f"{_FIELDS[draft.door].currency} is missing: state the ISO 4217 currency"
        )
    if not draft.lines:
        return _refused(draft, Reason.MISSING, f"{_FIELDS[draft.door].lines} is empty: send at least one line")
    return None


def _repeated_line(draft: Draft, _: JaggaerOptions) -> Refusal | None:
    numbers = [line.number for line in draft.lines]
    if len(set(numbers)) == len(numbers):
        return None
    number, times = Counter(numbers).most_common(1)[0]
    return _refused(draft, Reason.INVALID, f"lineNumber {number} occurs {times} times: number each line once")


def _negative_quantity(draft: Draft, _: JaggaerOptions) -> Refusal | None:
    for line in draft.lines:
        if line.quantity < 0:
            text = f"line {line.number}, quantity {line.quantity} is negative: send 0 for a cancelled line"
            return _refused(draft, Reason.INVALID, text)
    return None


def _unknown_unit(draft: Draft, options: JaggaerOptions) -> Refusal | None:
    for line in draft.lines:
        if line.uom is not None and line.uom not in options.units:
            text = f"line {line.number}, unit of measure {line.uom!r} is not in this instance's list: map it"
            return _refused(draft, Reason.UNKNOWN_UNIT, text)
    return None


def _unknown_field(draft: Draft, options: JaggaerOptions) -> Refusal | None:
    unknown = sorted(draft.custom_fields - options.custom_fields)
    if not unknown:
        return None
    text = f"No custom field found for name {unknown[0]!r} in the document configuration: add it here or leave it out"
    return _refused(draft, Reason.UNKNOWN_FIELD, text)


def _unknown_supplier(draft: Draft, options: JaggaerOptions) -> Refusal | None:
    if draft.supplier & options.suppliers:
        return None
    named = ", ".join(sorted(draft.supplier)) or "(none)"
    return _refused(draft, Reason.UNKNOWN_SUPPLIER, f"supplier {named} is not known here: synchronize suppliers first")


def total_is_wrong(draft: Draft, _: JaggaerOptions) -> Refusal | None:
    """Return why the stated total can not be, None if it is right or not stated (module docstring)."""
    if draft.total is None:
        return None
    charges, net = draft.charges or Decimal(0), net_total(draft)
    if draft.total in (net, money.total((net, charges))):
        return None
    by_line = money.total(money.rounded(line.amount, draft.currency) for line in draft.lines)
    if draft.total in (by_line, money.total((by_line, charges))):
        return None
    said = f"total {draft.total:f} {draft.currency} is not what the lines come to, {net:f}"
    return _refused(draft, Reason.TOTAL, said + (f", nor that with charges of {charges:f}" if charges else ""))


def net_total(draft: Draft) -> Decimal:
    """Return what the lines come to, as a decimal: exact, or to the minor unit where a price is per several units."""
    if all(line.basis == 1 for line in draft.lines):
        return money.total(money.product(line.quantity, line.unit_price) for line in draft.lines)
    return money.rounded(sum((line.amount for line in draft.lines), Fraction()), draft.currency)


def _refused(draft: Draft, reason: Reason, text: str) -> Refusal:
    return Refusal(reason=reason, text=f"Order {draft.number}: {text}.")


@dataclass(frozen=True, slots=True)
class _Fields:
    currency: str
    lines: str


_FIELDS = {
    Door.J1P: _Fields(currency="poHeader.currency", lines="poLineList.poLine"),
    Door.INDIRECT: _Fields(currency="POLine/LineCharges/UnitPrice/Money/@currency", lines="PurchaseOrder/POLine"),
    Door.CXML: _Fields(currency="Total/Money/@currency", lines="OrderRequest/ItemOut"),
}

_CHECKS = (
    _Check(_incomplete),
    _Check(_repeated_line),
    _Check(_negative_quantity),
    _Check(_unknown_supplier, lambda switches: switches.reject_unknown_suppliers),
    _Check(_unknown_unit, lambda switches: switches.reject_unknown_units),
    _Check(_unknown_field, lambda switches: switches.reject_unknown_custom_fields),
    _Check(total_is_wrong, lambda switches: switches.check_totals),
)
