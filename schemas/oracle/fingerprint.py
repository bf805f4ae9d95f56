"""The fingerprint of a document's business content, the same however Oracle happens to write it.

Two readings of an unchanged document differ in much: framework version (children as arrays or collections, numbers as
strings), number spelling (10, 10.0), order of attributes and rows, links, stamps of a touch that changed nothing. None
of these moves the fingerprint; any business value does (oracle-fusion.md, 1.3 to 1.6).

An attribute without a value counts like one that is absent: each quarterly release adds attributes, null on every old
document, and those documents have not changed. Rows are taken as a set, told apart by their content (which holds their
number), so the order of rows is not content.
"""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

import orjson

from schemas.exact_json import NATIVE_INTEGERS, JsonValue
from schemas.money import plain
from schemas.oracle.row import NUMERAL

_NOT_BUSINESS = frozenset(
    {
        "links",
        "@context",
        "CreatedBy",
        "CreationDate",
        "LastUpdateDate",
        "LastUpdateLogin",
        "LastUpdatedBy",
    }
)
# What framework 9 sends as strings; ids too, known by their ending. An order number is text and stays text.
_NUMERIC = frozenset(
    {
        "Amount",
        "BasePrice",
        "ConversionRate",
        "CreditAmount",
        "DiscountAmount",
        "DistributionNumber",
        "LineNumber",
        "Ordered",
        "OrderedAmountBeforeAdjustments",
        "Percent",
        "Price",
        "Quantity",
        "Revision",
        "ScheduleNumber",
        "SecondaryQuantity",
        "Total",
        "TotalTax",
    }
)
_NUMERIC_IN_INVOICES = frozenset(
    {
        "AmountPaid",
        "AssessableValue",
        "BaseAmount",
        "ConsumptionAdviceLineNumber",
        "ControlAmount",
        "DistributionAmount",
        "DistributionLineNumber",
        "GrossAmount",
        "InstallmentNumber",
        "InvoiceAmount",
        "LineAmount",
        "PaymentPriority",
        "PurchaseOrderLineNumber",
        "PurchaseOrderScheduleLineNumber",
        "ReceiptLineNumber",
        "TaxRate",
        "UnitPrice",
        "UnpaidAmount",
    }
)


def fingerprint(raw: Mapping[str, JsonValue]) -> bytes:
    """Return SHA-256 over the business content of a document and all its children."""
    return hashlib.sha256(_row(raw)).digest()


def _row(raw: Mapping[str, JsonValue]) -> bytes:
    content = {
        name: _value(name, value) for name, value in raw.items() if value is not None and name not in _NOT_BUSINESS
    }
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def _value(name: str, value: JsonValue) -> object:
    match value:
        case str():
            numeric = _is_numeric(name) and NUMERAL.fullmatch(value)
            return _number(Decimal(value)) if numeric else value
        case int():
            return value if value in NATIVE_INTEGERS else _number(Decimal(value))
        case Decimal():
            return _number(value)
        case list():
            return _rows(name, value)
        case dict():
            items = value.get("items")
            return _rows(name, items) if isinstance(items, list) else orjson.Fragment(_row(value))
    return value


@lru_cache(maxsize=4096)
def _is_numeric(name: str) -> bool:
    return name in _NUMERIC or name in _NUMERIC_IN_INVOICES or name.endswith("Id")


def _rows(name: str, items: list[JsonValue]) -> orjson.Fragment:
    rows = [_row(item) if isinstance(item, dict) else orjson.dumps(_value(name, item)) for item in items]
    return orjson.Fragment(b"[" + b",".join(sorted(rows)) + b"]")


def _number(number: Decimal) -> orjson.Fragment:
    """Write a number in its one shortest plain form, so that 10, 10.0 and 1E+1 are the same."""
    digits = plain(number)
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return orjson.Fragment(digits if number else "0")
