"""Order lines and what moves on them, for tests of the match preview."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from schemas.match_line import line_preview
from schemas.match_preview import preview
from schemas.match_values import (
    Document,
    LinePreview,
    Movement,
    MovementKind,
    OrderedLine,
    Preview,
    Standing,
    Stop,
    Tolerances,
)

NOW = datetime(2026, 7, 31, 12, tzinfo=UTC)
EXACT = Tolerances()
STOP = Stop(category="refused", reason="Oracle refused it.", next_step="Open the period.")

_ids = count(1)


def goods(
    quantity: str = "10", price: str = "2.50", *, receipt_required: bool = True, ended: bool = False
) -> OrderedLine:
    """An order line that buys a quantity."""
    return OrderedLine(
        order_key=1,
        order="PO1",
        line=1,
        legal_entity="US1 Legal Entity",
        business_unit="US1 Business Unit",
        currency="USD",
        quantity=Decimal(quantity),
        unit="EA",
        unit_names=frozenset({"ea", "each"}),
        price=Decimal(price),
        amount=Decimal(quantity) * Decimal(price),
        receipt_required=receipt_required,
        receipt_close_percent=Decimal(0),
        ended=ended,
    )


def service(amount: str = "1000.00", *, receipt_required: bool = True) -> OrderedLine:
    """An order line that buys an amount."""
    line = goods(receipt_required=receipt_required)
    return replace(line, quantity=None, unit=None, unit_names=frozenset(), price=None, amount=Decimal(amount))


def document(
    kind: MovementKind, days_ago: int = 1, standing: Standing = Standing.ARRIVED, unit: str | None = None
) -> Document:
    """A document of its own, so many days old."""
    record_id = next(_ids)
    return Document(
        flow="receipts" if kind in (MovementKind.RECEIVED, MovementKind.RETURNED) else "supplier_invoices",
        number=f"{kind[:3].upper()}-{record_id}",
        record_id=record_id,
        business_unit=unit,
        at=NOW - timedelta(days=days_ago),
        standing=standing,
        stop=STOP if standing is Standing.STOPPED else None,
    )


def receipt(number: str, days_ago: int = 2, standing: Standing = Standing.ARRIVED) -> Movement:
    """A receipt of goods, or a return of them below zero."""
    kind = MovementKind.RETURNED if number.startswith("-") else MovementKind.RECEIVED
    said = document(kind, days_ago, standing)
    return Movement(kind=kind, document=said, order="PO1", line=1, quantity=Decimal(number), unit="EA")


def bill(number: str, price: str = "2.50", days_ago: int = 1, standing: Standing = Standing.ARRIVED) -> Movement:
    """An invoice of goods, or a credit of them below zero."""
    kind = MovementKind.CREDITED if number.startswith("-") else MovementKind.INVOICED
    return Movement(
        kind=kind,
        document=document(kind, days_ago, standing),
        order="PO1",
        line=1,
        quantity=Decimal(number),
        unit="EA",
        price=Decimal(price),
        amount=Decimal(number) * Decimal(price),
        currency="USD",
    )


def amount(kind: MovementKind, number: str, days_ago: int = 1) -> Movement:
    """A receipt or an invoice of an amount."""
    said = document(kind, days_ago)
    return Movement(kind=kind, document=said, order="PO1", line=1, amount=Decimal(number), currency="USD")


def judged(line: OrderedLine, *movements: Movement, tolerances: Tolerances = EXACT) -> LinePreview:
    """What the preview says of one line."""
    return line_preview(line, movements, tolerances, NOW)


def previewed(lines: Iterable[OrderedLine], *movements: Movement) -> Preview:
    """What the preview says of lines, without tolerances."""
    return preview(lines, movements, lambda _: EXACT, NOW)
