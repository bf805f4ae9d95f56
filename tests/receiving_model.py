"""A small model of Oracle's receiving for tests: what transactions leave in the history (oracle-fusion.md, 3.6).

`Receiving.apply` does what a plan says and keeps Oracle's rule that nothing holds less than nothing. `follows` says
whether correcting or returning one of a receipt and its immediate delivery does the same to the other; both are met.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from schemas.oracle.receipt_plan import Correct, Effect, Receive, Return
from schemas.oracle.receipt_wanted import OrderNamed, Place, WantedLine
from schemas.oracle.receiving_history import History, Transaction, TransactionType

ORDER = OrderNamed(
    key=300100209101001,
    number="US164861",
    legal_entity="Vision Operations",
    supplier_id=300100047414503,
    supplier="Advanced Network Devices",
    site="FRESNO",
)


def place(schedule: int, ordered: str, *, direct: bool = False, organization: str = "V1") -> Place:
    return Place(schedule=schedule, ordered=Decimal(ordered), organization=organization, direct=direct)


def wanted_line(received: str = "0", returned: str = "0", *places: Place) -> WantedLine:
    return WantedLine(
        order=ORDER,
        line=1,
        by_amount=False,
        unit="Ea",
        received=Decimal(received),
        returned=Decimal(returned),
        places=places or (place(1, "10"),),
        said_by=(1,),
        last=False,
    )


@dataclass(slots=True)
class Receiving:
    """A history that transactions are written into."""

    follows: bool = True
    rows: list[Transaction] = field(default_factory=list)

    @property
    def history(self) -> History:
        return History(self.rows)

    def apply(self, effects: Iterable[Effect], reference: str) -> None:
        for effect in effects:
            match effect:
                case Receive():
                    row = self._add(TransactionType.RECEIVE, None, effect.number, effect.place.schedule, reference)
                    if effect.place.direct:
                        self._add(TransactionType.DELIVER, row.key, effect.number, effect.place.schedule, reference)
                case Correct():
                    self._correct(self._row(effect.parent), effect.number, reference)
                case Return():
                    parent = self._row(effect.parent)
                    self._add(TransactionType.RETURN_TO_VENDOR, parent.key, effect.number, parent.schedule, reference)
        self._check()

    def _check(self) -> None:
        """Nothing holds less than nothing, and what is delivered was received."""
        history = self.history
        for row in self.rows:
            if row.type is TransactionType.RECEIVE:
                delivered = history.delivery(row)
                assert history.holds(row) >= (history.holds(delivered) if delivered else 0) >= 0

    def _correct(self, parent: Transaction, number: Decimal, reference: str) -> None:
        self._add(TransactionType.CORRECT, parent.key, number, parent.schedule, reference)
        twin = self._twin(parent)
        if self.follows and twin is not None:
            self._add(TransactionType.CORRECT, twin.key, number, twin.schedule, reference)

    def _twin(self, row: Transaction) -> Transaction | None:
        if row.type is TransactionType.DELIVER and row.parent is not None:
            return self._row(row.parent)
        return next((one for one in self.rows if one.type is TransactionType.DELIVER and one.parent == row.key), None)

    def _row(self, key: int) -> Transaction:
        return next(row for row in self.rows if row.key == key)

    def _add(
        self, kind: TransactionType, parent: int | None, number: Decimal, schedule: int, reference: str
    ) -> Transaction:
        row = Transaction(
            key=411001 + len(self.rows),
            type=kind,
            parent=parent,
            number=number,
            by_amount=False,
            unit="Ea",
            order=ORDER.key,
            order_number=ORDER.number,
            line=1,
            schedule=schedule,
            reference=reference,
            receipt="102",
        )
        self.rows.append(row)
        return row
