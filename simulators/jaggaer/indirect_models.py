"""Which elements the XML messages may hold, and in which order (3.2 to 3.4): what JAGGAER's parser would object to.

The DTDs are not public. Checked are the elements whose children the fact sheet lists; children must come in that order
but in the header of an invoice, of which only the names are known.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree


@dataclass(frozen=True, slots=True)
class _Model:
    children: Mapping[str, int]
    in_order: bool = True


def _model(names: str, *, in_order: bool = True) -> _Model:
    return _Model({name: position for position, name in enumerate(names.split())}, in_order)


_ORDER = {
    "PurchaseOrder": _model("POHeader POLine"),
    "POHeader": _model(
        """
        DistributeRevision RevisionNumber RevisionDate PONumber AlternatePONumber Requestor Priority AccountingDate
        CreateDateTime Supplier OrderDistribution BillTo ShipTo PaymentInfo ExternalInfo InternalInfo FreightOnBoard
        CustomFieldValueSet
        """
    ),
    "POLine": _model(
        """
        WorkflowStatus Item Quantity CapitalExpense FixedAsset Taxable LineCharges DeliveryInfo CustomFieldValueSet
        SplittableFieldSetGroup
        """
    ),
    "Item": _model(
        """
        CatalogNumber AuxiliaryCatalogNumber Description ProductUnitOfMeasure CommodityCode ProductReferenceNumber
        ProductType ProductClassification
        """
    ),
}
_SUPPLIER = {
    "SupplierRequestMessage": _model("Supplier"),
    "Supplier": _model(
        """
        ERPNumber OldERPNumber SupplierSQId SQIntegrationNumber ThirdPartyRefNumber JASupplierId Name DoingBusinessAs
        OtherNames CountryOfOrigin ParentSupplier Active BusinessUnitVendorNumberList WebSiteURL DUNS LegalStructure
        TaxIdentificationType TaxIdentificationNumber VatIdentificationNumber ExemptFromBackupWithholding
        NumberOfEmployees YearEstablished AnnualSalesList ServiceAreaList RegistrationProfileType
        RegistrationProfileStatus SupplierTaxRepresentativeId SupplierRegCourt SupplierRegSeat SupplierRegNumber
        SupplierCapital SupplierShareholders VATExempt CommodityCodeList Brands ShoppingCommodityCode AustinTetra SIC
        NaicsCodes SupportedCurrencyList EnabledCurrencyList SupplierKeywords AddressList PrimaryAddressList
        ContactList PrimaryContactList ClassificationList DiversityClassificationList LocationList
        RestrictFulfillmentLocationsByBusinessUnit CustomElementList AccountsPayableList TaxInformationList
        InsuranceInformationList
        """
    ),
    "Address": _model(
        """
        ERPNumber OldERPNumber SQIntegrationNumber ThirdPartyRefNumber Name Active PrefPurchaseOrderDeliveryMethod
        AddressLine1 AddressLine2 AddressLine3 City State PostalCode IsoCountryCode Phone TollFreePhone Fax Notes
        AssignedBusinessUnitsList
        """
    ),
    "Contact": _model(
        """
        ERPNumber OldERPNumber SQIntegrationNumber ThirdPartyRefNumber Name Active FirstName LastName Title Email Phone
        MobilePhone TollFreePhone Fax Notes AssociatedAddress
        """
    ),
    "Location": _model(
        """
        ERPNumber SQIntegrationNumber ThirdPartyRefNumber Name Description Active Primary
        PrefPurchaseOrderDeliveryMethod LocationEffectiveDate PaymentMethod Shipping Handling TaxInfo TermsAndCondition
        OrderDistributionList AssociatedAddressList AssociatedContactList CustomElementList
        """
    ),
    "AccountsPayable": _model(
        """
        ERPNumber SQIntegrationNumber ThirdPartyRefNumber Name Active AssociatedAddress Email IsoCurrencyCode
        BankAccount FlexFields
        """
    ),
}
_INVOICE = {
    "BuyerInvoiceOcr": _model("BuyerInvoiceHeader BuyerInvoiceLine"),
    "BuyerInvoiceHeader": _model(
        """
        SupplierInvoiceNumber InvoiceType BillTo InvoiceDate UserName UserID Terms DueDate GrandTotal Supplier OCRImages
        SubTotal Notes BusinessUnit ShippingCharges HandlingCharges Tax1 Tax2
        """,
        in_order=False,
    ),
    "BuyerInvoiceLine": _model("Item Quantity UnitPrice SplittableFieldSetGroup"),
}
_DEEPEST = 50
_TOO_DEEP = "/".join(["*"] * _DEEPEST)
_MODELS = {"PurchaseOrder": _ORDER, "SupplierRequestMessage": _SUPPLIER, "BuyerInvoiceOcr": _INVOICE}


def complaint(document: etree._Element) -> str | None:
    """Return the first thing a parser with the DTD would object to, with its line; None if it has no objection."""
    if document.find(_TOO_DEEP) is not None:
        return f"XML Error : nested deeper than {_DEEPEST} levels at line {document.sourceline}"
    models = _MODELS[str(document.tag)]
    for element in document.iter("*"):
        model = models.get(str(element.tag))
        offender = None if model is None else _offender(element, model)
        if offender is not None:
            where = f"in {element.tag!s} at line {offender.sourceline}"
            return f"XML Error : element {offender.tag!s} is not allowed here {where}"
    return None


def _offender(element: etree._Element, model: _Model) -> etree._Element | None:
    reached = 0
    for child in element.iterchildren("*"):
        position = model.children.get(str(child.tag))
        if position is None or (model.in_order and position < reached):
            return child
        reached = max(reached, position)
    return None
