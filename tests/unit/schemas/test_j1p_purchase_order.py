"""What is built for J1P, and how it is addressed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from typing import Any

import orjson
import pytest

from schemas import exact_json
from schemas.coding import AsInSource
from schemas.exact_json import NotExactJson
from schemas.identity import Action
from schemas.j1p.purchase_order import DateFormat, J1pLayout, UnreadableOrder, address, build
from schemas.money import Money
from schemas.purchase_order import PurchaseOrder
from schemas.refusals import RefusalClass, Refused
from schemas.units import DEFAULT_UNITS, unit_map
from simulators.jaggaer import filters
from tests.factories import AS_IN_SOURCE, distribution, order_line, purchase_order, schedule, service_line
from tests.intents import CREATE, UPDATE
from tests.unit.schemas.j1p_orders import LAYOUT, body, built, sent_lines


def test_the_same_order_gives_the_same_bytes_and_a_change_gives_others() -> None:
    changed = purchase_order(note_to_supplier="Ring twice")
    assert body(purchase_order()) == body(purchase_order())
    assert body(purchase_order()) != body(changed)


def test_a_touch_that_changed_only_the_stamp_builds_the_same_body() -> None:
    assert body(purchase_order()) == body(purchase_order(changed_at=datetime(2026, 1, 1, tzinfo=UTC)))


def test_the_header_says_who_buys_from_whom_and_for_how_much() -> None:
    tax = Money(amount=Decimal("17.25"), currency="USD")
    total = Money(amount=Decimal("1730.00"), currency="USD")
    header = built(purchase_order(tax=tax, total=total, note_to_supplier="Ring twice"))["purchaseOrder"]["poHeader"]
    assert header["poNumber"] == "US164861"
    assert header["createDateTime"] == "2025-03-04T09:30:00.000Z"
    assert header["businessUnit"] == header["legalEntity"] == {"internalName": "Vision Operations"}
    assert header["supplier"] == {"name": "Advanced Network Devices", "externalId": 300100047414503, "site": "FRESNO"}
    assert header["buyer"] == {"name": "Calvin Roth", "email": "calvin.roth@example.com"}
    assert header["billTo"]["address"]["addressCode"] == "New York Office"
    assert header["shipTo"]["address"]["addressLineList"]["addressLine"][0]["addressLine"] == "1 Harbour Street"
    assert header["terms"] == {"standardPaymentTermsCode": "Net 30"}
    assert header["notes"] == "Ring twice"
    assert header["total"] == {"currency": "USD", "value": Decimal("1730.00")}
    assert header["tax"] == {"currency": "USD", "value": Decimal("17.25")}


def test_what_has_no_value_is_left_out() -> None:
    order = purchase_order(description=None, buyer=None, ship_to=None, payment_terms=None, tax=None, business_unit=None)
    assert not {"description", "buyer", "shipTo", "terms", "tax", "businessUnit", "notes"} & set(
        built(order)["purchaseOrder"]["poHeader"]
    )
    assert b"null" not in body(order)


def test_a_line_keeps_its_number_quantity_price_and_unit() -> None:
    line = sent_lines(purchase_order(lines=(order_line(number=40),)))[0]
    assert (line["lineNumber"], line["quantity"], line["item"]["unitOfMeasure"]) == (40, 10, "EA")
    assert str(line["lineCharges"]["unitPrice"]["value"]) == "150.00"
    assert (line["item"]["catalogNumber"], line["item"]["productReferenceNumber"]) == ("V-7724", "NS-24")


def test_a_cancelled_line_goes_with_quantity_zero_and_counts_for_nothing() -> None:
    order = purchase_order(lines=(order_line(canceled=True), service_line()))
    assert [line["quantity"] for line in sent_lines(order)] == [0, 1]
    assert built(order)["purchaseOrder"]["poHeader"]["total"]["value"] == Decimal("212.75")


def test_a_line_that_buys_an_amount_goes_once_at_that_amount() -> None:
    line = sent_lines(purchase_order(lines=(service_line(uom="Hour"),)))[0]
    assert (line["quantity"], line["lineCharges"]["unitPrice"]["value"]) == (1, Decimal("212.75"))
    assert line["item"]["unitOfMeasure"] == "EA"


def test_every_schedule_goes_along_and_the_line_is_wanted_on_the_first_day() -> None:
    late = schedule(
        number=2, quantity=Decimal(4), requested_delivery=date(2025, 4, 2), promised_delivery=date(2025, 4, 9)
    )
    late = replace(late, distributions=())
    gone = schedule(number=3, requested_delivery=date(2025, 1, 1), canceled=True)
    line = sent_lines(purchase_order(lines=(order_line(schedules=(schedule(), late, gone)),)))[0]
    assert line["deliveryInfo"] == {"requestedDeliveryDate": "2025-03-20T00:00:00.000Z"}
    assert [(part["scheduleNumber"], part["quantity"]) for part in line["scheduleList"]["schedule"]] == [
        (1, 10),
        (2, 4),
        (3, 0),
    ]
    assert line["scheduleList"]["schedule"][1]["promisedDeliveryDate"] == "2025-04-09T00:00:00.000Z"


def test_each_distribution_is_a_split_with_its_account_as_custom_field_value() -> None:
    shares = (
        distribution(number=1, account="101.10", amount=Decimal(1000)),
        distribution(number=2, account="101.20", amount=Decimal(500)),
    )
    order = purchase_order(lines=(order_line(schedules=(schedule(distributions=shares),)),))
    value: Any = exact_json.loads(build(order, units=DEFAULT_UNITS, coder=AsInSource("GL"), layout=LAYOUT))
    line = value["purchaseOrder"]["poLineList"]["poLine"][0]
    group = line["splittableFieldSetGroupList"]["splittableFieldSetGroup"][0]
    splits = group["splittableFieldIndexSet"][0]["splittableFieldIndexList"]["splittableFieldIndex"]
    assert [split["customFieldValueList"]["customFieldValue"] for split in splits] == [
        [{"internalName": "GL", "value": "101.10"}],
        [{"internalName": "GL", "value": "101.20"}],
    ]


def splits(line: Any) -> list[tuple[int, int, Decimal]]:
    """Return schedule, distribution and amount of each split of a line that was sent."""
    (group,) = line["splittableFieldSetGroupList"]["splittableFieldSetGroup"]
    found = group["splittableFieldIndexSet"][0]["splittableFieldIndexList"]["splittableFieldIndex"]
    return [(split["scheduleNumber"], split["distributionNumber"], split["amount"]) for split in found]


def test_splits_of_a_cancelled_schedule_are_left_out_and_its_amount_is_nothing() -> None:
    gone = schedule(number=2, canceled=True)
    line = sent_lines(purchase_order(lines=(order_line(schedules=(schedule(), gone)),)))[0]
    assert splits(line) == [(1, 1, Decimal("1500.00"))]
    assert [(part["quantity"], part["amount"]) for part in line["scheduleList"]["schedule"]] == [
        (10, Decimal("1500.00")),
        (0, 0),
    ]


def test_a_cancelled_line_has_no_splits_and_its_schedules_are_worth_nothing() -> None:
    line = sent_lines(purchase_order(lines=(order_line(canceled=True), service_line())))[0]
    assert "splittableFieldSetGroupList" not in line
    assert [(part["quantity"], part["amount"]) for part in line["scheduleList"]["schedule"]] == [(0, 0)]


def test_splits_that_do_not_add_up_to_their_line_are_refused_with_both_figures() -> None:
    shares = (distribution(amount=Decimal("1499.99")), distribution(number=2, amount=None))
    order = purchase_order(lines=(order_line(schedules=(schedule(distributions=shares),)),))
    with pytest.raises(Refused, match=r"charge 1499.99 USD, the line is 1500.00"):
        body(order)


def test_the_total_is_what_oracle_states_less_what_is_cancelled() -> None:
    def total(order: PurchaseOrder) -> Any:
        return built(order)["purchaseOrder"]["poHeader"]["total"]["value"]

    usd = partial(Money, currency="USD")
    untaxed = purchase_order(tax=None, total=usd(amount=Decimal("1725.09")))
    assert total(untaxed) == Decimal("1725.09")
    lowered = usd(amount=Decimal("1612.75"))
    assert total(purchase_order(ordered=lowered, total=lowered, deduction=usd(amount=Decimal(100)))) == 1612.75
    assert total(purchase_order(lines=(order_line(canceled=True, ordered=Decimal(0)), service_line()),
                                ordered=usd(amount=Decimal("212.75")), total=usd(amount=Decimal("215.00")),
                                tax=usd(amount=Decimal("2.25")))) == 215  # fmt: skip


def test_what_is_taken_off_the_lines_is_the_headers_discount() -> None:
    deduction = Money(amount=Decimal(100), currency="USD")
    lowered = Money(amount=Decimal("1612.75"), currency="USD")
    header = built(purchase_order(ordered=lowered, total=lowered, deduction=deduction))["purchaseOrder"]["poHeader"]
    assert header["discountAmount"] == {"currency": "USD", "value": 100}


def test_an_order_without_a_bill_to_place_goes_without() -> None:
    assert "billTo" not in built(purchase_order(bill_to=None))["purchaseOrder"]["poHeader"]


@pytest.mark.parametrize("number", ["US;1", "US,1", "US(1", "US)1", "US'1", 'US"1', "US=1", "US~1", "US!1", "US<1",
                                    "US>1", " US1", "US1 ", "US*1", "US\\1", ".", "..", "\u2003US1"])  # fmt: skip
def test_a_number_that_no_filter_can_hold_is_refused_before_anything_is_sent(number: str) -> None:
    with pytest.raises(Refused) as caught:
        body(purchase_order(number=number))
    assert caught.value.refusal.field == "OrderNumber"
    assert "Renumber the order in Oracle" in caught.value.refusal.next_step


@pytest.mark.parametrize("number", ["US164861", "PO 2025/001-3", "1.2_3#4+5&6%7", "Größe-10"])
def test_a_number_that_a_filter_holds_finds_that_order_and_no_other(number: str) -> None:
    body(purchase_order(number=number))
    read = filters.parse(f"poNumber=={number}")
    assert (read.number, len(read.tests)) == (number, 1)


def test_an_unmapped_unit_is_refused_and_a_mapped_one_goes() -> None:
    order = purchase_order(lines=(order_line(number=4, uom="Firkin"),))
    with pytest.raises(Refused, match="line 4") as caught:
        body(order)
    assert caught.value.refusal.category is RefusalClass.MAPPING
    assert b'"unitOfMeasure":"XFI"' in build(
        order, units=unit_map({"Firkin": "XFI"}), coder=AS_IN_SOURCE, layout=LAYOUT
    )


def test_a_create_is_addressed_as_new_revision_zero() -> None:
    message: Any = exact_json.loads(address(body(purchase_order()), CREATE, LAYOUT))
    header = message["purchaseOrder"]["poHeader"]
    assert message["batchId"] == "7.0.abc@ml-connector"
    assert (header["type"], header["revisionNumber"]) == ("new", 0)
    assert "distributeRevision" not in header


@pytest.mark.parametrize(("action", "kind"), [(Action.UPDATE, "update"), (Action.CANCEL, "cancel")])
def test_a_later_version_is_addressed_with_its_revision_and_is_distributed(action: Action, kind: str) -> None:
    message: Any = exact_json.loads(address(body(purchase_order()), replace(UPDATE, action=action), LAYOUT))
    header = message["purchaseOrder"]["poHeader"]
    assert (header["type"], header["revisionNumber"], header["distributeRevision"]) == (kind, 2, True)


def test_a_repetition_is_the_same_to_the_byte() -> None:
    assert address(body(purchase_order()), UPDATE, LAYOUT) == address(body(purchase_order()), UPDATE, LAYOUT)


def test_a_body_of_another_layout_is_not_addressed() -> None:
    with pytest.raises(UnreadableOrder, match=r"order\.poHeader"):
        address(body(purchase_order()), CREATE, J1pLayout(order="order"))
    with pytest.raises(NotExactJson):
        address(b"<html>", CREATE, LAYOUT)


def test_dates_are_written_in_the_customers_format_in_utc() -> None:
    moment = datetime(2024, 2, 14, 1, 2, 3, 26000, tzinfo=timezone(timedelta(hours=2)))
    assert [form.written(moment) for form in DateFormat] == ["2024-02-13T23:02:03.026Z", "20240213230203", "20240213"]
    assert [form.written(date(2024, 2, 14)) for form in DateFormat] == [
        "2024-02-14T00:00:00.000Z",
        "20240214000000",
        "20240214",
    ]


def test_any_json_reader_can_read_the_message() -> None:
    assert orjson.loads(address(body(purchase_order()), CREATE, LAYOUT))["purchaseOrder"]["poLineList"]["poLine"]
