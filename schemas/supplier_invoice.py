"""A supplier's invoice as JAGGAER has it, in canonical form: what is billed of which order lines, and what it comes to.

It is not Oracle's invoice (`schemas/invoice.py`): it has no accounts, schedules or installments, because those come
from the orders that it is matched to. Lines bill goods and services; tax, freight, special handling and discounts are
charges, each stated once, whether the source had it with a line or with the whole (jaggaer-cxml.md, 6.5). All amounts
are in one currency and carry its sign: what gives something back is below zero.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas.invoice import InvoiceKind, InvoiceLineKind
from schemas.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class JaggaerName:
    """What JAGGAER calls an invoice that it had first: its own id, or the payloadID under which it was pushed.

    Whichever is not known is None. An invoice number is unique only for its supplier (2.3), and who that is may be
    spelled otherwise on both sides, so neither names an invoice as surely.
    """

    jaggaer_id: str | None = None
    payload_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledLine:
    """What is billed of one order line. `place` is where it stands in the source, for people.

    Quantity and price are None on a line that bills an amount. `uom` is the source's unit code, None where it was left
    out; `order_line` is None on a line that bills an order as a whole.
    """

    number: int
    place: str
    order_number: str | None
    order_line: int | None
    quantity: Decimal | None
    uom: str | None
    price: Decimal | None
    amount: Decimal
    description: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What is billed besides goods and services: TAX, FREIGHT or MISCELLANEOUS. A discount is below zero."""

    kind: InvoiceLineKind
    amount: Decimal
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierInvoice:
    """One version of a supplier's invoice. `number` is the supplier's, unique only for that supplier.

    `source_name` is JAGGAER's own name of the document; `due` the day that the supplier wants to be paid on. Supplier
    and business unit are as JAGGAER states them, None where it does not; whose they really are is said by the orders.
    """

    number: str
    kind: InvoiceKind
    total: Money
    invoice_date: date
    due: date | None
    description: str | None
    source_name: str | None
    business_unit: str | None
    supplier_number: str | None
    supplier_name: str | None
    lines: tuple[BilledLine, ...]
    charges: tuple[Charge, ...]

    @property
    def is_credit(self) -> bool:
        """Whether it gives the buyer something back."""
        return self.kind is InvoiceKind.CREDIT_MEMO
