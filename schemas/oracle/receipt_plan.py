"""What to do so that Oracle's history shows of an order line what it should: wanted less shown. Pure.

Both are counted under one reference of ours, so nothing depends on what was sent before, on answers that were lost, or
on how a receipt was spread over schedules the last time. A plan is one bout of transactions; after it the history is
read again and planned again, until nothing is left to do.

* More was received: the receipt's own RECEIVE is corrected upwards while its schedule is open for that, unless it was
  delivered already (what a correction then does to the delivery differs between releases); the rest is received, on
  the schedules in the order in which they are needed. What no schedule is open for goes to the last one: whether it is
  within the tolerance is Oracle's to say.
* Less was received: the receipt's own RECEIVEs are corrected downwards, then, where a receipt takes back what earlier
  ones received, theirs, the newest first. What was delivered is taken back from the delivery before the receipt.
* More went back: returns to the vendor, from the delivery where there is one. Less went back: a return cannot be taken
  back, so that much is received again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from schemas.exact_arithmetic import exact_difference, exact_sum
from schemas.oracle.receipt_wanted import Place, WantedLine
from schemas.oracle.receiving_history import History, Transaction

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive:
    """Receive so much at a place."""

    line: WantedLine
    place: Place
    number: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """Correct a transaction by a difference."""

    line: WantedLine
    parent: int
    number: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """Return so much of a transaction to the vendor."""

    line: WantedLine
    parent: int
    number: Decimal


Effect = Receive | Correct | Return


class NotPossible(Exception):
    """What is wanted of an order line cannot be had; the message says why."""

    def __init__(self, line: WantedLine, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def plan(line: WantedLine, history: History, reference: str) -> list[Effect]:
    """Return what to do next of one order line, nothing where all is as wanted. Raises NotPossible.

    What goes back is seen to after what comes: it may have come with the same receipt.
    """
    key, number = line.order.key, line.line
    returned = history.returned(key, number, reference)
    short = exact_difference(returned, line.returned)  # went back, and should not have
    target = exact_sum((line.received, max(short, _ZERO)))
    difference = exact_difference(target, history.received(key, number, reference))
    if difference > 0:
        return _more(line, history, reference, difference)
    if difference < 0:
        return list(_less(line, history, reference, difference.copy_negate()))
    return list(_back(line, history, reference, short.copy_negate())) if short < 0 else []


def _more(line: WantedLine, history: History, reference: str, number: Decimal) -> list[Effect]:
    if not line.places:
        raise NotPossible(line, "all schedules of the order line are canceled, so nothing can be received of it.")
    own = [row for row in history.receipts(line.order.key, line.line) if row.reference == reference]
    raised = next((row for row in reversed(own) if history.delivery(row) is None and history.holds(row) > 0), None)
    room = {place.schedule: _room(line, place, history) for place in line.places}
    effects: list[Effect] = []
    if raised is not None and room.get(raised.schedule, _ZERO) > 0:
        part = min(number, room[raised.schedule])
        effects.append(Correct(line=line, parent=raised.key, number=part))
        room[raised.schedule] = exact_difference(room[raised.schedule], part)
        number = exact_difference(number, part)
    return effects + list(_spread(line, room, number))


def _spread(line: WantedLine, room: dict[int, Decimal], number: Decimal) -> Iterator[Receive]:
    """Yield receipts at the places with room, in the order in which they are needed; the rest at the last place."""
    parts: dict[int, Decimal] = {}
    for place in line.places:
        parts[place.schedule] = min(number, room[place.schedule])
        number = exact_difference(number, parts[place.schedule])
    last = line.places[-1].schedule
    parts[last] = exact_sum((parts[last], number))
    for place in line.places:
        if parts[place.schedule] > 0:
            yield Receive(line=line, place=place, number=parts[place.schedule])


def _room(line: WantedLine, place: Place, history: History) -> Decimal:
    """Return for how much a place is still open."""
    received = history.received_on(line.order.key, line.line, place.schedule)
    return max(exact_difference(place.ordered, received), _ZERO)


def _less(line: WantedLine, history: History, reference: str, number: Decimal) -> Iterator[Effect]:
    for receipt, part in _taken(line, history, reference, number):
        in_receiving, delivery = history.in_receiving(receipt), history.delivery(receipt)
        from_delivery = exact_difference(part, min(part, in_receiving))
        if from_delivery and delivery is not None:
            # Whether the receipt is corrected with its delivery is seen afterwards.
            taken = min(from_delivery, history.holds(delivery))
            yield Correct(line=line, parent=delivery.key, number=taken.copy_negate())
        else:
            yield Correct(line=line, parent=receipt.key, number=part.copy_negate())


def _back(line: WantedLine, history: History, reference: str, number: Decimal) -> Iterator[Effect]:
    for receipt, part in _taken(line, history, reference, number):
        delivery = history.delivery(receipt)
        from_delivery = min(part, history.holds(delivery)) if delivery is not None else _ZERO
        if delivery is not None and from_delivery > 0:
            yield Return(line=line, parent=delivery.key, number=from_delivery)
        if rest := exact_difference(part, from_delivery):
            yield Return(line=line, parent=receipt.key, number=rest)


def _taken(
    line: WantedLine, history: History, reference: str, number: Decimal
) -> Iterable[tuple[Transaction, Decimal]]:
    """Return of which receipts to take so much: of our own first, then of others, the newest first."""
    receipts = history.receipts(line.order.key, line.line)
    found, left = [], number
    for receipt in sorted(receipts, key=lambda row: (row.reference != reference, -row.key)):
        part = min(left, history.holds(receipt))
        if part > 0:
            found.append((receipt, part))
            left = exact_difference(left, part)
    if left > 0:
        held = exact_difference(number, left)
        reason = (
            f"Oracle holds {held:f} of what was received of this line, and {number:f} would have to be taken back: what"
            " is missing was returned or corrected there."
        )
        raise NotPossible(line, reason)
    return found
