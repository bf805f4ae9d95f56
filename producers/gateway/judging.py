"""What is decided about a posted document before the ledger is asked: who it is from, and whether it can be taken.

Pure but for the secrets of senders, which may be in the database, and for how often sign-ins failed. The order of the
questions is that of the answers: readable (406), a known sender (401, or 560 where one must wait), for us (403); then
what a repetition need not pass again, because it gets the first answer anyway: a production document (400), a kind that
is taken (450), valid (406), from whom the sender may speak for (403).
"""

import hashlib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from common.flows.flow import Flow
from common.ledger.inbox import Request
from common.sides import Gateway, Sender
from producers.gateway.sign_ins import SignIns
from schemas.cxml import deviations, multipart, received, received_envelope, subject
from schemas.cxml.multipart import Body, NotADocument
from schemas.cxml.received import Received
from schemas.cxml.received_envelope import Envelope, NotAnEnvelope
from schemas.cxml.safe_xml import Element, NotSafeXml
from schemas.cxml.subject import OrderNamed
from schemas.cxml.validation import RECEIVED, InvalidCxml, validate
from schemas.pushed import PushedDocument

STATUS_UPDATE, PROFILE = "StatusUpdateRequest", "ProfileRequest"
ALWAYS_TAKEN = frozenset({STATUS_UPDATE, PROFILE})
"""The requests that need no flow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What came over HTTP for one integration: the body as it came, its type, the address asked, and the client's."""

    integration: str
    body: bytes = field(repr=False)
    content_type: str
    url: str
    client: str


class NotTaken(Exception):
    """A document is answered with this status and this sentence. `final`: a repetition need not be judged again."""

    def __init__(self, code: int, sentence: str, *, final: bool = False) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.final = final


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A document of a sender that is known: what the ledger is asked by, and what a flow reads."""

    sender: Sender
    envelope: Envelope
    body: Body
    root: Element
    request: Request
    orders: tuple[OrderNamed, ...]

    def pushed(self) -> PushedDocument:
        """Return the document as a flow reads it: without the secret that opened the door, which nobody else needs."""
        root = deepcopy(self.root)
        for credential in root.iter("Credential"):
            for secret in credential.findall("SharedSecret"):
                credential.remove(secret)
        return PushedDocument(
            request=self.envelope.name,
            payload_id=self.envelope.payload_id,
            sender=self.request.origin,
            cxml=etree.tostring(root, encoding="unicode"),
        )


def open_letter(posted: Posted, gateway: Gateway, sign_ins: SignIns) -> Letter:
    """Return a document of a known sender for us.

    Raises NotTaken, WaitFirst, and NotSent while senders cannot be looked up.
    """
    try:
        body = multipart.split(posted.body, posted.content_type)
        read = received.read(body.document.content, charset=body.document.charset, max_bytes=gateway.settings.max_bytes)
        envelope = received_envelope.read(read.root)
    except NotSafeXml as error:
        raise NotTaken(406, f"The document cannot be read: {error}.") from None
    except NotADocument as error:
        raise NotTaken(406, f"The request holds no document: {error}.") from None
    except NotAnEnvelope as error:
        where = f"Line {error.line}: " if error.line else ""
        raise NotTaken(406, f"{where}{error}.") from None
    sender = sign_ins.recognise(gateway, posted.integration, posted.client, envelope.senders)
    if sender is None:
        raise NotTaken(401, "The Sender credential is not known here: identity and shared secret do not fit.")
    if not gateway.is_for_us(envelope.recipients):
        named = ", ".join(map(str, envelope.recipients[:3])) or "nobody"
        raise NotTaken(403, f"The document is for {named}; this address takes none for them.")
    return _letter(posted, sender, envelope, body, read)


def check(letter: Letter, gateway: Gateway, taken: Mapping[str, Flow]) -> None:
    """Refuse what cannot be taken, whatever the ledger says. Raises NotTaken."""
    envelope = letter.envelope
    if envelope.deployment_mode == "test" and not gateway.settings.test:
        raise NotTaken(
            400, "The document says deploymentMode test, and this address takes production only.", final=True
        )
    if envelope.name not in taken and envelope.name not in ALWAYS_TAKEN:
        offered = ", ".join(sorted({*taken, *ALWAYS_TAKEN}))
        raise NotTaken(450, f"A {envelope.name} is not taken here; there is: {offered}.")
    try:
        validate(letter.root, RECEIVED)
    except InvalidCxml as error:
        raise NotTaken(406, f"The document is not valid: {error}", final=True) from None
    number = letter.request.number
    if number is not None and len(number) > subject.MAX_NUMBER:
        raise NotTaken(400, f"The number {number[:40]}… has over {subject.MAX_NUMBER} characters.", final=True)
    if envelope.name != PROFILE and not letter.sender.may_speak_for(envelope.origins):
        raise NotTaken(403, f"The document is from {letter.request.origin}; this sender may only speak for itself.")


def _letter(posted: Posted, sender: Sender, envelope: Envelope, body: Body, read: Received) -> Letter:
    about = subject.of(envelope.request)
    origin = envelope.origins[0] if envelope.origins else sender.party
    return Letter(
        sender=sender,
        envelope=envelope,
        body=body,
        root=read.root,
        orders=about.orders,
        request=Request(
            integration=posted.integration,
            sender=sender.name,
            payload_id=envelope.payload_id,
            name=envelope.name,
            origin=str(origin),
            number=about.number[: subject.MAX_NUMBER + 1] if about.number else None,
            operation=about.operation[: subject.MAX_NUMBER],
            content_hash=_content_hash(envelope, body),
            content_type=posted.content_type,
            body=posted.body,
            deviations=(*read.deviations, *deviations.of(read.root)),
        ),
    )


def _content_hash(envelope: Envelope, body: Body) -> bytes:
    """Return what tells two documents under one payloadID apart: the request and its attachments, not the envelope."""
    parts = [subject.content_hash(envelope.request)]
    parts += sorted(hashlib.sha256(one.content).digest() for one in body.attachments)
    return hashlib.sha256(b"".join(parts)).digest() if body.attachments else parts[0]
