"""Whole cycles of orders, played from a seed: acknowledged, received in parts, sent back, billed, credited (7).

Each order has dice of its own, made of the seed and its number: what happens to it depends neither on the other orders
nor on their sequence. What was done is returned, so that a test knows what must arrive.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from simulators.jaggaer import money
from simulators.jaggaer.bill import Bill
from simulators.jaggaer.confirmation import Answer, LineAnswer
from simulators.jaggaer.life_acts import price_of
from simulators.jaggaer.life_confirming import Confirming
from simulators.jaggaer.life_invoicing import Invoicing
from simulators.jaggaer.life_receiving import Receiving
from simulators.jaggaer.order import Order
from simulators.jaggaer.receipt import Receipt


class Odd(StrEnum):
    """What is wrong with an order's cycle: each is an exception of the three-way match."""

    OVER_INVOICED = "over_invoiced"
    """The last invoice bills more of a line than was ordered and received."""
    PRICE_ABOVE_ORDER = "price_above_order"
    """One line is billed at a tenth above its price."""
    INVOICED_WITHOUT_RECEIPT = "invoiced_without_receipt"
    """Everything is billed, nothing was received."""
    SHORT_RECEIPT = "short_receipt"
    """Less is received of one line than is billed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How often something happens, each from 0 to 1; `parts` is the most receipts or invoices of one order."""

    partly_rejected: float = 0.1
    changed: float = 0.1
    returned: float = 0.2
    credited: float = 0.15
    corrected: float = 0.05
    odd: float = 0.1
    parts: int = 3


@dataclass(slots=True, kw_only=True)
class Cycle:
    """What was done with one order: the documents by number, and the net quantities per line that they come to.

    `accepted` is what the supplier agreed to deliver, `received` what is here, `invoiced` what is billed less credits,
    and `billed` the amount of that.
    """

    po_number: str
    odd: Odd | None
    confirmations: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    returns: list[str] = field(default_factory=list)
    invoices: list[str] = field(default_factory=list)
    credit_memos: list[str] = field(default_factory=list)
    accepted: dict[int, Decimal] = field(default_factory=dict)
    received: dict[int, Decimal] = field(default_factory=dict)
    invoiced: dict[int, Decimal] = field(default_factory=dict)
    billed: dict[int, Decimal] = field(default_factory=dict)
    currency: str = ""
    business_unit: str | None = None
    total: Decimal = Decimal(0)
    """What all invoices less all credit memos come to."""


_USUAL = Shares()


class Playing(Confirming, Receiving, Invoicing):
    """Cycles of orders."""

    def play(
        self, orders: Iterable[str], seed: int, *, shares: Shares = _USUAL, supplier: str | None = None
    ) -> list[Cycle]:
        """Play the cycle of each order that is open, and return what was done.

        `supplier` is for orders that name none.
        """
        return [_Player(self, number, seed, shares, supplier).played() for number in orders]

    def order(self, number: str) -> Order:
        """Return an order that is held and not cancelled."""
        return self._order(number)

    def receipt(self, number: str) -> Receipt:
        """Return a receipt by its number."""
        return self._receipt(number)

    def bill(self, number: str, supplier: str | None = None) -> Bill:
        """Return an invoice or credit memo of a supplier."""
        return self._bill(number, supplier)


class _Player:
    """The cycle of one order while it is played."""

    def __init__(self, acts: Playing, number: str, seed: int, shares: Shares, supplier: str | None) -> None:
        self._acts = acts
        self._dice = random.Random(f"{seed}:{number}")  # noqa: S311  # repeatable on purpose
        self._shares = shares
        self._supplier = supplier
        self._order = acts.order(number)
        self._lines = [line for line in self._order.lines if line.quantity > 0]
        self._cycle = Cycle(
            po_number=number,
            odd=self._dice.choice(list(Odd)) if self._happens(shares.odd) else None,
            currency=self._order.currency,
            business_unit=self._order.business_unit,
        )
        self._to_bill: dict[int, Decimal] = {}

    def played(self) -> Cycle:
        if self._lines:
            self._confirm()
            self._to_bill = dict(self._cycle.accepted)
            if self._cycle.odd is not Odd.INVOICED_WITHOUT_RECEIPT:
                self._receive()
                self._send_back()
            self._bill()
            self._credit()
        return self._cycle

    def _happens(self, share: float) -> bool:
        return self._dice.random() < share

    def _confirm(self) -> None:
        cycle, answers = self._cycle, []
        cycle.accepted = {line.number: line.quantity for line in self._lines}
        chosen = self._dice.choice(self._lines)
        if self._happens(self._shares.partly_rejected) and (kept := self._less(chosen.quantity)) < chosen.quantity:
            rejected = LineAnswer(
                line=chosen.number,
                answer=Answer.REJECTED,
                quantity=chosen.quantity - kept,
                comments="Not available any more",
            )
            answers = [LineAnswer(line=chosen.number, quantity=kept), rejected]
            cycle.accepted[chosen.number] = kept
        elif self._happens(self._shares.changed):
            day = self._order.updated_at.date() + timedelta(days=self._dice.randint(5, 40))
            answers = [LineAnswer(line=chosen.number, answer=Answer.CHANGED, delivery_date=day)]
        if answers:
            others = [line for line in self._lines if line is not chosen]
            answers += [LineAnswer(line=line.number) for line in others]
        cycle.confirmations.append(self._acts.confirm(self._order.number, answers).number)

    def _receive(self) -> None:
        cycle, wanted = self._cycle, dict(self._cycle.accepted)
        if cycle.odd is Odd.SHORT_RECEIPT:
            short = self._dice.choice(self._lines).number
            less = self._less(wanted[short])
            # A line of one piece can not come short by a piece and still come: it does not come at all.
            wanted[short] = less if less < wanted[short] else Decimal(0)
        for part in self._parts(wanted):
            receipt = self._acts.receive(self._order.number, part, packing_slip=f"PS-{self._dice.randint(1000, 9999)}")
            cycle.receipts.append(receipt.number)
        cycle.received = wanted
        if cycle.receipts and self._happens(self._shares.corrected):
            self._correct()

    def _correct(self) -> None:
        """Correct a line of the last receipt to one more than there were, and back: the net effect is none."""
        number = self._cycle.receipts[-1]
        line = self._acts.receipt(number).lines[0]
        right = line.quantity or Decimal(1)
        for quantity in (right + 1, right):
            self._acts.correct_receipt(number, {line.number: quantity})

    def _send_back(self) -> None:
        if not self._happens(self._shares.returned):
            return
        line = self._dice.choice(self._lines)
        here = self._cycle.received.get(line.number, Decimal(0))
        back = here - self._less(here)
        if back > 0:
            self._cycle.returns.append(self._acts.return_goods(self._order.number, [(line.number, back)]).number)
            self._cycle.received[line.number] = here - back
            self._to_bill[line.number] -= back

    def _bill(self) -> None:
        """Bill what was accepted and kept, in parts; the last part is the odd one."""
        parts, odd = self._parts(self._to_bill), self._cycle.odd
        for position, part in enumerate(parts, start=1):
            last = position == len(parts)
            rows: list[tuple[int, Decimal, Decimal | None]] = [(line, quantity, None) for line, quantity in part]
            if last and odd is Odd.OVER_INVOICED:
                rows[0] = (rows[0][0], rows[0][1] + self._ordered(rows[0][0]), None)
            if last and odd is Odd.PRICE_ABOVE_ORDER:
                price = self._price(rows[0][0])
                rows[0] = (rows[0][0], rows[0][1], price + (price / 10 or Decimal("0.01")))
            tax = money.rounded(Fraction(self._dice.randint(0, 2000), 100), self._cycle.currency)
            invoice = self._acts.invoice(self._order.number, rows, tax=tax, supplier=self._supplier)
            self._cycle.invoices.append(invoice.number)
            self._count(invoice.number)

    def _credit(self) -> None:
        """Send goods back that were billed, and credit them."""
        if not self._cycle.receipts or not self._cycle.invoices or not self._happens(self._shares.credited):
            return
        number = self._cycle.invoices[-1]
        billed = self._acts.bill(number, self._supplier).lines[0]
        here = self._cycle.received.get(billed.po_line, Decimal(0))
        back = min(billed.quantity, here) - self._less(min(billed.quantity, here))
        if back <= 0:
            return
        sent_back = self._acts.return_goods(self._order.number, [(billed.po_line, back)])
        memo = self._acts.credit_memo(number, [(billed.number, back)], supplier=self._supplier)
        self._cycle.returns.append(sent_back.number)
        self._cycle.credit_memos.append(memo.number)
        self._cycle.received[billed.po_line] = here - back
        self._count(memo.number)

    def _count(self, number: str) -> None:
        """Add what an invoice bills, or a credit memo takes back, to what the cycle comes to."""
        cycle, bill = self._cycle, self._acts.bill(number, self._supplier)
        cycle.total = money.total((cycle.total, bill.total))
        for line in bill.lines:
            for figure, more in ((cycle.invoiced, line.quantity), (cycle.billed, line.amount)):
                figure[line.po_line] = money.total((figure.get(line.po_line, Decimal(0)), more))

    def _parts(self, wanted: dict[int, Decimal]) -> list[list[tuple[int, Decimal]]]:
        """Split the quantities of lines into documents that come to them exactly, none of them empty."""
        left = {line: quantity for line, quantity in wanted.items() if quantity > 0}
        parts: list[list[tuple[int, Decimal]]] = []
        for _ in range(self._dice.randint(1, self._shares.parts) - 1):
            taken = {line: left[line] - self._less(left[line]) for line in left if self._happens(0.7)}
            part = [(line, quantity) for line, quantity in taken.items() if 0 < quantity < left[line]]
            for line, quantity in part:
                left[line] -= quantity
            parts += [part] if part else []
        rest = list(left.items())
        return [*parts, rest] if rest else parts

    def _less(self, quantity: Decimal) -> Decimal:
        """Return less than a quantity, in its own smallest step; all of it where it is one step only."""
        step = Decimal(1).scaleb(min(0, int(quantity.as_tuple().exponent)))
        steps = int(quantity / step)
        return quantity if steps < 2 else step * self._dice.randint(1, steps - 1)

    def _ordered(self, number: int) -> Decimal:
        return next(line.quantity for line in self._lines if line.number == number)

    def _price(self, number: int) -> Decimal:
        return next(price_of(self._order, line) for line in self._lines if line.number == number)
