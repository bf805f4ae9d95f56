"""Which accounts a coder is asked for, and what becomes of its shares in both dialects."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from schemas import exact_json
from schemas.coding import Account, CodedShare, FieldValue
from schemas.cxml import order_request
from schemas.cxml.envelope import address
from schemas.cxml.layout import CxmlLayout
from schemas.cxml.safe_xml import parse as parse_xml
from schemas.j1p.layout import J1pLayout
from schemas.j1p.purchase_order import build
from schemas.money import Money
from schemas.purchase_order import PurchaseOrder
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.units import DEFAULT_UNITS
from tests.factories import distribution, order_line, purchase_order, schedule
from tests.intents import UPDATE
from tests.unit.schemas_cxml.documents import CREDENTIALS, published

FUND = FieldValue(field="Fund", value="F-10", description="General fund")


@dataclass
class Shares:
    """Codes every account in the same shares and remembers what it was asked for."""

    percents: tuple[str, ...]
    asked: list[Account] = field(default_factory=list)

    def shares(self, account: Account) -> tuple[CodedShare, ...]:
        self.asked.append(account)
        return tuple(
            CodedShare(percent=Decimal(percent), values=(FUND, FieldValue(field="Dept", value=f"D-{number}")))
            for number, percent in enumerate(self.percents, 1)
        )


class Unmapped:
    """Knows no account."""

    def shares(self, account: Account) -> tuple[CodedShare, ...]:
        raise Refused(
            Refusal(
                category=RefusalClass.MAPPING,
                field=account.place,
                value=account.combination,
                reason="it is not mapped.",
                next_step="Map it.",
            )
        )


def one_cent() -> PurchaseOrder:
    cent = Money(amount=Decimal("0.01"), currency="USD")
    share = distribution(quantity=Decimal(1), amount=cent.amount, percent=Decimal(100))
    line = order_line(
        quantity=Decimal(1), price=cent.amount, ordered=cent.amount,
        schedules=(schedule(quantity=Decimal(1), ordered=cent.amount, distributions=(share,)),),
    )  # fmt: skip
    return purchase_order(lines=(line,), ordered=cent, total=cent)


def j1p_splits(order: PurchaseOrder, coder: Any) -> Any:
    body: Any = exact_json.loads(build(order, units=DEFAULT_UNITS, coder=coder, layout=J1pLayout()))
    (group,) = body["purchaseOrder"]["poLineList"]["poLine"][0]["splittableFieldSetGroupList"][
        "splittableFieldSetGroup"
    ]
    return group["splittableFieldIndexSet"][0]["splittableFieldIndexList"]["splittableFieldIndex"]


def cxml_line(order: PurchaseOrder, coder: Any, layout: CxmlLayout | None = None) -> order_request.CxmlLine:
    body = order_request.build(order, units=DEFAULT_UNITS, coder=coder, layout=layout or CxmlLayout())
    return order_request.parse(body).lines[0]


THREE = ("33.33", "33.33", "33.34")


def test_one_cent_among_three_is_paid_once_in_both_dialects() -> None:
    splits = j1p_splits(one_cent(), Shares(THREE))
    assert [split["amount"] for split in splits] == [0, 0, Decimal("0.01")]
    assert [split["quantity"] for split in splits] == [Decimal("0.3333"), Decimal("0.3333"), Decimal("0.3334")]
    assert [split["percent"] for split in splits] == list(map(Decimal, THREE))
    charges = [share.charge.amount for share in cxml_line(one_cent(), Shares(THREE)).distributions]
    assert charges == [0, 0, Decimal("0.01")]


def test_j1p_has_one_split_for_each_share_with_all_its_field_values() -> None:
    splits = j1p_splits(purchase_order(), Shares(("40", "60")))
    assert [(split["scheduleNumber"], split["distributionNumber"], split["amount"]) for split in splits] == [
        (1, 1, Decimal(600)),
        (1, 1, Decimal(900)),
    ]
    assert [split["customFieldValueList"]["customFieldValue"] for split in splits] == [
        [
            {"internalName": "Fund", "value": "F-10", "description": "General fund"},
            {"internalName": "Dept", "value": f"D-{number}"},
        ]
        for number in (1, 2)
    ]


def test_cxml_has_one_distribution_for_each_share_with_a_segment_for_each_field_value() -> None:
    line = cxml_line(purchase_order(), Shares(("40", "60")), CxmlLayout(segment_names=("Only",)))
    assert [(share.account, share.segments, share.charge.amount) for share in line.distributions] == [
        ("101.10.60230.462.000.000", (("Fund", "F-10"), ("Dept", "D-1")), Decimal(600)),
        ("101.10.60230.462.000.000", (("Fund", "F-10"), ("Dept", "D-2")), Decimal(900)),
    ]
    assert line.extrinsics["schedule.1.distribution.1.shares"] == "2"
    assert line.extrinsics["schedule.1.distribution.1.amount"] == "1500.00"
    assert "schedule.1.distribution.1.shares" not in cxml_line(purchase_order(), Shares(("100",))).extrinsics


@pytest.mark.parametrize("version", ["1.2.014", "1.2.048"])
def test_cxml_with_several_shares_is_valid_for_the_published_dtds(version: str) -> None:
    body = order_request.build(one_cent(), units=DEFAULT_UNITS, coder=Shares(THREE), layout=CxmlLayout())
    document = parse_xml(address(body, UPDATE, CREDENTIALS, CxmlLayout()))
    etree.DTD(str(published("cxml-dtd", version, "cXML.dtd"))).assertValid(document)


def test_the_coder_is_asked_for_each_account_where_it_stands_on_the_orders_date() -> None:
    shares = (distribution(amount=Decimal(1000)), distribution(number=2, account="3211-000-7740", amount=Decimal(500)))
    order = purchase_order(lines=(order_line(schedules=(schedule(number=3, distributions=shares),)),))
    coder = Shares(("100",))
    build(order, units=DEFAULT_UNITS, coder=coder, layout=J1pLayout())
    place = "lines[LineNumber=1].schedules[ScheduleNumber=3].distributions[DistributionNumber={}].POChargeAccount"
    assert [(asked.combination, asked.place) for asked in coder.asked] == [
        ("101.10.60230.462.000.000", place.format(1)),
        ("3211-000-7740", place.format(2)),
    ]
    assert {(asked.on, asked.business_unit) for asked in coder.asked} == {(date(2025, 3, 4), "Vision Operations")}


def test_accounts_that_nobody_is_charged_with_need_no_coding() -> None:
    gone = schedule(number=2, canceled=True, distributions=(distribution(account="closed", amount=Decimal(7)),))
    coder = Shares(("100",))
    build(purchase_order(lines=(order_line(schedules=(schedule(), gone)),)), units=DEFAULT_UNITS, coder=coder,
          layout=J1pLayout())  # fmt: skip
    assert "closed" not in {asked.combination for asked in coder.asked}


def test_an_account_that_is_not_mapped_is_refused_with_its_place() -> None:
    with pytest.raises(Refused) as j1p:
        j1p_splits(purchase_order(), Unmapped())
    with pytest.raises(Refused) as cxml:
        cxml_line(purchase_order(), Unmapped())
    assert j1p.value.refusal == cxml.value.refusal
    assert j1p.value.refusal.field.endswith("distributions[DistributionNumber=1].POChargeAccount")
