"""What a received request is about: its own number, what it does to the document of that number, and to which orders.

The same number under a new payloadID is no repetition: `operation` decides (jaggaer-cxml.md, 5.3). An order is named by
its number, by the payloadID that it was sent under, or by both; senders leave either out (6.2, 6.4, 6.5).
"""

import hashlib
from dataclasses import dataclass
from types import MappingProxyType

from lxml import etree

from schemas.cxml.safe_xml import Element

_NUMBERED = MappingProxyType(
    {
        "ConfirmationRequest": ("ConfirmationHeader", "confirmID"),
        "ReceiptRequest": ("ReceiptRequestHeader", "receiptID"),
        "ShipNoticeRequest": ("ShipNoticeHeader", "shipmentID"),
        "InvoiceDetailRequest": ("InvoiceDetailRequestHeader", "invoiceID"),
    }
)
MAX_NUMBER = 100
"""The longest business number that is taken, in characters; what is longer could be no key of an index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNamed:
    """How a request names one order: by its number, by the payloadID it came under, or both."""

    number: str | None
    payload_id: str | None

    def __str__(self) -> str:
        return self.number or f"of payloadID {self.payload_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """`number` is the business number, None where the request has none; `operation` is new, update or delete."""

    number: str | None
    operation: str
    orders: tuple[OrderNamed, ...]


def of(request: Element) -> Subject:
    """Return what a request is about that our grammar has taken."""
    header_name, attribute = _NUMBERED.get(str(request.tag), ("", ""))
    header = request.find(header_name) if header_name else None
    number = "" if header is None else header.get(attribute, "").strip()
    return Subject(
        number=number or None,
        operation="new" if header is None else header.get("operation", "new").strip(),
        orders=_orders(request),
    )


def content_hash(request: Element) -> bytes:
    """Return SHA-256 of a request in canonical XML: equal however its attributes and its encoding were written."""
    return hashlib.sha256(etree.tostring(request, method="c14n", with_tail=False)).digest()


def _orders(request: Element) -> tuple[OrderNamed, ...]:
    found = (_order(one) for one in request.iter("OrderReference", "OrderIDInfo"))
    return tuple(dict.fromkeys(one for one in found if one.number or one.payload_id))


def _order(element: Element) -> OrderNamed:
    reference = element.find("DocumentReference")
    payload_id = "" if reference is None else reference.get("payloadID", "").strip()
    return OrderNamed(number=element.get("orderID", "").strip() or None, payload_id=payload_id or None)
