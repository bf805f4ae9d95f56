"""What JAGGAER's answers mean, decided from status and bytes alone.

Both dialects put the business result inside HTTP 200, so the body is read whatever the status is, and a status alone
never means success (jaggaer-cxml.md, 2.2 and 5.2). Classes of failure: messaging-and-reliability.md, section 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from common.connections import retry_after
from common.connections.exchange import Answer
from common.connections.target import Outgoing, TargetVerdict
from common.ledger.verdicts import Absent, Dead, DeadClass, Delivered, Found, Unclear, Wait
from schemas import exact_json
from schemas.cxml import response
from schemas.exact_json import JsonValue
from schemas.j1p.purchase_order import J1pOrder, other_owner, same_content

_REFUSED_NEXT_STEP = "Remove the cause in JAGGAER or in the document, then replay the dead letter."
_CLIENT_WAIT_SECONDS = 60.0
_QUOTED_CHARACTERS = 500

WRAPPER_FIELDS = frozenset({"returnCode", "returnMessage", "totRecords", "returnedRecords", "startAt"})
"""What J1P's wrapper itself says (2.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapper:
    """J1P's wrapper around every answer: the business result, and the object that it wraps."""

    code: str
    message: str
    body: Mapping[str, JsonValue]

    @property
    def succeeded(self) -> bool:
        """Whether the business result is success: 0, as a number or as text."""
        return self.code == "0"

    @property
    def document_errors(self) -> tuple[str, ...]:
        """What is wrong with single documents, although the import as a whole succeeded.

        The XML messages that J1P mirrors tell the result on three levels: HTTP, message, document (3.1). The name of
        the list in JSON is not public, so anything under a name that ends in "errors" counts as one.
        """
        lists = [value for name, value in self.body.items() if name.lower().endswith("errors") and value]
        return tuple(exact_json.dumps(errors).decode() for errors in lists)


def j1p_wrapper(content: bytes) -> Wrapper | None:
    """Read J1P's wrapper; None if the body is not one."""
    try:
        return wrapped(exact_json.loads(content))
    except exact_json.NotExactJson:
        return None


def wrapped(body: JsonValue) -> Wrapper | None:
    """Return J1P's wrapper; None if the body is not one."""
    if not isinstance(body, Mapping) or not isinstance(body.get("returnCode"), int | str):
        return None
    return Wrapper(code=str(body["returnCode"]).strip(), message=str(body.get("returnMessage") or ""), body=body)


def j1p_import(answer: Answer, number: str, *, noun: str = "order") -> TargetVerdict:
    """Judge the answer to an import; `noun` is what a person calls such a document."""
    wrapper = j1p_wrapper(answer.content) if 200 <= answer.status < 300 else None
    if wrapper is None:
        return by_status(answer, number, noun=noun)
    errors = wrapper.document_errors
    if wrapper.succeeded and not errors:
        return Delivered(target_id=number, how="JAGGAER confirmed the import.")
    said = " ".join([_quoted(wrapper.message), *(_quoted(error) for error in errors)]).strip()
    return Dead(
        category=DeadClass.REFUSED,
        reason=f"JAGGAER refuses {noun} {number} with returnCode {wrapper.code}: {said}",
        next_step=_REFUSED_NEXT_STEP,
        field="objectErrors" if wrapper.succeeded else "returnCode",
        value=_quoted(errors[0]) if wrapper.succeeded else wrapper.code,
        refused_by_target=True,
    )


def j1p_listing(answer: Answer) -> list[JsonValue] | None:
    """Return the documents of a list answer, each still wrapped; None if the answer says nothing reliable.

    Lists are double-wrapped objects (2.2); the names differ by resource and customer, so the shape decides.
    """
    wrapper = j1p_wrapper(answer.content) if answer.status == 200 else None
    return listed(wrapper) if wrapper is not None else None


def j1p_one(answer: Answer) -> JsonValue:
    """Return the document of an answer that shows one, None if it shows none.

    A document has wrapped lists of its own (`lineList`), so it counts as a list only if that is all it has.
    """
    wrapper = j1p_wrapper(answer.content) if answer.status == 200 else None
    if wrapper is None or not wrapper.succeeded:
        return None
    shown = {name: value for name, value in wrapper.body.items() if name not in WRAPPER_FIELDS}
    if len(shown) > 1:
        return shown
    return next(iter(listed(wrapper) or ()), None)


def listed(wrapper: Wrapper) -> list[JsonValue] | None:
    """Return what a wrapper lists, None if it does not say that it succeeded, or lists nothing."""
    if not wrapper.succeeded:
        return None
    for outer in wrapper.body.values():
        inner = next(iter(outer.values()), None) if isinstance(outer, Mapping) and len(outer) == 1 else None
        if isinstance(inner, list):
            return inner
    return [] if _counts_nothing(wrapper.body) else None


def j1p_read_back(found: J1pOrder, sent: J1pOrder | None, outgoing: Outgoing) -> TargetVerdict:
    """Judge an order that JAGGAER has under our number against what was sent (None: it cannot be read any more).

    Another legal entity's or supplier's order is never ours, whatever else is the same: nothing may be sent over it,
    so the verdict names nothing `found` that a next try could update.
    """
    if found.original_request_id == outgoing.intent.dedupe_key:
        return Delivered(target_id=outgoing.number, how="Read back: JAGGAER has it under our request id.")
    if sent is not None and (whose := other_owner(found, sent)):
        return _held_by_another(whose, outgoing)
    if sent is not None and sent.canceled and found.canceled:
        return Delivered(target_id=outgoing.number, how="Read back: JAGGAER has it canceled.")
    if found.revision is not None and found.revision < outgoing.intent.serial - 1:
        return Absent(reason=f"Read back: JAGGAER has revision {found.revision}, before ours.", proved=False)
    if sent is not None and same_content(found, sent):
        return Delivered(target_id=outgoing.number, how="Read back: JAGGAER has the same content.")
    return Dead(
        category=DeadClass.CONFLICT,
        reason=f"JAGGAER has another order {outgoing.number}, revision {found.revision}, than the one that was sent.",
        next_step="Compare both orders, legal entity and supplier first: a replay sends ours over JAGGAER's. "
        "Discard if JAGGAER's is right.",
        field="poNumber",
        value=outgoing.number,
        found=Found(target_id=outgoing.number, serial=(found.revision or 0) + 1),
    )


def _held_by_another(whose: str, outgoing: Outgoing) -> Dead:
    """Return the verdict on a number that JAGGAER already has for somebody else's order."""
    return Dead(
        category=DeadClass.CONFLICT,
        reason=f"JAGGAER has another order under the number {outgoing.number}: it is of {whose}. Oracle's numbers "
        "are unique only within a sold-to legal entity. Nothing was overwritten.",
        next_step="Renumber one of both orders in Oracle; it is then read by the next poll. A replay looks again, and "
        "sends only if the other order is gone.",
        field="poNumber",
        value=outgoing.number,
        refused_by_target=True,
    )


def cxml_response(answer: Answer, number: str, *, noun: str = "order") -> TargetVerdict:
    """Judge the answer to a cXML request by its Status, whatever the HTTP status is (5.2, 5.3)."""
    try:
        status = response.parse(answer.content)
    except response.NotACxmlResponse:
        if answer.status == 429:  # a gateway before the receiver: it was not processed
            return by_status(answer, number, noun=noun)
        away = answer.status >= 500 or answer.status in (401, 403, 408)
        return Unclear(reason=f"JAGGAER answers HTTP {answer.status} without a cXML Status.", answered=not away)
    said = f"cXML Status {status.code} {_quoted(status.text)}: {_quoted(status.detail)}"
    if status.code < 300:
        return Delivered(target_id=number, how=f"JAGGAER answered {said}")
    if status.code >= 500:
        return Unclear(reason=f"JAGGAER answered {said}", answered=True)
    if status.code == 401:
        return Wait(seconds=_CLIENT_WAIT_SECONDS, reason=f"JAGGAER does not know our cXML credentials: {said}")
    return Dead(
        category=DeadClass.REFUSED,
        reason=f"JAGGAER refuses {noun} {number} with {said}",
        next_step=_REFUSED_NEXT_STEP,
        field="Status/@code",
        value=str(status.code),
        refused_by_target=True,
    )


def by_status(answer: Answer, number: str, *, noun: str = "order") -> TargetVerdict:
    """Judge an answer without a readable business result by its HTTP status."""
    status, shown = answer.status, _quoted(answer.content[:_QUOTED_CHARACTERS].decode("utf-8", "replace"))
    if status == 429:
        return Wait(seconds=retry_after.seconds(answer.headers), reason="JAGGAER asks us to slow down (HTTP 429).")
    if status in (401, 403):
        return Wait(seconds=_CLIENT_WAIT_SECONDS, reason=f"JAGGAER does not let our client in (HTTP {status}).")
    if 400 <= status < 500 and status not in (408, 409, 425):
        return Dead(
            category=DeadClass.REFUSED,
            reason=f"JAGGAER refuses {noun} {number} with HTTP {status}: {shown}",
            next_step=_REFUSED_NEXT_STEP,
            field="HTTP status",
            value=str(status),
            refused_by_target=True,
        )
    return Unclear(reason=f"JAGGAER answers HTTP {status} without a result: {shown}")


def _counts_nothing(body: Mapping[str, JsonValue]) -> bool:
    """Whether a list answer says that there is nothing: an empty list may be left out altogether."""
    return str(body.get("totRecords", "")).strip() == "0" or str(body.get("returnedRecords", "")).strip() == "0"


def _quoted(text: str) -> str:
    """Show a target's words on one line."""
    return " ".join(text.split())[:_QUOTED_CHARACTERS]
