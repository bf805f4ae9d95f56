"""What follows on a receipt, delivery, correction, return: `receivingReceiptTransactionRequests` (3.6).

Each names the row of the history that it follows on. What is more than that row still holds fails as a receipt does:
201 with ERROR. A row of the history knows what of it still stands, and a RECEIVE row what of that is in receiving.

[assumed]: which type may follow on which; a receipt that was delivered at once is corrected and returned as one
(`Switches.corrections_follow_delivery`). A correction of a return or of a correction is refused.
"""

import copy
from collections.abc import Callable
from decimal import Decimal

from simulators.oracle import figures, receipt_checks
from simulators.oracle.changes import Changes
from simulators.oracle.errors import not_found
from simulators.oracle.options import Switches
from simulators.oracle.orders import Orders
from simulators.oracle.payloads import Body, plain
from simulators.oracle.receipt_checks import Failure, Target
from simulators.oracle.receipt_requests import new_transaction
from simulators.oracle.receiving import ReceiptRequests, Receiving, fail
from simulators.oracle.receiving_attributes import TRANSACTION_REQUESTS
from simulators.oracle.receiving_history import DIRECT, LEFT, NET, REFERENCE, RETURNED, as_type
from simulators.oracle.resource import STAMP, Row
from simulators.oracle.store import Store
from simulators.oracle.workbench import Workbench

_FAILED = "The transaction couldn't be processed. Review the processing errors."
_KINDS = {
    "DELIVER": "delivery_applied",
    "CORRECT": "correction_applied",
    "RETURN TO VENDOR": "return_applied",
    "RETURN TO RECEIVING": "return_to_receiving_applied",
}
_ZERO = Decimal(0)


class _Chain:
    """The rows of the history that a transaction works on, as copies, and what it does to the schedule's figures.

    `received` is the RECEIVE row, `delivered` the DELIVER row if there is one to work on; `together`: the two are one
    receipt that was delivered at once, and what corrects one corrects both.
    """

    def __init__(self, received: Row, delivered: Row | None, *, together: bool) -> None:
        self.received = received
        self.delivered = delivered
        self.together = together
        self.figures = {figures.RECEIVED: _ZERO, figures.DELIVERED: _ZERO, figures.RETURNED: _ZERO}

    def receive(self, number: Decimal) -> None:
        """Receive more, or less, into receiving."""
        self.received[NET] += number
        self.received[LEFT] += number
        self.figures[figures.RECEIVED] += number

    def deliver(self, number: Decimal) -> None:
        """Deliver out of receiving, or take back into it."""
        self.received[LEFT] -= number
        if self.delivered is not None:
            self.delivered[NET] += number
        self.figures[figures.DELIVERED] += number

    def give_back(self, number: Decimal) -> None:
        """Return to the vendor out of receiving."""
        self.receive(-number)
        self.received[RETURNED] = self.received.get(RETURNED, _ZERO) + number
        self.figures[figures.RETURNED] += number

    def rows(self) -> list[Row]:
        """Return the rows."""
        return [self.received] if self.delivered is None else [self.received, self.delivered]

    @property
    def holds(self) -> bool:
        """Whether no row holds less than nothing."""
        return all(row[name] >= 0 for row in self.rows() for name in (NET, LEFT))


def _correct_received(chain: _Chain, number: Decimal) -> None:
    chain.receive(number)
    if chain.together:
        chain.deliver(number)


def _correct_delivered(chain: _Chain, number: Decimal) -> None:
    if chain.together:
        chain.receive(number)
    chain.deliver(number)


def _return_received(chain: _Chain, number: Decimal) -> None:
    if chain.together:
        chain.deliver(-max(number - chain.received[LEFT], _ZERO))
    chain.give_back(number)


def _return_delivered(chain: _Chain, number: Decimal) -> None:
    chain.deliver(-number)
    chain.give_back(number)


_EFFECTS: dict[tuple[str, str], Callable[[_Chain, Decimal], None]] = {
    ("DELIVER", "RECEIVE"): _Chain.deliver,
    ("RETURN TO RECEIVING", "DELIVER"): lambda chain, number: chain.deliver(-number),
    ("RETURN TO VENDOR", "RECEIVE"): _return_received,
    ("RETURN TO VENDOR", "DELIVER"): _return_delivered,
    ("CORRECT", "RECEIVE"): _correct_received,
    ("CORRECT", "DELIVER"): _correct_delivered,
}
"""What a transaction does, by its type and that of its parent."""


class FollowUps:
    """The transactions on receipts, and those that failed."""

    def __init__(self, receiving: Receiving, orders: Orders, changes: Changes, switches: Switches) -> None:
        self.requests = ReceiptRequests(TRANSACTION_REQUESTS, changes, receiving.now)
        self._receiving = receiving
        self._orders = orders
        self._changes = changes
        self._switches = switches

    def create(self, body: Body) -> Row:
        """Take the POST of a transaction. Raises FusionError (400) for the body alone."""
        request = new_transaction(body, self._receiving.numbers, self._receiving.now())
        with self._changes.lock:
            parent = self._history_row(request["ParentTransactionId"])
            failure = self._processed(request, parent)
            if failure is not None:
                fail(request, [failure])
                _mark(request, "ERROR", _FAILED)
                error = {"name": failure.name, "message": failure.message, "reference": request[REFERENCE]}
                told = {"type": request["TransactionType"], "parent": request["ParentTransactionId"]}
                self.requests.keep(request, "receiving_transaction_failed", **told, errors=[error])
            return request

    def delete(self, key: int) -> None:
        """Delete a transaction that failed. Raises FusionError (404)."""
        if key not in self.requests:
            raise not_found()
        self.requests.delete(key)

    def _history_row(self, key: int) -> Row | None:
        try:
            return copy.deepcopy(self._receiving.history.latest(key))
        except KeyError:
            return None

    def _processed(self, request: Row, parent: Row | None) -> Failure | None:
        """Do what a transaction says, or return what speaks against it."""
        kind = request["TransactionType"]
        if parent is None or (kind, parent["TransactionTypeCode"]) not in _EFFECTS:
            return Failure("RCV_INVALID_PARENT", f"The parent transaction isn't one that allows {kind}.")
        number = _number(request, parent)
        if not number or (number < 0 and kind != "CORRECT"):
            return Failure("RCV_INVALID_QUANTITY", "The quantity isn't one that can be processed.")
        wrong = next(receipt_checks.wrong_dates(request["TransactionDate"], self._receiving.rules), None)
        return wrong or self._applied(request, parent, number)

    def _applied(self, request: Row, parent: Row, number: Decimal) -> Failure | None:
        """Apply a transaction that is right in itself, or return what there is not enough or too much of."""
        bench = Workbench(self._orders, self._changes)
        target = _target(bench, parent)
        chain = self._chain(parent)
        _EFFECTS[request["TransactionType"], parent["TransactionTypeCode"]](chain, number)
        if not chain.holds:
            return Failure("RCV_QTY_EXCEEDS_AVAILABLE", "The quantity is more than the parent transaction holds.")
        more = chain.figures[figures.RECEIVED]
        if more > 0:
            over = receipt_checks.too_much(target.schedule, more, self._receiving.rules)
            if over is not None:
                return over
        bench.change(target.order, target.schedule, **chain.figures)
        self._publish(request, parent, target, chain, bench)
        return None

    def _chain(self, parent: Row) -> _Chain:
        """Return the rows that a transaction works on: both of a receipt that was delivered at once."""
        follows = self._switches.corrections_follow_delivery
        if parent["TransactionTypeCode"] == "DELIVER":
            received = self._history_row(parent["ParentTransactionId"])
            if received is None:
                raise KeyError(parent["ParentTransactionId"])
            return _Chain(received, parent, together=follows and received.get(DIRECT) == parent["TransactionId"])
        direct = parent.get(DIRECT) if follows else None
        delivered = None if direct is None else self._history_row(direct)
        return _Chain(parent, delivered, together=delivered is not None)

    def _publish(self, request: Row, parent: Row, target: Target, chain: _Chain, bench: Workbench) -> None:
        stamp = self._receiving.now()
        rows = [self._made(request, parent, target)]
        if chain.together and request["TransactionType"] == "CORRECT":
            (other,) = [row for row in chain.rows() if row["TransactionId"] != parent["TransactionId"]]
            rows.append(self._made(request, other, target))
        _mark(request, "SUCCESS", None)
        request["ShipmentHeaderId"], request[STAMP] = parent["ShipmentHeaderId"], stamp
        orders = bench.finished(stamp, parent_moves=self._switches.parent_moves_with_children)
        history: list[tuple[Store, Row]] = [(self._receiving.history, row) for row in (*rows, *chain.rows())]
        self._changes.publish_together(
            [*orders, *history],
            _KINDS[request["TransactionType"]],
            str(rows[0]["TransactionId"]),
            **_told(request, parent, target),
        )

    def _made(self, request: Row, parent: Row, target: Target) -> Row:
        """Return the row that a transaction leaves below one of the history."""
        number, stamp = _number(request, parent) or _ZERO, self._receiving.now()
        by_amount = figures.by_amount(target.schedule)
        row = parent | {
            "TransactionId": next(self._receiving.numbers.transactions),
            "ParentTransactionId": parent["TransactionId"],
            "TransactionDate": request["TransactionDate"],
            "Quantity": None if by_amount else number,
            "PrimaryQuantity": None if by_amount else number,
            "Amount": number if by_amount else None,
            "ExternalSystemPackingUnit": request["ExternalSystemPackingUnit"],
            REFERENCE: request[REFERENCE],
            NET: number if request["TransactionType"] == "DELIVER" else _ZERO,
            LEFT: _ZERO,
            DIRECT: None,
            "CreationDate": stamp,
            STAMP: stamp,
        }
        as_type(row, request["TransactionType"], request, target)
        return row


def _target(bench: Workbench, parent: Row) -> Target:
    """Return the schedule that a row of the history is of."""
    order = bench.order(parent["POHeaderId"])
    for line, schedule in figures.every_schedule(order):
        if schedule["LineLocationId"] == parent["POLineLocationId"]:
            return Target(order=order, line=line, schedule=schedule)
    raise KeyError(parent["POLineLocationId"])


def _number(request: Row, parent: Row) -> Decimal | None:
    """Return how much a transaction is about, None if it is counted otherwise than its parent."""
    name, other = ("Amount", "Quantity") if parent["Quantity"] is None else ("Quantity", "Amount")
    number: Decimal | None = request[name]
    return None if request[other] is not None else number


def _mark(request: Row, status: str, message: str | None) -> None:
    request |= dict.fromkeys(("ProcessingStatusCode", "TransactionStatusCode", "ReturnStatus"), status)
    request["ReturnMessage"] = message


def _told(request: Row, parent: Row, target: Target) -> dict[str, object]:
    """Return what the journal says of a transaction."""
    return {
        "number": parent["ReceiptNumber"],
        "parent": parent["TransactionId"],
        "parent_type": parent["TransactionTypeCode"],
        "order": target.order["OrderNumber"],
        **figures.placed(target.line, target.schedule),
        "quantity": plain(request["Quantity"]),
        "amount": plain(request["Amount"]),
        "unit": target.schedule["UOMCode"],
        "currency": target.order["CurrencyCode"],
        "business_unit": target.order["ProcurementBU"],
        "reference": request[REFERENCE],
        "received_in_all": plain(figures.of(target.schedule).received),
        "status": target.order["Status"],
    }
