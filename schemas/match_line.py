"""One order line against what was received and billed of it. Pure; the rules are told in `match_preview.py`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from schemas.exact_arithmetic import exact_difference, exact_percentage, exact_product, exact_sum
from schemas.match_values import (
    BILLS,
    RECEIPTS,
    Cause,
    LinePreview,
    LineStatus,
    MatchException,
    Movement,
    MovementKind,
    OrderedLine,
    Standing,
    Tally,
    Tolerances,
    age_days,
    once,
)

_NOTHING = Decimal(0)
NEXT_STEPS = {
    Cause.INVOICED_WITHOUT_RECEIPT: "Receive what came in JAGGAER, or have the supplier credit the invoice.",
    Cause.INVOICED_OVER_ORDERED: "Have the supplier credit the difference, or raise the order in Oracle.",
    Cause.INVOICED_OVER_RECEIVED: "Wait for the rest and receive it in JAGGAER, or have the difference credited.",
    Cause.RECEIVED_SHORT: "Have the supplier credit what did not come, or receive in JAGGAER what did.",
    Cause.PRICE_OVER_ORDER: "Have the supplier credit the difference, or change the order's price in Oracle.",
    Cause.CREDIT_WITHOUT_INVOICE: "Find the invoice that is credited: it never came to JAGGAER, or names another line.",
    Cause.RECEIVED_OVER_ORDERED: "Return the surplus or correct the receipt in JAGGAER, or raise the order in Oracle.",
    Cause.RETURN_WITHOUT_RECEIPT: "Find the receipt of what went back, or correct the return in JAGGAER.",
    Cause.CURRENCY_DIFFERS: "Have the document sent again in the order's currency: nothing is converted.",
    Cause.UNIT_DIFFERS: "Have the document corrected to the order's unit, or map the unit if both are the same.",
    Cause.ORDER_LINE_UNKNOWN: "Compare the order's number and line in both systems; a new order may not be read yet.",
    Cause.STOPPED: "See `ml-connector dead show` for the document.",
}


def line_preview(
    line: OrderedLine, movements: Iterable[Movement], tolerances: Tolerances, now: datetime
) -> LinePreview:
    """Return what the match will say of one order line and what moved on it, in any order."""
    judged = _Judged.of(line, movements, tolerances, now)
    exceptions = tuple(judged.exceptions())
    received, invoiced = judged.tally(RECEIPTS), judged.tally(BILLS)
    return LinePreview(
        line=line,
        status=LineStatus.EXCEPTION if exceptions else judged.status(received, invoiced),
        received=received,
        received_value=judged.worth(received.total),
        invoiced=invoiced,
        billed=judged.billed(),
        in_transit=max(
            exact_difference(judged.tally(frozenset({MovementKind.SHIPPED})).total, received.total), _NOTHING
        ),
        exceptions=exceptions,
    )


def counted(line: OrderedLine, movement: Movement) -> Decimal | Cause:
    """Return how much a movement is in the line's measure, or why that cannot be told.

    A line that buys an amount went to the other side as a quantity of one, so a quantity of it is that share of the
    amount. What a receipt says of money does not matter on a line that counts a quantity (jaggaer-cxml.md, 6.4).
    """
    money_counts = movement.kind in BILLS or line.quantity is None
    if money_counts and movement.currency not in (None, line.currency):
        return Cause.CURRENCY_DIFFERS
    if line.quantity is None:
        if movement.amount is not None:
            return movement.amount
        return Cause.UNIT_DIFFERS if movement.quantity is None else exact_product(movement.quantity, line.amount)
    if movement.quantity is None:
        return Cause.UNIT_DIFFERS
    known = movement.unit is None or movement.unit.strip().casefold() in line.unit_names
    return movement.quantity if known else Cause.UNIT_DIFFERS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """An order line while it is judged: what is comparable, oldest first with its number, and what is not."""

    line: OrderedLine
    tolerances: Tolerances
    now: datetime
    moved: tuple[tuple[Movement, Decimal], ...]
    apart: tuple[tuple[Movement, Cause], ...]

    @classmethod
    def of(cls, line: OrderedLine, movements: Iterable[Movement], tolerances: Tolerances, now: datetime) -> "_Judged":
        """Sort what moved into what is comparable and what is not."""
        judged = [(one, counted(line, one)) for one in sorted(movements, key=by_time)]
        return cls(
            line=line,
            tolerances=tolerances,
            now=now,
            moved=tuple((one, number) for one, number in judged if isinstance(number, Decimal)),
            apart=tuple((one, cause) for one, cause in judged if isinstance(cause, Cause)),
        )

    @property
    def allowance(self) -> Decimal:
        """By how much the line's numbers may be apart."""
        by_amount = self.line.quantity is None
        return (self.tolerances.amount if by_amount else self.tolerances.quantity).of(self.line.ordered)

    def tally(self, kinds: frozenset[MovementKind]) -> Tally:
        """Return what moved of these kinds, in the line's measure."""
        return _tally((one, number) for one, number in self.moved if one.kind in kinds)

    def billed(self) -> Tally:
        """Return the money of invoices and credits that are comparable."""
        return _tally((one, one.amount or _NOTHING) for one, _ in self.moved if one.kind in BILLS)

    def worth(self, number: Decimal) -> Decimal:
        """Return what so much of the line costs at its price."""
        return number if self.line.quantity is None else exact_product(number, self.line.price or _NOTHING)

    def status(self, received: Tally, invoiced: Tally) -> LineStatus:
        """Return whether a line without exceptions is done: nothing on its way, nothing more to come or to bill."""
        line = self.line
        if received.in_flight or invoiced.in_flight:
            return LineStatus.OPEN
        least = exact_difference(line.ordered, exact_percentage(line.ordered, line.receipt_close_percent))
        expected = received.total if line.receipt_required else line.ordered
        all_came = line.ended or not line.receipt_required or received.total >= least
        none_to_come = line.ended and not line.receipt_required
        all_billed = none_to_come or invoiced.total >= exact_difference(expected, self.allowance)
        return LineStatus.MATCHED if all_came and all_billed else LineStatus.OPEN

    def exceptions(self) -> Iterator[MatchException]:
        """Yield what does not match, each thing once."""
        found = [*self._sides(), *self._prices(), *self._apart()]
        yield from found
        told = {one.cause_document.record_id for one in found}
        stopped = once(
            one.document
            for one in (*(one for one, _ in self.moved), *(one for one, _ in self.apart))
            if one.document.standing is Standing.STOPPED and one.kind is not MovementKind.SHIPPED
        )
        for document in stopped:
            if document.record_id not in told:
                of_document = [one for one, _ in self.moved if one.document.record_id == document.record_id]
                yield self._exception(Cause.STOPPED, of_document[-1], of_document)

    def _sides(self) -> Iterator[MatchException]:
        for side in (self._invoice_side, self._receipt_side):
            begun = self._begun(side)
            if begun is None:
                continue
            cause, since, expected, found = begun
            if cause is Cause.INVOICED_OVER_RECEIVED and self._is_short(since.document.at):
                cause = Cause.RECEIVED_SHORT
            yield self._exception(cause, since, [one for one, _ in self.moved], expected=expected, found=found)
        yield from self._over_credited()

    def _begun(
        self, side: Callable[[Decimal, Decimal], tuple[Cause, Decimal, Decimal] | None]
    ) -> tuple[Cause, Movement, Decimal, Decimal] | None:
        """Return what is wrong on a side in the end, and the movement since which it was wrong all the time."""
        received = invoiced = _NOTHING
        since: Movement | None = None
        wrong = None
        for movement, number in self.moved:
            if movement.kind in RECEIPTS:
                received = exact_sum((received, number))
            elif movement.kind in BILLS:
                invoiced = exact_sum((invoiced, number))
            wrong = side(received, invoiced)
            since = None if wrong is None else since or movement
        return None if wrong is None or since is None else (wrong[0], since, wrong[1], wrong[2])

    def _invoice_side(self, received: Decimal, invoiced: Decimal) -> tuple[Cause, Decimal, Decimal] | None:
        ordered, here = self.line.ordered, max(received, _NOTHING)
        limit = exact_sum((here, self.allowance))
        required = self.line.receipt_required
        if invoiced < self.allowance.copy_negate():
            return Cause.CREDIT_WITHOUT_INVOICE, _NOTHING, invoiced
        if required and not here and invoiced > limit:
            return Cause.INVOICED_WITHOUT_RECEIPT, here, invoiced
        if invoiced > exact_sum((ordered, self.allowance)):
            return Cause.INVOICED_OVER_ORDERED, ordered, invoiced
        if required and invoiced > limit:
            return Cause.INVOICED_OVER_RECEIVED, here, invoiced
        return None

    def _receipt_side(self, received: Decimal, _: Decimal) -> tuple[Cause, Decimal, Decimal] | None:
        if received < self.allowance.copy_negate():
            return Cause.RETURN_WITHOUT_RECEIPT, _NOTHING, received
        if received > exact_sum((self.line.ordered, self.allowance)):
            return Cause.RECEIVED_OVER_ORDERED, self.line.ordered, received
        return None

    def _is_short(self, since: datetime) -> bool:
        return self.line.ended or age_days(since, self.now) > self.tolerances.short_after_days

    def _over_credited(self) -> Iterator[MatchException]:
        """Yield what is credited in money beyond what was billed, where the quantities alone do not show it."""
        if self.line.quantity is None or self.tally(BILLS).total < self.allowance.copy_negate():
            return
        billed = self.billed().total
        memos = [one for one, _ in self.moved if one.kind is MovementKind.CREDITED]
        if memos and billed < self.tolerances.amount.of(self.line.amount).copy_negate():
            bills = [one for one, _ in self.moved if one.kind in BILLS]
            yield self._exception(
                Cause.CREDIT_WITHOUT_INVOICE,
                memos[-1],
                bills,
                expected=_NOTHING,
                found=billed,
                measure=self.line.currency,
                value=billed.copy_abs(),
            )

    def _prices(self) -> Iterator[MatchException]:
        price = self.line.price
        if price is None or self.line.quantity is None:
            return
        most = exact_sum((price, self.tolerances.price.of(price)))
        for movement, number in self.moved:
            if movement.kind is MovementKind.INVOICED and movement.price is not None and movement.price > most:
                beyond = exact_difference(movement.price, price)
                yield self._exception(
                    Cause.PRICE_OVER_ORDER,
                    movement,
                    [movement],
                    expected=price,
                    found=movement.price,
                    measure=f"{self.line.currency}/{self.line.measure}",
                    value=exact_product(beyond, number),
                )

    def _apart(self) -> Iterator[MatchException]:
        for movement, cause in self.apart:
            if movement.kind is MovementKind.SHIPPED:
                continue
            money = cause is Cause.CURRENCY_DIFFERS or movement.quantity is None
            yield self._exception(
                cause,
                movement,
                [movement],
                found=movement.amount if money else movement.quantity,
                measure=(movement.currency if money else movement.unit) or "",
            )

    def _exception(
        self,
        cause: Cause,
        since: Movement,
        involved: Sequence[Movement],
        *,
        expected: Decimal | None = None,
        found: Decimal | None = None,
        measure: str | None = None,
        value: Decimal | None = None,
    ) -> MatchException:
        difference = None if expected is None or found is None else exact_difference(found, expected)
        if value is None and difference is not None:
            value = self.worth(difference.copy_abs())
        stop = since.document.stop
        return MatchException(
            cause=cause,
            order=self.line.order,
            line=self.line.line,
            business_unit=self.line.business_unit,
            expected=expected,
            found=found,
            difference=difference,
            measure=self.line.measure if measure is None else measure,
            value=value,
            currency=None if value is None else self.line.currency,
            since=since.document.at,
            age_days=age_days(since.document.at, self.now),
            cause_document=since.document,
            documents=once(one.document for one in involved if one.kind is not MovementKind.SHIPPED),
            next_step=NEXT_STEPS[cause] if stop is None else stop.next_step,
        )


def _tally(numbers: Iterable[tuple[Movement, Decimal]]) -> Tally:
    by_standing: dict[Standing, list[Decimal]] = {standing: [] for standing in Standing}
    for movement, number in numbers:
        by_standing[movement.document.standing].append(number)
    return Tally(
        arrived=exact_sum(by_standing[Standing.ARRIVED]),
        in_flight=exact_sum(by_standing[Standing.IN_FLIGHT]),
        stopped=exact_sum(by_standing[Standing.STOPPED]),
    )


def by_time(movement: Movement) -> tuple[object, ...]:
    """Order what moved by its day, the same whatever order it came in; on one day what came before what is billed."""
    numbers = (number or _NOTHING for number in (movement.quantity, movement.amount, movement.price))
    texts = (movement.kind, movement.unit or "", movement.currency or "")
    return (movement.document.at, movement.kind in BILLS, movement.document.record_id, *numbers, *texts)
