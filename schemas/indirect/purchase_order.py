"""Indirect's purchase-order message: building, addressing and reading orders (jaggaer-cxml.md, 3.2).

`build` writes what the order says and depends on nothing else; `address` adds the kind of message and the revision and
puts it into a message of its own. A new order has no type; an update or a cancel says so, and says first that the
supplier gets it. `parse` reads both our message and an order as JAGGAER exports it.

Limits: what is read is what JAGGAER decides by; addresses, custom fields and texts of the header are not compared.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from schemas.agreement import agree
from schemas.coding import Coder
from schemas.cxml.elements import attribute, written_moment
from schemas.cxml.safe_xml import Element
from schemas.identity import Action, Intent
from schemas.indirect.frame import (
    IndirectCredentials,
    MessageKind,
    UnreadableMessage,
    message,
    only,
    read,
    trimmed,
)
from schemas.indirect.layout import IndirectLayout
from schemas.indirect.order_elements import order_element
from schemas.purchase_order import PurchaseOrder
from schemas.units import UnitMap

_KIND = MessageKind(root="PurchaseOrderMessage", dtd="po/PO.dtd")
_TYPES = {Action.UPDATE: "update", Action.CANCEL: "cancel"}
_NUMERAL = re.compile(r"[+-]?[0-9]{1,100}(\.[0-9]{1,100})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndirectLine:
    """A line as JAGGAER has it; what it left out is None. `uom` is a UN/CEFACT Recommendation 20 code."""

    number: int
    quantity: Decimal | None
    unit_price: Decimal | None
    currency: str | None
    uom: str | None
    description: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndirectOrder:
    """An order as JAGGAER has it; what it left out is None. `original_request_id` is the message id it came with."""

    number: str
    revision: int | None
    canceled: bool
    supplier: str | None
    lines: tuple[IndirectLine, ...]
    original_request_id: str | None


def build(order: PurchaseOrder, *, units: UnitMap, coder: Coder, layout: IndirectLayout) -> bytes:
    """Return the PurchaseOrder element in UTF-8, without what depends on the delivery.

    Raises Refused: MAPPING for a unit or an account without a counterpart, INVALID for a deduction, for a quantity
    without a unit and for charges that are not their line's amount.
    """
    return etree.tostring(order_element(order, units, coder, layout), encoding="UTF-8", xml_declaration=False)


def address(body: bytes, intent: Intent, credentials: IndirectCredentials, layout: IndirectLayout) -> bytes:
    """Return the message of one delivery: the same bytes for every repetition of the same intent.

    Raises Refused (INVALID) naming the element that our grammar does not take, UnreadableMessage for a body that
    `build` did not make.
    """
    return message(_KIND, _stated(body, intent), intent, credentials, layout)


def parse(data: bytes) -> IndirectOrder:
    """Read one order from a whole message or from its PurchaseOrder element.

    Raises UnreadableMessage where there is none or more than one, and for a number that is none.
    """
    root = read(data)
    order = only(root, "PurchaseOrder")
    header = only(order, "POHeader")
    number = trimmed(header, "PONumber")
    if number is None:
        raise UnreadableMessage("the POHeader has no PONumber")
    lines = (_line(line) for line in order.iterfind("POLine"))
    return IndirectOrder(
        number=number,
        revision=_whole(trimmed(header, "RevisionNumber"), "RevisionNumber"),
        canceled=(attribute(header, "type") or "").strip().casefold() == "cancel",
        supplier=trimmed(header, "Supplier/Name"),
        lines=tuple(sorted(lines, key=lambda line: line.number)),
        original_request_id=trimmed(root, "Header/MessageId"),
    )


def same_content(a: IndirectOrder, b: IndirectOrder) -> bool:
    """Tell whether two readings say the same: which order, its state, and line by line what, how much, at what price.

    Supplier, currency, unit and description count where both sides state them; revision and request id belong to the
    delivery, not to the content.
    """
    return (
        (a.number, a.canceled) == (b.number, b.canceled)
        and agree(a.supplier, b.supplier)
        and len(a.lines) == len(b.lines)
        and all(_same_line(one, other) for one, other in zip(a.lines, b.lines, strict=True))
    )


def _same_line(a: IndirectLine, b: IndirectLine) -> bool:
    stated = ((a.currency, b.currency), (a.uom, b.uom), (a.description, b.description))
    return (a.number, a.quantity, a.unit_price) == (b.number, b.quantity, b.unit_price) and all(
        agree(one, other) for one, other in stated
    )


def _stated(body: bytes, intent: Intent) -> Element:
    """Return the order with what belongs to one delivery, first in its header."""
    order = only(read(body), "PurchaseOrder")
    header = only(order, "POHeader")
    if intent.action is not Action.CREATE:
        header.set("type", _TYPES[intent.action])
        revision = {
            "DistributeRevision": "true",
            "RevisionNumber": str(intent.serial - 1),
            "RevisionDate": written_moment(intent.stated_at),
        }
        for place, (name, value) in enumerate(revision.items()):
            child = etree.Element(name)
            child.text = value
            header.insert(place, child)
    return order


def _line(line: Element) -> IndirectLine:
    number = _whole(attribute(line, "linenumber"), "POLine/@linenumber")
    if number is None:
        raise UnreadableMessage("a POLine has no linenumber")
    money = line.find("LineCharges/UnitPrice/Money")
    return IndirectLine(
        number=number,
        quantity=_number(trimmed(line, "Quantity"), "Quantity"),
        unit_price=_number(trimmed(line, "LineCharges/UnitPrice/Money"), "UnitPrice"),
        currency=None if money is None else (attribute(money, "currency") or "").strip() or None,
        uom=trimmed(line, "Item/ProductUnitOfMeasure/Measurement/MeasurementUnit"),
        description=trimmed(line, "Item/Description"),
    )


def _number(text: str | None, where: str) -> Decimal | None:
    if text is None:
        return None
    if not _NUMERAL.fullmatch(text):
        raise UnreadableMessage(f"{where} is {text[:40]!r}: a decimal number was expected")
    return Decimal(text)


def _whole(text: str | None, where: str) -> int | None:
    number = _number(text.strip() if text else None, where)
    if number is None:
        return None
    if number != int(number):
        raise UnreadableMessage(f"{where} is {text!r}: a whole number was expected")
    return int(number)
