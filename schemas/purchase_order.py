"""The canonical purchase order: what both systems mean by one, free of either system's spelling.

An order has lines; a line has schedules (what, where, when); a schedule has distributions (who pays). Their numbers are
the source's own and are never renumbered: every later document joins on them (jaggaer-cxml.md, 6.1). Quantities and
prices are None on lines that buy an amount (fixed-price services), amounts are None on lines that buy a quantity
(oracle-fusion.md, 3.1).
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from schemas.money import Money


class OrderStatus(StrEnum):
    """What an order's state means for the other side, whatever the source calls it."""

    NOT_RELEASED = "not_released"
    """Still being written or approved: the other side must not see it yet."""
    OPEN = "open"
    ON_HOLD = "on_hold"
    CLOSED = "closed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Someone or some place, as the source names it: its id there, its name, and its site or code."""

    source_id: int | None
    name: str
    code: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person on a document: the display name, and an address to write to where there is one."""

    name: str
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Who pays for a part of a schedule. `account` is the account combination as the source writes it."""

    number: int
    quantity: Decimal | None
    amount: Decimal | None
    percent: Decimal | None
    account: str
    requester: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A part of a line that goes to one place on one day. `ordered` is its amount in the order's currency.

    `key` is the source's id of it (LineLocationId), by which answers to a schedule name it.
    `organization` is the code of the one that receives it; `direct_delivery` says that what is received is delivered at
    once.
    """

    number: int
    quantity: Decimal | None
    amount: Decimal | None
    ordered: Decimal | None
    ship_to: Party | None
    requested_delivery: date | None
    promised_delivery: date | None
    canceled: bool
    distributions: tuple[Distribution, ...]
    key: int | None = None
    organization: str | None = None
    direct_delivery: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One thing that is bought. `uom` is the source's unit code; `ordered` the line's amount without tax."""

    number: int
    description: str
    item: str | None
    supplier_item: str | None
    category: str | None
    quantity: Decimal | None
    uom: str | None
    price: Decimal | None
    amount: Decimal | None
    ordered: Decimal
    note_to_supplier: str | None
    canceled: bool
    schedules: tuple[Schedule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrder:
    """One version of a purchase order. `key` is POHeaderId; all amounts share one currency.

    `deduction` is what the order takes off its lines (discount and credit, a positive amount), so that `ordered` is the
    lines less the deduction; None where nothing is taken off, or where the lines' own prices are lower already. What
    `total` has beyond `ordered` is `tax`; where that is None, nothing. `bill_to_unit` is the business unit that pays,
    which need not be the one that buys; None where the source does not say.
    """

    key: int
    number: str
    revision: int
    status: OrderStatus
    source_status: str
    description: str | None
    legal_entity: str | None
    business_unit: str | None
    supplier: Party
    buyer: Person | None
    bill_to: Party | None
    ship_to: Party | None
    payment_terms: str | None
    note_to_supplier: str | None
    ordered: Money
    deduction: Money | None
    tax: Money | None
    total: Money
    ordered_at: datetime
    changed_at: datetime
    lines: tuple[OrderLine, ...]
    bill_to_unit: str | None = None
