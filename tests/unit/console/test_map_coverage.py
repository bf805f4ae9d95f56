"""What a mapping leaves out, and what that stops: counted on values, without a ledger."""

from datetime import date
from decimal import Context, Decimal

from hypothesis import given
from hypothesis import strategies as st

from common.mapping.charts import charts
from common.mapping.resolve import Resolved, Unmapped
from common.mapping.rules import MappingKind, Pattern, PatternKind, Rule, RuleSet, TargetShare
from common.settings import AccountSettings, ChartSettings
from console.map.coverage import Gap, coverage
from console.map.sources import OpenOrder
from console.map.trial import Trial, subjects
from schemas.coding import Account, FieldValue
from schemas.money import Money

DAY = date(2026, 11, 2)
EXACT = Context(prec=100)
CHARTS = charts(
    AccountSettings(
        segments=["company", "account"],
        charts={"norway": ChartSettings(delimiter=".", segments=["account", "project"], business_units=["Norway"])},
    )
)


def rule(number: int, account: str, business_unit: str | None = None) -> Rule:
    return Rule(
        number=number,
        precedence=10,
        patterns=(Pattern(part="account", kind=PatternKind.EXACT, text=account),),
        targets=(TargetShare(percent=Decimal(100), values=(FieldValue(field="Account", value=account),)),),
        business_unit=business_unit,
    )


TRIAL = Trial(
    RuleSet(
        kind=MappingKind.ACCOUNTS,
        fields=("Account",),
        rules=(rule(1, "5210"), rule(2, "6000", "France"), rule(3, "7000", "Norway")),
    ),
    CHARTS,
)


def order(number: int, amount: str, currency: str, *combinations: str, business_unit: str | None = None) -> OpenOrder:
    accounts = tuple(Account(combination=c, business_unit=business_unit, on=DAY, place="") for c in combinations)
    return OpenOrder(number=str(number), total=Money(amount=Decimal(amount), currency=currency), accounts=accounts)


def test_each_business_unit_has_its_chart() -> None:
    assert CHARTS.of(None) == CHARTS.of("France") == CHARTS.usual
    assert CHARTS.of("Norway").segments == ("account", "project")
    assert [chart.name for chart in CHARTS.all] == ["usual", "norway"]
    assert CHARTS.segments == ("company", "account", "project")
    asked = [("01-5210", None, DAY), ("01.5210", "Norway", DAY), ("01-5210", "Norway", DAY)]
    assert [one.parts for one in subjects(CHARTS, asked)] == [
        (("company", "01"), ("account", "5210")),
        (("account", "01"), ("project", "5210")),
    ]


def test_a_combination_that_no_document_uses_counts_as_mapped_if_any_business_unit_has_a_rule() -> None:
    for combination in ("01-5210", "01-6000", "7000.1"):
        assert isinstance(TRIAL.anywhere(combination, DAY), Resolved), combination
    assert isinstance(TRIAL.anywhere("01-7000", DAY), Unmapped)


def test_an_order_is_stopped_once_however_many_of_its_combinations_are_unmapped() -> None:
    found = coverage(TRIAL, [], [order(1, "10.10", "USD", "01-9998", "01-9999", "01-5210")], DAY)

    assert (found.combinations, found.orders, found.amounts) == (3, 1, {"USD": Decimal("10.10")})
    assert [(gap.combination, gap.amounts) for gap in found.gaps] == [
        ("01-9998", {"USD": Decimal("10.10")}),
        ("01-9999", {"USD": Decimal("10.10")}),
    ]


def test_a_combination_may_be_mapped_for_one_business_unit_and_not_for_another() -> None:
    orders = [order(1, "1", "EUR", "01-6000", business_unit="France"), order(2, "2", "EUR", "01-6000")]
    found = coverage(TRIAL, ["01-6000"], orders, DAY)

    assert [(gap.combination, gap.business_unit, gap.orders, gap.active) for gap in found.gaps] == [
        ("01-6000", None, 1, True)
    ]


def test_a_combination_of_no_known_form_is_told_as_such() -> None:
    (gap,) = coverage(TRIAL, ["5210"], [], DAY).gaps

    assert gap == Gap(combination="5210", business_unit=None, reason=gap.reason, active=True)
    assert "it has 1 segments; chart usual has 2" in gap.reason


@given(
    st.lists(
        st.tuples(
            st.decimals(min_value="-1e30", max_value="1e30", allow_nan=False, places=4),
            st.sampled_from(["USD", "EUR"]),
            st.sampled_from(["01-5210", "01-9998", "01-9999"]),
        ),
        max_size=20,
    )
)
def test_what_is_stopped_adds_up_exactly_and_currencies_are_never_added(
    drawn: list[tuple[Decimal, str, str]],
) -> None:
    orders = [order(n, str(amount), currency, combination) for n, (amount, currency, combination) in enumerate(drawn)]
    found = coverage(TRIAL, [], orders, DAY)

    stopped = [(int(amount.scaleb(4, EXACT)), currency) for amount, currency, c in drawn if c != "01-5210"]
    for currency in ("USD", "EUR"):
        expected = sum(units for units, of in stopped if of == currency)
        assert int(found.amounts.get(currency, Decimal(0)).scaleb(4, EXACT)) == expected
        by_gap = [gap.amounts.get(currency, Decimal(0)) for gap in found.gaps]
        assert sum(int(amount.scaleb(4, EXACT)) for amount in by_gap) == expected
    assert found.orders == len(stopped)
