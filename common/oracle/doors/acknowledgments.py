"""The door of acknowledgments: a supplier's answer to an order, recorded in Oracle (oracle-fusion.md, 3.3 and 4).

Oracle takes each answer once. An order, or a schedule, that is shown among those that wait and has no answer is
answered by a PATCH. One that is not shown any more was answered before, by us or by someone: how, is read off the
order's status and off the mark that we leave in a schedule's SupplierOrderLine, for suppliers give no line numbers of
their own. The same answer is a success, another one a conflict, which only a person can settle: Oracle offers no way
back.

Limits: that a rejected order is in status Rejected is assumed; so is what is shown of an answered schedule while its
order still waits. Which version of the order the supplier answered is not known, and not asked.
"""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from common.connections.exchange import Answer, Request
from common.connections.source import Row as Raw
from common.connections.source import SourceUnreadable
from common.connections.target import Outgoing
from common.ledger.verdicts import Dead, DeadClass, Delivered, Unclear
from common.oracle import answers, filters, writes
from common.oracle.steps import Ask, Course, Missing, Present, Step
from schemas import exact_json
from schemas.acknowledgment_outcome import Response
from schemas.oracle.acknowledgment import OracleAcknowledgment, ScheduleAnswer, parse
from schemas.oracle.order_status import order_state
from schemas.oracle.row import Row
from schemas.order_status import OrderState

_PATH = "/purchaseOrderAcknowledgments"
_PENDING = "PENDING SUPPLIER ACKNOWLEDGMENT"
_LETTERS = {"A": Response.ACCEPT, "R": Response.REJECT}
_SETTLE = (
    "Compare both with the supplier. If Oracle is right, discard this; if the supplier is, cancel or change the order "
    "in Oracle, then discard this."
)


def door(outgoing: Outgoing) -> Course:
    """Record one acknowledgment: the order's answer, or that of each schedule. Raises Refused."""
    wanted = parse(outgoing.body)
    if wanted.response is not None:
        seen = [(yield _order_step(wanted, wanted.response))]
    else:
        seen = []
        for part in wanted.schedules:
            step = _schedule_step(wanted, part, mark(outgoing.reference, part.response))
            # What comes after an answer that is there was hardly ever sent; given twice, Oracle refuses the second one.
            seen.append((yield replace(step, repeatable=bool(seen))))
    how = dict.fromkeys((*(present.how for present in seen), *wanted.remarks))
    return Delivered(target_id=str(wanted.order_key), how=" ".join(how))


def mark(reference: str, response: Response) -> str:
    """Return what we leave in SupplierOrderLine (25 characters): whose answer it is, and which."""
    return f"{reference[:23]}-{response[0]}"


def _order_step(wanted: OracleAcknowledgment, response: Response) -> Step:
    path = f"{_PATH}/{wanted.order_key}"
    noun = f"the acknowledgment of order {wanted.order_number}"

    def look(ask: Ask) -> Present | Missing | Dead:
        shown = ask.row(path, expand="schedules")
        if shown is None:
            return _of_order(ask, wanted, response)
        said = _said(shown, "AcknowledgmentResponse")
        if said == response:
            return Present(target_id=str(wanted.order_key), how=f"Oracle has it already: it shows {said}.", row=shown)
        given = (said, *(_said(part.raw, "Response") for part in _parts(shown)))
        others = [one for one in given if one not in (None, response)]
        if others:
            return _conflict(f"order {wanted.order_number}", response, str(others[0]))
        return Missing(reason=f"Order {wanted.order_number} waits for its acknowledgment.")

    return Step(
        noun=noun,
        look=look,
        request=_patch(path, wanted.fields),
        judge=_judge("AcknowledgmentResponse", response, str(wanted.order_key), f"Oracle took {response}."),
    )


def _schedule_step(wanted: OracleAcknowledgment, part: ScheduleAnswer, marked: str) -> Step:
    path = f"{_PATH}/{wanted.order_key}/child/schedules/{part.key}"
    name = f"line {part.line}, schedule {part.number} of order {wanted.order_number}"

    def look(ask: Ask) -> Present | Missing | Dead:
        shown = ask.row(path)
        if shown is None:
            return _of_schedule(ask, wanted, part, marked)
        said = _said(shown, "Response")
        if said is None:
            return Missing(reason=f"{name} waits for its acknowledgment.")
        if said != part.response:
            return _conflict(name, part.response, said)
        return Present(target_id=str(part.key), how=f"Oracle shows {said} for line {part.line}.{part.number}.")

    return Step(
        noun=f"the acknowledgment of {name}",
        look=look,
        request=_patch(path, {**part.fields, "SupplierOrderLine": marked}),
        judge=_judge(
            "Response", part.response, str(part.key), f"Oracle took {part.response} for line {part.line}.{part.number}."
        ),
    )


def _patch(path: str, fields: dict[str, exact_json.JsonValue]) -> Callable[[Ask], Request]:
    return lambda _: writes.patch(path, fields)


def _judge(name: str, response: Response, target_id: str, how: str) -> Callable[[Answer], Present | Unclear]:
    """Return the judge of a PATCH that was not refused: what it gives back must not say otherwise."""

    def judge(answer: Answer) -> Present | Unclear:
        if answer.status == 204:
            return Present(target_id=target_id, how=how)
        try:
            row = answers.document(200, answer.content)
        except SourceUnreadable as error:
            return Unclear(reason=f"Oracle took the answer, but says nothing readable: {error}")
        if _said(row, name) not in (None, response):
            return Unclear(reason=f"Oracle was told {response}, and shows {_said(row, name)}", answered=True)
        return Present(target_id=target_id, how=how, row=row)

    return judge


def _of_order(ask: Ask, wanted: OracleAcknowledgment, response: Response) -> Present | Dead:
    """Return how an order was answered that does not wait any more."""
    order = _order(ask, wanted)
    if order is None or _waits(order):
        return _not_shown(wanted, order)
    given = _given(order)
    if given != response:
        return _conflict(f"order {wanted.order_number}", response, given or _status(order))
    beside = f", supplier order {order['SupplierOrder']}" if order.get("SupplierOrder") else ""
    how = f"Oracle has it already: order {wanted.order_number} is {_status(order)}{beside}."
    return Present(target_id=str(wanted.order_key), how=how, row=order)


def _of_schedule(ask: Ask, wanted: OracleAcknowledgment, part: ScheduleAnswer, marked: str) -> Present | Dead:
    """Return how a schedule was answered that does not wait any more: by our mark on it, else by its order's status."""
    order = _order(ask, wanted)
    if order is None:
        return _not_shown(wanted, order)
    left = str(_schedule(ask, wanted, order, part).get("SupplierOrderLineNumber") or "")
    where = f"line {part.line}.{part.number} of order {wanted.order_number}"
    if left == marked:
        return Present(target_id=str(part.key), how=f"Oracle has it already: {where} bears our mark {marked}.")
    ours = _LETTERS.get(left[-1:]) if left[:-1] == marked[:-1] else None
    if ours is None and _waits(order):
        return _conflict(where, part.response, "an answer that it does not show")
    given = ours or _given(order)
    if given != part.response:
        return _conflict(where, part.response, given or _status(order))
    return Present(target_id=str(part.key), how=f"Oracle has it already: {where}, the order is {_status(order)}.")


def _order(ask: Ask, wanted: OracleAcknowledgment) -> Raw | None:
    """Return the order as it stands; a number may be that of several legal entities."""
    found = ask.rows("/purchaseOrders", filters.equals("OrderNumber", wanted.order_number), order_by="POHeaderId")
    return next((row for row in found if answers.whole_number(row.get("POHeaderId")) == wanted.order_key), None)


def _schedule(ask: Ask, wanted: OracleAcknowledgment, order: Raw, part: ScheduleAnswer) -> Raw:
    """Return a schedule of an order. Raises SourceUnreadable where it is not shown."""
    lines = f"/purchaseOrders/{_item(order, wanted.order_key)}/child/lines"
    for line in ask.rows(lines, filters.equals_number("LineNumber", part.line), order_by="POLineId"):
        schedules = f"{lines}/{answers.whole_number(line.get('POLineId'))}/child/schedules"
        where = filters.equals_number("ScheduleNumber", part.number)
        for row in ask.rows(schedules, where, order_by="LineLocationId"):
            if answers.whole_number(row.get("LineLocationId")) == part.key:
                return row
    raise SourceUnreadable(f"Oracle does not show line {part.line}.{part.number} of order {wanted.order_number}")


def _item(order: Raw, key: int) -> str:
    """Return how an order is called in paths: as its self link says, for that may be a hash (1.1)."""
    links = order.get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "self":
            return urlsplit(str(link.get("href"))).path.rpartition("/")[2]
    return str(key)


def _parts(shown: Raw) -> list[Row]:
    return list(Row(raw=shown).children("schedules"))


def _said(row: Raw, name: str) -> str | None:
    """Return an answer; Oracle's schema gives it one character, its description the word (3.3)."""
    value = row.get(name)
    return _LETTERS.get(value, value) if isinstance(value, str) and value else None


def _given(order: Raw) -> Response | None:
    """Return what an order that does not wait got; None where its status does not tell."""
    if _spelled(order) == "REJECTED":
        return Response.REJECT
    return None if order_state(Row(raw=order)) in (None, OrderState.CANCELED) else Response.ACCEPT


def _waits(order: Raw) -> bool:
    return _spelled(order) == _PENDING


def _spelled(order: Raw) -> str:
    """Return the status of an order in one spelling."""
    code = str(order.get("StatusCode") or order.get("Status") or "")
    return " ".join(code.replace("_", " ").upper().split())


def _status(order: Raw) -> str:
    return str(order.get("Status") or order.get("StatusCode") or "without a status")


def _conflict(what: str, response: Response, found: str) -> Dead:
    return Dead(
        category=DeadClass.CONFLICT,
        reason=f"The supplier answers {response} for {what}, Oracle has {found}.",
        next_step=_SETTLE,
        field="AcknowledgmentResponse",
        value=f"supplier: {response}, Oracle: {found}",
    )


def _not_shown(wanted: OracleAcknowledgment, order: Raw | None) -> Dead:
    if order is None:
        reason = f"Oracle shows no order {wanted.order_number} with id {wanted.order_key}."
    else:
        reason = f"Order {wanted.order_number} is {_status(order)}, but is not shown among {_PATH[1:]}."
    return Dead(
        category=DeadClass.REFUSED,
        reason=reason,
        next_step="Give the integration user access to it (release 25C or later has the resource), then replay.",
        field="POHeaderId",
        value=str(wanted.order_key),
    )
