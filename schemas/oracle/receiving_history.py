"""Rows of Oracle's `receivingTransactionsHistory`, and what they come to (oracle-fusion.md, 3.6).

A receipt is a RECEIVE; what is delivered at once has a DELIVER below it; later transactions name the one that they
follow on as their parent. Nothing is ever changed: what a RECEIVE still holds is its number with all that follows on
it. Our reference stands in ExternalSystemPackingUnit, by which the history can be asked. A correction without any
reference counts under that of what it corrects: Oracle may make one by itself, with the correction of a delivery.

Limits: `Amount`, which the history of services needs, is assumed; a row with neither Quantity nor Amount is refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from schemas.exact_arithmetic import exact_difference, exact_sum
from schemas.exact_json import JsonValue
from schemas.oracle.row import Row


class TransactionType(StrEnum):
    """The transactions that change what is received or delivered; others (inspection, transfers) do not."""

    RECEIVE = "RECEIVE"
    DELIVER = "DELIVER"
    CORRECT = "CORRECT"
    RETURN_TO_VENDOR = "RETURN TO VENDOR"
    RETURN_TO_RECEIVING = "RETURN TO RECEIVING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One row. `number` is its quantity or amount; `reference` ours, or whatever another system wrote there.

    `receipt` is what Oracle calls the receipt that it belongs to; `unit` is None where it counts an amount.
    """

    key: int
    type: TransactionType
    parent: int | None
    number: Decimal
    by_amount: bool
    unit: str | None
    order: int
    order_number: str
    line: int
    schedule: int
    reference: str | None
    receipt: str | None


def parse(raw: Mapping[str, JsonValue]) -> Transaction | None:
    """Read a row, None for a type that changes nothing here. Raises Refused."""
    row = Row(raw=raw)
    spelled = (row.text("TransactionTypeCode") or row.name("TransactionType")).replace("_", " ").upper()
    if spelled not in set(TransactionType):
        return None
    quantity = row.number("Quantity")
    number = row.required("Quantity", row.number("Amount")) if quantity is None else quantity
    return Transaction(
        key=row.required("TransactionId", row.identifier("TransactionId")),
        type=TransactionType(spelled),
        parent=row.identifier("ParentTransactionId"),
        number=number,
        by_amount=quantity is None,
        unit=None if quantity is None else row.text("UOMCode"),
        order=row.required("POHeaderId", row.identifier("POHeaderId")),
        order_number=row.name("PONumber"),
        line=row.required("POLineNumber", row.integer("POLineNumber")),
        schedule=row.required("POShipmentNumber", row.integer("POShipmentNumber")),
        reference=row.text("ExternalSystemPackingUnit"),
        receipt=row.text("ReceiptNumber"),
    )


class History:
    """The rows of some order lines, each once, and what they come to."""

    def __init__(self, transactions: Iterable[Transaction]) -> None:
        self._rows = {row.key: row for row in transactions}
        self._below: dict[int, list[Transaction]] = {}
        for row in self._rows.values():
            if row.parent is not None:
                self._below.setdefault(row.parent, []).append(row)

    def lines(self, reference: str) -> dict[tuple[int, int], Transaction]:
        """Return the order lines that carry a reference, by POHeaderId and number, each with one of its rows."""
        ours = (row for row in self._rows.values() if row.reference == reference)
        return {(row.order, row.line): row for row in ours}

    def keys(self, reference: str) -> frozenset[int]:
        """Return the transactions that carry a reference."""
        return frozenset(row.key for row in self._rows.values() if row.reference == reference)

    def receipt_numbers(self, reference: str) -> list[str]:
        """Return what Oracle calls the receipts that were made or changed under a reference."""
        rows = sorted((row for row in self._rows.values() if row.reference == reference), key=lambda row: row.key)
        return list(dict.fromkeys(row.receipt for row in rows if row.receipt))

    def receipts(self, order: int, line: int) -> list[Transaction]:
        """Return the RECEIVEs of an order line, the oldest first."""
        rows = (row for row in self._rows.values() if row.type is TransactionType.RECEIVE)
        return sorted((row for row in rows if (row.order, row.line) == (order, line)), key=lambda row: row.key)

    def delivery(self, receipt: Transaction) -> Transaction | None:
        """Return the DELIVER below a RECEIVE that holds most, None if there is none."""
        below = self._of_type(receipt, TransactionType.DELIVER)
        return max(below, key=lambda row: (self.holds(row), row.key), default=None)

    def received(self, order: int, line: int, reference: str) -> Decimal:
        """Return what was received of an order line under a reference: RECEIVEs, and corrections of any RECEIVE."""
        ours = self._under(order, line, reference)
        return exact_sum(
            row.number
            for row in ours
            if row.type is TransactionType.RECEIVE
            or (row.type is TransactionType.CORRECT and self._parent_type(row) is TransactionType.RECEIVE)
        )

    def returned(self, order: int, line: int, reference: str) -> Decimal:
        """Return what went back of an order line under a reference, with the corrections of that by anybody."""
        returns = (row for row in self._under(order, line, reference) if row.type is TransactionType.RETURN_TO_VENDOR)
        return exact_sum(self.holds(row) for row in returns)

    def holds(self, row: Transaction) -> Decimal:
        """Return what still stands of a row, with all that follows on it."""
        corrected = exact_sum((row.number, *(one.number for one in self._of_type(row, TransactionType.CORRECT))))
        back = [self.holds(one) for one in self._of_type(row, TransactionType.RETURN_TO_VENDOR)]
        if row.type is TransactionType.DELIVER:
            back += [self.holds(one) for one in self._of_type(row, TransactionType.RETURN_TO_RECEIVING)]
        if row.type is TransactionType.RECEIVE:
            delivered = self._of_type(row, TransactionType.DELIVER)
            back += [self.holds(one) for d in delivered for one in self._of_type(d, TransactionType.RETURN_TO_VENDOR)]
        return exact_difference(corrected, exact_sum(back))

    def in_receiving(self, receipt: Transaction) -> Decimal:
        """Return what of a RECEIVE is not delivered, never less than nothing."""
        delivered = exact_sum(self.holds(row) for row in self._of_type(receipt, TransactionType.DELIVER))
        return max(exact_difference(self.holds(receipt), delivered), Decimal(0))

    def received_on(self, order: int, line: int, schedule: int) -> Decimal:
        """Return what stands as received on a schedule, whoever received it."""
        return exact_sum(self.holds(row) for row in self.receipts(order, line) if row.schedule == schedule)

    def _under(self, order: int, line: int, reference: str) -> list[Transaction]:
        rows = (row for row in self._rows.values() if (row.order, row.line) == (order, line))
        return [row for row in rows if self._reference(row) == reference]

    def _reference(self, row: Transaction) -> str | None:
        if row.reference is None and row.type is TransactionType.CORRECT and row.parent in self._rows:
            return self._rows[row.parent].reference
        return row.reference

    def _of_type(self, row: Transaction, kind: TransactionType) -> list[Transaction]:
        return [one for one in self._below.get(row.key, ()) if one.type is kind]

    def _parent_type(self, row: Transaction) -> TransactionType | None:
        parent = self._rows.get(row.parent) if row.parent is not None else None
        return None if parent is None else parent.type
