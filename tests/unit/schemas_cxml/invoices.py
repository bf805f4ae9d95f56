"""What the tests of cXML invoices have in common: building, addressing, and the DTDs that have invoices."""

from lxml import etree

from schemas.coding import AsInSource, Coder
from schemas.cxml import envelope, invoice_detail_request, status_update_request
from schemas.cxml.safe_xml import Element, parse
from schemas.identity import Intent
from schemas.invoice import Invoice
from schemas.units import DEFAULT_UNITS
from tests.intents import CREATE
from tests.unit.schemas_cxml.documents import CREDENTIALS, LAYOUT, published

CODER = AsInSource("Account")


def body(invoice: Invoice, coder: Coder = CODER) -> bytes:
    return invoice_detail_request.build(invoice, units=DEFAULT_UNITS, coder=coder, layout=LAYOUT)


def document(invoice: Invoice, intent: Intent = CREATE, coder: Coder = CODER) -> bytes:
    return envelope.address(body(invoice, coder), intent, CREDENTIALS, LAYOUT)


def tree(invoice: Invoice, intent: Intent = CREATE, coder: Coder = CODER) -> Element:
    return parse(document(invoice, intent, coder))


def status_document(invoice: Invoice, intent: Intent = CREATE) -> bytes:
    return envelope.address(status_update_request.build(invoice, layout=LAYOUT), intent, CREDENTIALS, LAYOUT)


def invoice_dtds() -> tuple[etree.DTD, etree.DTD]:
    """Return the oldest and the usual DTD with invoices, 1.2.020 and 1.2.048, or skip the test that asks for them."""
    oldest, usual = (published("cxml-dtd", version, "InvoiceDetail.dtd") for version in ("1.2.020", "1.2.048"))
    return etree.DTD(str(oldest)), etree.DTD(str(usual))
