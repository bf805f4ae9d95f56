"""Who a document is, which version of it this is, and the key under which one business effect is known.

Words: a *document* is one business object of the source (its key never changes); a *version* is its content at one
moment, told apart by the source's stamp and a hash of the content; an *intent* is the one effect that a delivery wants
to have at the target, with the key that makes a repetition recognisable.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

_REFERENCE = re.compile(r"MC-[0-9a-f]{24}")

RecordId = NewType("RecordId", int)
JobId = NewType("JobId", str)


class Action(StrEnum):
    """What a delivery does to the document at the target."""

    CREATE = "create"
    UPDATE = "update"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the ledger must know of a version before anyone maps it.

    `key` is the source's immutable id as text; `number` what people call the document; `changed_at` the newest stamp
    anywhere in the document, children included, because a child's change does not move its parent's stamp
    (oracle-fusion.md, 1.11); `content_hash` SHA-256 of the business content without stamps and links. Amount, currency
    and business unit make the books balance; they are None where the source left them out.
    """

    key: str
    number: str
    changed_at: datetime
    content_hash: bytes
    business_unit: str | None
    currency: str | None
    amount: Decimal | None

    def __post_init__(self) -> None:
        """Refuse a naive stamp: comparing it with an aware one fails later and far away."""
        if self.changed_at.tzinfo is None:
            raise ValueError(f"changed_at of document {self.number} has no time zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One effect at the target.

    `serial` counts the versions sent of this document, from 1 (cXML `orderVersion`, J1P `revisionNumber` + 1);
    `dedupe_key` names the effect and never changes on a retry (cXML `payloadID`, J1P `batchId`); `previous_key` is the
    dedupe key of the last delivered version (cXML `DocumentReference`), None for a create; `stated_at` is the time the
    effect was first intended, so that a repetition is the same to the byte.
    """

    action: Action
    serial: int
    dedupe_key: str
    previous_key: str | None
    stated_at: datetime


def body_hash(body: bytes) -> bytes:
    """Return SHA-256 of a built body: equal for two versions that say the same to the target."""
    return hashlib.sha256(body).digest()


def dedupe_key(*, integration: str, flow: str, record_id: RecordId, refusals: int, body_hash: bytes) -> str:
    """Return the key of one effect: the same for every retry of the same content, another one after a refusal.

    A target answers a repeated key with its first answer, so a document that was refused and then corrected at the
    target needs a new key, and so does changed content (jaggaer-cxml.md, 5.1 and 5.3). The form is that of a cXML
    payloadID, `unique@host`.
    """
    name = f"{integration}/{flow}/{record_id}/{refusals}/{body_hash.hex()}"
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    return f"{record_id}.{refusals}.{digest}@ml-connector"


def document_reference(*, integration: str, flow: str, key: str) -> str:
    """Return a short name for a document at a target that keeps references of a source: letters, digits and dashes.

    The same for every version and every try, so that an effect is found again whatever happened since
    (oracle-fusion.md, 4). 27 characters.
    """
    digest = hashlib.sha256(f"{integration}/{flow}/{key}".encode()).hexdigest()[:24]
    return f"MC-{digest}"


def is_document_reference(reference: object) -> bool:
    """Tell whether a reference is one of `document_reference`: what carries it was brought by us."""
    return isinstance(reference, str) and _REFERENCE.fullmatch(reference) is not None
