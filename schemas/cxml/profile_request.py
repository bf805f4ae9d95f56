"""The cXML question without an effect: a ProfileRequest in its envelope, which every server must answer (5.2).

It carries our credentials as an order does, so its answer tells whether they are known, and what the server takes.
Source: jaggaer-cxml.md, 5.1, 5.2 and appendix.
"""

from datetime import datetime

from lxml import etree

from schemas.cxml.elements import add, written_moment
from schemas.cxml.envelope import Credentials, add_parties
from schemas.cxml.layout import CxmlLayout
from schemas.cxml.validation import validate


def build(*, payload_id: str, stated_at: datetime, credentials: Credentials, layout: CxmlLayout) -> bytes:
    """Return the whole document, in UTF-8.

    `payload_id` must be a new one each time: under an old one a receiver repeats its old answer (5.3). Raises
    InvalidCxml for credentials that no document could carry.
    """
    root = etree.Element("cXML")
    root.set("payloadID", payload_id)
    root.set("timestamp", written_moment(stated_at))
    add_parties(root, credentials)
    add(add(root, "Request", attributes={"deploymentMode": layout.deployment_mode}), "ProfileRequest")
    validate(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, doctype=layout.doctype)
