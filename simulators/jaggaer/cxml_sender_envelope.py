"""The envelope of a document that is pushed, and the elements that many documents share (5.1, appendix)."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lxml import etree

from simulators.jaggaer.cxml_sender_target import CxmlTarget
from simulators.jaggaer.order import Door, Order

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_USER_AGENT = "JAGGAER Réseau Orders & Invoices"
"""Something in every document that must be escaped, and something that is not ASCII."""
_MODULES = {
    **dict.fromkeys(("ConfirmationRequest", "ReceiptRequest", "ShipNoticeRequest"), "Fulfill.dtd"),
    "InvoiceDetailRequest": "InvoiceDetail.dtd",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a header says in Comments: a text, and the cid of an attachment."""

    text: str = ""
    content_id: str | None = None


def node(tag: str, *content: "etree._Element | str | None", **attributes: str | None) -> etree._Element:
    """Return an element; content and attributes that are None are left out."""
    element = etree.Element(tag, {name: value for name, value in attributes.items() if value is not None})
    for one in content:
        if isinstance(one, str):
            element.text = (element.text or "") + one
        elif one is not None:
            element.append(one)
    return element


def worded(tag: str, text: str, **attributes: str | None) -> etree._Element:
    """Return an element with a text in English."""
    element = node(tag, text, **attributes)
    element.set(_LANG, "en")
    return element


def money(amount: Decimal, currency: str) -> etree._Element:
    """Return a Money element."""
    return node("Money", f"{amount:f}", currency=currency)


def comments(remark: Remark) -> etree._Element | None:
    """Return the Comments of a header, None where there is nothing to say."""
    if not remark.text and remark.content_id is None:
        return None
    element = worded("Comments", remark.text)
    if remark.content_id is not None:
        element.append(node("Attachment", node("URL", f"cid:{remark.content_id}")))
    return element


def stamp(moment: datetime) -> str:
    """Return a time with its zone."""
    return moment.isoformat(timespec="seconds")


def order_reference(order: Order, *, blank: bool = False) -> etree._Element:
    """Return an OrderReference; an order that did not come as cXML has no payloadID, which is then blank (6.2)."""
    payload_id = order.last_key if order.versions[-1].door is Door.CXML and not blank else ""
    dated = stamp(order.versions[0].at)
    return node(
        "OrderReference", node("DocumentReference", payloadID=payload_id), orderID=order.number, orderDate=dated
    )


def new_payload_id(now: datetime) -> str:
    """Return a payloadID in the form that JAGGAER's orders have (4): milliseconds, a long number, a host."""
    return f"{int(now.timestamp() * 1000)}.{secrets.randbelow(10**19)}@jaggaer.simulator"


def document(request: etree._Element, target: CxmlTarget, payload_id: str, now: datetime) -> str:
    """Return the whole document without its XML declaration."""
    root = node("cXML", payloadID=payload_id, timestamp=stamp(now))
    root.set(_LANG, "en-US")
    sender = _credential(target.sender)
    sender.append(node("SharedSecret", target.secret))
    root.append(
        node(
            "Header",
            node("From", _credential(target.origin)),
            node("To", _credential(target.destination)),
            node("Sender", sender, node("UserAgent", _USER_AGENT)),
        )
    )
    root.append(node("Request", request, deploymentMode=target.deployment))
    module = _MODULES.get(str(request.tag), "cXML.dtd")
    doctype = f'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/{target.version}/{module}">'
    return f"{doctype}\n{etree.tostring(root, encoding='unicode')}"


def _credential(named: tuple[str, str]) -> etree._Element:
    domain, identity = named
    return node("Credential", node("Identity", identity), domain=domain)
