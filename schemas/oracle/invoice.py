"""Oracle's payables invoice: who it is, whether it came whole, and what it says in canonical form.

`identify` is called on every row that is read and asks only for what the ledger needs; `cut_children` tells which child
collections Oracle cut off; `status` reads the state alone; `parse` reads everything. Lines and installments are read
where the row has them: an invoice is whole without (oracle-fusion.md, 3.4; child shapes: 1.3 to 1.5).

Limits: whether its amounts agree is not asked here but by `schemas/invoice_checks.py`, because Oracle keeps invoices
whose lines do not add up yet. The supplier's Oracle id is not among the attributes of an invoice.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from schemas.exact_json import JsonValue
from schemas.identity import Identity
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
from schemas.money import CURRENCIES, Money
from schemas.oracle import children
from schemas.oracle.fingerprint import fingerprint
from schemas.oracle.invoice_status import invoice_status, is_canceled
from schemas.oracle.row import Row

_TREE: children.Tree = MappingProxyType({"invoiceLines": {"invoiceDistributions": {}}, "invoiceInstallments": {}})
# Display texts and lookup codes, both in capitals; the exact spelling is assumed (oracle-fusion.md, 3.4).
_KINDS = MappingProxyType(
    {
        "STANDARD": InvoiceKind.STANDARD,
        "CREDIT MEMO": InvoiceKind.CREDIT_MEMO,
        "CREDIT": InvoiceKind.CREDIT_MEMO,
        "DEBIT MEMO": InvoiceKind.DEBIT_MEMO,
        "DEBIT": InvoiceKind.DEBIT_MEMO,
        "PREPAYMENT": InvoiceKind.PREPAYMENT,
    }
)
_LINE_KINDS = MappingProxyType(
    {
        "ITEM": InvoiceLineKind.ITEM,
        "FREIGHT": InvoiceLineKind.FREIGHT,
        "MISCELLANEOUS": InvoiceLineKind.MISCELLANEOUS,
        "TAX": InvoiceLineKind.TAX,
        "PREPAYMENT": InvoiceLineKind.PREPAYMENT,
        "WITHHOLDING": InvoiceLineKind.WITHHOLDING,
        "WITHHOLDING TAX": InvoiceLineKind.WITHHOLDING,
    }
)
_REPORT = "Report the type with the Oracle release, so that its meaning can be added."


def identify(raw: Mapping[str, JsonValue]) -> Identity:
    """Return key, number, newest stamp, fingerprint and amount of one version. Raises Refused.

    `changed_at` is the newest LastUpdateDate of header, lines, distributions and installments.
    """
    header = Row(raw=raw)
    return Identity(
        key=str(_key(header)),
        number=_number(header),
        changed_at=children.newest_stamp(header, _TREE),
        content_hash=fingerprint(raw),
        business_unit=_legible(header, "BusinessUnit"),
        currency=_legible(header, "InvoiceCurrency"),
        amount=header.number("InvoiceAmount"),
    )


def cut_children(raw: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Return the paths of child collections that are not whole: `invoiceLines[3].invoiceDistributions`."""
    return children.cut(Row(raw=raw), _TREE)


def status(raw: Mapping[str, JsonValue]) -> InvoiceStatus:
    """Return how far the invoice has come, also for one that `parse` would refuse. Raises Refused."""
    return invoice_status(Row(raw=raw))


def parse(raw: Mapping[str, JsonValue]) -> Invoice:
    """Return the canonical invoice; lines, distributions and installments by rising number. Raises Refused."""
    header = Row(raw=raw)
    children.check_whole(header, _TREE)
    currency = _currency(header, "InvoiceCurrency")
    return Invoice(
        key=_key(header),
        number=_number(header),
        kind=_kind(header),
        status=invoice_status(header),
        source_status=_source_status(header),
        description=header.text("Description"),
        legal_entity=header.text("LegalEntity"),
        business_unit=header.text("BusinessUnit"),
        supplier=InvoiceSupplier(
            name=header.name("Supplier"), number=header.text("SupplierNumber"), site=header.text("SupplierSite")
        ),
        order_number=header.text("PurchaseOrderNumber"),
        payment_terms=header.text("PaymentTerms"),
        payment_method=header.text("PaymentMethod"),
        total=Money(amount=header.required("InvoiceAmount", header.number("InvoiceAmount")), currency=currency),
        paid=_paid(header, currency),
        invoice_date=_invoice_date(header),
        accounting_date=header.day("AccountingDate"),
        changed_at=children.newest_stamp(header, _TREE),
        lines=tuple(_line(number, row) for number, row in children.by_number(header, "invoiceLines", "LineNumber")),
        installments=tuple(
            _installment(number, row)
            for number, row in children.by_number(header, "invoiceInstallments", "InstallmentNumber")
        ),
    )


def _line(number: int, row: Row) -> InvoiceLine:
    return InvoiceLine(
        number=number,
        kind=_line_kind(row),
        amount=row.required("LineAmount", row.number("LineAmount")),
        quantity=row.number("Quantity"),
        uom=row.text("UOM"),
        price=row.number("UnitPrice"),
        description=row.text("Description") or row.text("ItemDescription"),
        item=row.text("Item"),
        order=_order(row),
        receipt=_receipt(row),
        account=row.text("DistributionCombination"),
        tax_code=row.text("TaxRateCode") or row.text("TaxRateName") or row.text("TaxClassification"),
        tax_rate=row.number("TaxRate"),
        ship_to=row.text("ShipToLocationCode"),
        accounting_date=row.day("AccountingDate"),
        canceled=is_canceled(row),
        distributions=tuple(
            _distribution(share_number, share)
            for share_number, share in children.by_number(row, "invoiceDistributions", "DistributionLineNumber")
        ),
    )


def _distribution(number: int, row: Row) -> InvoiceDistribution:
    return InvoiceDistribution(
        number=number,
        amount=row.required("DistributionAmount", row.number("DistributionAmount")),
        account=row.text("DistributionCombination"),
        accounting_date=row.day("AccountingDate"),
    )


def _installment(number: int, row: Row) -> Installment:
    return Installment(
        number=number,
        due=row.day("DueDate"),
        gross=row.number("GrossAmount"),
        unpaid=row.number("UnpaidAmount"),
        on_hold=bool(row.flag("HoldFlag")),
    )


def _order(row: Row) -> OrderMatch | None:
    """Return the part of an order that the line is for. Raises Refused for a part of no order."""
    number = row.text("PurchaseOrderNumber")
    line, schedule = row.integer("PurchaseOrderLineNumber"), row.integer("PurchaseOrderScheduleLineNumber")
    if number:
        return OrderMatch(number=number, line=line, schedule=schedule)
    for name, value in (("PurchaseOrderLineNumber", line), ("PurchaseOrderScheduleLineNumber", schedule)):
        if value is not None:
            raise row.refused(name, "the line names no PurchaseOrderNumber that this could belong to.")
    return None


def _receipt(row: Row) -> ReceiptMatch | None:
    number = row.text("ReceiptNumber")
    return ReceiptMatch(number=number, line=row.integer("ReceiptLineNumber")) if number else None


def _paid(header: Row, currency: str) -> Money | None:
    amount = header.number("AmountPaid")
    if amount is None:
        return None
    named = header.text("PaymentCurrency")
    return Money(amount=amount, currency=_currency(header, "PaymentCurrency") if named else currency)


def _kind(header: Row) -> InvoiceKind:
    kind = _KINDS.get(_plainly(header.name("InvoiceType")))
    if kind is None:
        raise header.refused("InvoiceType", "this type of invoice is not known.", _REPORT)
    return kind


def _line_kind(row: Row) -> InvoiceLineKind:
    kind = _LINE_KINDS.get(_plainly(row.name("LineType")))
    if kind is None:
        raise row.refused("LineType", "this type of line is not known, nor whether it is part of the total.", _REPORT)
    return kind


def _plainly(text: str) -> str:
    return " ".join(text.replace("_", " ").upper().split())


def _source_status(header: Row) -> str:
    stated = (header.text("ValidationStatus"), header.text("PaidStatus"))
    return ", ".join(text for text in stated if text)


def _invoice_date(header: Row) -> date:
    return header.required("InvoiceDate", header.day("InvoiceDate"))


def _currency(header: Row, name: str) -> str:
    code = header.name(name)
    if code not in CURRENCIES:
        raise header.refused(name, "it is not an ISO 4217 currency code.")
    return code


def _key(header: Row) -> int:
    return header.required("InvoiceId", header.identifier("InvoiceId"))


def _number(header: Row) -> str:
    return children.legible_name(header, "InvoiceNumber")


def _legible(header: Row, name: str) -> str | None:
    """Return text that the ledger keeps in clear; None where there is none. Raises Refused for control characters."""
    return children.legible_name(header, name) if header.text(name) else None
