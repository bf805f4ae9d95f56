"""What can be received of orders, by schedule and by line; GET only (oracle-fusion.md, 3.6).

Names of the figures are [assumed]. Only what is in force is there: of an order that waits, ended or is closed for
receiving nothing is.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from simulators.oracle import figures
from simulators.oracle.generator import Order
from simulators.oracle.resource import Row

_OPEN = frozenset({"OPEN", "CLOSED FOR INVOICING"})
_SUMS = tuple(f"{what}{measure}" for what in ("Ordered", "Received", "Available") for measure in ("Quantity", "Amount"))


def schedules(order: Order) -> Iterator[Row]:
    """Return the schedules of an order that can be received."""
    if order["StatusCode"] not in _OPEN:
        return
    for line, schedule in figures.every_schedule(order):
        if schedule["StatusCode"] in _OPEN:
            yield {
                "POLineLocationId": schedule["LineLocationId"],
                "ScheduleNumber": schedule["ScheduleNumber"],
                **_common(order, line),
                "Status": schedule["Status"],
                "VendorSiteId": order["SupplierSiteId"],
                "VendorSiteCode": order["SupplierSite"],
                "OrganizationId": schedule["ShipToOrganizationId"],
                "OrganizationCode": schedule["ShipToOrganizationCode"],
                **_sums(schedule),
                "ReceiptRoutingId": schedule["ReceiptRoutingId"],
                "DestinationTypeCode": schedule["DestinationTypeCode"],
                "RequestedDeliveryDate": schedule["RequestedDeliveryDate"],
            }


def lines(order: Order) -> Iterator[Row]:
    """Return the lines of an order that have such a schedule, with the sums of those."""
    by_line: dict[int, list[Row]] = {}
    for schedule in schedules(order):
        by_line.setdefault(schedule["POLineId"], []).append(schedule)
    for line in order["lines"]:
        parts = by_line.get(line["POLineId"], [])
        if parts:
            yield _common(order, line) | {name: _sum(parts, name) for name in _SUMS} | {"Status": line["Status"]}


def _common(order: Order, line: Order) -> dict[str, Any]:
    return {
        "POHeaderId": order["POHeaderId"],
        "POLineId": line["POLineId"],
        "OrderNumber": order["OrderNumber"],
        "SoldToLegalEntity": order["SoldToLegalEntity"],
        "LineNumber": line["LineNumber"],
        "VendorId": order["SupplierId"],
        "VendorName": order["Supplier"],
        "ItemId": line["ItemId"],
        "ItemNumber": line["Item"],
        "ItemDescription": line["Description"],
        "UOMCode": line["UOMCode"],
        "UnitOfMeasure": line["UOM"],
        "CurrencyCode": order["CurrencyCode"],
    }


def _sums(schedule: Row) -> dict[str, Decimal | None]:
    known = figures.of(schedule)
    numbers = (known.ordered, known.received, max(known.ordered - known.received, Decimal(0)))
    measure, other = ("Amount", "Quantity") if figures.by_amount(schedule) else ("Quantity", "Amount")
    found: dict[str, Decimal | None] = {}
    for what, number in zip(("Ordered", "Received", "Available"), numbers, strict=True):
        found |= {f"{what}{measure}": number, f"{what}{other}": None}
    return found


def _sum(parts: list[Row], name: str) -> Decimal | None:
    numbers = [part[name] for part in parts if part[name] is not None]
    return sum(numbers, Decimal(0)) if numbers else None
