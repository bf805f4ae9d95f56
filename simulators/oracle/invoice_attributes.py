"""The attributes of invoices and their children, with their types (oracle-fusion.md, 3.4), as the page orders them."""

from simulators.oracle.resource import Resource, typed_attributes

_AUDIT = "s:CreatedBy t:CreationDate s:LastUpdatedBy t:LastUpdateDate"

_INVOICE = f"""
i:InvoiceId s:InvoiceNumber s:InvoiceCurrency s:PaymentCurrency n:InvoiceAmount d:InvoiceDate s:BusinessUnit s:Supplier
s:SupplierNumber s:ProcurementBU s:SupplierSite i:RequesterId s:Requester s:InvoiceGroup s:ConversionRateType
d:ConversionDate n:ConversionRate d:AccountingDate s:Description s:DeliveryChannelCode s:DeliveryChannel b:PayAloneFlag
s:InvoiceSourceCode s:InvoiceSource s:InvoiceType s:PayGroup d:InvoiceReceivedDate s:PaymentReasonCode s:PaymentReason
s:PaymentReasonComments s:RemittanceMessageOne s:RemittanceMessageTwo s:RemittanceMessageThree s:PaymentTerms
d:TermsDate d:GoodsReceivedDate s:PaymentMethodCode s:PaymentMethod s:SupplierTaxRegistrationNumber
i:FirstPartyTaxRegistrationId s:FirstPartyTaxRegistrationNumber s:LegalEntity s:LegalEntityIdentifier
s:LiabilityDistribution s:DocumentCategory s:DocumentSequence s:VoucherNumber s:ValidationStatus s:ApprovalStatus
s:PaidStatus s:AccountingStatus d:ApplyAfterDate b:CanceledFlag n:AmountPaid n:BaseAmount s:PurchaseOrderNumber s:Party
s:PartySite n:ControlAmount s:TaxationCountry s:DocumentFiscalClassificationCodePath s:RoutingAttribute1
s:RoutingAttribute2 s:RoutingAttribute3 s:RoutingAttribute4 s:RoutingAttribute5 s:AccountCodingStatus d:BudgetDate
s:FundsStatus d:CanceledDate s:CanceledBy s:UniqueRemittanceIdentifier s:UniqueRemittanceIdentifierCheckDigit
s:BankAccount s:SupplierIBAN i:ExternalBankAccountId s:BankChargeBearer s:SettlementPriority s:ReferenceKeyOne
s:ReferenceKeyTwo s:ReferenceKeyThree s:ReferenceKeyFour s:ReferenceKeyFive s:ProductTable s:ImageDocumentNumber
{_AUDIT} s:LastUpdateLogin
"""

_LINE = f"""
n:LineNumber n:LineAmount d:AccountingDate s:UOM s:TaxRateName s:LineType s:AssetBook b:TrackAsAssetFlag n:BaseAmount
s:Description s:IncomeTaxType s:IncomeTaxRegion b:ProrateAcrossAllItemsFlag s:LandedCostEnabled s:ItemDescription
s:LineSource d:BudgetDate s:FundsStatus s:ApprovalStatus s:DistributionSet s:Withholding s:ShipToLocationCode
s:ShipToLocation n:AssessableValue s:PurchaseOrderNumber n:PurchaseOrderLineNumber n:PurchaseOrderScheduleLineNumber
s:ReceiptNumber n:ReceiptLineNumber s:ConsumptionAdviceNumber n:ConsumptionAdviceLineNumber b:FinalMatchFlag
s:MatchType s:MatchOption s:MatchBasis n:Quantity n:UnitPrice s:Item s:PurchasingCategory s:DistributionCombination
s:TaxClassification s:TaxRateCode n:TaxRate s:GenerateDistributions b:DiscardedFlag b:CanceledFlag i:RequesterId
s:Requester s:AssetCategory d:MultiperiodAccountingStartDate d:MultiperiodAccountingEndDate s:PrepaymentNumber
{_AUDIT} s:LastUpdateLogin
"""

_DISTRIBUTION = f"""
i:InvoiceDistributionId n:DistributionLineNumber s:DistributionLineType n:DistributionAmount s:DistributionCombination
d:AccountingDate s:AccountingStatus s:MatchedStatus s:ValidationStatus s:IncomeTaxType s:AssetBook {_AUDIT}
"""

_INSTALLMENT = f"""
n:InstallmentNumber n:UnpaidAmount d:DueDate n:GrossAmount s:HoldReason n:PaymentPriority b:HoldFlag s:HoldType
s:PaymentMethodCode s:PaymentMethod s:RemitToSupplier {_AUDIT}
"""

_HOLD = f"""
i:HoldId i:InvoiceId s:InvoiceNumber s:BusinessUnit s:Supplier s:SupplierSite n:LineNumber s:HoldName s:HoldReason
d:HoldDate s:HeldBy s:ReleaseName s:ReleaseReason d:ReleaseDate s:ReleasedBy s:PurchaseOrderNumber
n:PurchaseOrderLineNumber n:PurchaseOrderScheduleLineNumber {_AUDIT}
"""
"""[assumed] but for the resource's name."""
REFERENCE_KEYS = tuple(f"ReferenceKey{number}" for number in ("One", "Two", "Three", "Four", "Five"))

INVOICE_DISTRIBUTIONS = Resource(
    name="invoiceDistributions",
    key="InvoiceDistributionId",
    attributes=typed_attributes(_DISTRIBUTION),
    empty=("invoiceDistributionDff", "invoiceDistributionProjectDff"),
)
INVOICE_LINES = Resource(
    name="invoiceLines",
    key="LineNumber",
    attributes=typed_attributes(_LINE),
    children=(INVOICE_DISTRIBUTIONS,),
    within="InvoiceId",
    empty=("invoiceLineDff", "invoiceLineGdf", "invoiceLineProjectDff"),
)
INVOICE_INSTALLMENTS = Resource(
    name="invoiceInstallments",
    key="InstallmentNumber",
    attributes=typed_attributes(_INSTALLMENT),
    within="InvoiceId",
    empty=("invoiceInstallmentDff", "invoiceInstallmentGdf"),
)
INVOICES = Resource(
    name="invoices",
    key="InvoiceId",
    attributes=typed_attributes(_INVOICE),
    number="InvoiceNumber",
    children=(INVOICE_INSTALLMENTS, INVOICE_LINES),
    tag=("ValidationStatus", "PaidStatus", "CanceledFlag", "InvoiceAmount"),
    empty=("attachments", "invoiceDff", "invoiceGdf", "appliedPrepayments", "availablePrepayments"),
    not_queryable=frozenset(
        "PaymentReasonComments RemittanceMessageOne RemittanceMessageTwo RemittanceMessageThree".split()
    ),
    indexed=REFERENCE_KEYS,
    needed=tuple(
        "InvoiceNumber InvoiceCurrency InvoiceAmount BusinessUnit Supplier ValidationStatus PaidStatus "
        "LastUpdateDate".split()
    ),
)
INVOICE_HOLDS = Resource(
    name="invoiceHolds",
    key="HoldId",
    attributes=typed_attributes(_HOLD),
    number="InvoiceNumber",
    indexed=("InvoiceId",),
)
