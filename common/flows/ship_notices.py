"""Ship notices, pushed to the gateway as cXML ShipNoticeRequests (jaggaer-cxml.md, 6.3).

They are read, checked and kept, and go nowhere: Oracle is told of what was received, not of what is on its way. Nobody
lists them, so nothing is polled.
"""

from common.connections.source import Row
from common.flows.flow import Flow, FromJaggaer, Mapping, Reading
from common.ledger.verdicts import Transformed, Unchanged
from schemas import pushed
from schemas.cxml import ship_notice_request
from schemas.identity import Identity
from schemas.pushed import PushedDocument
from schemas.refusals import Refusal, RefusalClass, Refused


def identify(row: Row, _: Reading) -> Identity:
    """Return who a notice is. Raises Refused."""
    return ship_notice_request.identify(_pushed(row))


def transform(row: Row, _: Mapping) -> Transformed | Unchanged:
    """Return why a notice is not sent. Raises Refused for one that cannot be read."""
    notice = ship_notice_request.parse(_pushed(row))
    orders = ", ".join(dict.fromkeys(one.order_number for one in notice.in_transit))
    if not orders:
        return Unchanged(reason="It takes back what it announced: nothing of it is in transit.")
    return Unchanged(reason=f"It is kept as in transit for {orders}: Oracle is told of what is received.")


def _pushed(row: Row) -> PushedDocument:
    document = pushed.of_row(row)
    if document is None:
        raise Refused(
            Refusal(
                category=RefusalClass.INVALID,
                field="cxml",
                value="",
                reason="a ship notice comes as a cXML document, and this is none.",
                next_step="Report this as a defect.",
            )
        )
    return document


FLOW = Flow(
    name="ship_notices",
    source=FromJaggaer(listing=None, requests=frozenset({ship_notice_request.REQUEST})),
    identify=identify,
    transform=transform,
)
