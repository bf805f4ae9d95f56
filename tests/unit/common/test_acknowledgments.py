"""Acknowledgments on their way: which order is meant, and what the door does with whatever Oracle shows."""

from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from common.connections.exchange import Answer, Request
from common.connections.source import Row
from common.connections.target import Outgoing
from common.flows.acknowledgments import FLOW, identify, transform
from common.flows.flow import Lacking, Reading
from common.ledger.verdicts import Dead, DeadClass, Delivered, Transformed, Unchanged, Unclear, Wait
from common.oracle.doors import acknowledgments
from common.oracle.doors.acknowledgments import mark
from common.oracle.steps import Missing, Present, Step
from common.settings import Dialect
from schemas import exact_json
from schemas.acknowledgment import Acknowledgment, AcknowledgmentType, LineStatusType
from schemas.acknowledgment_outcome import Response
from schemas.identity import Action, Intent
from schemas.purchase_order import PurchaseOrder
from schemas.refusals import Refused
from tests.acknowledgment_factories import acknowledgment, as_j1p, as_pushed, line, status
from tests.factories import order_line, purchase_order, schedule, service_line
from tests.fixtures.mappings import NAMES, written_in

ORDER = purchase_order(
    lines=(
        order_line(schedules=(schedule(key=11),)),
        service_line(schedules=(schedule(key=21, quantity=None),)),
    )
)
KEY = ORDER.key
REFERENCE = "MC-0123456789abcdef01234567"
SAYS_YES, SAYS_NO = (mark(REFERENCE, one) for one in (Response.ACCEPT, Response.REJECT))
REJECTED = status(LineStatusType.REJECT, comments="Discontinued")
MIXED = acknowledgment(AcknowledgmentType.EXCEPT, line(1, REJECTED))
READING = Reading(names=NAMES, on=datetime(2025, 3, 6, tzinfo=UTC).date())


def sent(said: Acknowledgment, *orders: PurchaseOrder, **changes: Any) -> Transformed:
    written = transform(as_pushed(said), written_in(Dialect.J1P, orders=lambda _: orders or (ORDER,), **changes))
    assert isinstance(written, Transformed)
    return written


def test_a_row_and_a_pushed_document_come_to_the_same_kind_of_body() -> None:
    mapping = written_in(Dialect.J1P, orders=lambda _: (ORDER,))
    listed = transform(as_j1p(acknowledgment(AcknowledgmentType.DETAIL, line(1))), mapping)
    assert isinstance(listed, Transformed)
    assert listed.body_hash == sent(acknowledgment(AcknowledgmentType.DETAIL, line(1))).body_hash
    assert identify(as_j1p(acknowledgment(AcknowledgmentType.DETAIL, line(1))), READING).key == "70001"
    assert identify(as_pushed(acknowledgment()), READING).key == "US164861;SO-778812"


def test_an_order_that_is_not_in_the_ledger_is_waited_for() -> None:
    with pytest.raises(Lacking) as caught:
        transform(as_pushed(acknowledgment()), written_in(Dialect.J1P))
    assert (caught.value.need.flow, caught.value.need.number) == ("purchase_orders", "US164861")


def test_of_several_orders_the_business_unit_tells_which_is_meant() -> None:
    other = replace(ORDER, key=7, legal_entity="Vision Norway", business_unit="Norway")
    with pytest.raises(Refused, match=r"Vision Operations \(id 300100209101001\), Vision Norway \(id 7\)"):
        sent(acknowledgment(), ORDER, other)
    row = as_j1p(acknowledgment(AcknowledgmentType.DETAIL, line(1), business_unit="Norway"))
    written = transform(row, written_in(Dialect.J1P, orders=lambda _: (ORDER, other)))
    assert isinstance(written, Transformed)
    assert b'"POHeaderId":7' in written.body


def test_the_setting_lets_another_day_pass() -> None:
    later = status(LineStatusType.DETAIL, delivery=ORDER.ordered_at.date())
    said = acknowledgment(AcknowledgmentType.DETAIL, line(1, later))
    with pytest.raises(Refused, match="to be delivered on"):
        sent(said)
    assert b"Let pass by acknowledgments.accept_changed_dates" in sent(said, accept_changed_dates=True).body


def test_an_acknowledgment_of_nothing_is_not_sent() -> None:
    unknown = acknowledgment(AcknowledgmentType.DETAIL, line(1, status(LineStatusType.UNKNOWN)))
    verdict = transform(as_pushed(unknown), written_in(Dialect.J1P, orders=lambda _: (ORDER,)))
    assert isinstance(verdict, Unchanged)
    assert "nothing of line 1 yet" in verdict.reason


def test_confirmations_are_listed_by_their_changes_and_pushed_as_requests() -> None:
    assert FLOW.source.requests == frozenset({"ConfirmationRequest"})  # type: ignore[union-attr]  # it comes from JAGGAER


@dataclass
class Pod:
    """Oracle, as a dictionary of what it shows; notes what it is told."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    collections: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    told: list[tuple[str, ReadOnly[str, Any]]] = field(default_factory=list)
    answer: Answer = field(default_factory=lambda: Answer(status=200, headers={}, content=b"{}"))

    def row(self, path: str, *, expand: str = "") -> Row | None:
        return self.items.get(path)

    def rows(self, path: str, where: str, *, order_by: str, expand: str = "") -> list[Row]:
        return list(self.collections.get(path, []))

    def walk(self, said: Acknowledgment, reference: str = REFERENCE) -> Delivered | Dead | Unclear:
        """Walk the course of an acknowledgment to its end, as the target does."""
        course = acknowledgments.door(outgoing(said, reference))
        step = next(course)
        while True:
            seen = self.take(step)
            if not isinstance(seen, Present):
                return seen
            try:
                step = course.send(seen)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]  # a course returns what was delivered

    def take(self, step: Step) -> Present | Dead | Unclear:
        seen = step.look(self)
        if isinstance(seen, Missing):
            self._note(step.request(self))
            judged = step.judge(self.answer)
            assert not isinstance(judged, Wait)
            return judged
        assert not isinstance(seen, Wait)
        return seen

    def _note(self, request: Request) -> None:
        content = exact_json.loads(request.content or b"")
        assert isinstance(content, dict)
        assert request.method == "PATCH"
        self.told.append((request.path, content))


def outgoing(said: Acknowledgment, reference: str = REFERENCE) -> Outgoing:
    return Outgoing(
        number=ORDER.number,
        reference=reference,
        body=sent(said).body,
        intent=Intent(action=Action.CREATE, serial=1, dedupe_key="k", previous_key=None, stated_at=ORDER.changed_at),
        readbacks=0,
        trusted_until=1.0,
    )


def waiting(**responses: str | None) -> Pod:
    """Return a pod whose order waits; `s11` and `s21` are what its schedules got so far."""
    schedules = [{"LineLocationId": key, "Response": responses.get(f"s{key}")} for key in (11, 21)]
    order: dict[str, Any] = {
        "POHeaderId": KEY,
        "AcknowledgmentResponse": responses.get("order"),
        "schedules": schedules,
    }
    paths = {f"/purchaseOrderAcknowledgments/{KEY}/child/schedules/{one['LineLocationId']}": one for one in schedules}
    items = {f"/purchaseOrderAcknowledgments/{KEY}": order, **paths}
    return Pod(items=items, collections=shown("PENDING_SUPPLIER_ACKNOWLEDGMENT"))


def shown(code: str, marks: ReadOnly[int, str] | None = None, **more: Any) -> dict[str, list[dict[str, Any]]]:
    """Return an order as `purchaseOrders` shows it; its key in paths is not its id."""
    href = "https://servername:443/fscmRestApi/resources/11.13.18.05/purchaseOrders/00020000000EACED"
    order = {"POHeaderId": KEY, "StatusCode": code, "Status": code.title(), "links": [{"rel": "self", "href": href}]}
    lines = "/purchaseOrders/00020000000EACED/child/lines"
    found: dict[str, list[dict[str, Any]]] = {
        "/purchaseOrders": [{"POHeaderId": 1}, order | more],
        lines: [{"POLineId": 5}],
    }
    found[f"{lines}/5/child/schedules"] = [
        {"LineLocationId": key, "SupplierOrderLineNumber": (marks or {}).get(key)} for key in (11, 21)
    ]
    return found


def done(code: str, marks: ReadOnly[int, str] | None = None, **more: Any) -> Pod:
    return Pod(collections=shown(code, marks, **more))


def test_an_order_that_waits_is_answered_whole() -> None:
    pod = waiting()

    verdict = pod.walk(acknowledgment(comments="Thanks"))

    assert isinstance(verdict, Delivered)
    assert (verdict.target_id, verdict.how) == (str(KEY), "Oracle took ACCEPT.")
    fields = {"AcknowledgmentResponse": "ACCEPT", "AcknowledgmentNote": "Thanks", "SupplierOrder": "SO-778812"}
    assert pod.told == [(f"/purchaseOrderAcknowledgments/{KEY}", fields)]


def test_lines_that_differ_are_answered_by_schedule_with_our_mark() -> None:
    pod = waiting()

    verdict = pod.walk(MIXED)

    assert isinstance(verdict, Delivered)
    below = f"/purchaseOrderAcknowledgments/{KEY}/child/schedules"
    no = {"Response": "REJECT", "RejectionReason": "Discontinued", "SupplierOrderLine": SAYS_NO}
    assert pod.told == [(f"{below}/11", no), (f"{below}/21", {"Response": "ACCEPT", "SupplierOrderLine": SAYS_YES})]
    assert len(SAYS_NO) == 25


def test_what_follows_an_answer_that_is_there_needs_no_proof_of_its_absence() -> None:
    course = acknowledgments.door(outgoing(MIXED))
    first = next(course)
    second = course.send(Present(target_id="11", how="seen"))
    assert (first.repeatable, second.repeatable) == (False, True)


@pytest.mark.parametrize("spelling", ["REJECT", "R"])
def test_a_course_that_was_cut_off_goes_on_where_it_was(spelling: str) -> None:
    pod = waiting(s11=spelling)
    assert isinstance(pod.walk(MIXED), Delivered)
    assert [path.rpartition("/")[2] for path, _ in pod.told] == ["21"]


@pytest.mark.parametrize(
    ("said", "pod"),
    [
        (acknowledgment(), waiting(order="ACCEPT")),
        (acknowledgment(), done("OPEN", SupplierOrder="SO-1")),
        (acknowledgment(), done("CLOSED FOR RECEIVING")),
        (acknowledgment(AcknowledgmentType.REJECT), done("REJECTED")),
        (MIXED, done("OPEN", {11: SAYS_NO, 21: SAYS_YES})),
        (MIXED, done("OPEN", {11: SAYS_NO})),
    ],
)
def test_what_oracle_has_already_is_a_success_without_a_request(said: Acknowledgment, pod: Pod) -> None:
    verdict = pod.walk(said)
    assert isinstance(verdict, Delivered)
    assert "Oracle has it already" in verdict.how
    assert pod.told == []


@pytest.mark.parametrize(
    ("said", "pod", "value"),
    [
        (acknowledgment(), done("REJECTED"), "supplier: ACCEPT, Oracle: REJECT"),
        (acknowledgment(AcknowledgmentType.REJECT), done("OPEN"), "supplier: REJECT, Oracle: ACCEPT"),
        (acknowledgment(), done("CANCELED"), "supplier: ACCEPT, Oracle: Canceled"),
        (acknowledgment(), done("PENDING APPROVAL"), "supplier: ACCEPT, Oracle: Pending Approval"),
        (acknowledgment(), waiting(order="REJECT"), "supplier: ACCEPT, Oracle: REJECT"),
        (acknowledgment(), waiting(s21="REJECT"), "supplier: ACCEPT, Oracle: REJECT"),
        (MIXED, waiting(s11="ACCEPT"), "supplier: REJECT, Oracle: ACCEPT"),
        (MIXED, done("OPEN"), "supplier: REJECT, Oracle: ACCEPT"),
        (MIXED, done("OPEN", {11: SAYS_YES}), "supplier: REJECT, Oracle: ACCEPT"),
        (MIXED, done("OPEN", {11: "MC-another-document0001-R"}), "supplier: REJECT, Oracle: ACCEPT"),
        (MIXED, done("OPEN", {11: SAYS_NO, 21: SAYS_NO}), "supplier: ACCEPT, Oracle: REJECT"),
        (MIXED, done("PENDING SUPPLIER ACKNOWLEDGMENT"), "supplier: REJECT, Oracle: an answer that it does not show"),
    ],
)
def test_another_answer_is_a_conflict_with_both(said: Acknowledgment, pod: Pod, value: str) -> None:
    verdict = pod.walk(said)
    assert isinstance(verdict, Dead)
    assert (verdict.category, verdict.value) == (DeadClass.CONFLICT, value)
    assert pod.told == []


@pytest.mark.parametrize(
    ("said", "pod", "reason"),
    [
        (acknowledgment(), Pod(), "Oracle shows no order US164861"),
        (MIXED, Pod(), "Oracle shows no order US164861"),
        (acknowledgment(), done("PENDING SUPPLIER ACKNOWLEDGMENT"), "not shown among purchaseOrderAcknowledgments"),
    ],
)
def test_what_we_may_not_see_is_not_answered(said: Acknowledgment, pod: Pod, reason: str) -> None:
    verdict = pod.walk(said)
    assert isinstance(verdict, Dead)
    assert verdict.category is DeadClass.REFUSED
    assert reason in verdict.reason
    assert pod.told == []


@pytest.mark.parametrize("content", [b"<html>", b'{"AcknowledgmentResponse": "REJECT"}'])
def test_an_answer_that_says_something_else_is_unclear(content: bytes) -> None:
    pod = waiting()
    pod.answer = Answer(status=200, headers={}, content=content)
    assert isinstance(pod.walk(acknowledgment()), Unclear)


def test_an_answer_without_a_body_is_a_success() -> None:
    pod = waiting()
    pod.answer = Answer(status=204, headers={}, content=b"")
    assert isinstance(pod.walk(acknowledgment()), Delivered)


def test_what_a_person_should_know_besides_is_said_with_the_delivery() -> None:
    verdict = waiting().walk(acknowledgment(AcknowledgmentType.REJECT, comments="x" * 4001))
    assert isinstance(verdict, Delivered)
    assert "shortened" in verdict.how
