"""The cXML envelope: taken apart safely on the way in, written on the way out (5.1, 5.2).

A DOCTYPE is never followed and declares nothing: entities, external subsets and parameter entities are refused. The
bytes go to the parser as they are, so the XML declaration counts and not the HTTP charset. A multipart/related body
holds the document in the part that `start` names, else in its first XML part.

Limits: attachments are skipped; signatures are not checked; no encoding but those libxml2 knows.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

_MULTIPART = "multipart/related"
_XML_TYPES = frozenset({"text/xml", "application/xml", "application/xop+xml"})
_DOCTYPE = '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd">'
_ILLEGAL = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_MODULES = ("cXML.dtd", "InvoiceDetail.dtd")
_serial = itertools.count(1)


class NotCxml(ValueError):
    """The body is no cXML document; the text says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One credential of a sender; `secret` None where it came without."""

    domain: str
    identity: str
    secret: str | None

    @property
    def key(self) -> tuple[str, str]:
        """Domain and identity as they compare: the domain without case, a DUNS number without dashes (5.1)."""
        domain = self.domain.strip().casefold()
        identity = self.identity.strip()
        return domain, identity.replace("-", "") if domain == "duns" else identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A request document: who sent it, under which payloadID, and the element that is asked for (None: none).

    `origin` is the first identity that it is From, "" where it has none.
    """

    payload_id: str
    origin: str
    credentials: tuple[Credential, ...]
    deployment: str
    root: etree._Element
    request: etree._Element | None


def document_of(body: bytes, content_type: str) -> bytes:
    """Return the XML document of a body. Raises NotCxml for a multipart body without one."""
    if not content_type.casefold().startswith(_MULTIPART):
        return body
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    message = BytesParser().parsebytes(head + body)
    start = message.get_param("start")
    chosen = _started(message, start) if isinstance(start, str) else None
    part = chosen or next((part for part in _parts(message) if part.get_content_type() in _XML_TYPES), None)
    content = part.get_payload(decode=True) if part else None
    if not isinstance(content, bytes):
        raise NotCxml("the multipart body has no XML part")
    return content


def opened(document: bytes) -> Envelope:
    """Take a document apart. Raises NotCxml for what is not well-formed, declares entities or has no envelope."""
    root = _parsed(document)
    if root.tag != "cXML":
        raise NotCxml(f"the root element is {root.tag!s}, not cXML")
    payload_id = _attribute(root, "payloadID")
    _attribute(root, "timestamp")
    sender, request = _child(root, "Header/Sender"), _child(root, "Request")
    return Envelope(
        payload_id=payload_id,
        origin=(root.findtext("Header/From/Credential/Identity") or "").strip(),
        credentials=tuple(_credentials(sender)),
        deployment=request.get("deploymentMode", "production"),
        root=root,
        request=next(request.iterchildren("*"), None),
    )


def response(code: int, text: str, detail: str, *, now: datetime, answer: str = "") -> bytes:
    """Write a Response: Status code and text, the specific problem as its content, and a typed answer if any."""
    payload_id = quoteattr(f"{now:%Y%m%d%H%M%S}.{next(_serial)}@jaggaer.simulator")
    timestamp = quoteattr(now.isoformat(timespec="seconds"))
    status = f'<Status code="{code}" text={quoteattr(text)} xml:lang="en">{escape(legal_text(detail))}</Status>'
    envelope = f"<cXML payloadID={payload_id} timestamp={timestamp}><Response>{status}{answer}</Response></cXML>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_DOCTYPE}\n{envelope}'.encode()


def legal_text(text: str) -> str:
    """Return the text without what no XML document may hold: a batchId of another door may hold anything."""
    return _ILLEGAL.sub("?", text)


def profile(requests: dict[str, str], effective: datetime) -> str:
    """Write a ProfileResponse: the supported requests with their addresses (5.2)."""
    transactions = "".join(
        f"<Transaction requestName={quoteattr(name)}><URL>{escape(url)}</URL></Transaction>"
        for name, url in requests.items()
    )
    stamp = quoteattr(effective.isoformat(timespec="seconds"))
    return f"<ProfileResponse effectiveDate={stamp}>{transactions}</ProfileResponse>"


class Grammar:
    """The published DTDs, where the instance was given a folder of them: chosen by content, never by a DOCTYPE.

    InvoiceDetailRequest is in `InvoiceDetail.dtd`, which old versions lack; all others are in `cXML.dtd`.
    """

    def __init__(self, folder: Path | None) -> None:
        self._dtds: dict[str, etree.DTD] = {}
        if folder is not None:
            found = (folder / name for name in _MODULES)
            self._dtds = {path.name: etree.DTD(str(path)) for path in found if path.is_file()}

    def complaint(self, root: etree._Element) -> str | None:
        """Return the first thing the DTD objects to, with its line; None if it has none or there is no DTD."""
        is_invoice = root.find("Request/InvoiceDetailRequest") is not None
        dtd = self._dtds.get(_MODULES[1] if is_invoice else _MODULES[0])
        if dtd is None or dtd.validate(root):
            return None
        log: Any = dtd.error_log  # lxml-stubs does not know that it is a sequence
        first = log[0]
        return f"XML Error: {first.message.strip()} at line {first.line}"


def _parsed(document: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise NotCxml(f"XML Error: {error.msg}") from error
    declared: Any = root.getroottree().docinfo.internalDTD  # lxml-stubs does not know its entities
    if declared is not None and declared.entities():
        raise NotCxml("the DOCTYPE declares entities, which are refused")
    if next(root.iter(etree.Entity), None) is not None:
        raise NotCxml("the document uses entities that are not XML's own")
    return root


def _attribute(root: etree._Element, name: str) -> str:
    value = (root.get(name) or "").strip()
    if not value:
        raise NotCxml(f"attribute {name} of cXML is missing or empty")
    return value


def _child(root: etree._Element, path: str) -> etree._Element:
    found = root.find(path)
    if found is None:
        raise NotCxml(f"element cXML/{path} is missing")
    return found


def _credentials(sender: etree._Element) -> Iterator[Credential]:
    for element in sender.iterchildren("Credential"):
        yield Credential(
            domain=element.get("domain", ""),
            identity=(element.findtext("Identity") or ""),
            secret=element.findtext("SharedSecret"),
        )


def _parts(message: Message) -> Iterator[Message]:
    return (part for part in message.walk() if not part.is_multipart())


def _started(message: Message, start: str) -> Message | None:
    wanted = start.strip("<>")
    return next((part for part in _parts(message) if str(part.get("Content-ID", "")).strip("<> ") == wanted), None)
