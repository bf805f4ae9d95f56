"""The cXML document of one delivery: a request in its envelope, stating which effect it is.

payloadID is the key of the effect and never changes on a retry (jaggaer-cxml.md, 5.1). What a request says of its
effect differs:

* OrderRequest: orderVersion counts the versions sent and goes with new and update; DocumentReference names the version
  before and goes with update and delete, where there is one (6.1);
* InvoiceDetailRequest: new, or delete with a DocumentReference to what it deletes; it cannot be updated, and to send it
  again as new could have it paid twice, so an update is refused (6.5);
* StatusUpdateRequest: nothing. It names its invoice by number, and the last one counts (5.4).

The same intent gives the same bytes. No document leaves that our own grammar refuses.

Limits: the shared secret travels in clear inside the document; the transport must be TLS (5.1).
"""

from dataclasses import dataclass, field

from lxml import etree

from schemas.cxml import safe_xml
from schemas.cxml.elements import add, attribute, written_moment
from schemas.cxml.layout import CxmlLayout
from schemas.cxml.safe_xml import Element
from schemas.cxml.validation import InvalidCxml, validate
from schemas.cxml.values import UnreadableCxml
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

    Raises Refused (INVALID) naming the element that our grammar does not take, or for an invoice that was sent before;
    UnreadableCxml or NotSafeXml for a body that no `build` made.
    """
    request = safe_xml.parse(body)
    _state_intent(request, intent)
    root = etree.Element("cXML")
    root.set("payloadID", intent.dedupe_key)
    root.set("timestamp", written_moment(intent.stated_at))
    add_parties(root, credentials)
    add(root, "Request", attributes={"deploymentMode": layout.deployment_mode}).append(request)
    try:
        validate(root)
    except InvalidCxml as invalid:
        raise invalid.refused("the cXML document") from None
    doctype = layout.invoice_doctype if request.tag == "InvoiceDetailRequest" else layout.doctype
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, doctype=doctype)


def _state_intent(request: Element, intent: Intent) -> None:
    match request.tag:
        case "OrderRequest":
            _state_of_order(_header_of(request, "OrderRequestHeader"), intent)
        case "InvoiceDetailRequest":
            _state_of_invoice(_header_of(request, "InvoiceDetailRequestHeader"), intent)
        case "StatusUpdateRequest":
            pass
        case stranger:
            raise UnreadableCxml(f"a {stranger!s} is no request that we send")


def _header_of(request: Element, name: str) -> Element:
    header = request.find(name)
    if header is None:
        raise UnreadableCxml(f"the {request.tag} has no {name}")
    return header


def _state_of_order(header: Element, intent: Intent) -> None:
    header.set("type", _TYPES[intent.action])
    if intent.action is not Action.CANCEL:
        header.set("orderVersion", str(intent.serial))
    if intent.action is not Action.CREATE and intent.previous_key is not None:
        extrinsics = header.findall("Extrinsic")  # the one kind of child that stands behind it
        header.insert(len(header) - len(extrinsics), _reference(intent.previous_key))


def _state_of_invoice(header: Element, intent: Intent) -> None:
    if intent.action is Action.UPDATE:
        raise _sent_before(header)
    deletes = intent.action is Action.CANCEL
    header.set("operation", "delete" if deletes else "new")
    if deletes and intent.previous_key is not None:
        before = ("InvoiceDetailHeaderIndicator", "InvoiceDetailLineIndicator", "InvoicePartner")
        header.insert(sum(child.tag in before for child in header), _reference(intent.previous_key))


def _reference(payload_id: str) -> Element:
    reference = etree.Element("DocumentReference")
    reference.set("payloadID", payload_id)
    return reference


def _sent_before(header: Element) -> Refused:
    return Refused(
        Refusal(
            category=RefusalClass.INVALID,
            field="InvoiceNumber",
            value=attribute(header, "invoiceID") or "",
            reason="the invoice changed after it was sent, and cXML can only send one or delete it.",
            next_step="Cancel it in Oracle and enter it again under another number, or correct it in JAGGAER by hand.",
        )
    )


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
