"""What Oracle is told of an acknowledgment: one answer for the order, or one for each schedule that is spoken of.

The order is answered whole where all its live lines get the same; Oracle then wants no schedules. Otherwise each live
schedule of an answered line is answered by itself (oracle-fusion.md, 3.3). Built bodies are our own JSON: the door
(`common/oracle/doors/acknowledgments.py`) makes one request, or several, of a body.

What does not fit, and why:

* ids are never cut: a confirmID of more than 25 characters is no SupplierOrder, it begins the note instead;
* a note or a reason is words to a person: what is too long ends in " ..." at its limit, because a rejection must not
  wait for shorter words. The whole text stays in the ledger with the document, and the delivery says that it was
  shortened;
* Oracle demands a note with a rejection: where the supplier gives none, a plain sentence says so.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from schemas import exact_json
from schemas.acknowledgment import Acknowledgment
from schemas.acknowledgment_outcome import LineAnswer, Outcome, Response
from schemas.exact_json import JsonValue
from schemas.oracle.row import Row
from schemas.purchase_order import PurchaseOrder, Schedule
from schemas.refusals import Refusal, RefusalClass, Refused

NOTE_LENGTH = 4000
REASON_LENGTH = 240
SUPPLIER_ORDER_LENGTH = 25
_NO_REASON = "The supplier gave no reason."
_SHORTENED = " ..."

Fields = dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleAnswer:
    """The answer to one schedule: its LineLocationId, its numbers, and why it is rejected where it is."""

    key: int
    line: int
    number: int
    response: Response
    reason: str | None

    @property
    def fields(self) -> Fields:
        """What the PATCH of the schedule says."""
        return _stated({"Response": self.response, "RejectionReason": self.reason})


@dataclass(frozen=True, slots=True, kw_only=True)
class OracleAcknowledgment:
    """What Oracle is told of one order: `response` is the order's, None where `schedules` are answered one by one.

    `remarks` are what a person should know besides; they are no part of what is said.
    """

    order_key: int
    order_number: str
    response: Response | None
    note: str | None
    supplier_order: str | None
    schedules: tuple[ScheduleAnswer, ...]
    remarks: tuple[str, ...]

    @property
    def fields(self) -> Fields:
        """What the PATCH of the order says."""
        return _stated(
            {
                "AcknowledgmentResponse": self.response,
                "AcknowledgmentNote": self.note,
                "SupplierOrder": self.supplier_order,
            }
        )


def told(acknowledgment: Acknowledgment, order: PurchaseOrder, outcome: Outcome) -> OracleAcknowledgment:
    """Return what Oracle is told of an outcome that answers at least one line.

    Raises Refused (CONFLICT) for a schedule whose id the ledger does not know.
    """
    fits = len(acknowledgment.confirmation_id or "") <= SUPPLIER_ORDER_LENGTH
    note = _note(acknowledgment, outcome, fits=fits)
    by_schedule = outcome.whole is None
    reasons = [one for answer in outcome.answers if (one := _reason(acknowledgment, answer)) is not None]
    cut = any(len(one) > REASON_LENGTH for one in reasons) if by_schedule else len(note or "") > NOTE_LENGTH
    return OracleAcknowledgment(
        order_key=order.key,
        order_number=order.number,
        response=outcome.whole,
        note=None if by_schedule else _fitting(note, NOTE_LENGTH),
        supplier_order=acknowledgment.confirmation_id if fits and not by_schedule else None,
        schedules=tuple(_schedules(acknowledgment, order, outcome)) if by_schedule else (),
        remarks=(
            *outcome.remarks,
            *(f"Let pass by acknowledgments.accept_changed_dates: {one}." for one in outcome.dates),
            *(["The supplier's words were shortened to what Oracle takes."] if cut else []),
        ),
    )


def build(said: OracleAcknowledgment) -> bytes:
    """Return the body that the door makes its requests of."""
    schedules: list[JsonValue] = [
        _stated({"LineLocationId": one.key, "LineNumber": one.line, "ScheduleNumber": one.number, **one.fields})
        for one in said.schedules
    ]
    remarks: list[JsonValue] = list(said.remarks)
    named: Fields = {"POHeaderId": said.order_key, "OrderNumber": said.order_number}
    return exact_json.dumps({**named, **said.fields, "schedules": schedules, "remarks": remarks})


def content_hash(said: OracleAcknowledgment) -> bytes:
    """Return SHA-256 of what Oracle is told: equal for two versions that say the same."""
    schedules: list[JsonValue] = [{"LineLocationId": one.key, **one.fields} for one in said.schedules]
    content: Fields = {"POHeaderId": said.order_key, **said.fields, "schedules": schedules}
    return hashlib.sha256(exact_json.dumps(content)).digest()


def parse(body: bytes) -> OracleAcknowledgment:
    """Read a built body again. Raises Refused or NotExactJson for one that `build` did not make."""
    value = exact_json.loads(body)
    row = Row(raw=value if isinstance(value, dict) else {})
    response, remarks = row.text("AcknowledgmentResponse"), row.raw.get("remarks")
    return OracleAcknowledgment(
        order_key=row.required("POHeaderId", row.identifier("POHeaderId")),
        order_number=row.name("OrderNumber"),
        response=None if response is None else Response(response),
        note=row.text("AcknowledgmentNote"),
        supplier_order=row.text("SupplierOrder"),
        schedules=tuple(_schedule(part) for part in row.children("schedules")),
        remarks=tuple(str(one) for one in remarks) if isinstance(remarks, list) else (),
    )


def _schedule(part: Row) -> ScheduleAnswer:
    return ScheduleAnswer(
        key=part.required("LineLocationId", part.identifier("LineLocationId")),
        line=part.required("LineNumber", part.integer("LineNumber")),
        number=part.required("ScheduleNumber", part.integer("ScheduleNumber")),
        response=Response(part.name("Response")),
        reason=part.text("RejectionReason"),
    )


def _schedules(acknowledgment: Acknowledgment, order: PurchaseOrder, outcome: Outcome) -> Iterator[ScheduleAnswer]:
    """Yield the answer to each schedule, rejections first.

    The last answer ends the order's wait, and an order that is open shows an acceptance, but not a rejection.
    """
    for answer in sorted(outcome.answers, key=lambda one: one.response is Response.ACCEPT):
        reason = _fitting(_reason(acknowledgment, answer), REASON_LENGTH)
        for part in answer.schedules:
            if part.key is None:
                raise _nameless(order, answer, part)
            yield ScheduleAnswer(
                key=part.key, line=answer.line.number, number=part.number, response=answer.response, reason=reason
            )


def _reason(acknowledgment: Acknowledgment, answer: LineAnswer) -> str | None:
    if answer.response is Response.ACCEPT:
        return None
    return answer.comments or acknowledgment.comments or _NO_REASON


def _note(acknowledgment: Acknowledgment, outcome: Outcome, *, fits: bool) -> str | None:
    """Return all that the supplier says in words, and what has no field of its own."""
    words = [acknowledgment.comments] if acknowledgment.comments else []
    words += [f"Line {answer.line.number}: {answer.comments}" for answer in outcome.answers if answer.comments]
    if not words and outcome.whole is Response.REJECT:
        words = [_NO_REASON]
    name = [] if fits else [f"Confirmation {acknowledgment.confirmation_id}."]
    return "\n".join([*name, *words, *(f"Proposed: {one}." for one in outcome.dates)]) or None


def _fitting(text: str | None, length: int) -> str | None:
    if text is None or len(text) <= length:
        return text
    return text[: length - len(_SHORTENED)].rstrip() + _SHORTENED


def _stated(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if value is not None}


def _nameless(order: PurchaseOrder, answer: LineAnswer, part: Schedule) -> Refused:
    return Refused(
        Refusal(
            category=RefusalClass.CONFLICT,
            field=f"lines[LineNumber={answer.line.number}].schedules[ScheduleNumber={part.number}].LineLocationId",
            value="",
            reason=f"Oracle gave no id of this schedule of order {order.number}, so it cannot be answered by itself.",
            next_step="Run flow purchase_orders again with its schedules readable, then replay.",
        )
    )
