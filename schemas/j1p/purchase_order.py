"""J1P purchase orders: building the import, addressing it, and reading an order back to compare.

`build` writes what the order says, and depends on nothing else: the same order gives the same bytes, which tell whether
anything changed for JAGGAER. `address` adds what belongs to one delivery: the batch id, which names the effect, the
kind of message and the revision. `parse` reads both that message and an order as JAGGAER returns it; `same_content`
decides whether what arrived is what was sent (jaggaer-cxml.md, 2.2, 2.4 and 3.2); `other_owner` whether it is our order
at all: an order number is unique only within a sold-to legal entity (oracle-fusion.md, 3.1 and 4).

Limits: splits, schedules, addresses and notes are sent but not compared: JAGGAER may complete them. Whose order it is
can only be told where JAGGAER gives back legal entity or supplier.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from schemas import exact_json
from schemas.agreement import agree, alike
from schemas.coding import Coder
from schemas.exact_json import JsonValue
from schemas.identity import Action, Intent
from schemas.j1p import fields, message
from schemas.j1p.fields import UnreadableOrder
from schemas.j1p.layout import DateFormat, J1pLayout, in_their_words
from schemas.j1p.order_body import order_body
from schemas.purchase_order import PurchaseOrder
from schemas.units import UnitMap

__all__ = (
    "DateFormat",
    "J1pLayout",
    "J1pLine",
    "J1pOrder",
    "J1pSupplier",
    "UnreadableOrder",
    "address",
    "build",
    "other_owner",
    "parse",
    "same_content",
)

_TYPES = {Action.CREATE: "new", Action.UPDATE: "update", Action.CANCEL: "cancel"}


@dataclass(frozen=True, slots=True, kw_only=True)
class J1pLine:
    """A line as JAGGAER has it; what it left out is None. `uom` is a UN/CEFACT Recommendation 20 code."""

    number: int
    quantity: Decimal | None
    unit_price: Decimal | None
    uom: str | None
    description: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class J1pSupplier:
    """The supplier of an order as JAGGAER has it; what it left out is None. `external_id` is the source's id."""

    name: str | None
    external_id: str | None
    site: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class J1pOrder:
    """An order as JAGGAER has it; what it left out is None. `original_request_id` is the batch id that it came with."""

    number: str
    revision: int | None
    canceled: bool
    currency: str | None
    total: Decimal | None
    lines: tuple[J1pLine, ...]
    original_request_id: str | None
    legal_entity: str | None
    business_unit: str | None
    supplier: J1pSupplier


def build(order: PurchaseOrder, *, units: UnitMap, coder: Coder, layout: J1pLayout) -> bytes:
    """Return the body of the import, without batch id, type and revision.

    Raises Refused: MAPPING for a unit or an account that has no code there, INVALID for a quantity without a unit, for
    a number that cannot be looked for and for splits that are not their line's amount.
    """
    return exact_json.dumps(in_their_words(order_body(order, units, coder, layout), layout))


def address(body: bytes, intent: Intent, layout: J1pLayout) -> bytes:
    """Return the message of one delivery: the same bytes for every repetition of the same intent.

    Raises UnreadableOrder for a body that `build` did not make with this layout, NotExactJson for one that is no JSON.
    """
    order, header = message.built_with_header(body, layout.order, layout.header)
    delivery: dict[str, JsonValue] = {"type": _TYPES[intent.action], layout.revision: intent.serial - 1}
    if intent.action is not Action.CREATE:
        delivery["distributeRevision"] = True
    header = {**in_their_words(delivery, layout), **header}
    return message.addressed({layout.order: {**order, layout.header: header}}, intent, layout)


def parse(value: JsonValue, layout: J1pLayout) -> J1pOrder:
    """Read one order: a message of `address`, JAGGAER's answer with one order in it, or that one order.

    Raises UnreadableOrder where there is none or more than one, and for a field that is not what it should be.
    """
    said = message.read(value, layout)
    order = message.unwrapped(said, layout, layout.order, "order")
    header = fields.child(order, layout.header if layout.header in order else "header")
    lines = fields.child(order, layout.line_list if layout.line_list in order else "lineList")
    number = fields.text(header, layout.number)
    if not number:
        raise UnreadableOrder(f"the order has no {layout.number}")
    return J1pOrder(
        number=number,
        revision=fields.whole(header, layout.revision),
        canceled=fields.says_canceled(header, "type", "status"),
        currency=fields.text(header, "currency") or fields.text(fields.child(header, "total"), "currency"),
        total=fields.number(header, "total"),
        lines=tuple(sorted((_line(line) for line in fields.rows(lines, layout.line)), key=lambda line: line.number)),
        original_request_id=fields.text(header, "originalRequestMessageId") or fields.text(said, layout.batch),
        legal_entity=fields.named(header, "legalEntity"),
        business_unit=fields.named(header, "businessUnit"),
        supplier=_supplier(header),
    )


def same_content(a: J1pOrder, b: J1pOrder) -> bool:
    """Tell whether two readings say the same: which order, its state, and line by line what, how much, at what price.

    Numbers count by value (1.50 is 1.5), names of who buys and sells without regard to case. Those names, currency,
    total, unit and description count where both sides state them, for JAGGAER leaves out optional fields; revision and
    request id belong to the delivery, not to the content.
    """
    return (
        (a.number, a.canceled) == (b.number, b.canceled)
        and agree(a.currency, b.currency)
        and agree(a.total, b.total)
        and all(alike(one, other) for one, other in zip(_parties(a), _parties(b), strict=True))
        and len(a.lines) == len(b.lines)
        and all(_same_line(one, other) for one, other in zip(a.lines, b.lines, strict=True))
    )


def other_owner(found: J1pOrder, ours: J1pOrder) -> str | None:
    """Return whose order JAGGAER has, if it is another one than ours under the same number; None if it is ours.

    The legal entity decides, and the supplier: its id where both sides state one, else its name.
    """
    if not alike(found.legal_entity, ours.legal_entity):
        return f"legal entity {found.legal_entity!r} (ours: {ours.legal_entity!r})"
    theirs, wanted = found.supplier, ours.supplier
    if theirs.external_id is not None and wanted.external_id is not None:
        same = theirs.external_id == wanted.external_id
        return None if same else f"supplier id {theirs.external_id!r} (ours: {wanted.external_id!r})"
    return None if alike(theirs.name, wanted.name) else f"supplier {theirs.name!r} (ours: {wanted.name!r})"


def _parties(order: J1pOrder) -> tuple[str | None, ...]:
    supplier = order.supplier
    return order.legal_entity, order.business_unit, supplier.name, supplier.external_id, supplier.site


def _same_line(a: J1pLine, b: J1pLine) -> bool:
    return (
        (a.number, a.quantity, a.unit_price) == (b.number, b.quantity, b.unit_price)
        and agree(a.uom, b.uom)
        and agree(a.description, b.description)
    )


def _supplier(header: Mapping[str, JsonValue]) -> J1pSupplier:
    """Read the supplier; one that is only named by text has no more than a name."""
    if isinstance(header.get("supplier"), str):
        return J1pSupplier(name=fields.text(header, "supplier"), external_id=None, site=None)
    supplier = fields.child(header, "supplier")
    return J1pSupplier(
        name=fields.text(supplier, "name"),
        external_id=fields.text(supplier, "externalId"),
        site=fields.text(supplier, "site"),
    )


def _line(raw: Mapping[str, JsonValue]) -> J1pLine:
    number = fields.whole(raw, "lineNumber")
    if number is None:
        raise UnreadableOrder("a line has no lineNumber")
    item, charges = fields.child(raw, "item"), fields.child(raw, "lineCharges")
    return J1pLine(
        number=number,
        quantity=fields.number(raw, "quantity"),
        unit_price=fields.number(charges if "unitPrice" in charges else raw, "unitPrice"),
        uom=fields.unit(item, "unitOfMeasure"),
        description=fields.text(item, "description"),
    )
