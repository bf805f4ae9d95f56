"""A canonical invoice as the JSON value that J1P imports, without what depends on the delivery.

Conventions (jaggaer-cxml.md, 2.2 and 2.3): lists are wrapped twice, what has no value is left out, days are midnight
UTC, an amount is `{currency, money}`. Item lines are lines; freight, tax and miscellaneous lines are the header's
shippingCharge, taxCharge1 and handlingCharge. A line that bills an amount goes with quantity 1 at that amount. Each
split of a line is one index of custom field values, with its exact amount. Credits keep the source's sign.

Only number, type, addresses, business unit, terms, date, notes, supplier number and the four fields of a line were seen
in an import; the other fields have the names under which they are read (2.3) [assumed].

Not carried: the source's id and status, what is paid (`invoice_status.py` sends that), number and account of lines that
became a charge, canceled lines, installments but for the first day that is due.
"""

from collections.abc import Mapping
from decimal import Decimal

from schemas.coding import Coder
from schemas.exact_json import JsonValue
from schemas.invoice import Invoice, InvoiceLine, InvoiceLineKind
from schemas.invoice_amounts import CodedPart, charges, coded
from schemas.invoice_checks import check
from schemas.j1p.findable import check_findable
from schemas.j1p.invoice_layout import J1pInvoiceLayout
from schemas.money import Money
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.units import UnitMap

Object = dict[str, JsonValue]

_UNIT_OF_AN_AMOUNT = "EA"


def invoice_body(invoice: Invoice, units: UnitMap, coder: Coder, layout: J1pInvoiceLayout) -> Object:
    """Return header and lines in their wrappers; an invoice without lines goes without the list of them.

    Raises Refused: INVALID for an invoice that contradicts itself, cannot be looked for or names no supplier number,
    MAPPING for a kind, unit or account without a counterpart.
    """
    check_sendable(invoice, layout)
    check(invoice)
    lines: list[JsonValue] = [
        _line(invoice, line, units, coder) for line in invoice.live_lines if line.kind is InvoiceLineKind.ITEM
    ]
    content: Object = {layout.header: _header(invoice, layout)}
    if lines:
        content[layout.line_list] = {layout.line: lines}
    return {layout.invoice: content}


def check_sendable(invoice: Invoice, layout: J1pInvoiceLayout) -> None:
    """Raise Refused for an invoice that J1P could not be told of, or not be asked for."""
    check_findable(invoice.number, field="InvoiceNumber", noun="invoice")
    if not invoice.supplier.number:
        reason = f"supplier {invoice.supplier.name} has no number, and JAGGAER knows suppliers by it."
        raise _refused(RefusalClass.INVALID, "SupplierNumber", "", reason, "Give the supplier a number in Oracle.")
    if invoice.kind not in layout.types:
        reason = "JAGGAER has no such kind of invoice."
        next_step = "Name a type for it in the profile of J1P invoices, or keep such invoices out of the flow."
        raise _refused(RefusalClass.MAPPING, "InvoiceType", invoice.kind, reason, next_step)


def _header(invoice: Invoice, layout: J1pInvoiceLayout) -> Object:
    sums = charges(invoice)
    places = {line.ship_to for line in invoice.live_lines}
    return stated(
        {
            layout.number: invoice.number,
            "invoiceType": layout.types[invoice.kind],
            "businessUnit": {"internalName": invoice.business_unit} if invoice.business_unit is not None else None,
            "supplier": supplier(invoice),
            "remitTo": _address(invoice.supplier.site),
            "shipTo": _address(places.pop()) if len(places) == 1 else None,
            "poNumber": None if invoice.lines else invoice.order_number,
            "terms": {"standardPaymentTermsCode": invoice.payment_terms} if invoice.payment_terms is not None else None,
            "payment": {"method": invoice.payment_method} if invoice.payment_method is not None else None,
            "invoiceDate": layout.date_format.written(invoice.invoice_date),
            "accountingDate": layout.date_format.written(invoice.accounting_date) if invoice.accounting_date else None,
            "dueDate": layout.date_format.written(invoice.due) if invoice.due else None,
            "notes": invoice.description,
            "shippingCharge": money(sums.freight) if sums.freight.amount else None,
            "handlingCharge": money(sums.miscellaneous) if sums.miscellaneous.amount else None,
            "taxCharge1": money(sums.tax) if sums.tax.amount else None,
            "total": money(invoice.total),
        }
    )


def _line(invoice: Invoice, line: InvoiceLine, units: UnitMap, coder: Coder) -> Object:
    quantity, price, unit = priced(line, units)
    order, receipt = line.order, line.receipt
    received: Object | None = None
    if receipt:
        one = stated({"receiptNumber": receipt.number, "receiptLineNumber": receipt.line})
        received = {"receipt": [one]}
    return stated(
        {
            "lineNumber": line.number,
            "ocrItem": stated({"description": line.description, "unitOfMeasure": unit, "packagingAmount": 1}),
            "quantity": quantity,
            "unitPrice": money(Money(amount=price, currency=invoice.total.currency)),
            "poNumber": order.number if order else None,
            "poLineNumber": order.line if order else None,
            "receipts": received,
            "splittableFieldSetGroupList": _split_list(coded(invoice, line, coder)),
        }
    )


def priced(line: InvoiceLine, units: UnitMap) -> tuple[Decimal, Decimal, str]:
    """Return quantity, unit price and unit: as they are, or one times the amount where the line bills an amount."""
    if line.quantity is None or line.price is None:
        return Decimal(1), line.amount, units.theirs(_UNIT_OF_AN_AMOUNT)
    return line.quantity, line.price, units.standard(line.uom, line=line.number)


def supplier(invoice: Invoice) -> Object:
    """Return who is paid, by number and name."""
    return stated({"supplierNumber": invoice.supplier.number, "name": invoice.supplier.name})


def money(amount: Money) -> Object:
    """Return an amount as the import writes it."""
    return {"currency": amount.currency, "money": amount.amount}


def stated(fields: Mapping[str, JsonValue]) -> Object:
    """Leave out what has no value, as JAGGAER does."""
    return {name: value for name, value in fields.items() if value is not None}


def _split_list(parts: tuple[CodedPart, ...]) -> Object | None:
    indices: list[JsonValue] = [_index(part) for part in parts]
    index_set: Object = {"context": "Line", "splittableFieldIndexList": {"splittableFieldIndex": indices}}
    return {"splittableFieldSetGroup": [{"splittableFieldIndexSet": [index_set]}]} if indices else None


def _index(part: CodedPart) -> Object:
    values: list[JsonValue] = [
        stated({"internalName": one.field, "value": one.value, "description": one.description}) for one in part.values
    ]
    return {
        "distributionNumber": part.distribution,
        "amount": part.amount,
        "percent": part.percent,
        "customFieldValueList": {"customFieldValue": values},
    }


def _address(code: str | None) -> Object | None:
    return {"address": {"addressCode": code}} if code else None


def _refused(category: RefusalClass, field: str, value: str, reason: str, next_step: str) -> Refused:
    return Refused(Refusal(category=category, field=field, value=value, reason=reason, next_step=next_step))
