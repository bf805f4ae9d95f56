"""What the cXML tests have in common: one sender, and the published DTDs and samples where there are any.

The DTDs and samples are not part of this project. Their folder is ML_CONNECTOR_SHARED, by default `shared` beside the
repository; tests that need them are skipped where it is absent.
"""

from pathlib import Path

import pytest
from lxml import etree

from schemas.cxml import order_request
from schemas.cxml.envelope import Credentials, address
from schemas.cxml.order_request import CxmlLayout
from schemas.cxml.safe_xml import Element, parse
from schemas.identity import Intent
from schemas.purchase_order import PurchaseOrder
from schemas.units import DEFAULT_UNITS
from tests.factories import AS_IN_SOURCE
from tests.fixtures import environment
from tests.intents import CREATE

LAYOUT = CxmlLayout()
CREDENTIALS = Credentials(
    from_domain="NetworkID",
    from_identity="buyer",
    to_domain="DUNS",
    to_identity="123456789",
    sender_domain="NetworkID",
    sender_identity="hub",
    shared_secret="hush-hush",
)

_ROOT = Path(__file__).parents[3]
_REFERENCE = Path(environment.GIVEN.get("ML_CONNECTOR_SHARED", _ROOT.parent / "shared")) / "reference"


def body(order: PurchaseOrder, layout: CxmlLayout = LAYOUT) -> bytes:
    return order_request.build(order, units=DEFAULT_UNITS, coder=AS_IN_SOURCE, layout=layout)


def document(order: PurchaseOrder, intent: Intent = CREATE, layout: CxmlLayout = LAYOUT) -> bytes:
    return address(body(order, layout), intent, CREDENTIALS, layout)


def tree(order: PurchaseOrder, intent: Intent = CREATE, layout: CxmlLayout = LAYOUT) -> Element:
    return parse(document(order, intent, layout))


def published(*parts: str) -> Path:
    """Return a published file, or skip the test that asks for it."""
    path = _REFERENCE.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{path.name} is not here: set ML_CONNECTOR_SHARED to the folder that has the published cXML files")
    return path


def published_dtds() -> tuple[etree.DTD, etree.DTD]:
    """Return the oldest and the usual DTD, 1.2.014 and 1.2.048, or skip the test that asks for them."""
    oldest, usual = (published("cxml-dtd", version, "cXML.dtd") for version in ("1.2.014", "1.2.048"))
    return etree.DTD(str(oldest)), etree.DTD(str(usual))
