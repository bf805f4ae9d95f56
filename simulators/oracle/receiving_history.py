"""The rows of `receivingTransactionsHistory` (oracle-fusion.md, 3.6).

A receipt that is delivered at once leaves a RECEIVE row and a DELIVER row below it [assumed]; what follows on a receipt
is a row of its own type below the one that it follows on.
"""

from simulators.oracle.receipt_checks import Target
from simulators.oracle.resource import STAMP, Resource, Row, blank

LINE_NUMBER, NET, LEFT, DIRECT, RETURNED = "_line", "_net", "_left", "_direct", "_returned"
REFERENCE = "ExternalSystemTransactionReference"
"""What a row keeps beside what it shows: its line's number on the receipt, what of it still stands, what of that is in
receiving, the DELIVER row that came with it, what was returned of it; and our reference, which few tenants show."""
_DESTINATIONS = {"EXPENSE": "Expense", "INVENTORY": "Inventory", "RECEIVING": "Receiving"}
_TYPES = {
    "RECEIVE": "Receive",
    "DELIVER": "Deliver",
    "CORRECT": "Correct",
    "RETURN TO VENDOR": "Return to supplier",
    "RETURN TO RECEIVING": "Return to receiving",
}


def history_row(resource: Resource, target: Target, line: Row, request: Row) -> Row:
    """Return a RECEIVE row of the history without its key."""
    order, schedule = target.order, target.schedule
    now = request[STAMP]
    row = {
        **blank(resource),
        "TransactionTypeCode": "RECEIVE",
        "TransactionType": _TYPES["RECEIVE"],
        "TransactionDate": line["TransactionDate"],
        "ReceiptNumber": request["ReceiptNumber"],
        "ShipmentHeaderId": request["ReceiptHeaderId"],
        "ShipmentLineId": line["InterfaceTransactionId"],
        **{name: line[name] for name in ("OrganizationId", "OrganizationCode", "ItemId", "ItemNumber")},
        **{name: line[name] for name in ("ItemDescription", "Quantity", "Amount", "UOMCode", "UnitOfMeasure")},
        "PrimaryQuantity": line["Quantity"],
        "SourceDocumentCode": "PO",
        "POHeaderId": order["POHeaderId"],
        "PONumber": order["OrderNumber"],
        "POLineId": target.line["POLineId"],
        "POLineNumber": target.line["LineNumber"],
        "POLineLocationId": schedule["LineLocationId"],
        "POShipmentNumber": schedule["ScheduleNumber"],
        "VendorId": order["SupplierId"],
        "VendorName": order["Supplier"],
        "VendorSiteId": order["SupplierSiteId"],
        "DestinationTypeCode": "RECEIVING",
        "DestinationType": _DESTINATIONS["RECEIVING"],
        "ExternalSystemPackingUnit": line["ExternalSystemPackingUnit"],
        "CreationDate": now,
        STAMP: now,
    }
    return row | {REFERENCE: line[REFERENCE]}


def as_type(row: Row, kind: str, line: Row, target: Target) -> None:
    """Make a row of the history one of another type; what is delivered says where to."""
    row["TransactionTypeCode"], row["TransactionType"] = kind, _TYPES[kind]
    if kind == "DELIVER":
        destination = line["DestinationTypeCode"] or target.schedule["DestinationTypeCode"] or "EXPENSE"
        row["DestinationTypeCode"] = destination
        row["DestinationType"] = _DESTINATIONS.get(destination, destination.title())
        row["Subinventory"], row["Locator"] = line["Subinventory"], line["Locator"]
