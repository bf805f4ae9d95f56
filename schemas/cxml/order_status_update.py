"""The state of an order in cXML: a StatusUpdateRequest with a DocumentStatus.

DocumentReference names the last OrderRequest of the order where its payloadID is known; DocumentInfo names the order by
its number in any case. The state is DocumentStatus/@type, whose values are free. The code of the Status is 200 where it
is the last word about an order, and 201 as long as another state can follow (jaggaer-cxml.md, 5.3, 5.4 and appendix).

Limits: DocumentStatus came after 1.2.020, so these documents name 1.2.048 or later. That a receiver acts upon a buyer's
word about the state of an order is not documented: agree upon it with JAGGAER. Our RELAX NG does not describe this
document; the tests hold it against the published DTD.
"""

from dataclasses import dataclass, replace

from lxml import etree

from schemas.cxml import safe_xml
from schemas.cxml.elements import add, add_extrinsics, attribute, written_moment
from schemas.cxml.envelope import Credentials, add_parties
from schemas.cxml.layout import CxmlLayout
from schemas.cxml.safe_xml import Element
from schemas.identity import Intent
from schemas.order_status import OrderStatusChange

_FIRST_KNOWN_VERSION = "1.2.048"


class NotAnOrderStatus(ValueError):
    """A document that holds no StatusUpdateRequest about an order; the message says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CxmlOrderStatus:
    """The state of an order as a document says it; what it left out is None.

    `status` is a word of `OrderState`. `order_payload_id` is the OrderRequest that it speaks of, `original_request_id`
    the document's own payloadID.
    """

    number: str
    status: str
    order_payload_id: str | None
    original_request_id: str | None


def build(change: OrderStatusChange, *, order_payload_id: str | None) -> bytes:
    """Return the StatusUpdateRequest element in UTF-8, without what depends on its delivery.

    `order_payload_id` is the payloadID of the last OrderRequest that was delivered of this order, if it is known.
    """
    root = etree.Element("StatusUpdateRequest")
    if order_payload_id is not None:
        add(root, "DocumentReference", attributes={"payloadID": order_payload_id})
    code, text = ("200", "OK") if change.state.is_final else ("201", "Accepted")
    add(root, "Status", f"Order {change.number} is {change.state.value}.", {"code": code, "text": text})
    status = add(root, "DocumentStatus", attributes={"type": change.state.value})
    add(status, "DocumentInfo", attributes={"documentID": change.number, "documentType": "OrderRequest"})
    add_extrinsics(root, [("statusDate", written_moment(change.since))])
    return etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def address(body: bytes, intent: Intent, credentials: Credentials, layout: CxmlLayout) -> bytes:
    """Return the whole document: the same bytes for every repetition of the same intent.

    Raises NotAnOrderStatus or NotSafeXml for a body that `build` did not make.
    """
    update = _update_of(safe_xml.parse(body))
    root = etree.Element("cXML")
    root.set("payloadID", intent.dedupe_key)
    root.set("timestamp", written_moment(intent.stated_at))
    add_parties(root, credentials)
    add(root, "Request", attributes={"deploymentMode": layout.deployment_mode}).append(update)
    named = replace(layout, dtd_version=max(layout.dtd_version, _FIRST_KNOWN_VERSION))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, doctype=named.doctype)


def parse(document: bytes) -> CxmlOrderStatus:
    """Read a state from a whole document or its StatusUpdateRequest. Raises NotAnOrderStatus, NotSafeXml."""
    root = safe_xml.parse(document)
    update = _update_of(root)
    status, info = update.find("DocumentStatus"), update.find("DocumentStatus/DocumentInfo")
    number = None if info is None else attribute(info, "documentID")
    if status is None or not number:
        raise NotAnOrderStatus("the StatusUpdateRequest has no DocumentStatus with the number of an order")
    reference = update.find("DocumentReference")
    return CxmlOrderStatus(
        number=number,
        status=attribute(status, "type") or "",
        order_payload_id=None if reference is None else attribute(reference, "payloadID"),
        original_request_id=attribute(root, "payloadID"),
    )


def same_content(a: CxmlOrderStatus, b: CxmlOrderStatus) -> bool:
    """Tell whether two documents say that the same order is in the same state."""
    return (a.number, a.status) == (b.number, b.status)


def _update_of(root: Element) -> Element:
    found = root if root.tag == "StatusUpdateRequest" else root.find("Request/StatusUpdateRequest")
    if found is None:
        raise NotAnOrderStatus(f"the {root.tag} holds no StatusUpdateRequest")
    return found
