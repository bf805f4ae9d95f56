"""What generated orders hold: the demonstration company's names, and what is the same in every row of a level."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

UNITS = (("Ea", "Each"), ("Box", "Box"), ("kg", "Kilogram"), ("Hour", "Hour"))
CURRENCIES = (("USD", "US Dollar", 2), ("EUR", "Euro", 2), ("JPY", "Yen", 0), ("GBP", "Pound Sterling", 2))
BUSINESS_UNITS = (
    (204, "Vision Operations"), (2080, "Progress US Business Unit"), (911, "Vision Germany"), (917, "Vision Japan")
)  # fmt: skip
SUPPLIERS = (
    (300100047414503, "Advanced Network Devices", "FRESNO"),
    (300100047414679, "Office Depot", "OFFICE US1"),
    (300100047414800, "Müller & Söhne GmbH", "KÖLN"),
    (300100047414911, "東京電子株式会社", "TOKYO"),
    (300100047415022, "CDS, Inc", "CDS MAIN"),
)
BUYERS = (("Roth, Calvin", "Calvin Roth"), ("Furey, Clare", "Clare Furey"), ("Ōno, Haruka", "Haruka Ōno"))
ITEMS = (
    ("AS54888", "Network switch, 24 port", "Network Equipment"),
    ("AS18947", 'Monitor 27" <IPS> & stand', "Computer Supplies"),
    ("RC-2210", "Schrauben M8, 40 mm, verzinkt", "Hardware"),
    (None, "Installation and set-up", "Services"),
    ("PX-0071", "プリンター用トナー", "Office Supplies"),
    ("CH-1000", "Chaise de bureau « Éco » 🪑", "Furniture"),
)
ACCOUNTS = ("101.10.60230.462.000.000", "101.10.13101.000.000.000", "101.20.60540.520.000.000", "02.30.71200.110.0.0")
COMBINATION_IDS = dict(zip(ACCOUNTS, (300100063274018, *range(300100063274021, 300100063274024)), strict=True))
"""The _CODE_COMBINATION_ID of each account; the ids between belong to published samples."""
LIABILITY = (12854, "101.00.22100.000.000.000")
"""What is owed to suppliers: LiabilityDistributionId and the account."""

DESCRIPTIONS = ("Network equipment", "Büromaterial", "年間保守", "Parts & service")
PAYMENT_TERMS = ("Net 30", "Net 45", "Immediate")


def site_id(supplier: int, business_unit: int) -> int:
    """Return the SupplierSiteId of a supplier's site for a procurement business unit: each unit has its own."""
    return supplier + 132 + [key for key, _ in BUSINESS_UNITS].index(business_unit)


_LINES, _SCHEDULES = ("lines",), ("lines", "schedules")
_DISTRIBUTIONS = ("lines", "schedules", "distributions")
_NEW = {"StatusCode": "OPEN", "Status": "Open", "CreatedBy": "calvin.roth", "LastUpdatedBy": "calvin.roth"}
CONSTANTS: Mapping[tuple[str, ...], Mapping[str, Any]] = MappingProxyType(
    {
        (): _NEW
        | {
            "Revision": 0,
            "BuyerId": 300100047340501,
            "BuyerEmail": "buyer@example.com",
            "BillToLocationId": 204,
            "BillToLocation": "V1-New York City",
            "BillToLocationAddress": "90 Fifth Avenue, NEW YORK, NY 10022-3422, United States",
            "ShipToLocationId": 300100034562371,
            "ShipToLocationCode": "V1-New York City",
            "ShipToLocationAddress": "90 Fifth Avenue, NEW YORK, NY 10022-3422, United States",
            "RequiredAcknowledgmentCode": "N",
            "RequiredAcknowledgment": "None",
            "PaymentTermsId": 10001,
            "RequiresSignatureFlag": False,
            "BuyerManagedTransportFlag": False,
            "PayOnReceiptFlag": False,
            "ConfirmingOrderFlag": False,
            "ConsignmentTermsFlag": False,
            "PurchaseBasis": "GOODS_AND_SERVICES",
            "DocumentStyleId": 1,
            "DocumentStyle": "Purchase Order",
            "FundsStatusCode": "NOT_APPLICABLE",
            "FundsStatus": "Not applicable",
            "BudgetControlEnabledFlag": False,
            "SupplierCommunicationMethodCode": "NONE",
            "SupplierCommunicationMethod": "None",
            "OverrideB2BCommunicationFlag": False,
        },
        _LINES: _NEW
        | {"ConsignmentLineFlag": False, "CategoryId": 300100047300011, "TotalTax": Decimal(0)}
        | dict.fromkeys(("ItemRevision", "PricingUOM", "NoteToSupplier")),
        _SCHEDULES: _NEW
        | {
            "TotalTax": Decimal(0),
            "ShipToLocationId": 300100034562371,
            "ShipToLocationCode": "V1-New York City",
            "ShipToLocation": "V1-New York City",
            "ShipToOrganizationId": 204,
            "ShipToOrganizationCode": "V1",
            "ShipToOrganization": "Vision Operations Inventory",
            "DestinationTypeCode": "EXPENSE",
            "DestinationType": "Expense",
            "InvoiceMatchOptionCode": "P",
            "InvoiceMatchOption": "Order",
            "MatchApprovalLevelCode": "3_WAY",
            "MatchApprovalLevel": "3 Way",
            "ReceiptRoutingId": 3,
            "ReceiptRouting": "Direct delivery",
            "ReceiptRequiredFlag": True,
            "InspectionRequiredFlag": False,
            "AccrueAtReceiptFlag": True,
            "ReceiptCloseTolerancePercent": 0,
            "InvoiceCloseTolerancePercent": 0,
            "EarlyReceiptToleranceDays": 5,
            "LateReceiptToleranceDays": 5,
        }
        | dict.fromkeys(("SecondaryQuantity", "SecondaryUOMCode", "SecondaryUOM", "PromisedDeliveryDate"))
        | dict.fromkeys(("RequestedShipDate", "PromisedShipDate", "CountryOfOriginCode"))
        | dict.fromkeys(("SupplierOrder", "SupplierOrderLineNumber")),
        _DISTRIBUTIONS: _NEW
        | {
            "TotalTax": Decimal(0),
            "DeliverToLocationId": 300100034562371,
            "DeliverToLocationCode": "V1-New York City",
            "DeliverToLocation": "V1-New York City",
            "RequesterId": 300100047340498,
            "Requester": "Brown, Casey",
        },
    }
)
"""What every generated row of a level has in common, by the accessors that lead to it; without a header's nulls."""
