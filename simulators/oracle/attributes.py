"""The attributes of purchase orders and their children, with their types (oracle-fusion.md, 3.1).

Order is that of the page.
"""

from simulators.oracle.resource import Kind, Resource, typed_attributes

__all__ = ["DISTRIBUTIONS", "LINES", "NOT_QUERYABLE", "PURCHASE_ORDERS", "SCHEDULES", "Kind", "Resource"]

_HEADER = """
i:POHeaderId s:OrderNumber i:SoldToLegalEntityId s:SoldToLegalEntity s:StatusCode s:Status i:ProcurementBUId
s:ProcurementBU i:RequisitioningBUId s:RequisitioningBU i:BillToBUId s:BillToBU n:Revision i:BuyerId s:Buyer
s:BuyerDisplayName s:BuyerEmail i:SupplierId s:Supplier i:SupplierSiteId s:SupplierSite i:SupplierContactId
s:SupplierContact s:SupplierContactDisplayName i:BillToLocationId s:BillToLocation s:BillToLocationAddress
i:ShipToLocationId s:ShipToLocationCode s:ShipToLocationAddress n:Ordered n:OrderedAmountBeforeAdjustments
n:CreditAmount n:DiscountAmount n:TotalTax n:Total s:CurrencyCode s:Currency s:ConversionRateType d:ConversionRateDate
n:ConversionRate s:Description s:RequiredAcknowledgmentCode s:RequiredAcknowledgment d:AcknowledgmentDueDate
s:SupplierOrder s:ReferenceNumber s:ImportSourceCode s:OverridingApprover i:PaymentTermsId s:PaymentTerms s:Carrier
s:ModeOfTransport s:ServiceLevel s:ShippingMethod s:FreightTermsCode s:FreightTerms s:FOBCode s:FOB
b:RequiresSignatureFlag b:BuyerManagedTransportFlag b:PayOnReceiptFlag b:ConfirmingOrderFlag b:ConsignmentTermsFlag
b:ProgressPaymentFlag b:RetainageFlag b:FrozenFlag s:PurchaseBasis i:DocumentStyleId s:DocumentStyle s:NoteToSupplier
s:NoteToReceiver s:MasterContractNumber s:MasterContractType s:SourceAgreement s:SalesOrder s:Negotiation s:Requisition
i:RequesterId s:RequesterDisplayName s:FundsStatusCode s:FundsStatus b:BudgetControlEnabledFlag
s:SupplierCommunicationMethodCode s:SupplierCommunicationMethod s:SupplierEmailAddress s:SupplierCCEmailAddress
s:SupplierBCCEmailAddress s:SupplierFax b:OverrideB2BCommunicationFlag s:DefaultTaxationCountryCode
s:DefaultTaxationCountry t:OrderDate t:CreationDate s:CreatedBy t:LastUpdateDate s:LastUpdatedBy
"""

_LINE = """
i:POLineId i:POHeaderId s:OrderNumber n:LineNumber s:StatusCode s:Status i:LineTypeId s:LineType i:ItemId s:Item
s:ItemRevision b:ConsignmentLineFlag s:Description s:SupplierItem i:CategoryId s:CategoryCode s:Category n:Quantity
s:UOMCode s:UOM s:PricingUOM n:BasePrice n:Price n:Amount n:Ordered n:TotalTax n:Total s:CurrencyCode s:Currency
s:NoteToSupplier t:CreationDate s:CreatedBy t:LastUpdateDate s:LastUpdatedBy
"""

_SCHEDULE = """
i:LineLocationId i:POLineId i:POHeaderId n:ScheduleNumber s:StatusCode s:Status n:Quantity n:SecondaryQuantity
s:SecondaryUOMCode s:SecondaryUOM s:UOMCode s:UOM n:Price n:Amount n:Ordered n:TotalTax n:Total i:ShipToLocationId
s:ShipToLocationCode s:ShipToLocation i:ShipToOrganizationId s:ShipToOrganizationCode s:ShipToOrganization
d:RequestedDeliveryDate d:PromisedDeliveryDate d:RequestedShipDate d:PromisedShipDate s:DestinationTypeCode
s:DestinationType s:InvoiceMatchOptionCode s:InvoiceMatchOption s:MatchApprovalLevelCode s:MatchApprovalLevel
i:ReceiptRoutingId s:ReceiptRouting b:ReceiptRequiredFlag b:InspectionRequiredFlag b:AccrueAtReceiptFlag
n:ReceiptCloseTolerancePercent n:InvoiceCloseTolerancePercent n:EarlyReceiptToleranceDays n:LateReceiptToleranceDays
s:CountryOfOriginCode s:SupplierOrder s:SupplierOrderLineNumber s:CurrencyCode s:Currency t:CreationDate s:CreatedBy
t:LastUpdateDate s:LastUpdatedBy
"""

_DISTRIBUTION = """
i:PODistributionId i:POLineId i:POHeaderId i:LineLocationId n:DistributionNumber s:StatusCode s:Status n:Quantity
n:Amount s:UOMCode s:UOM n:Percent i:DeliverToLocationId s:DeliverToLocationCode s:DeliverToLocation i:RequesterId
s:Requester i:POChargeAccountId s:POChargeAccount n:Ordered n:TotalTax n:Total s:CurrencyCode s:Currency
t:CreationDate s:CreatedBy t:LastUpdateDate s:LastUpdatedBy
"""

NOT_QUERYABLE = frozenset(
    "BillToLocationAddress ShipToLocationAddress NoteToReceiver SupplierFax BuyerDisplayName Currency".split()
)
"""Attributes that refuse to be filtered by. Which these are differs by tenant (1.3); `describe` tells."""


DISTRIBUTIONS = Resource(
    name="distributions",
    key="PODistributionId",
    attributes=typed_attributes(_DISTRIBUTION),
    empty=("DFF", "projectDFF"),
    not_queryable=NOT_QUERYABLE,
)
SCHEDULES = Resource(
    name="schedules",
    key="LineLocationId",
    attributes=typed_attributes(_SCHEDULE),
    children=(DISTRIBUTIONS,),
    hashed=True,
    empty=("attachments", "DFF"),
    not_queryable=NOT_QUERYABLE,
)
LINES = Resource(
    name="lines",
    key="POLineId",
    attributes=typed_attributes(_LINE),
    children=(SCHEDULES,),
    empty=("attachments", "DFF"),
    not_queryable=NOT_QUERYABLE,
)
PURCHASE_ORDERS = Resource(
    name="purchaseOrders",
    key="POHeaderId",
    attributes=typed_attributes(_HEADER),
    number="OrderNumber",
    children=(LINES,),
    hashed=True,
    tag=("Revision", "Status"),
    empty=("attachments", "DFF", "globalDFFs", "specialHandlingDFF"),
    not_queryable=NOT_QUERYABLE,
    needed=(
        "OrderNumber",
        "StatusCode",
        "Status",
        "Revision",
        "ProcurementBU",
        "CurrencyCode",
        "Total",
        "LastUpdateDate",
    ),
    actions=("cancel", "close"),
)
