"""What one customer's J1P looks like: paths, parameters, wrappers, dates and field names.

None of it is public (jaggaer-cxml.md, 2.4); the defaults are the best guess, and everything can be said otherwise.
"""

from collections.abc import Callable, Iterator
from typing import Annotated

from pydantic import AfterValidator, Field

from common.settings.j1p_documents import (
    J1pConfirmations,
    J1pInvoices,
    J1pReceipts,
    J1pSupplierInvoices,
    J1pSuppliers,
    J1pValues,
)
from common.settings.section import Section, Text, UrlPath, holding, known_as
from schemas.j1p.confirmation import ConfirmationLayout
from schemas.j1p.custom_field_value import CustomFieldLayout
from schemas.j1p.invoice_layout import J1pInvoiceLayout
from schemas.j1p.layout import FIELDS, DateFormat, J1pLayout
from schemas.j1p.layouts import J1pLayouts
from schemas.j1p.supplier_body import SupplierLayout

_NUMBER = "{number}"


def _with_number(template: str) -> str:
    if template.count(_NUMBER) != 1 or "{" in template.replace(_NUMBER, "") or "}" in template.replace(_NUMBER, ""):
        raise ValueError(f"expected {_NUMBER} once, in the place of the order's number, and no other braces")
    return template


class J1pSettings(Section):
    """One customer's J1P."""

    purchase_orders_path: UrlPath = "/j1p/api/public/ji/v1/purchaseorders"
    """Where orders are posted to and listed."""
    purchase_order_path: Annotated[UrlPath, AfterValidator(_with_number)] = (
        "/j1p/api/public/ji/v1/purchaseorders/{number}"
    )
    """Where one order is read; {number} stands for its number."""
    order_status_path: Annotated[UrlPath, AfterValidator(_with_number)] = (
        "/j1p/api/public/ji/v1/purchaseorders/{number}/status"
    )
    """Where the status of one order is posted to."""
    invoice_import_path: UrlPath = "/j1p/api/public/ji/v1/invoices/ocr/"
    """Where invoices are posted to."""
    invoices_path: UrlPath = "/j1p/api/public/ji/v1/invoices"
    """Where invoices are listed."""
    invoice_path: Annotated[UrlPath, AfterValidator(_with_number)] = "/j1p/api/public/ji/v1/invoices/{number}"
    """Where one invoice is read; {number} stands for JAGGAER's id of it."""
    invoice_status_path: Annotated[UrlPath, AfterValidator(_with_number)] = (
        "/j1p/api/public/ji/v1/invoices/{number}/payments"
    )
    """Where the payment or cancellation of one invoice is posted to."""
    suppliers_path: UrlPath = "/j1p/api/public/ji/v1/suppliers"
    """Where suppliers are posted to and listed."""
    custom_field_values_path: UrlPath = "/j1p/api/public/ji/v1/customfieldvalues"
    """Where accounting values are posted to and listed."""
    filter_parameter: Text = "flt"
    """The query parameter that filters a list."""
    filter_by_number: Annotated[Text, AfterValidator(_with_number)] = "poNumber=={number}"
    """What it says to find one order."""
    changed_since: Annotated[Text, holding("{since}")] = "LASTUPDATE>={since}"
    """What it says to find what was changed in lists of suppliers and values; {since} stands for a time."""
    start_parameter: Text = "start"
    """The query parameter that says with which row a list begins."""
    first_row: Annotated[int, Field(ge=0, le=1, strict=True)] = 1
    """The number of a list's first row."""
    order: Text = "purchaseOrder"
    """The wrapper around an order."""
    header: Text = "poHeader"
    """The wrapper around its header."""
    line_list: Text = "poLineList"
    """The outer wrapper around its lines."""
    line: Text = "poLine"
    """The inner one."""
    answer_list: Text = "jipurchaseorderList"
    """The outer wrapper around the orders of a list."""
    answer_item: Text = "jipurchaseorder"
    """The inner one."""
    batch: Text = "batchId"
    """The field of the batch id, which names one effect."""
    number: Text = "poNumber"
    """The field of the order's number."""
    revision: Text = "revisionNumber"
    """The field of its revision."""
    account_field: Text = "Account"
    """The custom field that takes accounts."""
    date_format: DateFormat = DateFormat.ISO
    """How days and times are written: iso, YYYYMMDDHHMMSS or YYYYMMDD; always UTC."""
    names: dict[Annotated[str, known_as(FIELDS)], Text] = Field(default_factory=dict)
    """This customer's names for the other fields of an order, where they differ."""

    invoices: J1pInvoices = Field(default_factory=J1pInvoices)
    """How invoices are written and listed."""
    supplier_invoices: J1pSupplierInvoices = Field(default_factory=J1pSupplierInvoices)
    """How suppliers' invoices are asked for."""
    suppliers: J1pSuppliers = Field(default_factory=J1pSuppliers)
    """How suppliers are written and listed."""
    values: J1pValues = Field(default_factory=J1pValues)
    """How values of custom fields are written and listed."""
    confirmations: J1pConfirmations = Field(default_factory=J1pConfirmations)
    """Where confirmations of orders are listed, and how."""
    receipts: J1pReceipts = Field(default_factory=J1pReceipts)
    """Where receipts are listed, and how."""

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Refuse a field with another's name."""
        made: dict[str, Callable[[], object]] = {
            "names": lambda: self.layout,
            "invoices.names": self._invoice_layout,
            "suppliers.names": self._supplier_layout,
            "values.names": self._value_layout,
            "confirmations.names": self._confirmation_layout,
            "receipts.names": lambda: self.receipts.layout,
        }
        for key, make in made.items():
            try:
                make()
            except ValueError as error:
                yield key, str(error)

    @property
    def layout(self) -> J1pLayout:
        """What the orders look like. Raises ValueError for names that collide."""
        return J1pLayout(
            order=self.order,
            header=self.header,
            line_list=self.line_list,
            line=self.line,
            batch=self.batch,
            number=self.number,
            revision=self.revision,
            account_field=self.account_field,
            answer_list=self.answer_list,
            answer_item=self.answer_item,
            date_format=self.date_format,
            names=self.names,
        )

    @property
    def layouts(self) -> J1pLayouts:
        """What all documents look like. Raises ValueError for names that collide."""
        return J1pLayouts(
            order=self.layout,
            invoice=self._invoice_layout(),
            supplier=self._supplier_layout(),
            value=self._value_layout(),
            confirmation=self._confirmation_layout(),
            receipt=self.receipts.layout,
        )

    def _invoice_layout(self) -> J1pInvoiceLayout:
        return J1pInvoiceLayout(batch=self.batch, date_format=self.date_format, **dict(self.invoices))

    def _supplier_layout(self) -> SupplierLayout:
        return SupplierLayout(batch=self.batch, date_format=self.date_format, **dict(self.suppliers))

    def _value_layout(self) -> CustomFieldLayout:
        return CustomFieldLayout(batch=self.batch, date_format=self.date_format, **dict(self.values))

    def _confirmation_layout(self) -> ConfirmationLayout:
        return ConfirmationLayout(names=self.confirmations.names)
