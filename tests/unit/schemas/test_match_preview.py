"""What the match preview says of an order line, cause by cause."""

from dataclasses import replace
from decimal import Decimal

import pytest

from schemas.match_values import (
    Allowance,
    Cause,
    LineStatus,
    Movement,
    MovementKind,
    OrderedLine,
    Standing,
    Tally,
    Tolerances,
)
from tests.match_factories import STOP, amount, bill, document, goods, judged, previewed, receipt, service

_TWO_WAY = goods(receipt_required=False)
_ENDED = goods(ended=True)


@pytest.mark.parametrize(
    ("line", "movements", "status"),
    [
        (goods(), (), LineStatus.OPEN),
        (goods(), (receipt("10"),), LineStatus.OPEN),
        (goods(), (receipt("4"), bill("4")), LineStatus.OPEN),
        (goods(), (receipt("4"), receipt("6"), bill("4"), bill("6")), LineStatus.MATCHED),
        (goods(), (receipt("10"), bill("10"), receipt("-2"), bill("-2")), LineStatus.OPEN),
        (goods(), (receipt("10"), bill("10", standing=Standing.IN_FLIGHT)), LineStatus.OPEN),
        (_TWO_WAY, (bill("10"),), LineStatus.MATCHED),
        (_TWO_WAY, (bill("9"),), LineStatus.OPEN),
        (_ENDED, (), LineStatus.MATCHED),
        (_ENDED, (receipt("8"), bill("8")), LineStatus.MATCHED),
        (_ENDED, (receipt("8"),), LineStatus.OPEN),
        (replace(goods(), receipt_close_percent=Decimal(20)), (receipt("8"), bill("8")), LineStatus.MATCHED),
        (service(), (amount(MovementKind.RECEIVED, "1000"), amount(MovementKind.INVOICED, "1000")), LineStatus.MATCHED),
    ],
)
def test_a_line_without_exceptions_is_open_until_all_came_and_is_billed(
    line: OrderedLine, movements: tuple[Movement, ...], status: LineStatus
) -> None:
    found = judged(line, *movements)

    assert (found.status, found.exceptions) == (status, ())


@pytest.mark.parametrize(
    ("line", "movements", "cause", "expected", "found", "value"),
    [
        (goods(), (bill("3"),), Cause.INVOICED_WITHOUT_RECEIPT, "0", "3", "7.5"),
        (goods(), (receipt("10"), receipt("-10"), bill("10")), Cause.INVOICED_WITHOUT_RECEIPT, "0", "10", "25"),
        (goods(), (receipt("10"), bill("12")), Cause.INVOICED_OVER_ORDERED, "10", "12", "5"),
        (_TWO_WAY, (bill("10"), bill("1")), Cause.INVOICED_OVER_ORDERED, "10", "11", "2.5"),
        (goods(), (receipt("4"), bill("6")), Cause.INVOICED_OVER_RECEIVED, "4", "6", "5"),
        (goods(), (receipt("4"), bill("6", days_ago=31)), Cause.RECEIVED_SHORT, "4", "6", "5"),
        (_ENDED, (receipt("4"), bill("6")), Cause.RECEIVED_SHORT, "4", "6", "5"),
        (goods(), (receipt("10"), bill("10", "2.75")), Cause.PRICE_OVER_ORDER, "2.5", "2.75", "2.5"),
        (goods(), (receipt("11"),), Cause.RECEIVED_OVER_ORDERED, "10", "11", "2.5"),
        (goods(), (receipt("1"), receipt("-2")), Cause.RETURN_WITHOUT_RECEIPT, "0", "-1", "2.5"),
        (goods(), (bill("-1"),), Cause.CREDIT_WITHOUT_INVOICE, "0", "-1", "2.5"),
        (
            goods(),
            (receipt("1"), bill("1"), bill("-1", "9"), receipt("-1")),
            Cause.CREDIT_WITHOUT_INVOICE,
            "0",
            "-6.5",
            "6.5",
        ),
        (service(), (amount(MovementKind.INVOICED, "5"),), Cause.INVOICED_WITHOUT_RECEIPT, "0", "5", "5"),
        (
            service(),
            (amount(MovementKind.RECEIVED, "1000"), amount(MovementKind.INVOICED, "1000.01")),
            Cause.INVOICED_OVER_ORDERED,
            "1000",
            "1000.01",
            "0.01",
        ),
    ],
)
def test_each_cause_is_found_alone_with_its_numbers(
    line: OrderedLine, movements: tuple[Movement, ...], cause: Cause, expected: str, found: str, value: str
) -> None:
    said = judged(line, *movements)

    assert [one.cause for one in said.exceptions] == [cause]
    told = said.exceptions[0]
    assert (told.expected, told.found, told.value) == (Decimal(expected), Decimal(found), Decimal(value))
    assert told.difference == Decimal(found) - Decimal(expected)
    assert said.status is LineStatus.EXCEPTION


def test_an_exception_ages_from_the_document_since_which_it_holds() -> None:
    first, second, third = bill("4", days_ago=9), bill("4", days_ago=5), bill("1", days_ago=2)

    (told,) = judged(goods(), receipt("6", days_ago=20), third, first, second).exceptions

    assert (told.cause, told.age_days, told.cause_document) == (Cause.INVOICED_OVER_RECEIVED, 5, second.document)
    assert [one.number for one in told.documents][1:] == [one.document.number for one in (first, second, third)]


def test_what_was_right_in_between_begins_to_age_again() -> None:
    sent_back = receipt("-2", days_ago=3)

    (told,) = judged(goods(), bill("10", days_ago=9), receipt("10", days_ago=8), sent_back).exceptions

    assert (told.age_days, told.cause_document) == (3, sent_back.document)


def test_what_is_on_its_way_counts_and_is_shown_apart() -> None:
    said = judged(goods(), receipt("6"), receipt("4", standing=Standing.IN_FLIGHT), bill("10"))

    assert said.exceptions == ()
    assert said.received == Tally(arrived=Decimal(6), in_flight=Decimal(4))
    assert (said.received_value, said.billed.total) == (Decimal("25.0"), Decimal("25.0"))


def test_a_stopped_receipt_is_what_is_shown_not_the_invoice_that_misses_it() -> None:
    stopped = receipt("10", standing=Standing.STOPPED)

    (told,) = judged(goods(), stopped, bill("10")).exceptions

    assert (told.cause, told.cause_document, told.next_step) == (Cause.STOPPED, stopped.document, STOP.next_step)


def test_a_stopped_document_that_is_wrong_is_told_once_with_what_is_wrong_and_its_own_next_step() -> None:
    (told,) = judged(goods(), receipt("11", standing=Standing.STOPPED)).exceptions

    assert (told.cause, told.next_step) == (Cause.RECEIVED_OVER_ORDERED, STOP.next_step)


def test_other_currencies_and_units_are_counted_nowhere() -> None:
    euros = replace(bill("10"), currency="EUR")
    boxes = replace(receipt("1"), unit="BX")
    lump = replace(bill("1"), quantity=None, unit=None)

    said = judged(goods(), receipt("10"), euros, boxes, lump)

    assert {one.cause_document.record_id: (one.cause, one.found, one.measure) for one in said.exceptions} == {
        euros.document.record_id: (Cause.CURRENCY_DIFFERS, Decimal(25), "EUR"),
        boxes.document.record_id: (Cause.UNIT_DIFFERS, Decimal(1), "BX"),
        lump.document.record_id: (Cause.UNIT_DIFFERS, Decimal("2.5"), "USD"),
    }
    assert said.received.total == Decimal(10)
    assert said.invoiced.total == said.billed.total == Decimal(0)


def test_what_a_receipt_of_goods_says_of_money_does_not_matter() -> None:
    received = replace(receipt("10"), amount=Decimal(0), currency="EUR")

    assert judged(goods(), received, bill("10")).status is LineStatus.MATCHED


def test_a_share_of_a_service_is_that_share_of_its_amount() -> None:
    half = replace(receipt("0.5"), unit="EA")

    assert judged(service(), half).received.total == Decimal(500)


def test_shipped_and_not_received_is_in_transit_and_judged_no_further() -> None:
    shipped = replace(receipt("8"), kind=MovementKind.SHIPPED)

    assert judged(goods(), shipped, receipt("3")).in_transit == Decimal(5)
    assert judged(goods(), shipped, receipt("9")).in_transit == Decimal(0)
    assert judged(goods(), replace(shipped, unit="BX")).exceptions == ()


@pytest.mark.parametrize(
    ("allowance", "most"),
    [
        (Allowance(), "10"),
        (Allowance(percent=Decimal(10)), "11"),
        (Allowance(absolute=Decimal("0.5")), "10.5"),
        (Allowance(percent=Decimal(10), absolute=Decimal("0.5")), "10.5"),
        (Allowance(percent=Decimal(1), absolute=Decimal("0.5")), "10.1"),
    ],
)
def test_a_tolerance_is_met_to_its_last_digit_and_the_tighter_one_counts(allowance: Allowance, most: str) -> None:
    tolerances = Tolerances(quantity=allowance)
    beyond = f"{Decimal(most)}000000000000000000000000000001" if "." in most else f"{most}.000000000000000000000000001"

    assert judged(_TWO_WAY, bill(most), tolerances=tolerances).exceptions == ()
    (told,) = judged(_TWO_WAY, bill(beyond), tolerances=tolerances).exceptions
    assert told.cause is Cause.INVOICED_OVER_ORDERED


def test_prices_have_a_tolerance_of_their_own() -> None:
    tolerances = Tolerances(price=Allowance(percent=Decimal(10)))

    assert judged(goods(), receipt("10"), bill("10", "2.75"), tolerances=tolerances).exceptions == ()
    assert judged(goods(), receipt("10"), bill("10", "2.7501"), tolerances=tolerances).exceptions != ()


def test_a_document_about_no_known_line_is_a_stray() -> None:
    other_order, other_line = replace(receipt("1"), order="PO9"), replace(bill("1"), line=7)

    said = previewed([goods()], other_order, other_line)

    assert [(one.cause, one.order, one.line) for one in said.strays] == [
        (Cause.ORDER_LINE_UNKNOWN, "PO1", 7),
        (Cause.ORDER_LINE_UNKNOWN, "PO9", 1),
    ]
    assert said.exceptions == said.strays


def test_of_orders_with_one_number_the_business_unit_tells_which_is_meant() -> None:
    lines = [goods(), replace(goods(), order_key=2, business_unit="Norway Business Unit", legal_entity="Norway")]
    kind = MovementKind.RECEIVED
    norwegian = replace(receipt("10"), document=document(kind, unit="Norway"))
    nobody = replace(receipt("10"), document=document(kind))

    said = previewed(lines, norwegian, nobody)

    assert [(one.line.order_key, one.received.total) for one in said.lines] == [(1, Decimal(0)), (2, Decimal(10))]
    assert [one.cause_document for one in said.strays] == [nobody.document]


def test_what_bills_an_order_as_a_whole_is_about_its_one_line_of_an_amount() -> None:
    whole = replace(amount(MovementKind.INVOICED, "40"), line=None)

    assert previewed([service()], whole).lines[0].invoiced.total == Decimal(40)
    assert len(previewed([goods()], whole).strays) == 1
    assert len(previewed([service(), replace(service(), line=2)], whole).strays) == 1


def test_a_notice_without_lines_ships_the_whole_order() -> None:
    whole = replace(receipt("1"), kind=MovementKind.SHIPPED, line=None, quantity=None, unit=None)

    said = previewed([goods(), replace(service(), line=2)], whole, receipt("3"))

    assert [line.in_transit for line in said.lines] == [Decimal(7), Decimal("1000.00")]
    assert said.exceptions == ()
