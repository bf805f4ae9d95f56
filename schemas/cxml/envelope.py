"""The cXML document of one delivery: the OrderRequest in its envelope, stating which effect it is.

payloadID is the key of the effect and never changes on a retry; orderVersion counts the versions sent and goes with new
and update; DocumentReference names the version before and goes with update and delete, where there is one
(jaggaer-cxml.md, 5.1 and 6.1). The same intent gives the same bytes. No document leaves that our own grammar refuses.

Limits: the shared secret travels in clear inside the document; the transport must be TLS (5.1).
"""

from dataclasses import dataclass, field

from lxml import etree

from schemas.cxml.elements import add, written_moment
from schemas.cxml.layout import CxmlLayout
from schemas.cxml.order_reading import NotAnOrderRequest, order_request_of
from schemas.cxml.safe_xml import Element
from schemas.cxml.validation import InvalidCxml, validate
from schemas.identity import Action, Intent
from schemas.refusals import Refusal, RefusalClass, Refused

_TYPES = {Action.CREATE: "new", Action.UPDATE: "update", Action.CANCEL: "delete"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who speaks to whom: domain and identity of buyer, supplier and sender, and the secret between us and the hub."""

    from_domain: str
    from_identity: str
    to_domain: str
    to_identity: str
    sender_domain: str
    sender_identity: str
    shared_secret: str = field(repr=False)
    user_agent: str = "ml-connector"


def address(body: bytes, intent: Intent, credentials: Credentials, layout: CxmlLayout) -> bytes:
    """Return the whole document, with XML declaration and DOCTYPE, in UTF-8.

    Raises Refused (INVALID) naming the element that our grammar does not take, NotAnOrderRequest or NotSafeXml for a
    body that `build` did not make.
    """
    order = order_request_of(body)
    _state_intent(order, intent)
    root = etree.Element("cXML")
    root.set("payloadID", intent.dedupe_key)
    root.set("timestamp", written_moment(intent.stated_at))
    add_parties(root, credentials)
    add(root, "Request", attributes={"deploymentMode": layout.deployment_mode}).append(order)
    try:
        validate(root)
    except InvalidCxml as invalid:
        raise _refused(invalid) from None
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, doctype=layout.doctype)


def _state_intent(order: Element, intent: Intent) -> None:
    header = order.find("OrderRequestHeader")
    if header is None:
        raise NotAnOrderRequest("the OrderRequest has no OrderRequestHeader")
    header.set("type", _TYPES[intent.action])
    if intent.action is not Action.CANCEL:
        header.set("orderVersion", str(intent.serial))
    if intent.action is not Action.CREATE and intent.previous_key is not None:
        reference = etree.Element("DocumentReference")
        reference.set("payloadID", intent.previous_key)
        extrinsics = header.findall("Extrinsic")  # the one kind of child that stands behind it
        header.insert(len(header) - len(extrinsics), reference)


def add_parties(root: Element, credentials: Credentials) -> None:
    """Append the Header: who speaks to whom, and the secret by which the receiver knows the sender."""
    header = add(root, "Header")
    _add_credential(add(header, "From"), credentials.from_domain, credentials.from_identity)
    _add_credential(add(header, "To"), credentials.to_domain, credentials.to_identity)
    sender = add(header, "Sender")
    own = _add_credential(sender, credentials.sender_domain, credentials.sender_identity)
    add(own, "SharedSecret", credentials.shared_secret)
    add(sender, "UserAgent", credentials.user_agent)


def _add_credential(party: Element, domain: str, identity: str) -> Element:
    credential = add(party, "Credential", attributes={"domain": domain})
    add(credential, "Identity", identity)
    return credential


def _refused(invalid: InvalidCxml) -> Refused:
    return Refused(
        Refusal(
            category=RefusalClass.INVALID,
            field=invalid.element,
            value=invalid.found,
            reason=f"the cXML document is not valid: {invalid.reason}",
            next_step="Correct the value at its source. If it is right there, report this as a defect.",
        )
    )
