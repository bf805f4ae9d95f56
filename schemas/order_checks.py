"""Whether an order may be sent: what a source can say and the other side must not book.

Checked here, for what is live: schedules and distributions against what they are parts of, amounts against their
currency, texts that must say something, the longest texts that the other side takes, days that nobody can have meant.
Whether header, lines and schedules agree in their amounts was checked when the order was read
(`schemas/oracle/order_sums.py`), whether the charges of a line are its amount is checked where they are built
(`schemas/order_amounts.py`), and what one dialect alone needs is refused by its builder.

Parts agree exactly, because a source rounds products and never sums. A cancelled part may be counted in its parent or
not. Where some parts leave out a figure, that figure is not compared: a service has no quantity, goods have no amount.

Limits: the longest texts that a JAGGAER takes are not public and differ per customer (jaggaer-cxml.md, 3.5 and 8), so
none is refused for its length unless the settings give one. A wanted day may lie before the day of the order, which
happens whenever an order is written down after the purchase.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas.currencies import check_minor_units
from schemas.exact_arithmetic import exact_sum
from schemas.money import Money, plain
from schemas.purchase_order import Distribution, OrderLine, PurchaseOrder, Schedule
from schemas.refusals import Refusal, RefusalClass, Refused

TEXTS = frozenset(
    """
    OrderNumber Description Supplier NoteToSupplier PaymentTerms lines.Description lines.Item lines.SupplierItem
    lines.Category lines.NoteToSupplier lines.schedules.distributions.POChargeAccount
    """.split()
)
"""The texts of an order whose length can be limited, by their path in Oracle without numbers."""

_REQUIRED = frozenset(("OrderNumber", "Supplier", "lines.Description", "lines.schedules.distributions.POChargeAccount"))
_EARLIEST, _LATEST = date(1990, 1, 1), date(2199, 12, 31)
_CORRECT = "Correct it in Oracle; the corrected order is read by the next poll."

_Part = tuple[Decimal | None, bool]
"""What a part states, and whether it is cancelled."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands: `path` as Oracle writes it, `kind` the same without numbers."""

    path: str = ""
    kind: str = ""

    def child(self, name: str, key: str, number: int) -> "_Place":
        return _Place(f"{self.at(name)}[{key}={number}]", self.of(name))

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def of(self, name: str) -> str:
        return f"{self.kind}.{name}" if self.kind else name

    def refused(self, name: str, value: str, reason: str, next_step: str = _CORRECT) -> Refused:
        return Refused(
            Refusal(category=RefusalClass.INVALID, field=self.at(name), value=value, reason=reason, next_step=next_step)
        )


def check(order: PurchaseOrder, max_lengths: Mapping[str, int]) -> None:
    """Take an order that may be sent. Raises Refused (INVALID) for the first thing that is wrong.

    `max_lengths` gives, for names of `TEXTS`, how many characters the other side takes.
    """
    header, currency = _Place(), order.total.currency
    _check_texts(header, max_lengths, _header_texts(order))
    _check_day(header, "OrderDate", order.ordered_at.date())
    amounts = {"Ordered": order.ordered, "DiscountAmount": order.deduction, "TotalTax": order.tax, "Total": order.total}
    for name, money in amounts.items():
        if money is not None:
            check_minor_units(money, name)
    for line in order.lines:
        if not line.canceled:
            _check_line(header.child("lines", "LineNumber", line.number), line, currency, max_lengths)


def _check_line(at: _Place, line: OrderLine, currency: str, max_lengths: Mapping[str, int]) -> None:
    _check_texts(at, max_lengths, _line_texts(line))
    _check_amounts(at, currency, {"Ordered": line.ordered, "Amount": line.amount})
    if line.price is not None:
        parts = [(part.quantity, part.canceled) for part in line.schedules]
        _check_sum(at, "Quantity", line.quantity, parts, "schedules")
    for part in line.schedules:
        if not part.canceled:
            _check_schedule(at.child("schedules", "ScheduleNumber", part.number), part, currency, max_lengths)


def _check_schedule(at: _Place, part: Schedule, currency: str, max_lengths: Mapping[str, int]) -> None:
    _check_day(at, "RequestedDeliveryDate", part.requested_delivery)
    _check_day(at, "PromisedDeliveryDate", part.promised_delivery)
    _check_amounts(at, currency, {"Ordered": part.ordered, "Amount": part.amount})
    shares = part.distributions
    _check_sum(at, "Quantity", part.quantity, _live(share.quantity for share in shares), "distributions")
    stated = ("Ordered", part.ordered) if part.amount is None else ("Amount", part.amount)
    _check_sum(at, *stated, _live(share.amount for share in shares), "distributions")
    for share in shares:
        _check_distribution(at.child("distributions", "DistributionNumber", share.number), share, currency, max_lengths)


def _check_distribution(at: _Place, share: Distribution, currency: str, max_lengths: Mapping[str, int]) -> None:
    _check_texts(at, max_lengths, [("POChargeAccount", share.account)])
    _check_amounts(at, currency, {"Amount": share.amount})


def _header_texts(order: PurchaseOrder) -> Iterator[tuple[str, str | None]]:
    yield "OrderNumber", order.number
    yield "Supplier", order.supplier.name
    yield "Description", order.description
    yield "PaymentTerms", order.payment_terms
    yield "NoteToSupplier", order.note_to_supplier


def _line_texts(line: OrderLine) -> Iterator[tuple[str, str | None]]:
    yield "Description", line.description
    yield "Item", line.item
    yield "SupplierItem", line.supplier_item
    yield "Category", line.category
    yield "NoteToSupplier", line.note_to_supplier


def _check_texts(at: _Place, max_lengths: Mapping[str, int], texts: Iterable[tuple[str, str | None]]) -> None:
    for name, text in texts:
        if text is None:
            continue
        kind = at.of(name)
        if kind in _REQUIRED and not text.strip():
            raise at.refused(name, text, "it says nothing, and the other side cannot do without.")
        longest = max_lengths.get(kind)
        if longest is not None and len(text) > longest:
            reason = f"it has {len(text)} characters, the other side takes {longest}; nothing is cut off here."
            next_step = f"Shorten it in Oracle, or raise jaggaer.max_lengths if JAGGAER takes more: {_CORRECT}"
            raise at.refused(name, text, reason, next_step)


def _check_amounts(at: _Place, currency: str, amounts: Mapping[str, Decimal | None]) -> None:
    for name, amount in amounts.items():
        if amount is not None:
            check_minor_units(Money(amount=amount, currency=currency), at.at(name))


def _check_day(at: _Place, name: str, day: date | None) -> None:
    if day is not None and not _EARLIEST <= day <= _LATEST:
        reason = f"nobody can have meant this day: it is not between {_EARLIEST.year} and {_LATEST.year}."
        raise at.refused(name, day.isoformat(), reason)


def _check_sum(at: _Place, name: str, whole: Decimal | None, parts: list[_Part], what: str) -> None:
    """Compare a figure with its parts, all of them or the live ones, where whole and parts all state it."""
    stated = [(number, canceled) for number, canceled in parts if number is not None]
    if whole is None or not parts or len(stated) < len(parts):
        return
    everything = exact_sum(number for number, _ in stated)
    live = exact_sum(number for number, canceled in stated if not canceled)
    if whole not in (everything, live):
        raise at.refused(name, plain(whole), f"its {what} add up to {plain(live)}.")


def _live(figures: Iterable[Decimal | None]) -> list[_Part]:
    return [(figure, False) for figure in figures]
