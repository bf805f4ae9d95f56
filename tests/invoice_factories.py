"""Invoices for tests: plain ones by name, and hypothesis strategies for any that a source could really send.

`invoice(**changes)` gives the same invoice every time: two item lines, freight and tax, 2362.75 USD. `invoices()` draws
canonical invoices whose amounts agree; `as_oracle(invoice)` writes one the way Oracle's REST service would
(oracle-fusion.md, 1.4 and 3.4), as JSON values of `schemas.exact_json`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from hypothesis import strategies as st

from schemas.coding import Account, CodedShare, FieldValue
from schemas.exact_json import JsonValue
from schemas.invoice import (
    Installment,
    Invoice,
    InvoiceDistribution,
    InvoiceKind,
    InvoiceLine,
    InvoiceLineKind,
    InvoiceStatus,
    InvoiceSupplier,
    OrderMatch,
    ReceiptMatch,
)
from schemas.money import Money
from tests.drawn_values import texts

Object = dict[str, JsonValue]

CHANGED_AT = datetime(2025, 8, 5, 9, 12, 45, 118000, tzinfo=UTC)
_STEPS = {"USD": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}
_ACCOUNTS = ("101.10.13101.000.000.000", "01-000-7110-0000-000")
_KIND_TEXT = {
    InvoiceKind.STANDARD: "Standard",
    InvoiceKind.CREDIT_MEMO: "Credit memo",
    InvoiceKind.DEBIT_MEMO: "Debit memo",
    InvoiceKind.PREPAYMENT: "Prepayment",
}
_STATUS_TEXT = {
    InvoiceStatus.NOT_VALIDATED: ("Not validated", "Unpaid", False),
    InvoiceStatus.VALIDATED: ("Validated", "Unpaid", False),
    InvoiceStatus.PARTLY_PAID: ("Validated", "Partially paid", False),
    InvoiceStatus.PAID: ("Validated", "Paid", False),
    InvoiceStatus.CANCELED: ("Canceled", "Unpaid", True),
}


@dataclass(frozen=True, slots=True)
class Thirds:
    """A coder that splits every account in three and writes two fields."""

    def shares(self, account: Account) -> tuple[CodedShare, ...]:
        """Return 33.33, 33.33 and 33.34 percent."""
        return tuple(
            CodedShare(
                percent=Decimal(percent),
                values=(
                    FieldValue(field="Account", value=account.combination, description="as it is"),
                    FieldValue(field="Part", value=str(number)),
                ),
            )
            for number, percent in enumerate(("33.33", "33.33", "33.34"), start=1)
        )


def invoice_line(**changes: object) -> InvoiceLine:
    """Return the first line of the plain invoice (10 pieces at 150.00, matched to an order), with changes."""
    plain = InvoiceLine(
        number=1,
        kind=InvoiceLineKind.ITEM,
        amount=Decimal("1500.00"),
        quantity=Decimal(10),
        uom="Each",
        price=Decimal("150.00"),
        description="Network switch, 24 ports",
        item="NS-24",
        order=OrderMatch(number="US164861", line=3, schedule=1),
        receipt=None,
        account=_ACCOUNTS[0],
        tax_code=None,
        tax_rate=None,
        ship_to="HARBOUR",
        accounting_date=date(2025, 8, 5),
        canceled=False,
        distributions=(invoice_distribution(),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the names are checked by replace itself


def invoice_distribution(**changes: object) -> InvoiceDistribution:
    """Return the one distribution of the first line, with changes."""
    plain = InvoiceDistribution(
        number=1, amount=Decimal("1500.00"), account=_ACCOUNTS[0], accounting_date=date(2025, 8, 5)
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the names are checked by replace itself


def amount_line(number: int, kind: InvoiceLineKind, amount: str, **changes: object) -> InvoiceLine:
    """Return a line that bills an amount and is matched to nothing, with changes."""
    plain = invoice_line(
        number=number,
        kind=kind,
        amount=Decimal(amount),
        quantity=None,
        uom=None,
        price=None,
        description=f"{kind} line",
        item=None,
        order=None,
        account=_ACCOUNTS[1],
        distributions=(),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the names are checked by replace itself


def lines() -> tuple[InvoiceLine, ...]:
    """Return the lines of the plain invoice."""
    return (
        invoice_line(),
        amount_line(2, InvoiceLineKind.ITEM, "712.75"),
        amount_line(3, InvoiceLineKind.FREIGHT, "50.00"),
        amount_line(
            4, InvoiceLineKind.TAX, "100.00", tax_code="NY SALES", tax_rate=Decimal("4.5"), account=None, ship_to=None
        ),
    )


def invoice(**changes: object) -> Invoice:
    """Return a validated invoice, 2362.75 USD, with changes."""
    plain = Invoice(
        key=300100209368303,
        number="AND_Invoice_0001",
        kind=InvoiceKind.STANDARD,
        status=InvoiceStatus.VALIDATED,
        source_status="Validated, Unpaid",
        description="Network equipment",
        legal_entity="Vision Operations",
        business_unit="Vision Operations",
        supplier=InvoiceSupplier(name="Advanced Network Devices", number="1013", site="FRESNO"),
        order_number="US164861",
        payment_terms="Net 30",
        payment_method="Check",
        total=Money(amount=Decimal("2362.75"), currency="USD"),
        paid=Money(amount=Decimal(0), currency="USD"),
        invoice_date=date(2025, 8, 4),
        accounting_date=date(2025, 8, 5),
        changed_at=CHANGED_AT,
        lines=lines(),
        installments=(
            Installment(
                number=1,
                due=date(2025, 9, 3),
                gross=Decimal("2362.75"),
                unpaid=Decimal("2362.75"),
                on_hold=False,
            ),
        ),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the names are checked by replace itself


def credit_memo(**changes: object) -> Invoice:
    """Return a credit memo of -150.00 USD for one piece of an order, with changes."""
    line = invoice_line(
        quantity=Decimal(-1),
        amount=Decimal("-150.00"),
        distributions=(invoice_distribution(amount=Decimal("-150.00")),),
    )
    plain = invoice(
        number="AND_Credit_0001",
        kind=InvoiceKind.CREDIT_MEMO,
        total=Money(amount=Decimal("-150.00"), currency="USD"),
        lines=(line,),
        installments=(),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the names are checked by replace itself


_NUMBERS = (
    st.text("ABCabc0123456789-_/. #&", min_size=1, max_size=20)
    .map(str.strip)
    .filter(lambda text: text not in ("", ".", ".."))
)
_DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2098, 12, 31))


def _units(step: Decimal, low: int = 1) -> st.SearchStrategy[Decimal]:
    return st.integers(low, 10**9).map(lambda units: units * step)


@st.composite
def _item_lines(draw: st.DrawFn, number: int, step: Decimal, sign: int) -> InvoiceLine:
    matched = draw(st.booleans())
    order = OrderMatch(
        number=draw(st.sampled_from(("PO-1", "PO-2", "PO & 3"))), line=draw(st.integers(1, 50)), schedule=1
    )
    quantity, price, amount = None, None, Decimal(0)
    if draw(st.booleans()):
        quantity = draw(st.decimals("0.001", 1000, places=3)) * sign
        price = draw(st.decimals("0.0001", 10000, places=4))
        amount = (quantity * price).quantize(step, ROUND_HALF_UP)
    if not amount:
        quantity, price, amount = None, None, draw(_units(step)) * sign
    shares = draw(_distributions(amount, step))
    return invoice_line(
        number=number,
        amount=amount,
        quantity=quantity,
        price=price,
        uom=draw(st.sampled_from(("Ea", "Box", "kg"))) if quantity is not None else None,
        description=draw(st.none() | texts()),
        item=draw(st.none() | texts()),
        order=order if matched else None,
        receipt=draw(st.none() | st.builds(ReceiptMatch, number=st.just("R-1"), line=st.none() | st.integers(1, 9))),
        distributions=shares,
    )


@st.composite
def _distributions(draw: st.DrawFn, amount: Decimal, step: Decimal) -> tuple[InvoiceDistribution, ...]:
    units = int(amount / step)
    cuts = sorted(draw(st.lists(st.integers(min(0, units), max(0, units)), max_size=3)))
    if units < 0:
        cuts.reverse()
    edges = (0, *cuts, units)
    amounts = [(after - before) * step for before, after in pairwise(edges)]
    return tuple(
        invoice_distribution(number=number, amount=part, account=draw(st.sampled_from(_ACCOUNTS)))
        for number, part in enumerate(amounts, start=1)
    )


@st.composite
def invoices(draw: st.DrawFn, *, with_lines: bool | None = None) -> Invoice:
    """Draw an invoice that agrees with itself: any kind but a prepayment, with or without lines, any state."""
    kind = draw(st.sampled_from((InvoiceKind.STANDARD, InvoiceKind.CREDIT_MEMO, InvoiceKind.DEBIT_MEMO)))
    currency = draw(st.sampled_from(sorted(_STEPS)))
    step, sign = _STEPS[currency], 1 if kind is InvoiceKind.STANDARD else -1
    wanted = draw(st.booleans()) if with_lines is None else with_lines
    drawn = tuple(draw(_item_lines(number, step, sign)) for number in range(1, draw(st.integers(1, 4)) + 1))
    charges = draw(st.lists(st.sampled_from(list(InvoiceLineKind)), max_size=3))
    amounts = [draw(_units(step)) * sign for _ in charges]
    drawn += tuple(
        amount_line(number, charged, str(amount))
        for number, (charged, amount) in enumerate(zip(charges, amounts, strict=True), start=10)
    )
    total = (
        sum(line.amount for line in replace(invoice(), lines=drawn).live_lines) if wanted else draw(_units(step)) * sign
    )
    paid = draw(st.none() | _units(step).map(lambda amount: Money(amount=amount * sign, currency=currency)))
    return invoice(
        number=draw(_NUMBERS),
        kind=kind,
        status=InvoiceStatus.PARTLY_PAID if paid else InvoiceStatus.VALIDATED,
        description=draw(st.none() | texts()),
        business_unit=draw(st.none() | st.sampled_from(("Vision Operations", "Größe & <Söhne>"))),
        order_number=draw(st.none() | st.just("PO-1")),
        payment_terms=draw(st.none() | texts()),
        total=Money(amount=Decimal(total), currency=currency),
        paid=paid,
        invoice_date=draw(_DAYS),
        accounting_date=draw(st.none() | _DAYS),
        lines=drawn if wanted else (),
        installments=_installments(draw(st.lists(_DAYS, max_size=3))),
    )


def _installments(days: Sequence[date]) -> tuple[Installment, ...]:
    return tuple(
        Installment(number=number, due=day, gross=None, unpaid=None, on_hold=False)
        for number, day in enumerate(days, start=1)
    )


def as_oracle(document: Invoice) -> Object:
    """Write an invoice as Oracle's framework 4 does."""
    validation, payment, canceled = _STATUS_TEXT[document.status]
    return {
        "InvoiceId": document.key,
        "InvoiceNumber": document.number,
        "InvoiceCurrency": document.total.currency,
        "PaymentCurrency": document.paid.currency if document.paid else None,
        "InvoiceAmount": document.total.amount,
        "InvoiceDate": document.invoice_date.isoformat(),
        "BusinessUnit": document.business_unit,
        "Supplier": document.supplier.name,
        "SupplierNumber": document.supplier.number,
        "SupplierSite": document.supplier.site,
        "AccountingDate": document.accounting_date.isoformat() if document.accounting_date else None,
        "Description": document.description,
        "InvoiceType": _KIND_TEXT[document.kind],
        "PaymentTerms": document.payment_terms,
        "PaymentMethod": document.payment_method,
        "LegalEntity": document.legal_entity,
        "ValidationStatus": validation,
        "PaidStatus": payment,
        "CanceledFlag": canceled,
        "AmountPaid": document.paid.amount if document.paid else None,
        "PurchaseOrderNumber": document.order_number,
        "LastUpdateDate": document.changed_at.isoformat(),
        "invoiceLines": _collection([_line(line) for line in document.lines]),
        "invoiceInstallments": _collection([_installment(part) for part in document.installments]),
    }


def _line(line: InvoiceLine) -> Object:
    order, receipt = line.order, line.receipt
    return {
        "LineNumber": line.number,
        "LineType": line.kind.capitalize(),
        "LineAmount": line.amount,
        "Quantity": line.quantity,
        "UOM": line.uom,
        "UnitPrice": line.price,
        "Description": line.description,
        "Item": line.item,
        "PurchaseOrderNumber": order.number if order else None,
        "PurchaseOrderLineNumber": order.line if order else None,
        "PurchaseOrderScheduleLineNumber": order.schedule if order else None,
        "ReceiptNumber": receipt.number if receipt else None,
        "ReceiptLineNumber": receipt.line if receipt else None,
        "DistributionCombination": line.account,
        "TaxRateCode": line.tax_code,
        "TaxRate": line.tax_rate,
        "ShipToLocationCode": line.ship_to,
        "AccountingDate": line.accounting_date.isoformat() if line.accounting_date else None,
        "CanceledFlag": line.canceled,
        "DiscardedFlag": False,
        "invoiceDistributions": _collection([_distribution(share) for share in line.distributions]),
    }


def _distribution(share: InvoiceDistribution) -> Object:
    return {
        "DistributionLineNumber": share.number,
        "DistributionAmount": share.amount,
        "DistributionCombination": share.account,
        "AccountingDate": share.accounting_date.isoformat() if share.accounting_date else None,
    }


def _installment(part: Installment) -> Object:
    return {
        "InstallmentNumber": part.number,
        "DueDate": part.due.isoformat() if part.due else None,
        "GrossAmount": part.gross,
        "UnpaidAmount": part.unpaid,
        "HoldFlag": part.on_hold,
    }


def _collection(rows: Sequence[JsonValue]) -> Object:
    return {"items": list(rows), "count": len(rows), "hasMore": False, "limit": 25, "offset": 0}
