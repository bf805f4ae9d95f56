"""The answer to an Indirect message: what became of the message, and of each document in it.

There are three levels (jaggaer-cxml.md, 3.1 to 3.3): HTTP, which says nothing; the Status of the message, whose text
counts documents; and errors by document, named by ERPNumber or order number. `parse` reads the second and third,
`settle` tells for each document that was sent what became of it:

* a parse error stops the batch at that document; what follows it was neither processed nor counted, and may be sent
  again;
* a document is done when nothing speaks against it and the counts agree; where they do not, nobody knows, and it must
  be looked for before it is sent again;
* a warning does not stop a document.

Values are padded, so all of them are trimmed. Codes seen are 200, 406 and 500; the text of a success begins with
`Success`, and may stand alone. That 401 and 403 are about the sender, and 409 about a message that came before, is
assumed from HTTP.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from schemas.cxml.elements import attribute, content_of
from schemas.cxml.safe_xml import Element
from schemas.indirect.frame import UnreadableMessage, read, trimmed

_RESPONSES = frozenset(("ResponseMessage", "SupplierResponseMessage"))
_COUNT = re.compile(r"(attempted|completed)\s*=\s*([0-9]{1,9})")
_PARSE_ERROR = re.compile(r"error while parsing|xml error", re.IGNORECASE)
_UNAUTHORIZED = frozenset((401, 403))
_CONFLICT = 409  # such as a MessageId that came before: then an earlier message may have taken effect


class Outcome(StrEnum):
    """What became of one document."""

    DONE = "done"
    REFUSED = "refused"
    NOT_PROCESSED = "not_processed"
    """The receiver did not look at it: send it again."""
    UNKNOWN = "unknown"
    """The answer contradicts itself or does not say: look for the document before sending it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many documents the receiver looked at, and how many of them it took."""

    attempted: int
    completed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the receiver says: `document` is ERPNumber or order number, None for the message as a whole.

    `place` names what below the document is meant (`line 2`, `Address 30010..`), empty for the document itself.
    """

    document: str | None
    place: str
    text: str
    warning: bool

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageResult:
    """One answer. `message_id` is the answer's own id, `related_message_id` that of our message, if it says so."""

    message_id: str | None
    related_message_id: str | None
    status_code: int
    status_text: str
    counts: Counts | None
    findings: tuple[Finding, ...]

    @property
    def success(self) -> bool:
        """Whether the message as a whole was taken."""
        return self.status_code == 200

    @property
    def unauthorized(self) -> bool:
        """Whether the receiver does not know the sender: no document is to blame."""
        return self.status_code in _UNAUTHORIZED

    @property
    def stopped_by_parse_error(self) -> bool:
        """Whether the receiver stopped reading in the middle of the message."""
        said = (self.status_text, *(finding.text for finding in self.findings))
        return not self.success and any(_PARSE_ERROR.search(text) for text in said)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentResult:
    """What became of one document, and what the receiver said of it."""

    reference: str
    outcome: Outcome
    findings: tuple[Finding, ...]


def parse(data: bytes) -> MessageResult:
    """Read an answer. Raises UnreadableMessage for what is none: then nobody knows what became of the message."""
    root = read(data)
    responses = [child for child in root if child.tag in _RESPONSES]
    statuses = [status for response in responses for status in response.iterfind("Status")]
    if not statuses:
        raise UnreadableMessage(f"the answer is a {root.tag} without a Status")
    code, text = max((_status(status) for status in statuses), key=lambda status: status[0])
    findings = [finding for response in responses for finding in _findings(response)]
    return MessageResult(
        message_id=trimmed(root, "Header/MessageId"),
        related_message_id=trimmed(root, "Header/RelatedMessageId"),
        status_code=code,
        status_text=text,
        counts=_counts([_status(status)[1] for status in statuses]),
        findings=tuple(findings),
    )


def settle(result: MessageResult, references: Sequence[str]) -> tuple[DocumentResult, ...]:
    """Return what became of each document of a message, in the order in which they were sent.

    `references` are their ERP or order numbers.
    """
    alone = len(references) == 1
    findings = [
        tuple(found for found in result.findings if found.document == reference or _of_all(result, found, alone=alone))
        for reference in references
    ]
    named = {finding.document for finding in result.findings if not finding.warning}
    refused = [reference in named for reference in references]
    outcomes = _outcomes(result, refused, stray=bool(named - set(references)))
    return tuple(
        DocumentResult(reference=reference, outcome=outcome, findings=own)
        for reference, outcome, own in zip(references, outcomes, findings, strict=True)
    )


def _of_all(result: MessageResult, finding: Finding, *, alone: bool) -> bool:
    """Whether something is said of every document: a warning of the message, or why a message of one has failed."""
    return finding.document is None and (finding.warning or (alone and not result.success))


def _outcomes(result: MessageResult, refused: list[bool], *, stray: bool) -> list[Outcome]:
    """Decide for each document, from whether an error names it and whether errors name none or others (`stray`)."""
    if result.unauthorized:
        return [Outcome.NOT_PROCESSED] * len(refused)
    if result.status_code == _CONFLICT:
        return [Outcome.UNKNOWN] * len(refused)
    if result.stopped_by_parse_error:
        return _up_to_the_parse_error(result, refused)
    if _all_failed(result, refused):
        return [Outcome.REFUSED] * len(refused)
    outcomes = [Outcome.REFUSED if no else Outcome.DONE for no in refused]
    if result.counts is None and (stray or not result.success):
        return _doubted(outcomes)
    return _agreed(result.counts, outcomes)


def _all_failed(result: MessageResult, refused: list[bool]) -> bool:
    """Whether a failure is every document's: none of those attempted was taken, or a 4xx speaks of the only one."""
    if result.success or (result.counts is not None and result.counts.completed):
        return False
    if result.counts is not None and result.counts.attempted >= len(refused):
        return True
    return len(refused) == 1 and result.status_code < 500


def _up_to_the_parse_error(result: MessageResult, refused: list[bool]) -> list[Outcome]:
    """Decide by the count: the last document attempted is the one that could not be parsed."""
    documents = len(refused)
    if documents == 1:
        return [Outcome.REFUSED]
    if result.counts is None or not 0 < result.counts.attempted <= documents:
        return [Outcome.UNKNOWN] * documents
    last = result.counts.attempted - 1
    looked_at = [Outcome.REFUSED if no else Outcome.DONE for no in refused[:last]]
    return [*_agreed(result.counts, [*looked_at, Outcome.REFUSED]), *[Outcome.NOT_PROCESSED] * (documents - last - 1)]


def _agreed(counts: Counts | None, outcomes: list[Outcome]) -> list[Outcome]:
    """Trust what is done only where the receiver counted as many."""
    agrees = counts is None or counts.completed == outcomes.count(Outcome.DONE)
    return outcomes if agrees else _doubted(outcomes)


def _doubted(outcomes: list[Outcome]) -> list[Outcome]:
    return [Outcome.UNKNOWN if outcome is Outcome.DONE else outcome for outcome in outcomes]


def _status(status: Element) -> tuple[int, str]:
    code, text = trimmed(status, "StatusCode") or "", trimmed(status, "StatusText") or ""
    if re.fullmatch(r"[1-5][0-9]{2}", code):
        return int(code), text
    if not code and re.match(r"success\b", text, re.IGNORECASE):
        return 200, text
    raise UnreadableMessage(f"the Status has code {code[:40]!r} and text {text[:120]!r}: neither says what happened")


def _counts(texts: list[str]) -> Counts | None:
    """Add up what the texts count; None where one of them does not."""
    found = [dict(_COUNT.findall(text)) for text in texts]
    if not all({"attempted", "completed"} <= set(each) for each in found):
        return None
    return Counts(
        attempted=sum(int(each["attempted"]) for each in found),
        completed=sum(int(each["completed"]) for each in found),
    )


def _findings(response: Element) -> Iterator[Finding]:
    for said in response.iter("ErrorMessage"):
        text = content_of(said).strip(" \t\r\n")
        if text:
            document, place = _whereabouts(said)
            yield Finding(document=document, place=place, text=text, warning=_is_warning(said))


def _is_warning(said: Element) -> bool:
    """Tell by the type at the message or at what holds it; what has none is an error."""
    parent = said.getparent()
    kinds = (attribute(each, "type") for each in (said, parent) if each is not None)
    return next((kind.strip().casefold() for kind in kinds if kind), "error") == "warning"


def _whereabouts(said: Element) -> tuple[str | None, str]:
    """Walk up from a message to the document that it is about, and say what below the document is meant."""
    place = ""
    for above in said.iterancestors():
        match above.tag:
            case "PurchaseOrderLineRef":
                return attribute(above, "ponumber"), f"line {attribute(above, 'linenumber')}"
            case "PurchaseOrderRef":
                return attribute(above, "ponumber"), place
            case "SupplierErrors":
                return _erp_number(above), place
            case str() as tag if tag.endswith("Errors") and tag not in ("Errors", "ObjectErrors") and not place:
                place = f"{tag.removesuffix('Errors')} {_erp_number(above) or ''}".rstrip()
            case _:
                pass
    return None, place


def _erp_number(errors: Element) -> str | None:
    """Return the ERPNumber of the reference that an error element begins with (`SupplierRef`, `AddressRef`)."""
    reference = next((child for child in errors if str(child.tag).endswith("Ref")), None)
    return None if reference is None else trimmed(reference, "ERPNumber")
