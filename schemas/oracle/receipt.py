"""Oracle's receiving requests: what is posted, and what the answer says of it (oracle-fusion.md, 3.6).

One receipt header is one supplier site and one organization. Our reference stands in the header's ShipmentNumber and
in ExternalSystemPackingUnit of every line, where requests and history are looked for by it, and with the numbers of the
receipt's own lines in ExternalSystemTransactionReference.

Limits: subinventory, locator, lots and serial numbers are left to Oracle's defaults; who received is told in the
comments, because JAGGAER's user is nobody that Oracle knows as an employee.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum, auto

from schemas.exact_json import JsonValue
from schemas.oracle.receipt_plan import Correct, Receive, Return
from schemas.oracle.receipt_wanted import WantedLine, WantedReceipt

Object = dict[str, JsonValue]

_CLOCKS_DIFFER = timedelta(minutes=1)
_LONGEST_REFERENCE = 300


class Outcome(Enum):
    """What became of a request."""

    SUCCEEDED = auto()
    FAILED = auto()
    WAITING = auto()


def outcome(row: Mapping[str, JsonValue]) -> Outcome:
    """Return what a request's own row says. HTTP says 201 whatever came of it."""
    names = ("ReturnStatus", "ProcessingStatusCode", "TransactionStatusCode")
    said = {str(row.get(name) or "").upper() for name in names}
    if said & {"ERROR", "FAILED", "COMPLETED WITH ERRORS"}:
        return Outcome.FAILED
    return Outcome.SUCCEEDED if said & {"SUCCESS", "SUCCEEDED", "COMPLETED"} else Outcome.WAITING


def receipt_key(effect: Receive) -> tuple[object, ...]:
    """Return what the lines of one receipt header have in common."""
    order = effect.line.order
    return order.supplier_id, order.supplier, order.site, effect.place.organization


def receipt(wanted: WantedReceipt, effects: Sequence[Receive], reference: str, stated_at: datetime) -> Object:
    """Return the request of one receipt; all effects have one `receipt_key`."""
    order, organization = effects[0].line.order, effects[0].place.organization
    moment = _past(wanted.received_at, stated_at)
    header: Object = {
        "ReceiptSourceCode": "VENDOR",
        "ASNType": "STD",
        "OrganizationCode": organization,
        "VendorId": order.supplier_id,
        "VendorName": order.supplier if order.supplier_id is None else None,
        "VendorSiteCode": order.site,
        "TransactionDate": moment,
        "ShipmentNumber": reference,
        "PackingSlip": wanted.packing_slip,
        "Comments": wanted.comments,
        "InsertAndProcessFlag": True,
        "lines": [_line(effect, reference, moment) for effect in effects],
    }
    return _stated(header)


def follow_up(wanted: WantedReceipt, effect: Correct | Return, reference: str, stated_at: datetime) -> Object:
    """Return the request of a correction or a return: on what, and by how much.

    A correction is dated when the receipt was changed, a return when the goods went.
    """
    correction = isinstance(effect, Correct)
    moment = max(wanted.received_at, wanted.changed_at) if correction else wanted.received_at
    return _stated(
        {
            "TransactionType": "CORRECT" if correction else "RETURN TO VENDOR",
            "ParentTransactionId": effect.parent,
            **_number(effect.line, effect.number),
            "TransactionDate": _past(moment, stated_at),
            "Comments": wanted.comments,
            **_references(effect.line, reference),
        }
    )


def described(line: WantedLine) -> str:
    """Return the order line as a person says it."""
    return f"line {line.line} of order {line.order.number}"


def _line(effect: Receive, reference: str, moment: str) -> JsonValue:
    line, place = effect.line, effect.place
    return _stated(
        {
            "TransactionType": "RECEIVE",
            "AutoTransactCode": "DELIVER" if place.direct else "RECEIVE",
            "SourceDocumentCode": "PO",
            "ReceiptSourceCode": "VENDOR",
            "TransactionDate": moment,
            "OrganizationCode": place.organization,
            "DocumentNumber": line.order.number,
            "DocumentLineNumber": line.line,
            "DocumentShipmentLineNumber": place.schedule,
            "SoldtoLegalEntity": line.order.legal_entity,
            **_number(line, effect.number),
            "Comments": "JAGGAER: the last receipt of this order line." if line.last else None,
            **_references(line, reference),
        }
    )


def _number(line: WantedLine, number: Decimal) -> Object:
    return {"Amount": number} if line.by_amount else {"Quantity": number, "UOMCode": line.unit}


def _references(line: WantedLine, reference: str) -> Object:
    said_by = ",".join(map(str, line.said_by))
    return {
        "ExternalSystemPackingUnit": reference,
        "ExternalSystemTransactionReference": f"{reference}/{said_by}"[:_LONGEST_REFERENCE],
    }


def _past(moment: datetime, now: datetime) -> str:
    """Return a time as Oracle reads it, with its offset: never in the future, also by a clock that is a bit behind."""
    past = min(moment, now - _CLOCKS_DIFFER).astimezone(UTC)
    return past.isoformat(timespec="seconds")


def _stated(values: Object) -> Object:
    return {name: value for name, value in values.items() if value is not None}
