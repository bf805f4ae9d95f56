"""The course of a supplier's invoice at Oracle, walked against a pod that keeps invoices in memory."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from common.connections.exchange import Answer, Request
from common.connections.source import Row, SourceRefused
from common.connections.target import Outgoing
from common.ledger.verdicts import Dead, DeadClass, Delivered, Unclear
from common.oracle import writes
from common.oracle.doors.supplier_invoices import door
from common.oracle.steps import Missing, Present, Step
from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.identity import Action, Intent
from schemas.refusals import Refused

OURS = "MC-0123456789abcdef01234567"
LINES: list[JsonValue] = [
    {
        "LineType": "Item",
        "LineAmount": Decimal("600.00"),
        "Quantity": 4,
        "UnitPrice": Decimal(150),
        "PurchaseOrderNumber": "US164861",
        "PurchaseOrderLineNumber": 1,
        "schedules": [
            {"POHeaderId": 7, "LineLocationId": 71, "ScheduleNumber": 1, "Ordered": 5},
            {"POHeaderId": 7, "LineLocationId": 72, "ScheduleNumber": 2, "Ordered": 5},
        ],
    },
    {"LineType": "Tax", "LineAmount": Decimal("59.50")},
]
FREIGHT: JsonValue = {"LineType": "Freight", "LineAmount": 1}
AT = "invoiceLines[PurchaseOrderNumber=US164861,PurchaseOrderLineNumber=1]"
BODY: dict[str, JsonValue] = {
    "InvoiceNumber": "SI-77",
    "InvoiceCurrency": "USD",
    "InvoiceAmount": Decimal("659.50"),
    "InvoiceDate": "2025-03-10",
    "BusinessUnit": "Vision Operations",
    "Supplier": "Advanced Network Devices",
    "SupplierSite": "FRESNO",
    "InvoiceType": "Standard",
    "invoiceLines": LINES,
}
INTENT = Intent(
    action=Action.CREATE,
    serial=1,
    dedupe_key="1.0.a@ml-connector",
    previous_key=None,
    stated_at=datetime(2025, 3, 11, tzinfo=UTC),
)


class Pod:
    """Invoices and holds, asked as a step asks, and changed by the requests of steps."""

    def __init__(self, *invoices: Mapping[str, JsonValue], holds: list[Row] | None = None) -> None:
        self.invoices: dict[str, dict[str, JsonValue]] = {}
        self.holds = holds
        self.billed: dict[str, Row] | None = {}
        self.requests: list[Request] = []
        for invoice in invoices:
            self.add(invoice)

    def add(self, invoice: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        key = str(300100 + len(self.invoices))
        self.invoices[key] = {"ValidationStatus": "Not validated", **invoice, "InvoiceId": int(key)}
        return self.invoices[key]

    def rows(self, path: str, where: str, *, order_by: str, expand: str = "") -> list[Row]:
        if path == "/invoiceHolds":
            if self.holds is None:
                raise SourceRefused("HTTP 403")
            return list(self.holds)
        if path.endswith("/child/invoiceLines"):
            lines = self.invoices[path.split("/")[2]]["invoiceLines"]
            return [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []
        wanted = dict(re.findall(r"(\w+) = '([^']*)'", where))
        return [one for one in self.invoices.values() if all(one.get(name) == value for name, value in wanted.items())]

    def row(self, path: str, *, expand: str = "") -> Row | None:
        if path.startswith("/purchaseOrderLifeCycleDetails/7/child/schedules/"):
            if self.billed is None:
                raise SourceRefused("HTTP 403")
            return self.billed.get(path.rsplit("/", 1)[1])
        return self.invoices.get(path.rsplit("/", 1)[1])

    def act(self, request: Request) -> Answer:
        self.requests.append(request)
        sent = exact_json.loads(request.content or b"")
        assert isinstance(sent, dict)
        match request.method, request.path:
            case "POST", "/invoices":
                return Answer(status=201, headers={}, content=exact_json.dumps(self.add(sent)))
            case "PATCH", _:
                self.invoices[request.path.rsplit("/", 1)[1]].update(sent)
            case "POST", "/invoices/action/validateInvoice":
                for one in self.invoices.values():
                    one["ValidationStatus"] = "Needs revalidation" if self.holds else "Validated"
            case "POST", "/invoices/action/cancelInvoice":
                for one in self.invoices.values():
                    one.update({"CanceledFlag": True, "InvoiceAmount": 0})
        return Answer(status=200, headers={}, content=b'{"result": "done"}')

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.path}" for request in self.requests]


def outgoing(action: Action = Action.CREATE, **body: JsonValue) -> Outgoing:
    return Outgoing(
        number="SI-77",
        reference=OURS,
        body=exact_json.dumps({**BODY, **body}),
        intent=replace(INTENT, action=action),
        readbacks=0,
        trusted_until=0.0,
    )


def walked(pod: Pod, effect: Outgoing) -> Any:
    """Walk a course as a target does that has every effect that is missing, and return its verdict."""
    course = door(effect)
    try:
        step = next(course)
        while isinstance(taken := _taken(step, pod), Present):
            step = course.send(taken)
    except StopIteration as end:
        taken = end.value
    assert not isinstance(taken, Present)
    return taken


def _taken(step: Step, pod: Pod) -> Any:
    seen = step.look(pod)
    if not isinstance(seen, Missing):
        return seen
    answer = pod.act(step.request(pod))
    return writes.refusal(answer, step.noun) or step.judge(answer)


def test_an_invoice_is_posted_with_our_reference_and_validated() -> None:
    pod = Pod(holds=[])

    verdict = walked(pod, outgoing())

    assert verdict == Delivered(target_id="300100", how="Oracle created it. Validated.")
    assert pod.asked == ["POST /invoices", "POST /invoices/action/validateInvoice"]
    assert pod.invoices["300100"]["ReferenceKeyOne"] == OURS
    named = exact_json.loads(pod.requests[1].content or b"")
    assert named == {
        "InvoiceNumber": "SI-77",
        "Supplier": "Advanced Network Devices",
        "BusinessUnit": "Vision Operations",
        "ProcessAction": "Validate",
    }


@pytest.mark.parametrize(
    ("billed", "expected"),
    [
        ({"71": {"InvoicedQuantity": "3"}, "72": {"InvoicedQuantity": 0}}, {1: 2, 2: 2}),
        ({"71": {"QuantityBilled": 5}, "72": {"QuantityBilled": 1}}, {2: 4}),
        ({"71": {"InvoicedQuantity": 3}}, {1: 4}),
        ({"71": {"InvoicedQuantity": "?"}, "72": {"InvoicedQuantity": 0}}, {1: 4}),
        ({}, {1: 4}),
        (None, {1: 4}),
    ],
)
def test_what_oracle_has_billed_of_a_schedule_is_not_billed_again(
    billed: dict[str, Row] | None, expected: dict[int, int]
) -> None:
    pod = Pod(holds=[])
    pod.billed = billed

    walked(pod, outgoing())

    (*items, tax) = pod.rows("/invoices/300100/child/invoiceLines", "", order_by="LineNumber")
    assert {item["PurchaseOrderScheduleLineNumber"]: item["Quantity"] for item in items} == expected
    assert [item["LineNumber"] for item in (*items, tax)] == [*range(1, len(items) + 2)]
    assert all("schedules" not in item for item in items)
    pod.billed = {"71": {"InvoicedQuantity": 5}, "72": {"InvoicedQuantity": 2}}
    assert isinstance(walked(pod, outgoing()), Delivered)
    assert pod.asked.count("POST /invoices") == 1


def test_lines_of_one_invoice_know_what_the_others_bill() -> None:
    pod = Pod(holds=[])
    pod.billed = {"71": {"InvoicedQuantity": 0}, "72": {"InvoicedQuantity": 0}}

    walked(pod, outgoing(invoiceLines=[LINES[0], LINES[0]]))

    items = pod.rows("/invoices/300100/child/invoiceLines", "", order_by="LineNumber")
    assert [(one["PurchaseOrderScheduleLineNumber"], one["Quantity"]) for one in items] == [(1, 4), (1, 1), (2, 3)]


@pytest.mark.parametrize("status", ["Not validated", "Validated"])
def test_a_course_that_was_cut_off_posts_nothing_again(status: str) -> None:
    pod = Pod({**BODY, "ReferenceKeyOne": OURS, "ValidationStatus": status}, holds=[])

    verdict = walked(pod, outgoing())

    assert verdict == Delivered(target_id="300100", how="Oracle has it under our reference. Validated.")
    assert "POST /invoices" not in pod.asked
    assert walked(pod, outgoing()) == verdict
    assert pod.asked.count("POST /invoices/action/validateInvoice") == (status == "Not validated")


def test_holds_are_shown_and_keep_nothing_from_being_delivered() -> None:
    released: Row = {"HoldName": "Amount", "ReleaseName": "Amount approved"}
    pod = Pod(holds=[{"HoldName": "Quantity ordered", "HoldReason": "Billed exceeds ordered"}, released])

    verdict = walked(pod, outgoing())

    assert isinstance(verdict, Delivered)
    assert verdict.how.endswith("Needs revalidation: hold Quantity ordered (Billed exceeds ordered).")
    assert walked(pod, outgoing()).how.endswith("Billed exceeds ordered).")
    assert pod.asked.count("POST /invoices/action/validateInvoice") == 1


def test_holds_that_cannot_be_read_are_said_to_be_so() -> None:
    verdict = walked(Pod(holds=None), outgoing())

    assert isinstance(verdict, Delivered)
    assert verdict.how.endswith("Validated; its holds cannot be read.")


@pytest.mark.parametrize("reference", [None, "MC-another"])
def test_anothers_invoice_of_the_same_number_is_a_conflict_and_nothing_is_posted(reference: str | None) -> None:
    pod = Pod({**BODY, "ReferenceKeyOne": reference, "InvoiceAmount": Decimal(5)}, holds=[])

    verdict = walked(pod, outgoing())

    assert isinstance(verdict, Dead)
    assert (verdict.category, verdict.field, verdict.value) == (DeadClass.CONFLICT, "InvoiceNumber", "SI-77")
    assert "300100" in verdict.reason
    assert "659.50" in verdict.reason
    assert pod.asked == []


def test_another_suppliers_invoice_of_the_same_number_is_no_conflict() -> None:
    pod = Pod({**BODY, "Supplier": "Another Supplier"}, holds=[])

    assert isinstance(walked(pod, outgoing()), Delivered)
    assert len(pod.invoices) == 2


def test_a_changed_date_is_changed_there_and_validated_again() -> None:
    pod = Pod({**BODY, "ReferenceKeyOne": OURS, "ValidationStatus": "Validated"}, holds=[])

    verdict = walked(pod, outgoing(Action.UPDATE, InvoiceDate="2025-03-12"))

    assert isinstance(verdict, Delivered)
    assert pod.asked == ["PATCH /invoices/300100"]
    assert pod.requests[0].content == b'{"InvoiceDate":"2025-03-12"}'


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"InvoiceAmount": Decimal("700.00")}, "InvoiceAmount"),
        ({"invoiceLines": [{**LINES[0], "Quantity": 5}, LINES[1]]}, f"{AT}.Quantity"),  # type: ignore[dict-item]
        ({"invoiceLines": [*LINES, FREIGHT]}, "invoiceLines[Freight]"),
    ],
)
def test_a_changed_amount_is_a_conflict_with_both_values(changes: dict[str, JsonValue], field: str) -> None:
    pod = Pod({**BODY, "ReferenceKeyOne": OURS}, holds=[])

    verdict = walked(pod, outgoing(Action.UPDATE, **changes))

    assert isinstance(verdict, Dead)
    assert (verdict.category, verdict.field) == (DeadClass.CONFLICT, field)
    assert pod.asked == []


def test_an_invoice_that_was_canceled_in_oracle_is_not_posted_again() -> None:
    pod = Pod({**BODY, "ReferenceKeyOne": OURS, "CanceledFlag": True}, holds=[])

    verdict = walked(pod, outgoing())

    assert isinstance(verdict, Dead)
    assert verdict.category is DeadClass.CONFLICT
    assert pod.asked == []


def test_a_cancellation_is_had_once() -> None:
    pod = Pod({**BODY, "ReferenceKeyOne": OURS}, holds=[])

    assert walked(pod, outgoing(Action.CANCEL)) == Delivered(target_id="300100", how="Oracle canceled it.")
    assert walked(pod, outgoing(Action.CANCEL)) == Delivered(target_id="300100", how="Oracle has it canceled already.")
    assert pod.asked == ["POST /invoices/action/cancelInvoice"]


def test_anothers_invoice_is_never_canceled() -> None:
    pod = Pod(BODY, holds=[])

    verdict = walked(pod, outgoing(Action.CANCEL))

    assert isinstance(verdict, Dead)
    assert (verdict.category, pod.asked) == (DeadClass.CONFLICT, [])


def test_a_cancellation_that_did_not_cancel_is_not_taken_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pod = Pod({**BODY, "ReferenceKeyOne": OURS, "ValidationStatus": "Validated"}, holds=[])
    monkeypatch.setattr(pod, "act", lambda _: Answer(status=200, headers={}, content=b'{"result": "no"}'))

    verdict = walked(pod, outgoing(Action.CANCEL))

    assert isinstance(verdict, Dead)
    assert "Validated" in verdict.reason


def test_an_answer_without_an_id_leaves_it_unclear(monkeypatch: pytest.MonkeyPatch) -> None:
    pod = Pod(holds=[])
    monkeypatch.setattr(pod, "act", lambda _: Answer(status=201, headers={}, content=b"<html>"))

    assert isinstance(walked(pod, outgoing()), Unclear)


def test_a_supplier_that_oracle_cannot_be_asked_for_is_refused() -> None:
    with pytest.raises(Refused, match="both kinds of quotes"):
        door(outgoing(Supplier='O\'Brien "and" Sons'))
