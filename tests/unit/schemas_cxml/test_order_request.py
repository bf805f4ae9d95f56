"""What is built of a canonical order: which values go where, what is left out, what is refused."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from schemas.cxml.order_request import CxmlLayout, CxmlLine, CxmlOrder, parse
from schemas.money import Money
from schemas.purchase_order import Party, PurchaseOrder
from schemas.refusals import RefusalClass, Refused
from tests.factories import distribution, order_line, purchase_order, schedule, service_line
from tests.unit.schemas_cxml.documents import LAYOUT, body, tree

NORTH = Party(source_id=1, name="North Store", code="NORTH")
SOUTH = Party(source_id=2, name="South Store", code="SOUTH")


def sent(order: PurchaseOrder, layout: CxmlLayout = LAYOUT) -> CxmlOrder:
    return parse(body(order, layout))


def sent_line(**changes: object) -> CxmlLine:
    return sent(purchase_order(lines=(order_line(**changes),))).lines[0]


def refusal(**changes: object) -> Refused:
    with pytest.raises(Refused) as refused:
        body(purchase_order(lines=(order_line(**changes),)))
    return refused.value


def test_the_same_order_gives_the_same_bytes_and_a_change_gives_others() -> None:
    assert body(purchase_order()) == body(purchase_order())
    assert body(purchase_order(note_to_supplier="Ring")) != body(purchase_order())


def test_what_is_no_content_does_not_change_the_body() -> None:
    touched = purchase_order(revision=7, source_status="Closed for Receiving", changed_at=purchase_order().ordered_at)
    assert body(touched) == body(purchase_order())


def test_header_values_stand_where_cxml_has_a_place_for_them() -> None:
    header = tree(purchase_order(note_to_supplier="Ring twice")).find("Request/OrderRequest/OrderRequestHeader")
    assert header is not None
    assert (header.get("orderID"), header.get("orderDate")) == ("US164861", "2025-03-04T09:30:00+00:00")
    assert header.findtext("Contact[@role='purchasingAgent']/Name") == "Calvin Roth"
    assert header.findtext("Contact/Email") == "calvin.roth@example.com"
    assert header.findtext("ShipTo/Address[@addressID='HARBOUR']/Name") == "HARBOUR"
    assert header.findtext("BillTo/Address[@addressID='New York Office']/Name") == "New York Office"
    assert header.findtext("Comments") == "Ring twice"
    assert header.findtext("Tax/Money[@currency='USD']") == "0"


def test_header_values_without_a_place_are_extrinsics() -> None:
    assert sent(purchase_order()).extrinsics == {
        "sourceId": "300100209101001",
        "description": "Network equipment",
        "legalEntity": "Vision Operations",
        "businessUnit": "Vision Operations",
        "supplier": "Advanced Network Devices",
        "supplierId": "300100047414503",
        "supplierSite": "FRESNO",
        "paymentTerms": "Net 30",
        "billToId": "204",
        "billToAddress": "90 Example Avenue, New York",
        "shipToId": "300100034562371",
        "shipToAddress": "1 Harbour Street",
    }


def test_what_the_order_does_not_say_is_not_written() -> None:
    place = Party(source_id=None, name="Office")
    bare = purchase_order(
        description=None, legal_entity=None, business_unit=None, supplier=place, buyer=None, bill_to=place,
        ship_to=None, payment_terms=None, tax=None,
    )  # fmt: skip
    header = tree(bare).find("Request/OrderRequest/OrderRequestHeader")
    assert header is not None
    assert [child.tag for child in header] == ["Total", "BillTo", "Extrinsic", "Extrinsic"]
    assert dict(sent(bare).extrinsics) == {"sourceId": "300100209101001", "supplier": "Office"}


def test_the_total_is_with_tax_or_without_as_the_layout_says() -> None:
    taxed = purchase_order(
        tax=Money(amount=Decimal("100.25"), currency="USD"), total=Money(amount=Decimal("1813.00"), currency="USD")
    )
    assert sent(taxed).total == Money(amount=Decimal("1813.00"), currency="USD")
    assert sent(taxed, CxmlLayout(total_includes_tax=False)).total == Money(amount=Decimal("1712.75"), currency="USD")
    assert sent(taxed).tax == taxed.tax


def test_what_is_taken_off_the_lines_is_taken_off_the_total_and_named() -> None:
    lowered, tax = Money(amount=Decimal("1612.75"), currency="USD"), Money(amount=Decimal("7.25"), currency="USD")
    order = purchase_order(
        ordered=lowered, tax=tax, total=Money(amount=Decimal("1620.00"), currency="USD"),
        deduction=Money(amount=Decimal(100), currency="USD"),
    )  # fmt: skip
    assert sent(order).total.amount == Decimal("1620.00")
    assert sent(order, CxmlLayout(total_includes_tax=False)).total == lowered
    assert sent(order).extrinsics["deduction"] == "100"


def test_an_order_without_a_bill_to_place_is_refused_because_cxml_wants_one() -> None:
    with pytest.raises(Refused) as caught:
        body(purchase_order(bill_to=None))
    refused = caught.value.refusal
    assert (refused.category, refused.field) == (RefusalClass.INVALID, "BillToLocation")
    assert "cXML requires" in refused.reason
    assert "bill-to location" in refused.next_step


def test_a_total_of_many_digits_is_not_rounded() -> None:
    amount = Decimal("9" * 40 + ".01")
    line = service_line(amount=amount, ordered=amount, schedules=())
    money = Money(amount=amount, currency="USD")
    assert sent(purchase_order(lines=(line,), ordered=money, total=money)).total.amount == amount


def test_cancelled_lines_are_left_out_of_lines_and_total() -> None:
    order = sent(purchase_order(lines=(order_line(canceled=True), service_line())))
    assert [line.line_number for line in order.lines] == [2]
    assert order.total.amount == Decimal("212.75")


def test_an_order_without_a_live_line_is_refused_with_advice() -> None:
    with pytest.raises(Refused, match="Cancel the whole order at its source") as refused:
        body(purchase_order(lines=(order_line(canceled=True),)))
    assert refused.value.refusal.field == "lines"


def test_a_quantity_line_keeps_quantity_price_and_unit() -> None:
    line = sent_line(quantity=Decimal("10.000"), price=Decimal("150.0000000001"), uom="Box")
    assert line.unit_price is not None
    assert (str(line.quantity), str(line.unit_price.amount), line.uom) == ("10.000", "150.0000000001", "BX")
    assert line.extrinsics["lineAmount"] == "1500.00"
    assert "purchaseBasis" not in line.extrinsics


def test_an_amount_line_is_one_piece_at_that_amount_and_says_so() -> None:
    line = sent(purchase_order()).lines[1]
    assert (line.quantity, line.uom) == (Decimal(1), "EA")
    assert line.unit_price == Money(amount=Decimal("212.75"), currency="USD")
    assert line.extrinsics["purchaseBasis"] == "amount"


def test_an_amount_line_keeps_the_quantity_and_unit_that_it_states() -> None:
    line = sent_line(price=None, amount=Decimal("1500.00"), quantity=Decimal(12), uom="Hour")
    assert (line.quantity, line.uom) == (Decimal(1), "EA")
    assert (line.extrinsics["quantity"], line.extrinsics["unit"]) == ("12", "Hour")


def test_an_unknown_unit_is_refused_as_a_missing_mapping() -> None:
    refused = refusal(uom="Furlong").refusal
    assert (refused.category, refused.value) == (RefusalClass.MAPPING, "Furlong")


@pytest.mark.parametrize("category", [None, ""])
def test_a_line_without_a_category_is_refused(category: str | None) -> None:
    refused = refusal(category=category).refusal
    assert (refused.category, refused.field) == (RefusalClass.INVALID, "lines[LineNumber=1].Category")
    assert refused.next_step == "Give the line a category at its source."


def test_a_negative_quantity_is_refused() -> None:
    assert refusal(quantity=Decimal(-1)).refusal.field == "lines[LineNumber=1].Quantity"


def test_both_part_numbers_and_the_note_are_kept() -> None:
    line = sent_line(note_to_supplier="No substitutes")
    assert (line.supplier_part_id, line.extrinsics["buyerPartID"]) == ("V-7724", "NS-24")
    assert line.comments == "No substitutes"
    assert sent_line(supplier_item=None).supplier_part_id is None


def test_every_schedule_is_spelled_out_and_the_line_has_the_earliest_live_day() -> None:
    gone = schedule(number=1, canceled=True, requested_delivery=date(2025, 1, 1), ordered=None, distributions=())
    late = schedule(number=2, requested_delivery=date(2025, 4, 1), quantity=Decimal(4), ship_to=NORTH, ordered=None,
                    distributions=(distribution(amount=Decimal(600)),))  # fmt: skip
    soon = schedule(number=3, requested_delivery=date(2025, 3, 9), quantity=Decimal(6), ship_to=SOUTH, ordered=None,
                    promised_delivery=date(2025, 3, 8),
                    distributions=(distribution(amount=Decimal(900)),))  # fmt: skip
    line = sent_line(schedules=(gone, late, soon))
    assert line.requested_delivery == "2025-03-09"
    assert line.extrinsics["schedule.1.canceled"] == "yes"
    assert line.extrinsics["schedule.2.quantity"] == "4"
    assert line.extrinsics["schedule.2.shipToCode"] == "NORTH"
    assert line.extrinsics["schedule.3.shipTo"] == "South Store"
    assert line.extrinsics["schedule.3.shipToId"] == "2"
    assert line.extrinsics["schedule.3.requestedDeliveryDate"] == "2025-03-09"
    assert line.extrinsics["schedule.3.promisedDeliveryDate"] == "2025-03-08"


@pytest.mark.parametrize(("second", "expected"), [(NORTH, "North Store"), (SOUTH, None), (None, None)])
def test_the_line_has_a_place_only_where_all_live_schedules_share_it(
    second: Party | None, expected: str | None
) -> None:
    parts = (
        schedule(number=1, ship_to=NORTH),
        schedule(number=2, ship_to=second, distributions=()),
        schedule(number=3, ship_to=SOUTH, canceled=True, distributions=()),
    )
    item = tree(purchase_order(lines=(order_line(schedules=parts),))).find(".//ItemOut")
    assert item is not None
    assert item.findtext("ShipTo/Address/Name") == expected


def test_accounts_go_whole_and_in_named_segments() -> None:
    names = ("Company", "Line of business", "Account", "Cost center", "Product", "Intercompany")
    layout = CxmlLayout(segment_names=names)
    share = sent(purchase_order(), layout).lines[0].distributions[0]
    assert share.account == "101.10.60230.462.000.000"
    assert share.segments[2:4] == (("Account", "60230"), ("Cost center", "462"))


def test_an_account_that_the_layout_does_not_describe_is_refused() -> None:
    with pytest.raises(Refused, match="the account has 6 segments, the layout names 2") as refused:
        body(purchase_order(), CxmlLayout(segment_names=("Company", "Account")))
    assert refused.value.refusal.category is RefusalClass.MAPPING
    assert refused.value.refusal.value == "101.10.60230.462.000.000"


def test_charges_that_do_not_add_up_to_the_line_are_refused_with_both_figures() -> None:
    shares = (distribution(amount=Decimal("1499.99")), distribution(number=2, amount=None))
    refused = refusal(schedules=(schedule(distributions=shares),)).refusal
    assert "charge 1499.99 USD, the line is 1500.00" in refused.reason
    assert "No amount is stated by 1.2" in refused.reason


@pytest.mark.parametrize("stated", [Decimal("1500.00"), Decimal(0)])
def test_a_share_without_an_amount_beside_another_is_refused_and_not_guessed(stated: Decimal) -> None:
    shares = (distribution(amount=stated), distribution(number=2, amount=None))
    assert "No amount is stated by 1.2" in refusal(schedules=(schedule(distributions=shares),)).refusal.reason


def test_the_only_share_of_a_line_pays_all_of_it_even_if_it_does_not_say_how_much() -> None:
    line = sent_line(schedules=(schedule(distributions=(distribution(amount=None),)),))
    assert line.distributions[0].charge.amount == Decimal("1500.00")


@pytest.mark.parametrize(("stale", "kept"), [("250.00", 1), ("0", 2)])
def test_shares_of_a_cancelled_schedule_count_only_where_the_line_counts_them(stale: str, kept: int) -> None:
    gone = schedule(number=2, canceled=True, distributions=(distribution(amount=Decimal(stale)),))
    assert len(sent_line(schedules=(schedule(), gone)).distributions) == kept


def test_stale_amounts_of_a_wholly_cancelled_line_do_not_keep_its_order_from_being_deleted() -> None:
    gone = schedule(canceled=True, distributions=(distribution(amount=Decimal(0)),))
    assert sent_line(schedules=(gone,)).distributions == ()


def test_a_line_without_distributions_is_sent_without() -> None:
    assert sent_line(schedules=()).distributions == ()


def test_quantity_percent_and_requester_of_a_share_are_extrinsics() -> None:
    line = sent_line()
    start = "schedule.1.distribution.1."
    shares = {name.removeprefix(start): value for name, value in line.extrinsics.items() if name.startswith(start)}
    assert shares == {"amount": "1500.00", "quantity": "10", "percent": "100", "requester": "Casey Brown"}


def test_exponents_are_written_out() -> None:
    line = sent_line(quantity=Decimal("1E+2"), price=Decimal("1.5E+1"))
    assert b'quantity="100"' in body(purchase_order(lines=(replace(order_line(), quantity=Decimal("1E+2")),)))
    assert line.unit_price == Money(amount=Decimal(15), currency="USD")
