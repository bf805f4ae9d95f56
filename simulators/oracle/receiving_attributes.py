"""The attributes of receiving's resources, with their types (oracle-fusion.md, 3.6).

[assumed]: the status attributes of a request that follows up on a receipt, `Amount` in the history, and all but the
keys of what can be received; the key of `processingErrors` is a number that only its links show.
"""

from simulators.oracle.resource import Resource, typed_attributes

_AUDIT = "s:CreatedBy t:CreationDate s:LastUpdatedBy t:LastUpdateDate"

_HEADER = f"""
i:HeaderInterfaceId s:ASNType s:ReceiptSourceCode t:TransactionDate s:ReceiptNumber i:ReceiptHeaderId s:ShipmentNumber
t:ShippedDate s:OrganizationCode i:OrganizationId s:FromOrganizationCode i:VendorId s:VendorName s:VendorNumber
i:VendorSiteId s:VendorSiteCode i:CustomerId i:BusinessUnitId s:BusinessUnit i:EmployeeId s:EmployeeName s:BillOfLading
s:PackingSlip s:FreightCarrierName s:WaybillAirbillNumber i:GroupId s:ProcessingStatusCode s:ReturnStatus
s:ReturnMessage b:InsertAndProcessFlag s:Comments {_AUDIT}
"""
_LINE = f"""
i:InterfaceTransactionId i:HeaderInterfaceId i:GroupId s:TransactionType s:AutoTransactCode s:ProcessingStatusCode
s:TransactionStatusCode t:TransactionDate s:ReceiptSourceCode s:SourceDocumentCode s:OrganizationCode i:OrganizationId
s:DocumentNumber n:DocumentLineNumber n:DocumentShipmentLineNumber n:DocumentDistributionNumber i:POHeaderId i:POLineId
i:POLineLocationId i:PODistributionId i:ItemId s:ItemNumber s:ItemDescription s:ItemRevision n:Quantity n:Amount
s:UnitOfMeasure s:UOMCode n:SecondaryQuantity s:CurrencyCode s:SoldtoLegalEntity s:Subinventory s:Locator
i:ShipToLocationId s:DestinationTypeCode n:ASNLineNumber i:ReceiptAdviceHeaderId i:ReceiptAdviceLineId
i:ShipmentHeaderId i:ShipmentLineId s:ReasonName s:Comments s:ExternalSystemPackingUnit
s:ExternalSystemTransactionReference i:ParentTransactionId {_AUDIT}
"""
_HISTORY = """
i:TransactionId s:TransactionTypeCode s:TransactionType t:TransactionDate s:ReceiptNumber i:ShipmentHeaderId
i:ShipmentLineId i:ParentTransactionId i:OrganizationId s:OrganizationCode i:ItemId s:ItemNumber s:ItemDescription
n:Quantity n:Amount s:UOMCode s:UnitOfMeasure n:PrimaryQuantity s:SourceDocumentCode i:POHeaderId s:PONumber i:POLineId
n:POLineNumber i:POLineLocationId n:POShipmentNumber i:VendorId s:VendorName i:VendorSiteId s:Subinventory s:Locator
s:DestinationTypeCode s:DestinationType s:ExternalSystemPackingUnit t:CreationDate t:LastUpdateDate
"""
_TO_RECEIVE = """
i:POLineLocationId i:POHeaderId i:POLineId s:OrderNumber s:SoldToLegalEntity n:LineNumber n:ScheduleNumber s:Status
i:VendorId s:VendorName i:VendorSiteId s:VendorSiteCode i:OrganizationId s:OrganizationCode i:ItemId s:ItemNumber
s:ItemDescription s:UOMCode s:UnitOfMeasure s:CurrencyCode n:OrderedQuantity n:ReceivedQuantity n:AvailableQuantity
n:OrderedAmount n:ReceivedAmount n:AvailableAmount i:ReceiptRoutingId s:DestinationTypeCode d:RequestedDeliveryDate
"""
_LINES_TO_RECEIVE = """
i:POLineId i:POHeaderId s:OrderNumber s:SoldToLegalEntity n:LineNumber s:Status i:VendorId s:VendorName i:ItemId
s:ItemNumber s:ItemDescription s:UOMCode s:UnitOfMeasure s:CurrencyCode n:OrderedQuantity n:ReceivedQuantity
n:AvailableQuantity n:OrderedAmount n:ReceivedAmount n:AvailableAmount
"""

PROCESSING_ERRORS = Resource(
    name="processingErrors",
    key="ErrorNumber",
    attributes=typed_attributes("n:ErrorNumber i:InterfaceTransactionId s:ErrorMessageName s:ErrorMessage"),
)
REQUEST_LINES = Resource(
    name="lines",
    key="InterfaceTransactionId",
    attributes=typed_attributes(_LINE),
    children=(PROCESSING_ERRORS,),
    empty=(
        "attachments",
        "DFF",
        "lotItemLots",
        "serialItemSerials",
        "lotSerialItemLots",
        "transactionAttachments",
    ),
)
RECEIPT_REQUESTS = Resource(
    name="receivingReceiptRequests",
    key="HeaderInterfaceId",
    attributes=typed_attributes(_HEADER),
    number="ShipmentNumber",
    children=(REQUEST_LINES,),
    empty=("attachments", "DFF"),
    not_queryable=frozenset({"InsertAndProcessFlag"}),
)
TRANSACTION_REQUESTS = Resource(
    name="receivingReceiptTransactionRequests",
    key="InterfaceTransactionId",
    attributes=typed_attributes(f"{_LINE} s:ReturnStatus s:ReturnMessage b:InsertAndProcessFlag"),
    children=(PROCESSING_ERRORS,),
    empty=("attachments", "DFF", "lotItemLots", "serialItemSerials", "lotSerialItemLots"),
    not_queryable=frozenset({"InsertAndProcessFlag"}),
)
HISTORY = Resource(
    name="receivingTransactionsHistory",
    key="TransactionId",
    attributes=typed_attributes(_HISTORY),
    number="ReceiptNumber",
    indexed=("PONumber", "POHeaderId", "POLineLocationId", "ExternalSystemPackingUnit"),
    not_queryable=frozenset({"ItemDescription", "Subinventory", "Locator"}),
)
HISTORY_WITH_REFERENCE = Resource(
    name=HISTORY.name,
    key=HISTORY.key,
    attributes=typed_attributes(f"{_HISTORY} s:ExternalSystemTransactionReference"),
    number=HISTORY.number,
    indexed=(*HISTORY.indexed, "ExternalSystemTransactionReference"),
    not_queryable=HISTORY.not_queryable,
)
"""The same where the tenant shows our reference (`Switches.external_reference_in_history`)."""
SCHEDULES_FOR_RECEIVING = Resource(
    name="purchaseOrderSchedulesForReceiving",
    key="POLineLocationId",
    attributes=typed_attributes(_TO_RECEIVE),
    number="OrderNumber",
)
LINES_FOR_RECEIVING = Resource(
    name="purchaseOrderLinesForReceiving",
    key="POLineId",
    attributes=typed_attributes(_LINES_TO_RECEIVE),
    number="OrderNumber",
)
