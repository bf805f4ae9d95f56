"""Names of wrappers and fields in one customer's J1P documents other than orders (jaggaer-cxml.md, 2.3, 2.4, 3.3)."""

from typing import Annotated

from pydantic import Field

from common.settings.section import Section, Text, UrlPath, holding, known_as
from schemas.j1p import confirmation, custom_field_value, invoice_layout, receipt, supplier_body


class J1pInvoices(Section):
    """How invoices are written and listed."""

    invoice: Text = "invoiceOcr"
    """The wrapper around an invoice that is posted."""
    header: Text = "invoiceOcrHeader"
    """The wrapper around its header."""
    line_list: Text = "invoiceOcrLineList"
    """The outer wrapper around its lines."""
    line: Text = "invoiceOcrLine"
    """The inner one."""
    payment: Text = "invoicePayment"
    """The wrapper around its payment."""
    number: Text = "supplierInvoiceNumber"
    """The field of the invoice's number."""
    revision: Text = "revisionNumber"
    """The field of its revision."""
    answer_list: Text = "jiinvoiceList"
    """The outer wrapper around the invoices of a list."""
    answer_item: Text = "jiinvoice"
    """The inner one."""
    names: dict[Annotated[str, known_as(invoice_layout.FIELDS)], Text] = Field(default_factory=dict)
    """This customer's names for the other fields of an invoice, where they differ."""


class J1pSupplierInvoices(Section):
    """How suppliers' invoices are asked for; how they look is as in `invoices`."""

    changed_since: Annotated[Text, holding("{since}")] = "LASTUPDATE>={since}"
    """What the filter says to find those that changed; {since} stands for a time."""
    by_key: Annotated[Text, holding("{number}")] = "INVOICEID=={number}"
    """What it says to find one; {number} stands for JAGGAER's id of it."""


class J1pSuppliers(Section):
    """How suppliers are written and listed."""

    supplier: Text = "supplier"
    """The wrapper around a supplier."""
    erp_number: Text = "erpNumber"
    """The field of our number, at every level; suppliers are looked for by it."""
    answer_list: Text = "jisupplierList"
    """The outer wrapper around the suppliers of a list."""
    answer_item: Text = "jisupplier"
    """The inner one."""
    names: dict[Annotated[str, known_as(supplier_body.FIELDS)], Text] = Field(default_factory=dict)
    """This customer's names for the other fields of a supplier, where they differ."""


class J1pValues(Section):
    """How values of custom fields are written and listed."""

    custom_field: Text = "customField"
    """The field that names whose values these are."""
    values: Text = "values"
    """The list of values."""
    answer_list: Text = "jicustomfieldvalueList"
    """The outer wrapper around the values of a list."""
    answer_item: Text = "jicustomfieldvalue"
    """The inner one."""
    names: dict[Annotated[str, known_as(custom_field_value.FIELDS)], Text] = Field(default_factory=dict)
    """This customer's names for the other fields of a value, where they differ."""


class J1pConfirmations(Section):
    """Where confirmations of orders are listed, and how."""

    path: UrlPath = "/j1p/api/public/ji/v1/purchaseorders/confirmations"
    """Where they are listed."""
    changed_since: Annotated[Text, holding("{since}")] = "LASTUPDATE>={since}"
    """What the filter says to find those that changed since a time."""
    by_key: Annotated[Text, holding("{number}")] = "CONFIRMATIONID=={number}"
    """What it says to find one by its id."""
    names: dict[Annotated[str, known_as(confirmation.FIELDS)], Text] = Field(default_factory=dict)
    """This customer's names for the fields of a confirmation, where they differ."""


class J1pReceipts(Section):
    """Where receipts are listed, and how."""

    path: UrlPath = "/j1p/api/public/ji/v1/receipts"
    """Where they are listed."""
    changed_since: Annotated[Text, holding("{since}")] = "LASTUPDATE>={since}"
    """What the filter says to list what changed; {since} stands for a time."""
    by_key: Annotated[Text, holding("{number}")] = "receiptId=={number}"
    """What it says to find one; {number} stands for JAGGAER's id of it."""
    header: Text = "header"
    """The wrapper around a receipt's header."""
    line_list: Text = "lineList"
    """The outer wrapper around its lines."""
    line: Text = "line"
    """The inner one."""
    key: Text = "receiptId"
    """The field of JAGGAER's id of it."""
    names: dict[Annotated[str, known_as(receipt.FIELDS)], Text] = Field(default_factory=dict)
    """This customer's names for the other fields of a receipt, where they differ."""

    @property
    def layout(self) -> receipt.J1pReceiptLayout:
        """What a receipt looks like. Raises ValueError for names that collide."""
        return receipt.J1pReceiptLayout(
            header=self.header, line_list=self.line_list, line=self.line, key=self.key, names=self.names
        )
