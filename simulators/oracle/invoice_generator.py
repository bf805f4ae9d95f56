"""Plausible invoices, matched to generated orders line by line, each made from its number alone.

Of ten invoices nine bill an order in full, schedule by schedule; the tenth is a credit memo that takes back the first
line of the order before it. So nine orders carry ten invoices, and nothing is billed twice. Business unit, supplier,
currency, prices and accounts are the order's. What state an invoice is in follows from its place among the ten:

    not validated: four    validated: three    partially paid: one    paid: one    credit memo (validated): one

Limits: an invoice does not close its order's schedules; tax, freight and prepayments do not occur.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from types import MappingProxyType
from typing import Any

from simulators.oracle import payables
from simulators.oracle.demonstration import CURRENCIES, LIABILITY
from simulators.oracle.generator import Generator, Order
from simulators.oracle.invoice_attributes import (
    INVOICE_DISTRIBUTIONS,
    INVOICE_INSTALLMENTS,
    INVOICE_LINES,
    INVOICES,
    REFERENCE_KEYS,
)
from simulators.oracle.resource import Row, blank
from simulators.oracle.supplier_generator import supplier_number

FIRST_KEY = 300_100_220_000_000
KEY_STEP = 10_000
"""Room between two invoices' keys for those of their distributions."""
_FIRST_NUMBER = 700_000
_FIRST_STAMP = datetime(2025, 10, 1, 7, 0, 0, tzinfo=UTC)
_STAMP_STEP = timedelta(seconds=41)
_CYCLE = 10
NEW, _VALIDATED, _PARTLY_PAID, _PAID, CREDIT = 0, 4, 7, 8, 9
"""The places among ten from which on invoices are not validated, validated, partially paid, paid, credit memos."""
_FROM_ORDER = tuple(
    "OrderNumber CurrencyCode ProcurementBU SupplierId Supplier SupplierSite Description PaymentTerms".split()
)
"""What the header of an invoice takes from its order."""
DAYS = {"Net 30": 30, "Net 45": 45, "Immediate": 0}
PLACES = {code: places for code, _, places in CURRENCIES}


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedInvoices:
    """The first `count` invoices on the first `orders` orders of a generator.

    Raises ValueError for more invoices than the orders have to bill.
    """

    orders: Generator
    order_count: int
    count: int

    def __post_init__(self) -> None:
        """Refuse to bill an order twice."""
        needed = order_number_of(self.count - 1) + 1 if self.count else 0
        if needed > self.order_count:
            raise ValueError(f"{self.count} invoices bill {needed} orders; the pod has {self.order_count}")

    @property
    def alike(self) -> Mapping[tuple[str, ...], Mapping[str, Any]]:
        """What is the same in every generated invoice."""
        same = {"CanceledFlag": False, "CanceledDate": None, "CanceledBy": None} | dict.fromkeys(REFERENCE_KEYS)
        return MappingProxyType({(): same})

    def keys(self) -> list[int]:
        """Return the keys of the invoices, ascending."""
        return [FIRST_KEY + number * KEY_STEP for number in range(self.count)]

    def stamp(self, key: int) -> datetime:
        """Return when an invoice was last updated."""
        return _FIRST_STAMP + _STAMP_STEP * _number(key)

    def key_of(self, number: str) -> int | None:
        """Return the key behind an InvoiceNumber."""
        digits = number[3:]
        if number[:3] not in ("INV", "CM-") or not (digits.isascii() and digits.isdigit() and len(digits) < 12):
            return None
        key = FIRST_KEY + (int(digits) - _FIRST_NUMBER) * KEY_STEP
        return key if key >= FIRST_KEY and invoice_number(key) == number else None

    def value(self, key: int, name: str) -> Any:
        """Return one attribute of an invoice's header; its lines are made only for a credit memo's amount."""
        if _number(key) % _CYCLE == CREDIT and name in ("InvoiceAmount", "AmountPaid"):
            return self.row(key)[name]
        return self._header(key, self.orders.total(self._order_key(key)))[name]

    def row(self, key: int) -> Row:
        """Return an invoice."""
        place = _number(key) % _CYCLE
        return matched(key, self.orders.order(self._order_key(key)), self.stamp(key), place=place)

    def _header(self, key: int, amount: Decimal) -> Row:
        order_key = self._order_key(key)
        order = {name: self.orders.value(order_key, name) for name in _FROM_ORDER}
        return _header(key, order, amount, self.stamp(key), place=_number(key) % _CYCLE)

    def _order_key(self, key: int) -> int:
        return self.orders.key(order_number_of(_number(key)))


def matched(key: int, order: Order, stamp: datetime, *, place: int) -> Row:
    """Return the invoice on an order that has this place among ten: at `CREDIT` a memo for the order's first line."""
    lines = list(_lines(key, order, stamp, credit=place == CREDIT))
    amount = sum((line["LineAmount"] for line in lines), Decimal(0))
    return with_children(_header(key, order, amount, stamp, place=place), lines)


def order_number_of(number: int) -> int:
    """Return which order an invoice bills, both counted from 0."""
    cycle, place = divmod(number, _CYCLE)
    return cycle * (_CYCLE - 1) + min(place, _CYCLE - 2)


def invoice_number(key: int) -> str:
    """Return the InvoiceNumber of a generated invoice."""
    return _named(key, place=_number(key) % _CYCLE)


def _named(key: int, *, place: int) -> str:
    return f"{'CM-' if place == CREDIT else 'INV'}{_FIRST_NUMBER + _number(key)}"


def _number(key: int) -> int:
    return (key - FIRST_KEY) // KEY_STEP


def _header(key: int, order: Mapping[str, Any], amount: Decimal, stamp: datetime, *, place: int) -> Row:
    """Return an invoice without its children, in the state that its place among ten says."""
    day = stamp.date()
    paid = _paid(place, amount, order["CurrencyCode"])
    return {
        **DEFAULTS,
        "InvoiceId": key,
        "InvoiceNumber": _named(key, place=place),
        "InvoiceCurrency": order["CurrencyCode"],
        "PaymentCurrency": order["CurrencyCode"],
        "InvoiceAmount": amount,
        **dict.fromkeys(("InvoiceDate", "AccountingDate", "TermsDate", "BudgetDate"), day),
        "BusinessUnit": order["ProcurementBU"],
        "ProcurementBU": order["ProcurementBU"],
        "LegalEntity": order["ProcurementBU"],
        "Supplier": order["Supplier"],
        "SupplierNumber": supplier_number(order["SupplierId"]),
        "SupplierSite": order["SupplierSite"],
        "Description": order["Description"],
        "InvoiceType": payables.CREDIT_MEMO if place == CREDIT else payables.STANDARD,
        "PaymentTerms": order["PaymentTerms"],
        "PurchaseOrderNumber": order["OrderNumber"],
        "ValidationStatus": payables.VALIDATED if place >= _VALIDATED else payables.NOT_VALIDATED,
        "PaidStatus": payables.paid_status(amount, paid),
        "AmountPaid": paid,
        **audit(stamp),
    }


def _paid(place: int, amount: Decimal, currency: str) -> Decimal:
    if place == _PAID:
        return amount
    if place == _PARTLY_PAID:
        return (amount / 2).quantize(Decimal(1).scaleb(-PLACES[currency]), rounding=ROUND_DOWN)
    return Decimal(0)


def with_children(header: Row, lines: list[Row]) -> Row:
    """Return an invoice with its lines and the one installment that it is paid in."""
    due: date = header["InvoiceDate"] + timedelta(days=DAYS[header["PaymentTerms"]])
    installment = {
        **blank(INVOICE_INSTALLMENTS),
        "InvoiceId": header["InvoiceId"],
        "InstallmentNumber": 1,
        "DueDate": due,
        "GrossAmount": header["InvoiceAmount"],
        "UnpaidAmount": header["InvoiceAmount"] - header["AmountPaid"],
        "PaymentPriority": 99,
        "HoldFlag": False,
        "PaymentMethodCode": "CHECK",
        "PaymentMethod": "Check",
        "RemitToSupplier": header["Supplier"],
        **audit(header["LastUpdateDate"]),
    }
    row = header | {"invoiceInstallments": [installment], "invoiceLines": lines}
    if header["ValidationStatus"] == payables.VALIDATED:
        payables.mark_distributions(row, payables.VALIDATED)
    return row


def _lines(key: int, order: Order, stamp: datetime, *, credit: bool) -> Iterator[Row]:
    """Bill every schedule of an order, or take back those of its first line."""
    chosen = order["lines"][:1] if credit else order["lines"]
    number = made = 0
    for line in chosen:
        for schedule in line["schedules"]:
            number += 1
            shares = [
                distribution(key + made + place, place, share, stamp, credit=credit)
                for place, share in enumerate(schedule["distributions"], start=1)
            ]
            made += len(shares)
            yield billed_line(key, number, line, schedule, stamp, credit=credit) | {"invoiceDistributions": shares}


def billed_line(key: int, number: int, line: Order, schedule: Order, stamp: datetime, *, credit: bool) -> Row:
    """Return the line that bills a schedule in full, without its distributions."""
    sign = -1 if credit else 1
    quantity = schedule["Quantity"]
    accounts = {share["POChargeAccount"] for share in schedule["distributions"]}
    return {
        **LINE_DEFAULTS,
        "InvoiceId": key,
        "LineNumber": number,
        "LineAmount": sign * schedule["Ordered"],
        **dict.fromkeys(("AccountingDate", "BudgetDate"), stamp.date()),
        "UOM": schedule["UOM"],
        "Description": line["Description"],
        "ItemDescription": line["Description"],
        "Item": line["Item"],
        "ShipToLocationCode": schedule["ShipToLocationCode"],
        "ShipToLocation": schedule["ShipToLocation"],
        "PurchaseOrderNumber": line["OrderNumber"],
        "PurchaseOrderLineNumber": line["LineNumber"],
        "PurchaseOrderScheduleLineNumber": schedule["ScheduleNumber"],
        "MatchBasis": "Amount" if quantity is None else "Quantity",
        "Quantity": None if quantity is None else sign * quantity,
        "UnitPrice": None if quantity is None else schedule["Price"],
        "PurchasingCategory": line["Category"],
        "DistributionCombination": accounts.pop() if len(accounts) == 1 else None,
        **audit(stamp),
    }


def distribution(key: int, number: int, share: Order, stamp: datetime, *, credit: bool) -> Row:
    """Return the distribution that bills one of an order's in full."""
    return {
        **blank(INVOICE_DISTRIBUTIONS),
        "InvoiceDistributionId": key,
        "DistributionLineNumber": number,
        "DistributionLineType": "Item",
        "DistributionAmount": -share["Ordered"] if credit else share["Ordered"],
        "DistributionCombination": share["POChargeAccount"],
        "AccountingDate": stamp.date(),
        "AccountingStatus": "Unaccounted",
        "MatchedStatus": "Purchase order",
        "ValidationStatus": payables.NEVER_VALIDATED,
        **audit(stamp),
    }


def audit(stamp: datetime) -> Row:
    """Return who made a row of payables, and when."""
    return {"CreationDate": stamp, "CreatedBy": "finuser1", "LastUpdateDate": stamp, "LastUpdatedBy": "finuser1"}


DEFAULTS: Row = blank(INVOICES) | {
    "PayAloneFlag": False,
    "InvoiceSourceCode": "MANUAL INVOICE ENTRY",
    "InvoiceSource": "Manual invoice entry",
    "PayGroup": "Standard",
    "PaymentMethodCode": "CHECK",
    "PaymentMethod": "Check",
    "LiabilityDistribution": LIABILITY[1],
    "ApprovalStatus": "Not required",
    "AccountingStatus": "Unaccounted",
    "CanceledFlag": False,
    "FundsStatus": "Not applied",
}
LINE_DEFAULTS: Row = blank(INVOICE_LINES) | {
    "LineType": "Item",
    "TrackAsAssetFlag": False,
    "ProrateAcrossAllItemsFlag": False,
    "LineSource": "Manual line entry",
    "FundsStatus": "Not applied",
    "ApprovalStatus": "Not required",
    "FinalMatchFlag": False,
    "MatchType": "Purchase order",
    "MatchOption": "Order",
    "GenerateDistributions": "Complete",
    "DiscardedFlag": False,
    "CanceledFlag": False,
}
