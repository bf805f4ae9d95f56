"""Receiving: receipts of what was ordered, what follows on them, and the history of both (oracle-fusion.md, 3.6).

A request is one transaction: all of its lines are received, or none and each says why. What succeeded is purged from
the interface; what failed or waits can be read, changed, sent again and deleted. A receipt is a RECEIVE row of the
history, delivered at once it is a DELIVER row below it too.
"""

import copy
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from simulators.oracle import figures, receipt_checks, receipt_requests
from simulators.oracle.changes import Changes
from simulators.oracle.changing_store import ChangingStore, Clock
from simulators.oracle.errors import not_found
from simulators.oracle.made_rows import MadeRows
from simulators.oracle.options import Switches
from simulators.oracle.orders import Orders
from simulators.oracle.payloads import Body, plain
from simulators.oracle.receipt_checks import Failure, Rules, Target
from simulators.oracle.receipt_requests import Numbers
from simulators.oracle.receiving_attributes import HISTORY, HISTORY_WITH_REFERENCE, RECEIPT_REQUESTS
from simulators.oracle.receiving_history import DIRECT, LEFT, LINE_NUMBER, NET, REFERENCE, as_type, history_row
from simulators.oracle.resource import STAMP, Resource, Row
from simulators.oracle.workbench import Workbench

_FAILED = "The request couldn't be processed. Review the processing errors of the lines."


class ReceiptRequests(ChangingStore):
    """The rows of the receiving interface that wait or failed."""

    noun = "receipt_request"

    def __init__(self, resource: Resource, changes: Changes, now: Clock) -> None:
        super().__init__(resource, MadeRows(resource, ()), changes, now)

    def keep(self, row: Row, kind: str, **told: Any) -> None:
        """Keep a row and note what was done to it."""
        self._changes.publish(self, row, kind, **told)

    def forget(self, key: int) -> None:
        """Purge a row without a word; one that is not there is none."""
        row = self._changes.waiting(self).get(key) or (self.get(key) if key in self else None)
        if row is not None:
            self._changes.take_away(self, row, None)

    def delete(self, key: int) -> None:
        """Delete a row. Raises KeyError."""
        self._take_away(key)


class Receiving:
    """Receiving at one pod."""

    def __init__(
        self,
        orders: Orders,
        changes: Changes,
        switches: Switches,
        now: Clock,
        vendor_number: Callable[[int], str | None],
        *,
        references: bool,
    ) -> None:
        self._orders = orders
        self._changes = changes
        self._switches = switches
        self.now = now
        self.numbers = Numbers()
        self._vendor_number = vendor_number
        self.requests = ReceiptRequests(RECEIPT_REQUESTS, changes, now)
        history = HISTORY_WITH_REFERENCE if references else HISTORY
        self.history = ChangingStore(history, MadeRows(history, ()), changes, now)

    @property
    def rules(self) -> Rules:
        """What the pod allows now."""
        opens = self._switches.receiving_open_from
        return Rules(
            now=self.now(),
            open_from=date.fromisoformat(opens) if opens else None,
            over_tolerance=Decimal(str(self._switches.over_receipt_tolerance_percent)),
            vendor_number=self._vendor_number,
        )

    def create(self, body: Body) -> Row:
        """Take the POST of a request; process it if it says so. Raises FusionError (400) for the body alone."""
        request = receipt_requests.new_request(body, self.numbers, self.now())
        return self._settle(request, "receipt_request_stored")

    def change(self, key: int, body: Body) -> Row:
        """Take the PATCH of a request, and process it if it says so. Raises FusionError (400 and 404)."""
        with self._changes.lock:
            request = self._known(key)
            receipt_requests.change_request(request, body)
            return self._settle(request, "receipt_request_updated")

    def add_line(self, key: int, body: Body) -> Row:
        """Add a line to a request that waits or failed; it is processed with the next PATCH. Raises FusionError."""
        with self._changes.lock:
            request = self._known(key)
            line = receipt_requests.add_line(request, body, self.now())
            self._keep(request, "receipt_request_updated")
            return line

    def change_line(self, key: int, line_key: int, body: Body) -> Row:
        """Change a line of a request; it is processed with the next PATCH of that. Raises FusionError."""
        with self._changes.lock:
            request = self._known(key)
            lines: list[Row] = [one for one in request["lines"] if one["InterfaceTransactionId"] == line_key]
            if not lines:
                raise not_found()
            (line,) = lines
            receipt_requests.change_line(line, body)
            self._keep(request, "receipt_request_updated")
            return line

    def delete(self, key: int) -> None:
        """Delete a request. Raises FusionError (404)."""
        with self._changes.lock:
            self._known(key)
            self.requests.delete(key)

    def process_waiting(self) -> list[Row]:
        """Process the requests that wait, as *Manage Receiving Transactions* does; return them."""
        with self._changes.lock:
            waiting = [row for row in self.requests.all() if row["ProcessingStatusCode"] == "PENDING"]
            return [self._process(copy.deepcopy(row)) for row in waiting]

    def received(self, receipt_number: str, line_number: Decimal | None) -> Iterator[Row]:
        """Return the RECEIVE rows of a receipt, or of one line of it."""
        for key in sorted(self.history.known_as("ReceiptNumber", receipt_number)):
            row = self.history.get(key)
            if row["TransactionTypeCode"] == "RECEIVE" and line_number in (None, row[LINE_NUMBER]):
                yield row

    def _known(self, key: int) -> Row:
        try:
            return copy.deepcopy(self.requests.latest(key))
        except KeyError:
            raise not_found() from None

    def _settle(self, request: Row, kind: str) -> Row:
        if request["InsertAndProcessFlag"]:
            return self._process(request)
        self._keep(request, kind)
        return request

    def _keep(self, request: Row, kind: str, **told: Any) -> None:
        request[STAMP] = self.now()
        self.requests.keep(request, kind, **_named(request), **told)

    def _process(self, request: Row) -> Row:
        """Receive every line of a request, or none."""
        with self._changes.lock:
            bench = Workbench(self._orders, self._changes)
            found = [self._receive(request, line, bench) for line in request["lines"]]
            targets = [one for one in found if isinstance(one, Target)]
            taken = request["ReceiptNumber"]
            if taken is not None and any(self.received(taken, None)):
                fail(request["lines"][0], [Failure("RCV_RECEIPT_NUM_EXISTS", "The receipt number exists already.")])
            if any(line["processingErrors"] for line in request["lines"]):
                receipt_requests.mark(request, "ERROR", _FAILED)
                self._keep(request, "receipt_failed", errors=[*_errors(request)])
                return request
            self._post(request, targets, bench)
            return request

    def _receive(self, request: Row, line: Row, bench: Workbench) -> Target | None:
        """Receive one line on the bench; what speaks against it is written into it."""
        target = receipt_checks.find(line, bench.fitting)
        if isinstance(target, Failure):
            fail(line, [target])
            return None
        failures = [*receipt_checks.failures(request, line, target, self.rules)]
        _complete(request, line, target)
        request["VendorNumber"] = request["VendorNumber"] or self._vendor_number(target.order["SupplierId"])
        if failures:
            fail(line, failures)
            return None
        line["processingErrors"] = []
        number = line["Amount"] if figures.by_amount(target.schedule) else line["Quantity"]
        delivered = number if line["AutoTransactCode"] == "DELIVER" else Decimal(0)
        bench.change(target.order, target.schedule, **{figures.RECEIVED: number, figures.DELIVERED: delivered})
        return target

    def _post(self, request: Row, targets: list[Target], bench: Workbench) -> None:
        """Make the receipt of a request whose lines are all received."""
        stamp = self.now()
        request["ReceiptHeaderId"] = next(self.numbers.receipts)
        request["ReceiptNumber"] = request["ReceiptNumber"] or str(next(self.numbers.receipt_numbers))
        receipt_requests.mark(request, "SUCCESS", None)
        request[STAMP] = stamp
        orders = bench.finished(stamp, parent_moves=self._switches.parent_moves_with_children)
        rows, told = [], []
        for position, (line, target) in enumerate(zip(request["lines"], targets, strict=True), start=1):
            made = self._history_rows(request, line, target, position)
            rows += [(self.history, row) for row in made]
            told.append(_line_told(line, target, made[0]))
        if self._switches.receipt_requests_readable:
            rows.append((self.requests, request))
        else:
            self.requests.forget(request["HeaderInterfaceId"])
        header = _named(request) | {
            "receipt_header_id": request["ReceiptHeaderId"],
            "business_unit": targets[0].order["ProcurementBU"],
            "supplier": targets[0].order["Supplier"],
            "orders": {order["OrderNumber"]: order["Status"] for _, order in orders},
        }
        self._changes.publish_together(
            [*orders, *rows], "receipt_applied", request["ReceiptNumber"], **header, lines=told
        )

    def _history_rows(self, request: Row, line: Row, target: Target, position: int) -> list[Row]:
        number = line["Amount"] if figures.by_amount(target.schedule) else line["Quantity"]
        received = history_row(self.history.resource, target, line, request) | {
            "TransactionId": next(self.numbers.transactions),
            LINE_NUMBER: Decimal(position),
            NET: number,
            LEFT: number,
        }
        if line["AutoTransactCode"] != "DELIVER":
            return [received]
        delivered = received | {
            "TransactionId": next(self.numbers.transactions),
            "ParentTransactionId": received["TransactionId"],
            LEFT: Decimal(0),
        }
        as_type(delivered, "DELIVER", line, target)
        received |= {LEFT: Decimal(0), DIRECT: delivered["TransactionId"]}
        return [received, delivered]


def fail(line: Row, failures: list[Failure]) -> None:
    """Write what speaks against a line into it."""
    line["processingErrors"] = [
        {
            "ErrorNumber": Decimal(position),
            "InterfaceTransactionId": line["InterfaceTransactionId"],
            "ErrorMessageName": failure.name,
            "ErrorMessage": failure.message,
        }
        for position, failure in enumerate(failures, start=1)
    ]


def _complete(request: Row, line: Row, target: Target) -> None:
    """Write into a line, and what is above it, what the schedule says of what they leave open."""
    order, schedule = target.order, target.schedule
    known = {
        "DocumentNumber": order["OrderNumber"],
        "DocumentLineNumber": target.line["LineNumber"],
        "DocumentShipmentLineNumber": schedule["ScheduleNumber"],
        "POHeaderId": order["POHeaderId"],
        "POLineId": target.line["POLineId"],
        "POLineLocationId": schedule["LineLocationId"],
        "ItemId": target.line["ItemId"],
        "ItemNumber": target.line["Item"],
        "ItemDescription": target.line["Description"],
        "UnitOfMeasure": schedule["UOM"],
        "UOMCode": schedule["UOMCode"],
        "CurrencyCode": order["CurrencyCode"],
        "SoldtoLegalEntity": order["SoldToLegalEntity"],
        "OrganizationCode": schedule["ShipToOrganizationCode"],
        "OrganizationId": schedule["ShipToOrganizationId"],
    }
    line |= {name: value for name, value in known.items() if line[name] is None}
    header = {
        "OrganizationCode": schedule["ShipToOrganizationCode"],
        "OrganizationId": schedule["ShipToOrganizationId"],
        "VendorId": order["SupplierId"],
        "VendorName": order["Supplier"],
        "VendorSiteId": order["SupplierSiteId"],
        "VendorSiteCode": order["SupplierSite"],
        "BusinessUnit": order["ProcurementBU"],
        "BusinessUnitId": order["ProcurementBUId"],
    }
    request |= {name: value for name, value in header.items() if request[name] is None}


def _named(request: Row) -> dict[str, Any]:
    """Return what the journal says of every request."""
    return {
        "number": request["ReceiptNumber"],
        "request": request["HeaderInterfaceId"],
        "shipment_number": request["ShipmentNumber"],
        "packing_slip": request["PackingSlip"],
        "organization": request["OrganizationCode"],
    }


def _errors(request: Row) -> Iterator[dict[str, Any]]:
    for line in request["lines"]:
        for error in line["processingErrors"]:
            yield {"reference": line[REFERENCE], "name": error["ErrorMessageName"], "message": error["ErrorMessage"]}


def _line_told(line: Row, target: Target, received: Row) -> dict[str, Any]:
    """Return what the journal says of a received line."""
    return {
        "order": target.order["OrderNumber"],
        **figures.placed(target.line, target.schedule),
        "quantity": plain(line["Quantity"]),
        "amount": plain(line["Amount"]),
        "unit": target.schedule["UOMCode"],
        "currency": target.order["CurrencyCode"],
        "delivered": line["AutoTransactCode"] == "DELIVER",
        "transaction_id": received["TransactionId"],
        "reference": line[REFERENCE],
        "packing_unit": line["ExternalSystemPackingUnit"],
        "received_in_all": plain(figures.of(target.schedule).received),
        "status": target.schedule["Status"],
    }
