"""What Oracle should show of one receipt: for each order line how much was received and how much was returned.

Made of a receipt and its orders (`schemas/receipt_matching.py`), written as the body of a record, and read by the door
that brings Oracle there. Everything is in Oracle's own words: ids, numbers, unit codes. A number is a quantity, or an
amount where the order line buys one.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from schemas import exact_json
from schemas.exact_json import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A schedule of an order line where things can be received: how much was ordered to which organization."""

    schedule: int
    ordered: Decimal
    organization: str
    direct: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNamed:
    """A purchase order as Oracle knows it: POHeaderId, number, legal entity, and the supplier that it is with."""

    key: int
    number: str
    legal_entity: str | None
    supplier_id: int | None
    supplier: str
    site: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLine:
    """What Oracle should show of one order line because of the receipt.

    `received` is less than nothing where the receipt takes back what earlier ones received. `places` are in the order
    in which they are needed. `said_by` are the receipt's lines; `unit` is None where `by_amount`.
    """

    order: OrderNamed
    line: int
    by_amount: bool
    unit: str | None
    received: Decimal
    returned: Decimal
    places: tuple[Place, ...]
    said_by: tuple[int, ...]
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedReceipt:
    """What Oracle should show of one receipt, and what its header should say."""

    number: str
    received_at: datetime
    changed_at: datetime
    packing_slip: str | None
    comments: str
    lines: tuple[WantedLine, ...]


def encode(wanted: WantedReceipt) -> bytes:
    """Return the body of a record."""
    return exact_json.dumps(_written(wanted))


def content_hash(wanted: WantedReceipt) -> bytes:
    """Return SHA-256 of what is wanted; when it was last touched is not content."""
    content = {name: value for name, value in _written(wanted).items() if name != "changedAt"}
    return hashlib.sha256(exact_json.dumps(content)).digest()


def decode(body: bytes) -> WantedReceipt:
    """Read a body that `encode` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    raw = _object(exact_json.loads(body))
    return WantedReceipt(
        number=str(raw["number"]),
        received_at=datetime.fromisoformat(str(raw["receivedAt"])),
        changed_at=datetime.fromisoformat(str(raw["changedAt"])),
        packing_slip=_text(raw["packingSlip"]),
        comments=str(raw["comments"]),
        lines=tuple(_line(_object(line)) for line in _list(raw["lines"])),
    )


def _written(wanted: WantedReceipt) -> dict[str, JsonValue]:
    return {
        "number": wanted.number,
        "receivedAt": wanted.received_at.isoformat(),
        "changedAt": wanted.changed_at.isoformat(),
        "packingSlip": wanted.packing_slip,
        "comments": wanted.comments,
        "lines": [_written_line(line) for line in wanted.lines],
    }


def _written_line(line: WantedLine) -> JsonValue:
    order, places = line.order, line.places
    return {
        "order": {
            "key": order.key,
            "number": order.number,
            "legalEntity": order.legal_entity,
            "supplierId": order.supplier_id,
            "supplier": order.supplier,
            "site": order.site,
        },
        "line": line.line,
        "byAmount": line.by_amount,
        "unit": line.unit,
        "received": line.received,
        "returned": line.returned,
        "places": [
            {"schedule": at.schedule, "ordered": at.ordered, "organization": at.organization, "direct": at.direct}
            for at in places
        ],
        "saidBy": list(line.said_by),
        "last": line.last,
    }


def _line(raw: Mapping[str, JsonValue]) -> WantedLine:
    order = _object(raw["order"])
    return WantedLine(
        order=OrderNamed(
            key=_whole(order["key"]),
            number=str(order["number"]),
            legal_entity=_text(order["legalEntity"]),
            supplier_id=None if order["supplierId"] is None else _whole(order["supplierId"]),
            supplier=str(order["supplier"]),
            site=_text(order["site"]),
        ),
        line=_whole(raw["line"]),
        by_amount=raw["byAmount"] is True,
        unit=_text(raw["unit"]),
        received=_number(raw["received"]),
        returned=_number(raw["returned"]),
        places=tuple(_place(_object(place)) for place in _list(raw["places"])),
        said_by=tuple(_whole(number) for number in _list(raw["saidBy"])),
        last=raw["last"] is True,
    )


def _place(raw: Mapping[str, JsonValue]) -> Place:
    return Place(
        schedule=_whole(raw["schedule"]),
        ordered=_number(raw["ordered"]),
        organization=str(raw["organization"]),
        direct=raw["direct"] is True,
    )


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    if not isinstance(value, dict):
        raise TypeError("an object was expected")
    return value


def _list(value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        raise TypeError("a list was expected")
    return value


def _text(value: JsonValue) -> str | None:
    return None if value is None else str(value)


def _whole(value: JsonValue) -> int:
    return int(str(value))


def _number(value: JsonValue) -> Decimal:
    return Decimal(str(value))
