"""What one customer's J1P documents look like, all kinds together."""

from dataclasses import dataclass, field

from schemas.j1p.confirmation import ConfirmationLayout
from schemas.j1p.custom_field_value import CustomFieldLayout
from schemas.j1p.invoice_layout import J1pInvoiceLayout
from schemas.j1p.layout import J1pLayout
from schemas.j1p.receipt import J1pReceiptLayout
from schemas.j1p.supplier_body import SupplierLayout


@dataclass(frozen=True, slots=True, kw_only=True)
class J1pLayouts:
    """The layout of each kind of document."""

    order: J1pLayout = field(default_factory=J1pLayout)
    invoice: J1pInvoiceLayout = field(default_factory=J1pInvoiceLayout)
    supplier: SupplierLayout = field(default_factory=SupplierLayout)
    value: CustomFieldLayout = field(default_factory=CustomFieldLayout)
    confirmation: ConfirmationLayout = field(default_factory=ConfirmationLayout)
    receipt: J1pReceiptLayout = field(default_factory=J1pReceiptLayout)
