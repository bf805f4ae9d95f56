"""The attributes of suppliers and their children, with their types (oracle-fusion.md, 3.5), as the page orders them."""

from simulators.oracle.resource import Resource, typed_attributes

_AUDIT = "t:CreationDate s:CreatedBy t:LastUpdateDate s:LastUpdatedBy"

_SUPPLIER = """
i:SupplierId i:SupplierPartyId s:Supplier s:SupplierNumber s:AlternateName s:TaxOrganizationTypeCode
s:TaxOrganizationType s:SupplierTypeCode s:SupplierType d:InactiveDate s:Status s:BusinessRelationshipCode
s:BusinessRelationship i:ParentSupplierId s:ParentSupplier s:ParentSupplierNumber t:CreationDate s:CreatedBy
t:LastUpdateDate s:LastUpdatedBy s:CreationSourceCode s:CreationSource s:Alias s:DUNSNumber b:OneTimeSupplierFlag
s:RegistryId s:CustomerNumber s:StandardIndustryClass s:NationalInsuranceNumber s:CorporateWebsite n:YearEstablished
s:MissionStatement s:PreferredFunctionalCurrencyCode s:TaxRegistrationCountryCode s:TaxRegistrationCountry
s:TaxRegistrationNumber s:TaxpayerCountryCode s:TaxpayerCountry s:TaxpayerId b:TaxpayerIdExistsFlag
b:FederalReportableFlag b:BusinessClassificationNotApplicableFlag b:OBNEnabledFlag b:OnOFACListFlag s:OFACSources
"""

_ADDRESS = f"""
i:SupplierAddressId s:AddressName s:CountryCode s:Country s:AddressLine1 s:AddressLine2 s:AddressLine3 s:AddressLine4
s:City s:State s:PostalCode s:PostalCodeExtension s:Province s:County s:Building s:FloorNumber s:PhoneticAddress
s:LanguageCode s:Language s:Addressee s:GlobalLocationNumber s:AdditionalAddressAttribute1
s:AdditionalAddressAttribute2 s:AdditionalAddressAttribute3 s:AdditionalAddressAttribute4
s:AdditionalAddressAttribute5 b:AddressPurposeOrderingFlag b:AddressPurposeRemitToFlag
b:AddressPurposeRFQOrBiddingFlag s:PhoneCountryCode s:PhoneAreaCode s:PhoneNumber s:PhoneExtension s:FaxCountryCode
s:FaxAreaCode s:FaxNumber s:Email d:InactiveDate s:Status {_AUDIT}
"""

_SITE = f"""
i:SupplierSiteId s:SupplierSite i:ProcurementBUId s:ProcurementBU i:SupplierAddressId s:SupplierAddressName
d:InactiveDate s:Status b:SitePurposeSourcingOnlyFlag b:SitePurposePurchasingFlag b:SitePurposeProcurementCardFlag
b:SitePurposePayFlag b:SitePurposePrimaryPayFlag b:IncomeTaxReportingSiteFlag s:AlternateSiteName s:CustomerNumber
s:B2BCommunicationMethodCode s:B2BCommunicationMethod s:B2BSupplierSiteCode s:CommunicationMethodCode
s:CommunicationMethod s:Email s:FaxCountryCode s:FaxAreaCode s:FaxNumber b:HoldAllNewPurchasingDocumentsFlag
s:PurchasingHoldReason s:RequiredAcknowledgmentCode s:RequiredAcknowledgment n:AcknowledgmentWithinDays s:Carrier
s:FreightTermsCode s:FreightTerms b:PayOnReceiptFlag s:FOBCode s:FOB i:ReceiptRoutingId n:OverReceiptTolerance
s:InvoiceCurrencyCode s:InvoiceMatchOptionCode s:MatchApprovalLevelCode s:PaymentCurrencyCode n:PaymentPriority
s:PayGroupCode b:HoldAllInvoicesFlag i:PaymentTermsId s:PaymentTerms s:PaymentTermsDateBasisCode {_AUDIT}
"""

_ASSIGNMENT = f"""
i:AssignmentId i:ClientBUId s:ClientBU i:BillToBUId s:BillToBU i:ShipToLocationId s:ShipToLocation i:BillToLocationId
s:BillToLocation i:LiabilityDistributionId s:LiabilityDistribution d:InactiveDate {_AUDIT}
"""

_CONTACT = f"""
i:SupplierContactId s:SalutationCode s:Salutation s:FirstName s:MiddleName s:LastName s:JobTitle
b:AdministrativeContactFlag s:PhoneCountryCode s:PhoneAreaCode s:PhoneNumber s:PhoneExtension s:MobileCountryCode
s:MobileAreaCode s:MobileNumber s:Email s:Status d:InactiveDate {_AUDIT}
"""

ADDRESSES = Resource(
    name="addresses",
    key="SupplierAddressId",
    attributes=typed_attributes(_ADDRESS),
    number="AddressName",
    empty=("DFF", "addressContacts"),
)
ASSIGNMENTS = Resource(name="assignments", key="AssignmentId", attributes=typed_attributes(_ASSIGNMENT))
SITES = Resource(
    name="sites",
    key="SupplierSiteId",
    attributes=typed_attributes(_SITE),
    number="SupplierSite",
    children=(ASSIGNMENTS,),
    empty=("DFF", "attachments"),
)
CONTACTS = Resource(
    name="contacts",
    key="SupplierContactId",
    attributes=typed_attributes(_CONTACT),
    number="Email",
    empty=("addresses", "DFF"),
)
SUPPLIERS = Resource(
    name="suppliers",
    key="SupplierId",
    attributes=typed_attributes(_SUPPLIER),
    number="SupplierNumber",
    children=(ADDRESSES, SITES, CONTACTS),
    tag=("Supplier", "Status", "InactiveDate"),
    empty=("attachments", "businessClassifications", "productsAndServices", "DFF", "globalDFF"),
    not_queryable=frozenset({"MissionStatement", "CorporateWebsite", "OFACSources"}),
    needed=("Supplier", "SupplierNumber", "Status", "LastUpdateDate"),
)
