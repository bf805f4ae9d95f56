"""An invoice or credit memo that came to JAGGAER from a supplier or was keyed in there, and how it looks in J1P (2.3).

A credit memo has negative quantities and so negative amounts, as in cXML (6.5) [assumed for J1P]. Amounts of lines are
rounded to the currency's minor unit, prices are not; the total is the sum of lines, tax and shipping.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from simulators.jaggaer import exact_json, j1p_fields, money
from simulators.jaggaer.exact_json import JsonObject
from simulators.jaggaer.invoice import InvoiceKey, InvoiceKind


class InvoiceSource(StrEnum):
    """How an invoice came into JAGGAER, spelled as reads give it (2.3)."""

    MANUAL = "Manual"
    AUTOMATED = "Automated"


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledLine:
    """One line: a quantity of a line of an order, at a price per one unit."""

    number: int
    po_number: str
    po_line: int
    quantity: Decimal
    unit_price: Decimal
    uom: str | None
    description: str
    currency: str

    @property
    def amount(self) -> Decimal:
        """Quantity times price, rounded to the minor unit."""
        return money.rounded(Fraction(self.quantity) * Fraction(self.unit_price), self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """The document. `credits` is the number of the invoice that a credit memo takes back."""

    number: str
    supplier: str
    supplier_name: str | None
    kind: InvoiceKind
    source: InvoiceSource
    currency: str
    business_unit: str | None
    lines: tuple[BilledLine, ...]
    tax: Decimal
    shipping: Decimal
    dated: datetime
    credits: str | None = None

    @property
    def key(self) -> InvoiceKey:
        """Supplier and number."""
        return self.supplier, self.number

    @property
    def subtotal(self) -> Decimal:
        """The sum of the lines."""
        return money.total(line.amount for line in self.lines)

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return money.total((self.subtotal, self.tax, self.shipping))

    def content(self) -> bytes:
        """Return the document as J1P reads give it back, as JSON (`{"header", "lineList"}`)."""
        header: JsonObject = {
            "originalInvoiceNumber": self.credits,
            "invoiceLineType": "PO",
            "invoiceDate": j1p_fields.timestamp(self.dated),
            "invoicedBy": None if self.source is InvoiceSource.AUTOMATED else {"username": "clerk"},
            "businessUnit": self._unit,
            "supplier": {"name": self.supplier_name, "supplierNumber": self.supplier},
            "currency": self.currency,
            "taxCharge1": self._money(self.tax) if self.tax else None,
            "tax1HeaderChargeDetail": {"supplierTax": self._money(self.tax)} if self.tax else None,
            "shippingCharge": self._money(self.shipping) if self.shipping else None,
        }
        return exact_json.dumps({"header": header, "lineList": {"line": [self._row(line) for line in self.lines]}})

    @property
    def _unit(self) -> JsonObject | None:
        return None if self.business_unit is None else {"internalName": self.business_unit}

    def _money(self, amount: Decimal) -> JsonObject:
        return {"currency": self.currency, "value": amount}

    def _row(self, line: BilledLine) -> JsonObject:
        return {
            "lineId": f"{self.number}-{line.number}",
            "lineNumber": line.number,
            "item": {"description": line.description, "unitOfMeasure": {"dimension": line.uom}},
            "businessUnit": self._unit,
            "poNumber": line.po_number,
            "poLineNumber": str(line.po_line),
            "quantity": line.quantity,
            "unitPrice": self._money(line.unit_price),
            "taxable": bool(self.tax),
            "matchStatus": "Unmatched",
        }
