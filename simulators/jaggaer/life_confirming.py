"""What suppliers answer to orders and send on their way: confirmations (2.4, 6.2) and ship notices (6.3)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from simulators.jaggaer import money
from simulators.jaggaer.confirmation import Answer, Confirmation, ConfirmedLine, LineAnswer
from simulators.jaggaer.life_acts import Acts, Quantity, line_of, positive
from simulators.jaggaer.made import MadeKind, Shipment, ShippedLine
from simulators.jaggaer.order import Order

if TYPE_CHECKING:  # an instance has a life, so it imports this
    from simulators.jaggaer.simulator import JaggaerSimulator


class Confirming(Acts):
    """What suppliers say."""

    def __init__(self, simulator: "JaggaerSimulator") -> None:
        super().__init__(simulator)
        self._rounds: dict[str, int] = {}
        self._shipments = 0

    def clear(self) -> None:
        """Forget which numbers were used."""
        super().clear()
        self._rounds.clear()
        self._shipments = 0

    def confirm(
        self,
        po_number: str,
        answers: Sequence[LineAnswer] = (),
        *,
        answer: Answer = Answer.ACCEPTED,
        number: str | None = None,
        comments: str = "",
    ) -> Confirmation:
        """Answer an order: line by line, or as a whole with one `answer` where no line is named.

        `number` of a confirmation that is there already makes this its complete update.
        """
        with self._simulator.lock:
            order = self._order(po_number)
            whole = [LineAnswer(line=line.number, answer=answer) for line in order.lines if line.quantity > 0]
            wanted = number or f"CF{len(self._rounds) + 1:05d}"
            moment = self._simulator.moment()
            rows = _rows(order, answers or whole, wanted, comments=comments, at=moment)
            self._check_same_order(wanted, po_number)
            kept = self._put(wanted, rows)
            this_round = self._rounds.get(wanted, -1) + 1
            self._rounds[wanted] = this_round
            confirmation = Confirmation(
                number=wanted,
                po_number=po_number,
                round=this_round,
                rows=kept,
                line_count=len(whole),
                comments=comments,
                noticed_at=moment,
            )
            self._note(order, confirmation)
            return confirmation

    def ship(self, po_number: str, lines: Sequence[tuple[int, Quantity]] = ()) -> Shipment:
        """Say that quantities are on their way, the whole order where no line is named."""
        with self._simulator.lock:
            order = self._order(po_number)
            shipped = tuple(
                ShippedLine(po_line=line, quantity=positive(quantity, "quantity"), uom=line_of(order, line).uom)
                for line, quantity in lines
            )
            self._shipments += 1
            number = f"SN{self._shipments:05d}"
            shipment = Shipment(number=number, po_number=po_number, lines=shipped, noticed_at=self._simulator.moment())
            shown = [{"line": one.po_line, "quantity": f"{one.quantity:f}", "uom": one.uom} for one in shipped]
            self._simulator.journal.write(
                MadeKind.SHIPPED, number, po_number=po_number, business_unit=order.business_unit, lines=shown
            )
            self._tell(MadeKind.SHIPPED, shipment)
            return shipment

    def _check_same_order(self, number: str, po_number: str) -> None:
        before = self._simulator.confirmations.of_number(number)
        if before and before[0].po_number != po_number:
            raise ValueError(f"confirmation {number} is about order {before[0].po_number}, not {po_number}")

    def _put(self, number: str, rows: Sequence[ConfirmedLine]) -> tuple[ConfirmedLine, ...]:
        """Hold the rows in the places of those before them: the first row of a line takes that line's first place."""
        store = self._simulator.confirmations
        places: dict[int, list[int]] = {}
        for before in store.of_number(number):
            places.setdefault(before.po_line, []).append(before.confirmation_id)
        kept = []
        for row in rows:
            free = places.get(row.po_line)
            placed = replace(row, confirmation_id=free.pop(0) if free else store.take_id())
            self._simulator.hold(store, placed.confirmation_id, placed)
            kept.append(placed)
        for left_over in (key for keys in places.values() for key in keys):
            store.remove(left_over)
        return tuple(kept)

    def _note(self, order: Order, confirmation: Confirmation) -> None:
        self._simulator.journal.write(
            MadeKind.CONFIRMED,
            order.number,
            confirmation=confirmation.number,
            round=confirmation.round,
            currency=order.currency,
            business_unit=order.business_unit,
            comments=confirmation.comments,
            lines=[_shown(row) for row in confirmation.rows],
        )
        self._tell(MadeKind.CONFIRMED, confirmation)


def _rows(
    order: Order, answers: Sequence[LineAnswer], number: str, *, comments: str, at: datetime
) -> list[ConfirmedLine]:
    """Return the rows, not yet with their ids. Raises ValueError for more of a line than was ordered."""
    rows = [_row(order, answer, number, comments, at) for answer in answers]
    for line in {row.po_line for row in rows}:
        said = money.total(row.quantity for row in rows if row.po_line == line)
        if said > line_of(order, line).quantity:
            raise ValueError(f"order {order.number}, line {line}: {said:f} is more than was ordered")
    return rows


def _row(order: Order, answer: LineAnswer, number: str, comments: str, at: datetime) -> ConfirmedLine:
    line = line_of(order, answer.line)
    if answer.answer is Answer.CHANGED and answer.unit_price is None and answer.delivery_date is None:
        raise ValueError(f"order {order.number}, line {line.number}: Changed needs a price or a delivery date")
    return ConfirmedLine(
        confirmation_id=0,
        number=number,
        po_number=order.number,
        po_line=line.number,
        answer=answer.answer,
        ordered=line.quantity,
        quantity=positive(line.quantity if answer.quantity is None else answer.quantity, "quantity"),
        uom=line.uom,
        currency=order.currency,
        unit_price=answer.unit_price,
        delivery_date=answer.delivery_date,
        comments=answer.comments or comments,
        business_unit=order.business_unit,
        noticed_at=at,
        updated_at=at,
    )


def _shown(row: ConfirmedLine) -> dict[str, object]:
    price: Decimal | None = row.unit_price
    return {
        "confirmation_id": row.confirmation_id,
        "line": row.po_line,
        "answer": str(row.answer),
        "quantity": f"{row.quantity:f}",
        "uom": row.uom,
        "unit_price": None if price is None else f"{price:f}",
        "delivery_date": None if row.delivery_date is None else row.delivery_date.isoformat(),
        "comments": row.comments,
    }
