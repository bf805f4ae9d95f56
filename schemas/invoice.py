"""The canonical invoice: what both systems mean by one, free of either system's spelling.

An invoice has lines (goods, freight, tax), a line has distributions (which account bears it), and the whole is paid in
installments. Numbers are the source's own and are never renumbered. All amounts but `paid` are in the invoice's
currency. A source may give an invoice without its lines: then there are none, and `total` stands alone
(oracle-fusion.md, 3.4).
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from schemas.money import Money


class InvoiceKind(StrEnum):
    """What an invoice asks for."""

    STANDARD = "standard"
    CREDIT_MEMO = "credit_memo"
    """The supplier gives something back: below zero."""
    DEBIT_MEMO = "debit_memo"
    """The buyer takes something back, on its own paper: below zero as well (Oracle's meaning, not cXML's)."""
    PREPAYMENT = "prepayment"


class InvoiceStatus(StrEnum):
    """How far an invoice has come on its way to being paid, whatever the source calls it."""

    NOT_VALIDATED = "not_validated"
    """New, or changed since it was validated: its amounts need not agree yet."""
    VALIDATED = "validated"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    CANCELED = "canceled"


class InvoiceLineKind(StrEnum):
    """What a line is for."""

    ITEM = "item"
    FREIGHT = "freight"
    MISCELLANEOUS = "miscellaneous"
    TAX = "tax"
    PREPAYMENT = "prepayment"
    """An earlier payment set against the invoice: part of how it is paid, not of what it asks for."""
    WITHHOLDING = "withholding"
    """Tax kept back from the payment: not part of what the invoice asks for."""


INVOICED = frozenset(
    (InvoiceLineKind.ITEM, InvoiceLineKind.FREIGHT, InvoiceLineKind.MISCELLANEOUS, InvoiceLineKind.TAX)
)
"""The kinds of line that make up the invoice's total."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceSupplier:
    """Who is paid, and at which of its sites. `number` is the one that both systems know."""

    name: str
    number: str | None
    site: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMatch:
    """The part of a purchase order that a line is for; `line` and `schedule` are the order's own numbers."""

    number: str
    line: int | None
    schedule: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptMatch:
    """The receipt that a line is matched to."""

    number: str
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDistribution:
    """Which account bears a part of a line. `account` is the account combination as the source writes it."""

    number: int
    amount: Decimal
    account: str | None
    accounting_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One line. `uom` is the source's unit code; `account` bears the line where it has no distributions.

    Quantity and price are None on lines that bill an amount. `tax_rate` is a percentage. A line that is canceled is
    worth nothing, whatever `amount` still says.
    """

    number: int
    kind: InvoiceLineKind
    amount: Decimal
    quantity: Decimal | None
    uom: str | None
    price: Decimal | None
    description: str | None
    item: str | None
    order: OrderMatch | None
    receipt: ReceiptMatch | None
    account: str | None
    tax_code: str | None
    tax_rate: Decimal | None
    ship_to: str | None
    accounting_date: date | None
    canceled: bool
    distributions: tuple[InvoiceDistribution, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Installment:
    """A part of the total that is due on one day. `unpaid` is what is left of it."""

    number: int
    due: date | None
    gross: Decimal | None
    unpaid: Decimal | None
    on_hold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One version of an invoice. `key` is InvoiceId; `number` is the supplier's, unique only for that supplier.

    `paid` is in the currency of payment, which need not be the invoice's; `order_number` is the purchase order of the
    whole invoice, where the source names one.
    """

    key: int
    number: str
    kind: InvoiceKind
    status: InvoiceStatus
    source_status: str
    description: str | None
    legal_entity: str | None
    business_unit: str | None
    supplier: InvoiceSupplier
    order_number: str | None
    payment_terms: str | None
    payment_method: str | None
    total: Money
    paid: Money | None
    invoice_date: date
    accounting_date: date | None
    changed_at: datetime
    lines: tuple[InvoiceLine, ...]
    installments: tuple[Installment, ...]

    @property
    def is_credit(self) -> bool:
        """Whether it gives the buyer something back."""
        return self.kind in (InvoiceKind.CREDIT_MEMO, InvoiceKind.DEBIT_MEMO)

    @property
    def live_lines(self) -> tuple[InvoiceLine, ...]:
        """The lines that make up the total: neither canceled nor about how it is paid."""
        return tuple(line for line in self.lines if line.kind in INVOICED and not line.canceled)

    @property
    def due(self) -> date | None:
        """The day on which the first installment is due, paid or not."""
        return min((part.due for part in self.installments if part.due), default=None)
