"""What a supplier answered to an order, line by line, and the store of those answers (2.4, 6.2).

A confirmation has a number of its supplier's and one row per line and status: 3 accepted and 2 rejected of 5 are two
rows. An update is complete: its rows take the places of those that were there before, and what is left over is gone.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from simulators.jaggaer.store import Store

_FIRST_ID = 70001


class Answer(StrEnum):
    """What became of a quantity of a line, spelled as reads give it [assumed]."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    BACKORDERED = "Backordered"
    CHANGED = "Changed"
    """Accepted at another price or for another day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAnswer:
    """What the supplier says to a line; `quantity` None is the ordered one. A price or a day is said if it changed."""

    line: int
    answer: Answer = Answer.ACCEPTED
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    delivery_date: date | None = None
    comments: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedLine:
    """One row: a quantity of one line of an order, and what became of it. `ordered` is the line's whole quantity."""

    confirmation_id: int
    number: str
    po_number: str
    po_line: int
    answer: Answer
    ordered: Decimal
    quantity: Decimal
    uom: str | None
    currency: str
    unit_price: Decimal | None
    delivery_date: date | None
    comments: str
    business_unit: str | None
    noticed_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """One document of a supplier: a confirmation, or the complete update of one. `round` counts them from 0."""

    number: str
    po_number: str
    round: int
    rows: tuple[ConfirmedLine, ...]
    line_count: int
    comments: str
    noticed_at: datetime

    @property
    def common_answer(self) -> Answer | None:
        """What the whole order got, None if its lines got different answers or not all of them got one."""
        answers = {row.answer for row in self.rows}
        whole = len(self.rows) == self.line_count and all(row.quantity == row.ordered for row in self.rows)
        return answers.pop() if whole and len(answers) == 1 else None


class Confirmations(Store[int, ConfirmedLine]):
    """Confirmed lines by their id, and which of them make up a confirmation."""

    def __init__(self) -> None:
        super().__init__()
        self._of_number: dict[str, dict[int, None]] = {}
        self._next_id = _FIRST_ID

    def take_id(self) -> int:
        """Return an id that no other row has or had."""
        self._next_id += 1
        return self._next_id - 1

    def put(self, key: int, document: ConfirmedLine, *, lag_seconds: float = 0.0, lag_reads: int = 0) -> None:
        """Hold the row as the most recently updated one."""
        self._of_number.setdefault(document.number, {})[key] = None
        super().put(key, document, lag_seconds=lag_seconds, lag_reads=lag_reads)

    def remove(self, key: int) -> None:
        """Forget a row."""
        found = self.get(key)
        if found is not None:
            self._of_number[found.number].pop(key)
        super().remove(key)

    def of_number(self, number: str) -> list[ConfirmedLine]:
        """Return the rows of a confirmation, none if there is no such confirmation."""
        return [found for key in self._of_number.get(number, ()) if (found := self.get(key)) is not None]

    def clear(self) -> None:
        """Forget all rows; ids begin anew."""
        super().clear()
        self._of_number.clear()
        self._next_id = _FIRST_ID
