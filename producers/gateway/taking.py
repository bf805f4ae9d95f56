"""Taking a document into the ledger: its record, the tickets, the inbox and the answer are one transaction.

A repetition is recognised by its payloadID and gets the first answer. A number that comes again under another payloadID
with other content, and does not say that it is an update, is refused: nobody can tell which of the two is meant
(jaggaer-cxml.md, 5.3). Unless what the first one became waits dead for a person: then this is the correction.
"""

from collections.abc import Callable

from common.clock import utc_now
from common.database.pool import Connection
from common.flows import purchase_orders
from common.flows.flow import Flow, Reading
from common.installation import Installation
from common.ledger import admission, inbox, jobs
from common.ledger.admission import Sighting
from common.ledger.inbox import Answered, SameNumber
from common.sides import Side
from producers.gateway.judging import STATUS_UPDATE, Letter, NotTaken
from schemas import exact_json
from schemas.cxml import status_update_request
from schemas.cxml.values import UnreadableCxml
from schemas.identity import JobId, RecordId
from schemas.refusals import Refused

Write = Callable[[int, str], bytes]
"""Writes an answer with a code and a sentence."""

_ANSWER_GONE = (
    "This document came before, under this payloadID, and was answered with the same code; the words of that answer "
    "are not kept any more. Nothing came of it a second time."
)

Taken = tuple[str, JobId | None, RecordId | None]
"""The sentence for the sender, the job and the record."""


def take(
    installation: Installation, side: Side, letter: Letter, refusal: NotTaken | None, flow: Flow | None, write: Write
) -> Answered:
    """Answer a document of a known sender, for good. `refusal` is why it cannot be taken, if it cannot.

    Raises DatabaseUnavailable or KeyMissing: nothing was kept then.
    """
    with installation.database.transaction() as connection:
        inbox.lock(connection, letter.request)
        before = inbox.find(connection, letter.request)
        if before is not None and before.content_hash == letter.request.content_hash:
            return Answered(code=before.code, answer=before.answer or write(before.code, _ANSWER_GONE))
        if before is not None:
            sentence = "Another document came under this payloadID before: a changed document needs a new one."
            return Answered(code=409, answer=write(409, sentence))
        try:
            if refusal is not None:
                raise refusal
            sentence, job_id, record_id = _taken(connection, installation, side, letter, flow)
        except NotTaken as refused:
            answered = Answered(code=refused.code, answer=write(refused.code, refused.sentence))
            if refused.final:
                inbox.keep(connection, installation.vault, letter.request, answered)
            return answered
        answered = Answered(code=200, answer=write(200, sentence), job_id=job_id, record_id=record_id)
        inbox.keep(connection, installation.vault, letter.request, answered)
        return answered


def _taken(connection: Connection, installation: Installation, side: Side, letter: Letter, flow: Flow | None) -> Taken:
    if letter.envelope.name == STATUS_UPDATE:
        return _status(connection, letter)
    if flow is None:
        raise NotTaken(450, f"A {letter.envelope.name} is not taken here.")
    _check_orders(connection, letter)
    same = _check_number(connection, letter)
    if same is not None:
        return f"The same document came before, under the payloadID {same.payload_id}.", None, same.record_id
    return _admitted(connection, installation, side, letter, flow)


def _admitted(connection: Connection, installation: Installation, side: Side, letter: Letter, flow: Flow) -> Taken:
    row = letter.pushed().as_row()
    try:
        identity = flow.identify(row, Reading(names=side.names, on=utc_now().date()))
    except Refused as refused:
        raise NotTaken(400, str(refused.refusal), final=True) from None
    actor = f"gateway:{letter.sender.name}"
    origin = jobs.open_pushed(connection, side.name, flow.name, actor=actor)
    sighting = Sighting(source=exact_json.dumps(row), identity=identity, content_hash=identity.content_hash)
    admitted = admission.admit(connection, installation.vault, origin, [sighting])
    jobs.count_pushed(connection, origin, rows_new=len(admitted.record_ids))
    record_id = next(iter(admitted.record_ids), None)
    return f"Received {identity.number}.", origin.job_id, record_id


def _check_number(connection: Connection, letter: Letter) -> SameNumber | None:
    """Refuse a number that means two things. Returns the request in which the same content came before."""
    if letter.request.number is None:
        return None
    before = inbox.newest_of_number(connection, letter.request)
    if before is None or letter.request.operation != "new" or before.operation == "delete" or before.dead:
        return None
    if before.content_hash == letter.request.content_hash:
        return before
    raise NotTaken(
        409,
        f"{letter.request.number} came before under the payloadID {before.payload_id}, with other content. Send a "
        f"change with the operation that your document type has for it, or something new under a new number.",
        final=True,
    )


def _check_orders(connection: Connection, letter: Letter) -> None:
    """Refuse a document about an order that the ledger has never seen. Raises NotTaken."""
    sent = {one: inbox.record_of(one.payload_id or "") for one in letter.orders}
    numbers, record_ids = inbox.known_orders(
        connection,
        letter.request.integration,
        purchase_orders.FLOW.name,
        [one.number for one in letter.orders if one.number],
        [record_id for record_id in sent.values() if record_id is not None],
    )
    for order in letter.orders:
        if order.number not in numbers and sent[order] not in record_ids:
            raise NotTaken(417, f"The order {order} is not known here. Send this again when it is, or correct it.")


def _status(connection: Connection, letter: Letter) -> Taken:
    """Note what is said of a document of ours, in its record's history. Raises NotTaken."""
    try:
        update = status_update_request.parse(letter.envelope.request)
    except UnreadableCxml as error:
        raise NotTaken(400, f"{error}.", final=True) from None
    about = (update.document_reference or "").strip()
    said = {
        "payload_id": letter.envelope.payload_id,
        "code": update.code,
        "text": update.text[:200],
        "said": update.detail[:500],
        "invoice_status": update.type,
    }
    actor = f"gateway:{letter.sender.name}"
    record_id = inbox.note_status(connection, letter.request.integration, about, said, actor=actor)
    if record_id is None:
        named = f"the payloadID {about[:120]}" if about else "no payloadID"
        raise NotTaken(417, f"The status is of a document with {named}; none was sent under it from here.")
    return "Noted.", None, record_id
