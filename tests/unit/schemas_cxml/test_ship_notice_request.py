"""Ship notices: what is in transit, and why none is sent on."""

from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree

from common.flows import ship_notices
from common.flows.registry import FLOWS
from common.ledger.verdicts import Unchanged
from common.settings import Dialect
from schemas.cxml import receipt_request, ship_notice_request
from schemas.cxml.safe_xml import parse
from schemas.cxml.ship_notice_request import InTransit
from schemas.pushed import PushedDocument
from schemas.refusals import Refused
from tests.fixtures.mappings import written_in
from tests.unit.schemas_cxml.documents import published

_ITEM = '<ShipNoticeItem lineNumber="2" quantity="3.5"><UnitOfMeasure>EA</UnitOfMeasure></ShipNoticeItem>'


def notice(portion: str = _ITEM, header: str = "") -> PushedDocument:
    text = f"""<cXML payloadID="1@s" timestamp="2025-03-10T09:00:00+00:00"><Request><ShipNoticeRequest>
<ShipNoticeHeader shipmentID="S-1" noticeDate="2025-03-10T08:00:00+00:00" {header}/>
<ShipControl><CarrierIdentifier domain="SCAC">FDE</CarrierIdentifier><ShipmentIdentifier>8202</ShipmentIdentifier>
</ShipControl><ShipNoticePortion><OrderReference orderID="US164861"/>{portion}</ShipNoticePortion>
</ShipNoticeRequest></Request></cXML>"""
    return PushedDocument(request="ShipNoticeRequest", payload_id="1@s", sender="DUNS/1", cxml=text)


def test_items_are_in_transit_and_without_any_the_whole_order_is() -> None:
    found = ship_notice_request.parse(notice())
    assert (found.key, found.tracking_number) == ("DUNS/1/S-1", "8202")
    assert found.in_transit == (InTransit(order_number="US164861", line=2, quantity=Decimal("3.5"), unit="EA"),)
    (whole,) = ship_notice_request.parse(notice("")).in_transit
    assert (whole.line, whole.quantity) == (None, None)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (notice(), "in transit for US164861"),
        (notice(header='operation="delete"'), "nothing of it is in transit"),
    ],
)
def test_a_notice_is_kept_and_not_sent(document: PushedDocument, said: str) -> None:
    verdict = ship_notices.transform(document.as_row(), written_in(Dialect.J1P))
    assert isinstance(verdict, Unchanged)
    assert said in verdict.reason


def test_a_notice_that_cannot_be_read_is_refused_with_its_path() -> None:
    with pytest.raises(Refused) as caught:
        ship_notice_request.parse(notice(_ITEM.replace("3.5", "some")))
    assert caught.value.refusal.field == "ShipNoticePortion[1]/ShipNoticeItem[1]/@quantity"


def test_the_published_notice_is_read_and_what_is_no_notice_is_refused_for_that() -> None:
    root = parse(published("cxml-samples", "shipnotice-01.xml").read_bytes())
    document = replace(notice(), cxml=etree.tostring(root, encoding="unicode"))
    (whole,) = ship_notice_request.parse(document).in_transit
    assert (whole.order_number, whole.line) == ("DO1234", None)
    with pytest.raises(Refused, match="the document holds no ReceiptRequest"):
        receipt_request.parse(replace(document, request="ReceiptRequest"))


def test_what_is_only_pushed_is_never_polled() -> None:
    assert [flow.name for flow in FLOWS.values() if not flow.is_polled] == ["ship_notices"]
