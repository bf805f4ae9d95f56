"""`purchaseOrderLifeCycleDetails`: what became of an order, GET only (oracle-fusion.md, 3.1).

Documented are the amounts of the header but `ReceivedAmount` and `InvoicedAmount`, the keys, and what `receipts` say.
How the figures of schedules and invoices are called is [assumed].

Limits: of invoices those are counted that were created through the API; nothing is ever in transit.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from simulators.oracle import figures, invoice_matching
from simulators.oracle.generator import Order
from simulators.oracle.invoices import Invoices
from simulators.oracle.receiving import Receiving
from simulators.oracle.receiving_history import LEFT, NET, RETURNED
from simulators.oracle.resource import Resource, Row, typed_attributes

_HEADER = """
i:POHeaderId s:OrderNumber s:SoldToLegalEntity s:Supplier s:Status s:CurrencyCode n:OrderedAmount n:ReceivedAmount
n:DeliveredAmount n:InReceivingAmount n:InTransitAmount n:InvoicedAmount n:PaidAmount n:UnpaidAmount
"""
_MEASURES = ("Ordered", "Shipped", "Received", "Delivered", "Returned", "Invoiced")
_SCHEDULE = f"""
i:LineLocationId i:POHeaderId i:POLineId n:LineNumber n:ScheduleNumber s:Status s:UOM s:CurrencyCode
{" ".join(f"n:{what}Quantity n:{what}Amount" for what in _MEASURES)}
"""
_RECEIPT = """
i:ReceiptId i:LineLocationId s:Receipt t:ReceiptDate n:ReceivedQuantity n:DeliveredQuantity n:ReturnedQuantity
n:ReceivedAmount n:DeliveredAmount n:ReturnedAmount
"""
_INVOICE = """
i:InvoiceId s:InvoiceNumber d:InvoiceDate s:InvoiceType n:InvoiceAmount s:InvoiceCurrency s:ValidationStatus
s:PaidStatus n:AmountPaid
"""
RECEIPTS = Resource(name="receipts", key="ReceiptId", attributes=typed_attributes(_RECEIPT), within="LineLocationId")
LIFE_CYCLE_DETAILS = Resource(
    name="purchaseOrderLifeCycleDetails",
    key="POHeaderId",
    attributes=typed_attributes(_HEADER),
    number="OrderNumber",
    children=(
        Resource(name="schedules", key="LineLocationId", attributes=typed_attributes(_SCHEDULE)),
        RECEIPTS,
        Resource(name="invoices", key="InvoiceId", attributes=typed_attributes(_INVOICE)),
    ),
)
_ZERO = Decimal(0)


class LifeCycleDetails:
    """Makes the details of an order of what receiving and payables know."""

    def __init__(self, receiving: Receiving, invoices: Invoices) -> None:
        self._receiving = receiving
        self._invoices = invoices

    def rows(self, order: Order) -> Iterator[Row]:
        """Return the one row of an order."""
        schedules = [_schedule(line, schedule) for line, schedule in figures.every_schedule(order)]
        billed_by = order.get(invoice_matching.BILLED_BY, ())
        invoices = [self._invoices.get(key) for key in billed_by if key in self._invoices]
        sums: dict[str, Decimal] = {what: sum((row[f"{what}Amount"] for row in schedules), _ZERO) for what in _MEASURES}
        paid = sum((invoice["AmountPaid"] for invoice in invoices), _ZERO)
        yield {
            **{name: order[name] for name in ("POHeaderId", "OrderNumber", "SoldToLegalEntity", "Supplier", "Status")},
            "CurrencyCode": order["CurrencyCode"],
            "OrderedAmount": order["Ordered"],
            "ReceivedAmount": sums["Received"],
            "DeliveredAmount": sums["Delivered"],
            "InReceivingAmount": sums["Received"] - sums["Delivered"],
            "InTransitAmount": _ZERO,
            "InvoicedAmount": sums["Invoiced"],
            "PaidAmount": paid,
            "UnpaidAmount": sum((invoice["InvoiceAmount"] for invoice in invoices), _ZERO) - paid,
            "schedules": schedules,
            "receipts": [*self._receipts(order)],
            "invoices": invoices,
        }

    def _receipts(self, order: Order) -> Iterator[Row]:
        """Return the receipts of an order, with what was corrected, delivered and returned of each since."""
        history = self._receiving.history
        for key in sorted(history.known_as("POHeaderId", order["POHeaderId"])):
            row = history.get(key)
            if row["TransactionTypeCode"] == "RECEIVE":
                measure, returned = "Amount" if row["Quantity"] is None else "Quantity", row.get(RETURNED, _ZERO)
                yield {
                    **dict.fromkeys(RECEIPTS.attributes),
                    "ReceiptId": key,
                    "LineLocationId": row["POLineLocationId"],
                    "Receipt": row["ReceiptNumber"],
                    "ReceiptDate": row["TransactionDate"],
                    f"Received{measure}": row[NET] + returned,
                    f"Delivered{measure}": row[NET] - row[LEFT],
                    f"Returned{measure}": returned,
                }


def _schedule(line: Order, schedule: Row) -> Row:
    known, by_amount = figures.of(schedule), figures.by_amount(schedule)
    numbers = (known.ordered, known.received, known.received, known.delivered, known.returned, known.billed)
    price = schedule["Price"] or _ZERO
    row: dict[str, Any] = {
        **{name: schedule[name] for name in ("LineLocationId", "POHeaderId", "POLineId", "ScheduleNumber", "Status")},
        "LineNumber": line["LineNumber"],
        "UOM": schedule["UOM"],
        "CurrencyCode": line["CurrencyCode"],
    }
    for what, number in zip(_MEASURES, numbers, strict=True):
        row[f"{what}Quantity"] = None if by_amount else number
        row[f"{what}Amount"] = number if by_amount else number * price
    return row
