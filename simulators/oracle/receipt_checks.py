"""Whether a line of a receipt can be received: which schedule it means, and what speaks against it.

oracle-fusion.md, 3.6 names over-tolerance, closed schedules, future dates, closed periods and wrong organizations as
what fails in processing. Error names and texts are [assumed]. A unit other than the order's is refused: nothing is
converted here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from simulators.oracle import figures
from simulators.oracle.generator import Order
from simulators.oracle.resource import Row

_NOT_APPROVED = frozenset(
    "INCOMPLETE,PENDING APPROVAL,PENDING CHANGE APPROVAL,PENDING FUNDS RESERVATION,PENDING SIGNATURE PREPARATION,"
    "PENDING SUPPLIER ACKNOWLEDGMENT,SENT FOR SIGNATURE,REJECTED,WITHDRAWN,ON HOLD".split(",")
)
_CLOSED = frozenset({"CLOSED FOR RECEIVING", "CLOSED", "FINALLY CLOSED"})


@dataclass(frozen=True, slots=True)
class Failure:
    """One processing error."""

    name: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The schedule that a line means, with what is above it."""

    order: Order
    line: Order
    schedule: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a pod allows: the moment it is, the first day of the open period, how much more than was ordered.

    `vendor_number` returns the SupplierNumber of a supplier, None for one that is not in the pod.
    """

    now: datetime
    open_from: date | None
    over_tolerance: Decimal
    vendor_number: Callable[[int], str | None]


Orders = Callable[[Row], list[Order]]
"""Returns the orders that a line can mean, by its ids or its number."""


def find(line: Row, orders: Orders) -> Target | Failure:
    """Return the schedule that a line means."""
    found = orders(line)
    entity = line["SoldtoLegalEntity"]
    fitting = [order for order in found if entity in (None, order["SoldToLegalEntity"])]
    if len(fitting) != 1:
        why = "is of several legal entities" if fitting else "does not exist"
        return Failure("RCV_INVALID_DOCUMENT", f"The purchase order {_named(line)} {why}.")
    (order,) = fitting
    lines = [one for one in order["lines"] if _means_line(line, one)]
    parts = [(one, part) for one in lines for part in one["schedules"] if _means_schedule(line, part)]
    if len(parts) == 1:
        return Target(order=order, line=parts[0][0], schedule=parts[0][1])
    if not lines:
        return Failure("RCV_INVALID_DOCUMENT_LINE", f"The purchase order {_named(line)} has no such line.")
    return Failure("RCV_INVALID_SCHEDULE", f"The line of the purchase order {_named(line)} has no such schedule.")


def failures(request: Row, line: Row, target: Target, rules: Rules) -> Iterator[Failure]:
    """Return what speaks against receiving a line on its schedule, as the schedule is now."""
    yield from wrong_dates(line["TransactionDate"], rules)
    yield from _wrong_place(request, line, target)
    yield from _wrong_vendor(request, target, rules)
    yield from _wrong_goods(line, target)
    yield from _wrong_state(target)
    yield from _wrong_number(target.schedule, line["Quantity"], line["Amount"], rules)


def wrong_dates(moment: datetime, rules: Rules) -> Iterator[Failure]:
    """Return what is wrong with the day that goods are received on."""
    if moment > rules.now:
        yield Failure("RCV_TRX_FUTURE_DATE", "The transaction date can't be later than the current date.")
    elif rules.open_from is not None and moment.date() < rules.open_from:
        yield Failure("RCV_TRX_PERIOD_CLOSED", "The transaction date isn't in an open period.")


def _wrong_number(schedule: Row, quantity: Decimal | None, amount: Decimal | None, rules: Rules) -> Iterator[Failure]:
    """Return what is wrong with how much is received."""
    by_amount = figures.by_amount(schedule)
    number, other = (amount, quantity) if by_amount else (quantity, amount)
    if number is None or other is not None:
        measure = "amount" if by_amount else "quantity"
        yield Failure("RCV_INVALID_MEASURE", f"The purchase order schedule is received by {measure} alone.")
        return
    over = too_much(schedule, number, rules)
    if over is not None:
        yield over


def too_much(schedule: Row, number: Decimal, rules: Rules) -> Failure | None:
    """Return what is wrong with receiving so much more on a schedule."""
    known = figures.of(schedule)
    if known.received + number <= known.ordered * (100 + rules.over_tolerance) / 100:
        return None
    measure, code = ("amount", "AMT") if figures.by_amount(schedule) else ("quantity", "QTY")
    return Failure(
        f"RCV_{code}_OVER_TOLERANCE",
        f"The {measure} received is more than the {measure} that the purchase order schedule allows.",
    )


def _wrong_place(request: Row, line: Row, target: Target) -> Iterator[Failure]:
    order, schedule = target.order, target.schedule
    codes = {request["OrganizationCode"], line["OrganizationCode"]} - {None, schedule["ShipToOrganizationCode"]}
    ids = {request["OrganizationId"], line["OrganizationId"]} - {None, schedule["ShipToOrganizationId"]}
    if codes or ids:
        yield Failure("RCV_INVALID_ORGANIZATION", "The schedule isn't to be received in this organization.")
    if {request["BusinessUnit"]} - {None, order["ProcurementBU"], order["RequisitioningBU"]}:
        yield Failure("RCV_INVALID_BUSINESS_UNIT", "The purchase order is of another business unit.")


def _wrong_vendor(request: Row, target: Target, rules: Rules) -> Iterator[Failure]:
    order = target.order
    known = {"VendorId": order["SupplierId"], "VendorName": order["Supplier"]}
    if request["VendorNumber"] is not None:
        known["VendorNumber"] = rules.vendor_number(order["SupplierId"])
    site = {request["VendorSiteId"]} - {None, order["SupplierSiteId"]}
    if any(request[name] not in (None, value) for name, value in known.items()):
        yield Failure("RCV_INVALID_VENDOR", "The purchase order is with another supplier.")
    elif site or {request["VendorSiteCode"]} - {None, order["SupplierSite"]}:
        yield Failure("RCV_INVALID_VENDOR_SITE", "The purchase order is with another site of the supplier.")


def _wrong_goods(line: Row, target: Target) -> Iterator[Failure]:
    ordered, schedule = target.line, target.schedule
    if {line["ItemNumber"]} - {None, ordered["Item"]}:
        yield Failure("RCV_INVALID_ITEM", "The purchase order line is for another item.")
    if {line["UOMCode"]} - {None, schedule["UOMCode"]} or {line["UnitOfMeasure"]} - {None, schedule["UOM"]}:
        yield Failure("RCV_INVALID_UOM", "The unit isn't that of the purchase order schedule.")
    if {line["CurrencyCode"]} - {None, target.order["CurrencyCode"]}:
        yield Failure("RCV_INVALID_CURRENCY", "The currency isn't that of the purchase order.")


def _wrong_state(target: Target) -> Iterator[Failure]:
    states = {row["StatusCode"] for row in (target.order, target.line, target.schedule)}
    if "CANCELED" in states:
        yield Failure("RCV_SCHEDULE_CANCELED", "The purchase order schedule is canceled.")
    elif states & _CLOSED:
        yield Failure("RCV_SCHEDULE_CLOSED", "The purchase order schedule is closed for receiving.")
    elif states & _NOT_APPROVED:
        yield Failure("RCV_DOCUMENT_NOT_OPEN", f"The purchase order is {target.order['Status']}.")


def _means_line(line: Row, ordered: Row) -> bool:
    """Whether a line of a request can mean a line of an order: any, where it names its schedule by id alone."""
    if line["POLineId"] is not None:
        return bool(line["POLineId"] == ordered["POLineId"])
    return line["POLineLocationId"] is not None or bool(line["DocumentLineNumber"] == ordered["LineNumber"])


def _means_schedule(line: Row, schedule: Row) -> bool:
    if line["POLineLocationId"] is not None:
        return bool(line["POLineLocationId"] == schedule["LineLocationId"])
    return bool(line["DocumentShipmentLineNumber"] == schedule["ScheduleNumber"])


def _named(line: Row) -> str:
    return str(line["DocumentNumber"] or line["POHeaderId"] or line["POLineLocationId"])
