"""However accounts are coded, an order's money stays exact in both dialects: share by share and line by line."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import exact_json
from schemas.coding import Account, CodedShare, FieldValue
from schemas.currencies import minor_units
from schemas.cxml import order_request
from schemas.cxml.layout import CxmlLayout
from schemas.j1p.layout import J1pLayout
from schemas.j1p.purchase_order import build
from schemas.order_amounts import charged
from schemas.purchase_order import PurchaseOrder
from schemas.units import DEFAULT_UNITS
from tests.properties.test_cxml_orders import orders
from tests.properties.test_splits import percentages


@dataclass(frozen=True)
class ByAccount:
    """Codes each account by a list of percentages of its own."""

    percents: list[list[Decimal]]

    def shares(self, account: Account) -> tuple[CodedShare, ...]:
        chosen = self.percents[len(account.combination) % len(self.percents)]
        return tuple(
            CodedShare(percent=percent, values=(FieldValue(field="Fund", value=f"{account.combination}/{number}"),))
            for number, percent in enumerate(chosen)
            if percent
        )


coders = st.builds(ByAccount, st.lists(percentages(), min_size=1, max_size=3))
Charge = tuple[int, int, Decimal]


def expected(order: PurchaseOrder, line: int) -> dict[tuple[int, int], Decimal]:
    charges = charged(order.lines[line], order.total.currency)
    return {(part.number, share.number): amount for part, share, amount in charges}


def j1p_charges(row: Any) -> list[Charge]:
    groups = row.get("splittableFieldSetGroupList", {"splittableFieldSetGroup": []})["splittableFieldSetGroup"]
    return [
        (split["scheduleNumber"], split["distributionNumber"], split["amount"])
        for group in groups
        for split in group["splittableFieldIndexSet"][0]["splittableFieldIndexList"]["splittableFieldIndex"]
    ]


@settings(max_examples=60)
@given(order=orders, coder=coders)
def test_the_shares_of_every_distribution_are_its_amount(order: PurchaseOrder, coder: ByAccount) -> None:
    body: Any = exact_json.loads(build(order, units=DEFAULT_UNITS, coder=coder, layout=J1pLayout()))
    smallest = Fraction(1, 10 ** minor_units(order.total.currency))
    for index, row in enumerate(body["purchaseOrder"]["poLineList"]["poLine"]):
        sums: dict[tuple[int, int], Decimal] = {}
        for schedule, distribution, amount in j1p_charges(row):
            assert (Fraction(amount) / smallest).denominator == 1
            sums[schedule, distribution] = sums.get((schedule, distribution), Decimal(0)) + amount
        assert sums == expected(order, index)


@settings(max_examples=60)
@given(order=orders, coder=coders)
def test_both_dialects_charge_the_same(order: PurchaseOrder, coder: ByAccount) -> None:
    body: Any = exact_json.loads(build(order, units=DEFAULT_UNITS, coder=coder, layout=J1pLayout()))
    by_line = {row["lineNumber"]: j1p_charges(row) for row in body["purchaseOrder"]["poLineList"]["poLine"]}
    read = order_request.parse(order_request.build(order, units=DEFAULT_UNITS, coder=coder, layout=CxmlLayout()))
    for line in read.lines:
        assert [share.charge.amount for share in line.distributions] == [
            amount for _, _, amount in by_line[line.line_number]
        ]
        for share in line.distributions:
            assert [name for name, _ in share.segments] == ["Fund"]
