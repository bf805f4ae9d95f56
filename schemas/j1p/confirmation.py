"""Reading J1P's confirmations of orders (jaggaer-cxml.md, 2.4): a row is a quantity of one line and what becomes of it.

A row is a document of its own, known by its `confirmationId`; where rows have none, by confirmation, order and line. It
answers its line and no other: type `detail`. A row without a quantity speaks of the whole line.

What several rows say of one line is put together by `schemas/acknowledgment_parts.py`.

Limits: the resource is not public, so every name may be the customer's, and the words for a status are assumed.
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from urllib.parse import quote

from schemas import exact_json
from schemas.acknowledgment import (
    AcknowledgedLine,
    Acknowledgment,
    AcknowledgmentType,
    LineStatus,
    LineStatusType,
    Operation,
)
from schemas.acknowledgment_rules import check, refused
from schemas.exact_json import JsonValue
from schemas.identity import Identity
from schemas.j1p import fields
from schemas.j1p.fields import UnreadableOrder
from schemas.j1p.layout import check_names, in_our_words
from schemas.refusals import Refused

FIELDS = frozenset(
    """
    businessUnit comments confirmationId confirmationNumber deliveryDate lastUpdate noticeDate poLineNumber poNumber
    quantity status unitOfMeasure unitPrice
    """.split()
)
"""Every field of a confirmation that a customer may have renamed."""

_STATUSES = MappingProxyType(
    {
        "accept": LineStatusType.ACCEPT,
        "accepted": LineStatusType.ACCEPT,
        "confirmed": LineStatusType.ACCEPT,
        "reject": LineStatusType.REJECT,
        "rejected": LineStatusType.REJECT,
        "changed": LineStatusType.DETAIL,
        "detail": LineStatusType.DETAIL,
        "backordered": LineStatusType.BACKORDERED,
        "unknown": LineStatusType.UNKNOWN,
    }
)

Row = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationLayout:
    """The customer's names for fields of `FIELDS`. Raises ValueError for names that collide."""

    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse names with which two fields would be one."""
        check_names(self.names, own=(), fields=FIELDS, noun="a confirmation")


def key(row: Row, layout: ConfirmationLayout) -> str | None:
    """Return who a row is, None if it cannot be told."""
    try:
        return _key(in_our_words(row, layout))
    except UnreadableOrder:
        return None


def identify(row: Row, layout: ConfirmationLayout) -> Identity:
    """Return who a row is, by the order that it is about. A row states no amount: it is about its order's.

    Raises Refused (INVALID).
    """
    told = in_our_words(row, layout)
    try:
        return Identity(
            key=_key(told),
            number=_needed(told, "poNumber"),
            changed_at=_moment(told, "lastUpdate", "noticeDate"),
            content_hash=_content_hash(told),
            business_unit=fields.named(told, "businessUnit"),
            currency=None,
            amount=None,
        )
    except UnreadableOrder as error:
        raise _unreadable(error) from None


def parse(row: Row, layout: ConfirmationLayout) -> Acknowledgment:
    """Return the canonical acknowledgment of a row. Raises Refused (INVALID)."""
    told = in_our_words(row, layout)
    try:
        acknowledgment = _acknowledgment(told)
    except UnreadableOrder as error:
        raise _unreadable(error) from None
    check(acknowledgment)
    return acknowledgment


def _acknowledgment(told: Row) -> Acknowledgment:
    number = fields.whole(told, "poLineNumber")
    if number is None:
        raise UnreadableOrder("poLineNumber is missing")
    quantity = fields.number(told, "quantity")
    return Acknowledgment(
        type=AcknowledgmentType.DETAIL,
        operation=Operation.NEW,
        order_number=_needed(told, "poNumber"),
        business_unit=fields.named(told, "businessUnit"),
        confirmation_id=_stated(told, "confirmationNumber"),
        noticed_at=_moment(told, "noticeDate", "lastUpdate"),
        lines=(
            AcknowledgedLine(
                number=number,
                quantity=quantity,
                uom=(fields.unit(told, "unitOfMeasure") or "").strip() or None,
                statuses=(_status(told, quantity),),
            ),
        ),
    )


def _status(told: Row, quantity: Decimal | None) -> LineStatus:
    price = told.get("unitPrice")
    day = fields.moment(told, "deliveryDate")
    return LineStatus(
        type=_status_type(told),
        quantity=quantity,
        delivery=None if day is None else day.date(),
        unit_price=fields.number(told, "unitPrice"),
        currency=fields.text(price, "currency") if isinstance(price, dict) else None,
        comments=_stated(told, "comments"),
    )


def _status_type(told: Row) -> LineStatusType:
    said = _needed(told, "status")
    found = _STATUSES.get(said.casefold())
    if found is None:
        raise UnreadableOrder(f"status is {said[:40]!r}, expected one of {', '.join(_STATUSES)}")
    return found


def _key(told: Row) -> str:
    """Return JAGGAER's id of a row, or what else names it: with a `;`, so that no filter is made of it."""
    if _stated(told, "confirmationId") is not None:
        return _needed(told, "confirmationId")
    names = (fields.text(told, name) for name in ("poNumber", "confirmationNumber", "poLineNumber"))
    return ";".join(quote((name or "").strip(), safe=" ") for name in names)


def _content_hash(told: Row) -> bytes:
    content: dict[str, JsonValue] = {name: told[name] for name in sorted(told) if name != "lastUpdate"}
    return hashlib.sha256(exact_json.dumps(content)).digest()


def _stated(told: Row, name: str) -> str | None:
    """Return text without blanks around it, None where it says nothing. Raises UnreadableOrder."""
    return (fields.text(told, name) or "").strip() or None


def _needed(told: Row, name: str) -> str:
    """Return text that must be there and that the ledger can keep in clear. Raises UnreadableOrder."""
    found = _stated(told, name)
    if found is None:
        raise UnreadableOrder(f"{name} is missing")
    if any(unicodedata.category(character) == "Cc" for character in found):
        raise UnreadableOrder(f"{name} holds a control character")
    return found


def _moment(told: Row, *names: str) -> datetime:
    """Return the first of some times that is there. Raises UnreadableOrder."""
    for name in names:
        if (found := fields.moment(told, name)) is not None:
            return found
    raise UnreadableOrder(f"{names[0]} is missing")


def _unreadable(error: UnreadableOrder) -> Refused:
    """Return the refusal of a row; the message begins with the field at fault."""
    message = str(error)
    return refused(message.partition(" ")[0], "", f"the confirmation cannot be read: {message}.")
