"""Segment values, account combinations and the short lists: all that orders charge, and what ends (fact sheet, 3.7)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from simulators.oracle.account_combinations import written
from simulators.oracle.chart import SEGMENTS
from simulators.oracle.errors import FusionError
from simulators.oracle.options import OracleOptions
from simulators.oracle.simulator import OracleSimulator
from tests.unit.simulators.oracle.pod import Pod

ACCOUNTS = "valueSets/Operations Account/child/values"


def test_whatever_is_charged_is_a_combination_of_known_values(start: Callable[..., Pod]) -> None:
    pod = start(orders=100, lines=3, invoices=100, accounts=0, cost_centers=0, combinations=0)
    combinations = {row["_CODE_COMBINATION_ID"]: row for row in pod.rows("accountCombinationsLOV")}
    charged = {
        (share["POChargeAccountId"], share["POChargeAccount"])
        for order in pod.simulator.orders.all()
        for line in order["lines"]
        for schedule in line["schedules"]
        for share in schedule["distributions"]
    }
    owed = {
        (one["LiabilityDistributionId"], one["LiabilityDistribution"])
        for supplier in pod.simulator.suppliers.all()
        for site in supplier["sites"]
        for one in site["assignments"]
    }
    assert len(charged) == 4
    for key, account in charged | owed:
        assert written(combinations[key]) == account
    for segment in SEGMENTS:
        values = {row["Value"] for row in pod.rows(f"valueSets/{segment.value_set}/child/values")}
        assert {row[segment.attribute] for row in combinations.values()} <= values


def test_as_many_values_and_combinations_are_made_as_are_asked_for() -> None:
    simulator = OracleSimulator(OracleOptions(orders=0, accounts=300, cost_centers=200, combinations=5_000))
    sets = simulator.served["valueSets"]
    sizes = {row["ValueSetCode"]: {value["Value"] for value in row["values"]} for row in sets.all()}
    assert (len(sizes["Operations Account"]), len(sizes["Operations Cost Center"])) == (300, 200)
    accounts = {written(row) for row in simulator.combinations.all()}
    assert len(accounts) == len(simulator.combinations) == 5_000


def test_more_combinations_than_the_values_give_are_refused() -> None:
    with pytest.raises(ValueError, match="100000 combinations need more"):
        OracleSimulator(OracleOptions(orders=0, accounts=0, cost_centers=0, combinations=100_000))


def test_a_change_of_a_value_moves_its_stamp_and_is_found_by_it(pod: Pod) -> None:
    values = pod.simulator.values
    key = values.find("Operations Account", "60540")
    assert key is not None
    before = pod.simulator.now().isoformat()
    assert pod.rows(ACCOUNTS, q=f"LastUpdateDate >= '{before}'") == []
    values.change(key, Description="neu")
    values.disable(key)
    values.end(key, date(2026, 3, 31))
    added = values.add("Operations Account", "60999", "Reisekosten", AccountType="E")
    found = pod.rows(ACCOUNTS, q=f"LastUpdateDate >= '{before}'", orderBy="ValueId")
    shown = [(row["ValueId"], row["Description"], row["EnabledFlag"], row["EndDateActive"]) for row in found]
    assert shown == [(key, "neu", "N", "2026-03-31"), (added, "Reisekosten", "Y", None)]
    assert pod.rows("valueSets/Operations Cost Center/child/values", q=f"LastUpdateDate >= '{before}'") == []
    assert values.enable(key)["EndDateActive"] is None
    assert "ValueSetCode" not in found[0]


def test_combinations_come_end_and_go_without_a_stamp(pod: Pod) -> None:
    combinations = pod.simulator.combinations
    key = combinations.find("101.10.60230.462.000.000")
    assert key == 300100063274018
    combinations.disable(key)
    combinations.end(key)
    row = pod.read(f"accountCombinationsLOV/{key}")
    assert (row["EnabledFlag"], row["EndDateActive"]) == ("N", pod.simulator.now().date().isoformat())
    assert (row["costCenter"], row["account"], row["_CHART_OF_ACCOUNTS_ID"]) == ("462", "60230", 5237)
    assert key not in [one["_CODE_COMBINATION_ID"] for one in by_example(pod)]
    combinations.enable(key)
    assert key in [one["_CODE_COMBINATION_ID"] for one in by_example(pod)]
    added = combinations.add("101.10.60999.462.000.000")
    assert pod.rows("accountCombinationsLOV", q="account = '60999'")[0]["_CODE_COMBINATION_ID"] == added
    combinations.delete(added)
    assert pod.rows("accountCombinationsLOV", q="account = '60999'") == []
    assert pod.answer(f"accountCombinationsLOV/{added}").status_code == 404
    assert pod.simulator.journal.read()[-2].kind == "combination_deleted"


def by_example(pod: Pod) -> list[dict[str, Any]]:
    return pod.rows("accountCombinationsLOV", framework=1, q="_CHART_OF_ACCOUNTS_ID=5237;EnabledFlag='Y'")


def test_a_deleted_combination_does_not_come_back_with_what_was_held_back(pod: Pod) -> None:
    combinations = pod.simulator.combinations
    key = combinations.keys()[0]
    pod.simulator.switches.hold_back = True
    combinations.disable(key)
    added = combinations.add("101.10.60999.462.000.000")
    combinations.delete(key)
    combinations.delete(added)
    assert pod.simulator.release() == 0
    assert not {key, added} & {*combinations.keys()}
    with pytest.raises(KeyError):
        combinations.delete(key)


def test_units_and_currencies_are_those_of_the_orders(pod: Pod) -> None:
    orders = [*pod.simulator.orders.all()]
    units = {line["UOMCode"] for order in orders for line in order["lines"]} - {None}
    assert units <= {row["UOMCode"] for row in pod.rows("unitsOfMeasure")}
    precisions = {row["CurrencyCode"]: row["Precision"] for row in pod.rows("currenciesLOV")}
    assert {order["CurrencyCode"] for order in orders} <= {*precisions}
    assert (precisions["JPY"], precisions["EUR"]) == (0, 2)
    (ledger,), (chart,) = pod.rows("ledgersLOV"), pod.rows("chartOfAccountsLOV")
    assert ledger["ChartOfAccountsId"] == chart["StructureInstanceNumber"] == 5237


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda simulator: simulator.values.add("Operations Account", "60230"), "already exists"),
        (lambda simulator: simulator.values.add("Nothing", "1"), "no value set Nothing"),
        (lambda simulator: simulator.combinations.add("101.10.60230.462.000.000"), "already exists"),
        (lambda simulator: simulator.combinations.add("101.10"), "has 2 segments; the chart has 6"),
    ],
)
def test_what_cannot_be_added_is_refused(pod: Pod, act: Callable[[OracleSimulator], object], said: str) -> None:
    with pytest.raises(FusionError, match=said):
        act(pod.simulator)
