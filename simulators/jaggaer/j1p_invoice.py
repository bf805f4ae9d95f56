"""The J1P invoice as JSON: the body of an import understood on the way in, and put together again for reads (2.3).

An import names a line's item `ocrItem` and its price `{"currency", "money"}`; a read says `item` and `{"currency",
"value"}`. All other fields are kept as they came. Charges of header and lines: tax, shipping and handling are added, a
discount is taken off. `type` (new, update, cancel) and `revisionNumber` stand in the header as in an order [assumed].

Limits: addresses, terms and dates are kept, not understood; the name of the rows in `lineList` is assumed.
"""

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from simulators.jaggaer import exact_json, j1p_fields, money
from simulators.jaggaer.exact_json import JsonObject
from simulators.jaggaer.invoice import Invoice, InvoiceDraft, InvoiceKind
from simulators.jaggaer.j1p_fields import NotUnderstood
from simulators.jaggaer.order import Change, Door, Reason

_KINDS = {"invoice": InvoiceKind.INVOICE, "credit memo": InvoiceKind.CREDIT_MEMO, "debit memo": InvoiceKind.DEBIT_MEMO}
_CHARGES = {
    **dict.fromkeys(("tax", "tax1", "tax2", "taxCharge1", "taxCharge2"), Decimal(1)),
    **dict.fromkeys(("shippingCharge", "shippingCharges", "handlingCharge", "handlingCharges"), Decimal(1)),
    "discountAmount": Decimal(-1),
}
_TOTALS = ("total", "grandTotal")
OPTIONAL = frozenset({"supplierInvoiceNumber", "total", "businessUnit", "withholdingTax1", "dueDate", "notes"})
"""Fields of a header that a read may lack: those that real lists lack in some rows (2.2)."""


class NotAnInvoice(NotUnderstood):
    """The body can not be understood as an invoice; the refusal says which field and why."""

    def __init__(self, reason: Reason, number: str, text: str) -> None:
        super().__init__(reason, number, text, what="Invoice")


def draft_from(invoice: object, *, door: Door = Door.J1P) -> InvoiceDraft:
    """Understand the value of `invoiceOcr`. Raises NotAnInvoice."""
    header, rows, number = _opened(invoice)
    supplier = _supplier(header, number)
    change = _change(header, number)
    rows = [] if change is Change.CANCEL else rows
    currency = _currency(header, rows, number)
    return InvoiceDraft(
        door=door,
        number=number,
        supplier=supplier,
        supplier_names=j1p_fields.supplier_names(header["supplier"]),
        kind=_kind(header, number),
        change=change,
        revision=_revision(header, number),
        currency=currency,
        total=_total(header, number),
        lines=tuple(_amount(row, position, number) for position, row in enumerate(rows, start=1)),
        charges=_charges([header, *rows], number),
        content=exact_json.dumps({"header": header, "lineList": {"line": [_as_read(row) for row in rows]}}),
        digest=hashlib.sha256(exact_json.dumps(invoice)).hexdigest(),
        accounts=j1p_fields.split_values(iter([header, *rows])),
        business_unit=j1p_fields.named(header.get("businessUnit")),
    )


def read_back(invoice: Invoice, *, with_lines: bool) -> JsonObject:
    """Return an invoice as reads give it back: what came, with what JAGGAER itself adds to the header (2.3)."""
    content: JsonObject = exact_json.loads(invoice.content)
    rows = content["lineList"]["line"]
    header = content["header"] | {
        "invoiceId": invoice.invoice_id,
        "invoiceNumber": f"INV{invoice.invoice_id}",
        "supplierInvoiceNumber": invoice.number,
        "originalRequestMessageId": invoice.last_key or None,
        "revisionNumber": invoice.revision,
        "invoiceType": str(invoice.kind),
        "invoiceSource": invoice.channel,
        "invoiceCreateDate": j1p_fields.timestamp(invoice.created_at),
        "lastUpdate": j1p_fields.timestamp(invoice.updated_at),
        "validationStatus": "Unneeded",
        "paymentStatus": str(invoice.payment_status),
        "amountPaid": None if invoice.paid is None else {"currency": invoice.currency, "value": invoice.paid},
        "matchStatus": "Unmatched",
        "workflowStatus": "Pending",
        "nonPOInvoice": not any(row.get("poNumber") for row in rows),
        "total": {"currency": invoice.currency, "value": invoice.total},
    }
    return {"header": header, "lineList": {"line": rows}} if with_lines else {"header": header}


def without_optional(document: JsonObject) -> JsonObject:
    """Return an invoice as a read gives it that leaves out what is optional."""
    return document | {"header": {name: value for name, value in document["header"].items() if name not in OPTIONAL}}


def _opened(invoice: object) -> tuple[JsonObject, list[JsonObject], str]:
    """Return header, lines and number, without which nothing more can be said."""
    header = invoice.get("invoiceOcrHeader") if isinstance(invoice, dict) else None
    if not isinstance(invoice, dict) or not isinstance(header, dict):
        raise NotAnInvoice(Reason.MISSING, "", "invoiceOcr.invoiceOcrHeader is missing or no object")
    number = j1p_fields.text(header.get("supplierInvoiceNumber"))
    if not number:
        raise NotAnInvoice(Reason.MISSING, "", "invoiceOcrHeader.supplierInvoiceNumber is missing or empty")
    try:
        rows = j1p_fields.rows(invoice, "invoiceOcrLineList", "invoiceOcrLine") or []
    except ValueError as error:
        raise NotAnInvoice(Reason.INVALID, number, str(error)) from error
    for position, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise NotAnInvoice(Reason.INVALID, number, f"invoiceOcrLine at position {position} is no object")
    return header, rows, number


def _supplier(header: JsonObject, number: str) -> str:
    stated = header.get("supplier")
    holder = stated if isinstance(stated, dict) else {}
    names = [j1p_fields.text(holder.get(name)) for name in j1p_fields.SUPPLIER_NAMES]
    found = next(filter(None, names), None)
    if found is None:
        raise NotAnInvoice(Reason.MISSING, number, "invoiceOcrHeader.supplier.supplierNumber is missing or empty")
    return found


def _kind(header: JsonObject, number: str) -> InvoiceKind:
    stated = header.get("invoiceType", "Invoice")
    kind = _KINDS.get(stated.strip().casefold()) if isinstance(stated, str) else None
    if kind is None:
        text = f"invoiceType {j1p_fields.shown(stated)} is none of {', '.join(InvoiceKind)}"
        raise NotAnInvoice(Reason.INVALID, number, text)
    return kind


def _change(header: JsonObject, number: str) -> Change:
    stated = header.get("type", "new")
    if stated not in tuple(Change):
        text = f"invoiceOcrHeader.type {j1p_fields.shown(stated)} is none of {', '.join(Change)}"
        raise NotAnInvoice(Reason.INVALID, number, text)
    return Change(stated)


def _revision(header: JsonObject, number: str) -> int | None:
    stated = header.get("revisionNumber")
    value = j1p_fields.whole(stated)
    if stated is not None and value is None:
        text = f"invoiceOcrHeader.revisionNumber {j1p_fields.shown(stated)} is no whole number from 0"
        raise NotAnInvoice(Reason.INVALID, number, text)
    return value


def _currency(header: JsonObject, rows: Sequence[JsonObject], number: str) -> str | None:
    """Return the one currency of the document, None if it names none."""
    stated = [header.get("currency"), *(j1p_fields.currency(header.get(name)) for name in _TOTALS)]
    stated += [j1p_fields.currency(row.get("unitPrice")) for row in rows]
    found = list(dict.fromkeys(str(one) for one in stated if one not in (None, "")))
    if len(found) > 1:
        raise NotAnInvoice(Reason.INVALID, number, f"it names several currencies, {found[0]!r} and {found[1]!r}")
    if found and not j1p_fields.is_currency(found[0]):
        raise NotAnInvoice(Reason.INVALID, number, f"currency {found[0]!r} is no ISO 4217 code")
    return found[0] if found else None


def _total(header: JsonObject, number: str) -> Decimal | None:
    name = next((name for name in _TOTALS if header.get(name) is not None), None)
    if name is None:
        return None
    value = j1p_fields.amount(header[name])
    if value is None:
        text = f"invoiceOcrHeader.{name} {j1p_fields.shown(header[name])} holds no amount"
        raise NotAnInvoice(Reason.INVALID, number, text)
    return value


def _charges(holders: Sequence[JsonObject], number: str) -> Decimal | None:
    try:
        stated = [j1p_fields.charges(holder, _CHARGES) for holder in holders]
    except ValueError as error:
        raise NotAnInvoice(Reason.INVALID, number, f"{error} holds no amount") from error
    amounts = [one for one in stated if one is not None]
    return money.total(amounts) if amounts else None


def _amount(row: JsonObject, position: int, number: str) -> Fraction:
    line = j1p_fields.whole(row.get("lineNumber"))
    if not line:
        text = f"line at position {position}, lineNumber {j1p_fields.shown(row.get('lineNumber'))} is no whole number"
        raise NotAnInvoice(Reason.MISSING if "lineNumber" not in row else Reason.INVALID, number, text)
    quantity, price = exact_json.exact(row.get("quantity")), j1p_fields.amount(row.get("unitPrice"))
    for name, value in (("quantity", quantity), ("unitPrice", price)):
        if value is None:
            text = f"line {line}, {name} {j1p_fields.shown(row.get(name))} is no number"
            raise NotAnInvoice(Reason.MISSING if name not in row else Reason.INVALID, number, text)
    return Fraction(quantity or 0) * Fraction(price or 0)


def _as_read(row: JsonObject) -> JsonObject:
    """Return a line of an import as a read shows it."""
    shown = {name: value for name, value in row.items() if name != "ocrItem"}
    item = row.get("ocrItem")
    if isinstance(item, dict):
        shown["item"] = item | ({"unitOfMeasure": _unit(item["unitOfMeasure"])} if "unitOfMeasure" in item else {})
    price = row.get("unitPrice")
    if isinstance(price, dict):
        shown["unitPrice"] = {"currency": price.get("currency"), "value": j1p_fields.amount(price)}
    return shown


def _unit(stated: object) -> object:
    return {"dimension": stated} if isinstance(stated, str) else stated
