"""Bodies of invoices: what may be named, what must be, and which values have a list (oracle-fusion.md, 3.4).

The split between what is written and what the system maintains is partly [assumed], as is what is needed.
"""

from collections.abc import Iterable
from decimal import Decimal

from simulators.oracle import demonstration
from simulators.oracle.invoice_attributes import INVOICE_LINES, REFERENCE_KEYS
from simulators.oracle.invoice_generator import DAYS
from simulators.oracle.payloads import Payload
from simulators.oracle.resource import Row

WRITABLE = frozenset(
    (
        *REFERENCE_KEYS,
        *"""InvoiceNumber InvoiceCurrency PaymentCurrency InvoiceAmount InvoiceDate BusinessUnit Supplier SupplierSite
        RequesterId Requester InvoiceGroup ConversionRateType ConversionDate ConversionRate AccountingDate Description
        DeliveryChannelCode DeliveryChannel PayAloneFlag InvoiceSourceCode InvoiceSource InvoiceType PayGroup
        InvoiceReceivedDate PaymentReasonCode PaymentReason PaymentReasonComments RemittanceMessageOne
        RemittanceMessageTwo RemittanceMessageThree PaymentTerms TermsDate GoodsReceivedDate PaymentMethodCode
        PaymentMethod SupplierTaxRegistrationNumber FirstPartyTaxRegistrationId FirstPartyTaxRegistrationNumber
        LegalEntity LegalEntityIdentifier LiabilityDistribution PurchaseOrderNumber ProductTable ImageDocumentNumber
        ControlAmount TaxationCountry BudgetDate""".split(),
    )
)
UPDATABLE = WRITABLE - {"BusinessUnit", "Supplier", "InvoiceCurrency", "InvoiceType", "PurchaseOrderNumber"}
_LINE_SYSTEM = frozenset(
    """MatchType MatchOption MatchBasis FundsStatus ApprovalStatus GenerateDistributions DiscardedFlag CanceledFlag
    BaseAmount LineSource CreatedBy CreationDate LastUpdatedBy LastUpdateDate LastUpdateLogin""".split()
)
LINE_WRITABLE = frozenset(INVOICE_LINES.attributes.keys() - _LINE_SYSTEM)
LENGTHS = {"InvoiceNumber": 50}
TYPES = ("Standard", "Credit memo", "Debit memo", "Prepayment")
_LINE_TYPES = ("Item", "Freight", "Miscellaneous", "Tax")
_CURRENCIES = tuple(code for code, *_ in demonstration.CURRENCIES)
_UNITS = tuple(name for _, name in demonstration.BUSINESS_UNITS)


def check_header(payload: Payload, suppliers: Iterable[Row], duplicates: Iterable[Row]) -> None:
    """Note what is wrong with a header. `suppliers`: those of its name; `duplicates`: invoices of its number."""
    row = payload.row
    payload.need("InvoiceNumber", "InvoiceAmount", "BusinessUnit", "Supplier", "SupplierSite")
    payload.one_of("BusinessUnit", _UNITS)
    payload.one_of("InvoiceType", TYPES)
    check_values(payload)
    active = [supplier for supplier in suppliers if supplier["Status"] == "ACTIVE"]
    if row.get("Supplier") is not None and not active:
        payload.mismatch("Supplier")
    elif row.get("SupplierSite") is not None and active and site_of(active[0], row) is None:
        payload.mismatch("SupplierSite")
    check_unique(payload, row.get("Supplier"), duplicates)
    negative = row.get("InvoiceType", "Standard") in ("Credit memo", "Debit memo")
    amount = row.get("InvoiceAmount")
    if amount is not None and ((amount < 0) != negative) and amount != 0:
        payload.refuse("InvoiceAmount", "The sign of the invoice amount isn't one of the invoice type.")


def check_values(payload: Payload) -> None:
    """Note the values that their lists do not have."""
    payload.one_of("InvoiceCurrency", _CURRENCIES)
    payload.one_of("PaymentCurrency", _CURRENCIES)
    payload.one_of("PaymentTerms", tuple(DAYS))


def check_unique(payload: Payload, supplier: str | None, duplicates: Iterable[Row]) -> None:
    """Note a number that the supplier has an invoice of already; a canceled one counts."""
    if any(one["Supplier"] == supplier for one in duplicates):
        payload.refuse(
            "InvoiceNumber",
            "You must provide a unique invoice number. The invoice number "
            f"{payload.row['InvoiceNumber']} already exists for this supplier.",
            code="AP-000000",
        )


def check_line(line: Payload, *, matched: bool) -> None:
    """Note what is wrong with a line; one that is not matched needs an amount."""
    line.one_of("LineType", _LINE_TYPES)
    if not matched:
        line.need("LineAmount")


def site_of(supplier: Row, header: Row) -> Row | None:
    """Return the site of a supplier that an invoice names: of its business unit, or assigned to it, and to be paid."""
    for site in supplier["sites"]:
        units = {site["ProcurementBU"], *(one["ClientBU"] for one in site["assignments"])}
        usable = site["Status"] == "ACTIVE" and site["SitePurposePayFlag"] is not False
        if usable and site["SupplierSite"] == header["SupplierSite"] and header.get("BusinessUnit") in units:
            found: Row = site
            return found
    return None


def numbered(lines: list[Payload]) -> None:
    """Note line numbers that occur twice; a line without one takes the next."""
    taken: set[Decimal] = set()
    for position, line in enumerate(lines, start=1):
        number = line.row.setdefault("LineNumber", Decimal(position))
        if number in taken:
            line.refuse("LineNumber", f"The line number {number} occurs twice.")
        taken.add(number)


def described_lines(invoice: Row) -> list[dict[str, object]]:
    """Return what the journal says of an invoice's lines, numbers as exact text."""
    names = ("LineAmount", "Quantity", "UnitPrice")
    return [
        {
            "line": int(line["LineNumber"]),
            "type": line["LineType"],
            **{name: None if line[name] is None else format(line[name], "f") for name in names},
            "order": line["PurchaseOrderNumber"],
            "order_line": _whole(line["PurchaseOrderLineNumber"]),
            "schedule": _whole(line["PurchaseOrderScheduleLineNumber"]),
            "receipt": line["ReceiptNumber"],
            "account": line["DistributionCombination"],
        }
        for line in invoice["invoiceLines"]
    ]


def _whole(number: Decimal | int | None) -> int | None:
    return None if number is None else int(number)
