"""Documents in JAGGAER's Indirect XML dialect: one message, a result on three levels, read back over J1P.

A message is sent once under its MessageId, which must be unique (jaggaer-cxml.md, 3.1): sent again, it would be refused
whether it was taken or not. These messages cannot be asked for, so an unclear send is looked for in J1P's lists: what
came by our message names it. What was not found often enough was not applied.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from common.connections.errors import ExchangeFailed
from common.connections.exchange import Answer, Exchange, Request
from common.connections.sighting import Sighting
from common.connections.target import Outgoing, TargetVerdict, without_answer
from common.jaggaer import answers
from common.jaggaer.j1p import J1pTarget
from common.ledger.verdicts import Absent, Dead, DeadClass, Delivered, Unclear, Wait
from schemas.exact_json import JsonValue
from schemas.identity import Intent
from schemas.indirect import answers as results
from schemas.indirect.answers import DocumentResult, MessageResult, Outcome
from schemas.indirect.frame import IndirectCredentials, UnreadableMessage

_XML = {"Content-Type": "text/xml; charset=UTF-8", "Accept": "text/xml, application/xml"}
_CLIENT_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IndirectDoor:
    """One kind of document: where it is posted, and how its message is made."""

    noun: str
    path: str
    address: Callable[[bytes, Intent, IndirectCredentials], bytes]


class IndirectTarget:
    """One kind of document at one instance; `lists` are J1P's lists of the same kind."""

    def __init__(
        self,
        exchange: Exchange,
        door: IndirectDoor,
        credentials: Callable[[], IndirectCredentials],
        lists: J1pTarget,
    ) -> None:
        self._exchange = exchange
        self._door = door
        self._credentials = credentials
        self._lists = lists

    def hold_back_seconds(self) -> float:
        """Return how long to wait before the next try."""
        return self._exchange.hold_back_seconds(authorized=False)

    def send(self, outgoing: Outgoing) -> TargetVerdict:
        """Send the message. Raises Refused for a document that our own grammar does not let out."""
        try:
            content = self._door.address(outgoing.body, outgoing.intent, self._credentials())
            request = Request(method="POST", path=self._door.path, headers=_XML, content=content, authorized=False)
            answer = self._exchange.send(request, trusted_until=outgoing.trusted_until)
        except ExchangeFailed as error:
            return without_answer(error)
        return judge(answer, outgoing.number, self._door.noun)

    def find(self, outgoing: Outgoing) -> TargetVerdict:
        """Look in J1P's list for a document that came by our message."""
        return self._lists.find_by(outgoing, lambda row: _came_by(row, outgoing, self._door.noun))

    def sight(self, number: str | None) -> Sighting:
        """List documents in J1P. Raises what the exchange raises, or NotFilterable."""
        return self._lists.sight(number)


def judge(answer: Answer, number: str, noun: str) -> TargetVerdict:
    """Judge the answer to a message of one document, whatever the HTTP status is."""
    try:
        result = results.parse(answer.content)
    except UnreadableMessage as error:
        if answer.status == 429:
            return answers.by_status(answer, number, noun=noun)
        away = answer.status >= 500 or answer.status in (401, 403, 408)
        return Unclear(reason=f"JAGGAER answers HTTP {answer.status}: {error}", answered=not away)
    (document,) = results.settle(result, [number])
    return _verdict(result, document, noun)


def _verdict(result: MessageResult, document: DocumentResult, noun: str) -> TargetVerdict:
    said = f"StatusCode {result.status_code} {result.status_text}".strip()
    details = "; ".join(str(finding) for finding in document.findings)
    match document.outcome:
        case Outcome.DONE:
            how = f"JAGGAER answered {said}"
            return Delivered(target_id=document.reference, how=f"{how} ({details})" if details else how)
        case Outcome.NOT_PROCESSED:
            return Wait(seconds=_CLIENT_WAIT_SECONDS, reason=f"JAGGAER did not look at it: {said}")
        case Outcome.UNKNOWN:
            return Unclear(reason=f"JAGGAER's answer contradicts itself: {said}", answered=True)
        case Outcome.REFUSED:
            return Dead(
                category=DeadClass.REFUSED,
                reason=f"JAGGAER refuses {noun} {document.reference}: {details or said}",
                next_step="Remove the cause in JAGGAER or in the document, then replay the dead letter.",
                field="StatusCode",
                value=str(result.status_code),
                refused_by_target=True,
            )


def _came_by(row: JsonValue, outgoing: Outgoing, noun: str) -> TargetVerdict:
    if outgoing.intent.dedupe_key in _texts(row):
        return Delivered(target_id=outgoing.number, how="Read back: JAGGAER has it from our message.")
    return Absent(reason=f"Read back: JAGGAER has {noun} {outgoing.number} from another message.", proved=False)


def _texts(value: JsonValue) -> Iterator[str]:
    """Return every text of a document, wherever it stands."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value
