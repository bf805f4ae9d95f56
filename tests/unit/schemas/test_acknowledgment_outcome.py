"""What an acknowledgment comes to for its order, and what Oracle is told of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from schemas.acknowledgment import Acknowledgment, AcknowledgmentType, LineStatus, LineStatusType
from schemas.acknowledgment_outcome import Outcome, Response, outcome
from schemas.money import Money
from schemas.oracle import acknowledgment as oracle
from schemas.oracle.acknowledgment import OracleAcknowledgment
from schemas.purchase_order import PurchaseOrder
from schemas.refusals import RefusalClass, Refused
from schemas.units import DEFAULT_UNITS, unit_map
from tests.acknowledgment_factories import acknowledgment, line, status
from tests.factories import order_line, purchase_order, schedule, service_line

ACCEPT, REJECT = AcknowledgmentType.ACCEPT, AcknowledgmentType.REJECT
EXCEPT, DETAIL, ALL_DETAIL = AcknowledgmentType.EXCEPT, AcknowledgmentType.DETAIL, AcknowledgmentType.ALL_DETAIL
PARTS = (schedule(key=11, quantity=Decimal(4)), schedule(number=2, key=12, quantity=Decimal(6)))
ORDER = purchase_order(lines=(order_line(schedules=PARTS), service_line(schedules=(schedule(key=21, quantity=None),))))
"""Line 1: 10 EA at 150.00 in two schedules for March 20; line 2: a service for 212.75."""
REJECTED = status(LineStatusType.REJECT, comments="Discontinued")
USD = Money(amount=Decimal("9.99"), currency="USD")


def come_to(said: Acknowledgment, order: PurchaseOrder = ORDER, *, accept_changed_dates: bool = False) -> Outcome:
    return outcome(said, order, DEFAULT_UNITS, accept_changed_dates=accept_changed_dates)


def told(
    said: Acknowledgment, order: PurchaseOrder = ORDER, *, accept_changed_dates: bool = False
) -> OracleAcknowledgment:
    return oracle.told(said, order, come_to(said, order, accept_changed_dates=accept_changed_dates))


def conflict(said: Acknowledgment, order: PurchaseOrder = ORDER) -> str:
    with pytest.raises(Refused) as caught:
        come_to(said, order)
    assert caught.value.refusal.category is RefusalClass.CONFLICT
    assert "change the order so in Oracle" in caught.value.refusal.next_step
    return caught.value.refusal.reason


def test_a_whole_acceptance_is_told_of_the_order() -> None:
    assert told(acknowledgment(comments="Thanks")).fields == {
        "AcknowledgmentResponse": "ACCEPT",
        "AcknowledgmentNote": "Thanks",
        "SupplierOrder": "SO-778812",
    }


def test_a_whole_rejection_has_a_note_even_where_the_supplier_says_nothing() -> None:
    assert told(acknowledgment(REJECT)).note == "The supplier gave no reason."
    assert told(acknowledgment(REJECT, comments="Out of business")).note == "Out of business"


@pytest.mark.parametrize("kind", [EXCEPT, DETAIL])
def test_lines_that_all_say_the_same_are_told_as_one(kind: AcknowledgmentType) -> None:
    both = told(acknowledgment(kind, line(1, REJECTED), line(2, status(LineStatusType.REJECT, 1))))
    assert (both.response, both.note, both.schedules) == (Response.REJECT, "Line 1: Discontinued", ())


def test_lines_that_differ_are_told_by_schedule_rejections_first() -> None:
    mixed = told(acknowledgment(EXCEPT, line(2, replace(REJECTED, quantity=Decimal(1)))))
    assert mixed.response is None
    assert [(one.key, one.fields) for one in mixed.schedules] == [
        (21, {"Response": "REJECT", "RejectionReason": "Discontinued"}),
        (11, {"Response": "ACCEPT"}),
        (12, {"Response": "ACCEPT"}),
    ]


def test_detail_speaks_of_its_lines_only() -> None:
    only = told(acknowledgment(DETAIL, line(1)))
    assert [one.key for one in only.schedules] == [11, 12]
    assert only.supplier_order is None


def test_a_rejected_line_without_words_gets_those_of_the_document() -> None:
    silent = line(1, status(LineStatusType.REJECT))
    assert told(acknowledgment(EXCEPT, silent, comments="No stock")).schedules[0].reason == "No stock"
    assert told(acknowledgment(EXCEPT, silent)).schedules[0].reason == "The supplier gave no reason."


def test_words_are_shortened_and_ids_are_not() -> None:
    long_name = "C" * 26
    said = told(acknowledgment(REJECT, comments="x" * 5000, confirmation_id=long_name))
    assert said.supplier_order is None
    assert said.note is not None
    assert len(said.note) == 4000
    assert said.note.startswith(f"Confirmation {long_name}.\nxxx")
    assert said.note.endswith("x ...")
    assert "shortened" in said.remarks[0]


def test_a_reason_of_just_the_length_stays_whole() -> None:
    for length, kept in ((240, "x" * 240), (241, "x" * 236 + " ...")):
        rejected = status(LineStatusType.REJECT, comments="x" * length)
        said = told(acknowledgment(EXCEPT, line(1, rejected)))
        assert said.schedules[0].reason == kept
        assert bool(said.remarks) is (length > 240)


def test_what_repeats_the_order_is_no_proposal() -> None:
    repeated = status(
        delivery=date(2025, 3, 20), unit_price=Decimal("150.0"), currency="USD", substitute="V-7724",
        tax=Money(amount=Decimal(0), currency="USD"),
    )  # fmt: skip
    whole = acknowledgment(EXCEPT, line(1, repeated), total=ORDER.total, tax=ORDER.tax)
    assert come_to(whole).whole is Response.ACCEPT


@pytest.mark.parametrize(
    ("said", "proposed"),
    [
        (line(1, status(quantity=3), status(LineStatusType.REJECT, 7)), "3 accepted, 7 rejected (ordered 10 EA)"),
        (line(1, status(quantity=9)), "line 1: 9 accepted (ordered 10 EA)"),
        (line(1, status(LineStatusType.REJECT, 9)), "line 1: 9 rejected (ordered 10 EA)"),
        (line(1, status(LineStatusType.BACKORDERED)), "line 1: 10 backordered"),
        (line(1, status(LineStatusType.REQUEST_TO_PAY)), "line 1: 10 asked to be paid"),
        (line(1, status(quantity=5), status(LineStatusType.UNKNOWN, 5)), "5 accepted, 5 unknown"),
        (line(1, status(unit_price=Decimal("150.01"))), "line 1 at 150.01 USD each (ordered at 150.00 USD)"),
        (line(1, status(unit_price=Decimal(150), currency="EUR")), "150 EUR each (ordered at 150.00 USD)"),
        (line(1, status(LineStatusType.DETAIL, delivery=date(2025, 3, 21))), "on 2025-03-21 (ordered for 2025-03-20)"),
        (line(1, status(substitute="V-7725")), "part V-7725 instead of V-7724"),
        (line(1, status(substitute="")), "part without a number instead of V-7724"),
        (line(1, status(tax=USD)), "line 1: tax of 9.99 USD"),
        (line(1, status(shipping=USD)), "line 1: shipping of 9.99 USD"),
        (line(2, status(quantity=1, unit_price=Decimal(200))), "line 2 at 200 USD each (ordered at 212.75 USD)"),
    ],
)  # fmt: skip
def test_what_oracle_cannot_be_told_is_a_conflict_that_says_it(said: object, proposed: str) -> None:
    assert proposed in conflict(acknowledgment(EXCEPT, said))  # type: ignore[arg-type]  # lines of several shapes


@pytest.mark.parametrize(
    ("said", "proposed"),
    [
        (acknowledgment(AcknowledgmentType.BACKORDERED), "the whole order is backordered"),
        (acknowledgment(AcknowledgmentType.REQUEST_TO_PAY), "the payment to be started"),
        (acknowledgment(AcknowledgmentType.REPLACE, line(1, status(LineStatusType.DETAIL))), "another order"),
        (acknowledgment(total=USD), "the order comes to 9.99 USD (ordered 1712.75 USD)"),
        (acknowledgment(tax=USD), "a tax of 9.99 USD (ordered 0 USD)"),
        (acknowledgment(shipping=USD), "shipping for 9.99 USD"),
    ],
)
def test_so_is_what_changes_the_whole_order(said: Acknowledgment, proposed: str) -> None:
    assert proposed in conflict(said)


def test_one_proposal_holds_back_the_whole_and_all_are_said() -> None:
    reason = conflict(
        acknowledgment(EXCEPT, line(1, status(unit_price=Decimal(1))), line(2, status(LineStatusType.BACKORDERED, 1)))
    )
    assert "1 USD each" in reason
    assert "line 2: 1 backordered" in reason


def later(day: int = 21) -> LineStatus:
    return status(LineStatusType.DETAIL, delivery=date(2025, 3, day))


def test_another_day_alone_passes_where_that_is_wanted_and_is_told_in_the_note() -> None:
    order = replace(ORDER, lines=ORDER.lines[:1])
    said = told(acknowledgment(DETAIL, line(1, later())), order, accept_changed_dates=True)
    assert said.response is Response.ACCEPT
    assert said.note == "Proposed: line 1 to be delivered on 2025-03-21 (ordered for 2025-03-20)."
    assert "accept_changed_dates: line 1 to be delivered on 2025-03-21" in said.remarks[0]


def test_another_day_with_another_price_does_not_pass() -> None:
    both = acknowledgment(DETAIL, line(1, replace(later(), unit_price=Decimal(1))))
    with pytest.raises(Refused, match="1 USD each"):
        come_to(both, accept_changed_dates=True)


def test_a_day_that_some_schedule_was_not_ordered_for_is_another_day() -> None:
    parts = (PARTS[0], replace(PARTS[1], requested_delivery=date(2025, 3, 25), promised_delivery=date(2025, 3, 21)))
    order = replace(ORDER, lines=(replace(ORDER.lines[0], schedules=parts),))
    assert "ordered for 2025-03-20, 2025-03-25" in conflict(acknowledgment(DETAIL, line(1, later())), order)
    same = replace(parts[0], promised_delivery=date(2025, 3, 21))
    both = replace(ORDER, lines=(replace(ORDER.lines[0], schedules=(same, parts[1])),))
    assert come_to(acknowledgment(DETAIL, line(1, later())), both).whole is Response.ACCEPT


def test_another_unit_is_refused_with_both_codes() -> None:
    with pytest.raises(Refused) as caught:
        come_to(acknowledgment(EXCEPT, line(1, uom="BX")))
    assert caught.value.refusal.category is RefusalClass.MAPPING
    assert "was sent in EA, and is answered in BX" in caught.value.refusal.reason


def test_the_unit_is_the_one_that_was_sent() -> None:
    crates = unit_map({"Ea": "CR"}, {"CR": "CRATE"})
    said = acknowledgment(EXCEPT, line(1, uom="crate"))
    assert outcome(said, ORDER, crates, accept_changed_dates=False).whole is Response.ACCEPT


def test_a_line_that_the_order_does_not_have_is_refused() -> None:
    with pytest.raises(Refused, match="no such line; it has 1, 2") as caught:
        come_to(acknowledgment(EXCEPT, line(3)))
    assert caught.value.refusal.category is RefusalClass.INVALID


def test_nothing_is_told_of_what_is_not_known_yet_or_not_there_any_more() -> None:
    unknown = come_to(acknowledgment(DETAIL, line(1, status(LineStatusType.UNKNOWN, 7))))
    assert unknown.answers == ()
    assert unknown.remarks == ("The supplier says nothing of line 1 yet.",)

    gone = replace(ORDER, lines=(replace(ORDER.lines[0], canceled=True), ORDER.lines[1]))
    assert told(acknowledgment(), gone).response is Response.ACCEPT
    assert come_to(acknowledgment(DETAIL, line(1, status(LineStatusType.REJECT))), gone).answers == ()


def test_accepting_what_is_canceled_is_a_conflict() -> None:
    gone = tuple(replace(one, canceled=True) for one in ORDER.lines)
    assert "canceled in Oracle" in conflict(acknowledgment(), replace(ORDER, lines=gone))
    assert "line 1 is accepted, but it is canceled" in conflict(
        acknowledgment(DETAIL, line(1)), replace(ORDER, lines=(gone[0], ORDER.lines[1]))
    )


def test_a_canceled_schedule_is_not_answered() -> None:
    parts = (PARTS[0], replace(PARTS[1], canceled=True))
    order = replace(ORDER, lines=(replace(ORDER.lines[0], schedules=parts), ORDER.lines[1]))
    assert [one.key for one in told(acknowledgment(DETAIL, line(1)), order).schedules] == [11]


def test_a_schedule_without_an_id_is_a_conflict() -> None:
    parts = (replace(PARTS[0], key=None),)
    order = replace(ORDER, lines=(replace(ORDER.lines[0], schedules=parts), ORDER.lines[1]))
    with pytest.raises(Refused, match="no id of this schedule"):
        told(acknowledgment(DETAIL, line(1)), order)
    assert told(acknowledgment(), order).response is Response.ACCEPT


def test_a_body_reads_back_and_its_hash_is_that_of_what_is_said() -> None:
    said = told(acknowledgment(EXCEPT, line(1, REJECTED), deviations=("noticeDate has no zone",)))
    assert oracle.parse(oracle.build(said)) == said
    assert oracle.content_hash(said) == oracle.content_hash(replace(said, remarks=()))
    other = replace(said.schedules[0], response=Response.ACCEPT, reason=None)
    assert oracle.content_hash(said) != oracle.content_hash(replace(said, schedules=(other, *said.schedules[1:])))


def test_a_full_picture_counts_by_what_differs() -> None:
    same = status(LineStatusType.ALL_DETAIL, unit_price=Decimal("150.00"), currency="USD")
    assert come_to(acknowledgment(ALL_DETAIL, line(1, same), line(2, status(LineStatusType.ALL_DETAIL, 1)))).whole
    assert "each" in conflict(acknowledgment(ALL_DETAIL, line(1, replace(same, unit_price=Decimal(151)))))
