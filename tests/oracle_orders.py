"""Purchase orders as Oracle's REST service gives them (oracle-fusion.md, 1.4 and 3.1): values of `exact_json`."""

from datetime import datetime

from schemas.exact_json import JsonValue
from schemas.purchase_order import Distribution, OrderLine, Party, PurchaseOrder, Schedule
from tests.factories import purchase_order
from tests.oracle_rows import Object, Shape, children


def raw_order(*, shape: Shape = "collections", **changes: JsonValue) -> Object:
    """Return the plain order as Oracle sends it, with header attributes changed."""
    return as_oracle(purchase_order(), shape=shape) | changes


def as_oracle(order: PurchaseOrder, *, shape: Shape = "collections") -> Object:
    """Write a canonical order as the purchaseOrders resource would, children in the shape of framework 1-2 or 3+."""
    buyer = order.buyer
    return {
        "POHeaderId": order.key,
        "OrderNumber": order.number,
        "StatusCode": order.source_status.upper(),
        "Status": order.source_status,
        "SoldToLegalEntity": order.legal_entity,
        "ProcurementBU": order.business_unit,
        "Revision": order.revision,
        "BuyerDisplayName": buyer.name if buyer else None,
        "BuyerEmail": buyer.email if buyer else None,
        "SupplierId": order.supplier.source_id,
        "Supplier": order.supplier.name,
        "SupplierSite": order.supplier.code,
        **_raw_place("BillTo", order.bill_to, {"Id": "source_id", "": "name", "Address": "address"}),
        **_raw_place("ShipTo", order.ship_to, {"Id": "source_id", "Code": "code", "Address": "address"}),
        "Ordered": order.ordered.amount,
        "DiscountAmount": order.deduction.amount if order.deduction else None,
        "TotalTax": order.tax.amount if order.tax else None,
        "Total": order.total.amount,
        "CurrencyCode": order.total.currency,
        "Description": order.description,
        "PaymentTerms": order.payment_terms,
        "NoteToSupplier": order.note_to_supplier,
        "SupplierContact": None,
        "OrderDate": _stamp(order.ordered_at),
        "CreationDate": _stamp(order.ordered_at),
        "LastUpdatedBy": "calvin.roth",
        "LastUpdateDate": _stamp(order.changed_at),
        "links": [{"rel": "self", "href": "https://servername/purchaseOrders/1"}],
        "lines": children([_raw_line(line, order, shape) for line in order.lines], shape),
    }


def _raw_place(role: str, place: Party | None, names: dict[str, str]) -> Object:
    return {f"{role}Location{ending}": getattr(place, name) if place else None for ending, name in names.items()}


def _raw_line(line: OrderLine, order: PurchaseOrder, shape: Shape) -> Object:
    return {
        "POLineId": order.key,
        "LineNumber": line.number,
        "Status": "Canceled" if line.canceled else "Open",
        "Description": line.description,
        "Item": line.item,
        "SupplierItem": line.supplier_item,
        "Category": line.category,
        "Quantity": line.quantity,
        "UOMCode": line.uom,
        "Price": line.price,
        "Amount": line.amount,
        "Ordered": line.ordered,
        "NoteToSupplier": line.note_to_supplier,
        "LastUpdateDate": _stamp(order.ordered_at),
        "schedules": children([_raw_schedule(part, order, shape) for part in line.schedules], shape),
    }


def _raw_schedule(part: Schedule, order: PurchaseOrder, shape: Shape) -> Object:
    return {
        "LineLocationId": part.key,
        "ScheduleNumber": part.number,
        "StatusCode": "CANCELED" if part.canceled else "OPEN",
        "Quantity": part.quantity,
        "Amount": part.amount,
        "Ordered": part.ordered,
        **_raw_place("ShipTo", part.ship_to, {"Id": "source_id", "Code": "code", "": "name"}),
        "RequestedDeliveryDate": part.requested_delivery.isoformat() if part.requested_delivery else None,
        "PromisedDeliveryDate": part.promised_delivery.isoformat() if part.promised_delivery else None,
        "LastUpdateDate": _stamp(order.ordered_at),
        "distributions": children([_raw_distribution(share, order) for share in part.distributions], shape),
    }


def _raw_distribution(share: Distribution, order: PurchaseOrder) -> Object:
    return {
        "DistributionNumber": share.number,
        "Quantity": share.quantity,
        "Percent": share.percent,
        "POChargeAccount": share.account,
        "Requester": share.requester,
        "Ordered": share.amount,
        "LastUpdateDate": _stamp(order.ordered_at),
    }


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
