"""Bodies of receipt requests, read into rows of the receiving interface (oracle-fusion.md, 3.6).

Only what is wrong with a body is a 400: an attribute that is missing, of another type, or of no value of its list.
Which ones are needed beside `ReceiptSourceCode` is [assumed].
"""

from datetime import datetime
from itertools import count

from simulators.oracle import payloads
from simulators.oracle.payloads import Body, Payload
from simulators.oracle.receiving_attributes import RECEIPT_REQUESTS, REQUEST_LINES, TRANSACTION_REQUESTS
from simulators.oracle.resource import STAMP, Row, blank

_SYSTEM = frozenset(
    "HeaderInterfaceId InterfaceTransactionId ReceiptHeaderId ProcessingStatusCode TransactionStatusCode ReturnStatus "
    "ReturnMessage GroupId CreatedBy CreationDate LastUpdatedBy LastUpdateDate".split()
)
_WRITABLE = RECEIPT_REQUESTS.attributes.keys() - _SYSTEM
_LINE_WRITABLE = REQUEST_LINES.attributes.keys() - _SYSTEM
_CHANGED_LINE = _LINE_WRITABLE | {"InterfaceTransactionId"}
_TRANSACTION_WRITABLE = TRANSACTION_REQUESTS.attributes.keys() - _SYSTEM
_SOURCES = ("VENDOR", "SUPPLIER", "CUSTOMER", "INVENTORY", "TRANSFER ORDER")
_LENGTHS = {"ReceiptSourceCode": 25, "OrganizationCode": 18, "ShipmentNumber": 30, "PackingSlip": 80}
_LINE_LENGTHS = {
    "DocumentNumber": 30,
    "ItemNumber": 300,
    "SoldtoLegalEntity": 240,
    "Subinventory": 10,
    "ExternalSystemPackingUnit": 150,
    "ExternalSystemTransactionReference": 300,
}
FOLLOW_UPS = ("DELIVER", "CORRECT", "RETURN TO VENDOR", "RETURN TO RECEIVING")
"""The transactions on a receipt that this pod knows; inspection and transfers are not among them."""


class Numbers:
    """Where the ids of requests, receipts and transactions come from."""

    def __init__(self) -> None:
        self.requests = count(300_100_211_500_001, 1_000)
        self.receipts = count(300_100_211_000_001, 100)
        self.transactions = count(411_001)
        self.receipt_numbers = count(102)
        self.groups = count(40_211)


def new_request(body: Body, numbers: Numbers, now: datetime) -> Row:
    """Return the interface row of a POST, with its lines, not processed. Raises FusionError (400)."""
    payload = payloads.read(body, RECEIPT_REQUESTS, writable=frozenset(_WRITABLE), longest=_LENGTHS)
    lines = payload.children("lines", REQUEST_LINES, writable=frozenset(_LINE_WRITABLE))
    _check_header(payload)
    for line in lines:
        _check_line(line)
    payload.check()
    key, group = next(numbers.requests), next(numbers.groups)
    row = blank(RECEIPT_REQUESTS) | {"ASNType": "STD", "TransactionDate": now, "InsertAndProcessFlag": False}
    row |= _given(payload) | {"HeaderInterfaceId": key, "GroupId": group} | _audit(now)
    row["lines"] = [_line(row, line, position, now) for position, line in enumerate(lines, start=1)]
    mark(row, "PENDING", None)
    return row


def add_line(request: Row, body: Body, now: datetime) -> Row:
    """Add a line to an interface row and return it. Raises FusionError (400)."""
    payload = payloads.read(body, REQUEST_LINES, writable=frozenset(_LINE_WRITABLE))
    _check_line(payload)
    payload.check()
    taken = [line["InterfaceTransactionId"] for line in request["lines"]]
    place = max(taken, default=request["HeaderInterfaceId"] + 9) - request["HeaderInterfaceId"] - 8
    line = _line(request, payload, place, now)
    request["lines"].append(line)
    return line


def change_request(request: Row, body: Body) -> None:
    """Change an interface row, and lines of it that the body names by InterfaceTransactionId. Raises FusionError."""
    payload = payloads.read(body, RECEIPT_REQUESTS, writable=frozenset(_WRITABLE), longest=_LENGTHS)
    lines = payload.children("lines", REQUEST_LINES, writable=frozenset(_CHANGED_LINE))
    known = {line["InterfaceTransactionId"]: line for line in request["lines"]}
    for line in lines:
        line.one_of("InterfaceTransactionId", tuple(known))
        line.need("InterfaceTransactionId")
    payload.check()
    request.update(payload.row)
    for line in lines:
        known[line.row["InterfaceTransactionId"]].update(line.row)


def change_line(line: Row, body: Body) -> None:
    """Change a line of an interface row. Raises FusionError (400)."""
    payload = payloads.read(body, REQUEST_LINES, writable=frozenset(_LINE_WRITABLE), longest=_LINE_LENGTHS)
    payload.check()
    line.update(payload.row)


def new_transaction(body: Body, numbers: Numbers, now: datetime) -> Row:
    """Return the interface row of a follow-up on a receipt, not processed. Raises FusionError (400)."""
    payload = payloads.read(body, TRANSACTION_REQUESTS, writable=frozenset(_TRANSACTION_WRITABLE))
    payload.need("TransactionType", "ParentTransactionId")
    payload.one_of("TransactionType", FOLLOW_UPS)
    payloads.check_lengths(payload, _LINE_LENGTHS)
    if payload.row.get("AutoTransactCode") is not None:
        payload.refuse("AutoTransactCode", "AutoTransactCode can't be given for a transaction on a receipt.")
    if payload.row.get("Quantity") is None and payload.row.get("Amount") is None:
        payload.need("Quantity")
    payload.check()
    row = blank(TRANSACTION_REQUESTS) | {"TransactionDate": now, "SourceDocumentCode": "PO"} | _given(payload)
    row |= {"InterfaceTransactionId": next(numbers.requests), "GroupId": next(numbers.groups)} | _audit(now)
    row["processingErrors"] = []
    return row


def mark(request: Row, status: str, message: str | None) -> None:
    """Write the state of processing into an interface row and its lines."""
    request["ProcessingStatusCode"] = status
    request["ReturnStatus"] = None if status == "PENDING" else status
    request["ReturnMessage"] = message
    for line in request["lines"]:
        line["ProcessingStatusCode"] = line["TransactionStatusCode"] = status


def _check_header(payload: Payload) -> None:
    payload.need("ReceiptSourceCode")
    payload.one_of("ReceiptSourceCode", _SOURCES)
    payload.one_of("ASNType", ("STD",))
    if payload.row.get("OrganizationId") is None:
        payload.need("OrganizationCode")
    if not payload.body.get("lines"):
        payload.refuse("lines", "Attribute lines is required.", code="27014")


def _check_line(line: Payload) -> None:
    row = line.row
    line.need("TransactionType")
    line.one_of("TransactionType", ("RECEIVE",))
    line.one_of("AutoTransactCode", ("RECEIVE", "DELIVER"))
    line.one_of("SourceDocumentCode", ("PO",))
    _need_schedule(line)
    payloads.check_lengths(line, _LINE_LENGTHS)
    for name in ("Quantity", "Amount"):
        if row.get(name) is not None and row[name] <= 0:
            line.refuse(name, f"The value of {name} must be greater than zero.")
    if row.get("Quantity") is None and row.get("Amount") is None:
        line.need("Quantity")


def _need_schedule(line: Payload) -> None:
    """Note what is missing to name a schedule: by its id, or by numbers below the order or the line."""
    row = line.row
    if row.get("POLineLocationId") is not None:
        return
    if row.get("POHeaderId") is None and row.get("POLineId") is None:
        line.need("DocumentNumber")
    if row.get("POLineId") is None:
        line.need("DocumentLineNumber")
    line.need("DocumentShipmentLineNumber")


def _given(payload: Payload) -> Row:
    return {name: value for name, value in payload.row.items() if value is not None}


def _line(request: Row, payload: Payload, position: int, now: datetime) -> Row:
    key = request["HeaderInterfaceId"]
    return {
        **blank(REQUEST_LINES),
        "TransactionDate": request["TransactionDate"],
        "ReceiptSourceCode": request["ReceiptSourceCode"],
        "SourceDocumentCode": "PO",
        **_given(payload),
        "InterfaceTransactionId": key + 9 + position,
        "HeaderInterfaceId": key,
        "GroupId": request["GroupId"],
        "ProcessingStatusCode": "PENDING",
        "TransactionStatusCode": "PENDING",
        **_audit(now),
        "processingErrors": [],
    }


def _audit(now: datetime) -> Row:
    return {"CreatedBy": "scmuser1", "CreationDate": now, "LastUpdatedBy": "scmuser1", STAMP: now}
