"""`ml-connector map` as a person and as a program use it, on a real ledger."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from common.ledger.states import State
from common.mapping.table import NotThisVersion
from console import output
from console.main import main
from console.map import activation
from schemas.purchase_order import OrderStatus, PurchaseOrder
from tests.factories import purchase_order
from tests.fixtures import command_line
from tests.fixtures.settings_text import MINIMAL
from tests.integration.bench import LedgerBench
from tests.integration.waiting_orders import as_source, dead, delivered, order_in, seen

pytestmark = pytest.mark.services

Ask = Callable[..., Any]

ACCOUNTS = """
segments = ["company", "cost_center", "account"]
charts.norway = { delimiter = ".", segments = ["company", "account"], business_units = ["Norway"] }
"""
HEAD = "precedence,business_unit,chart,company,cost_center,account,-> Account,-> CostCenter\n"
SHEET = HEAD + "10,,,,110,5210,A-{account},CC-110\n20,,norway,,,5210,N-5210,CC-NO\n30,,,01,,60*,A-6,CC-6\n"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for workers, of which there are none."""
    monkeypatch.setattr(activation, "LOOK_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(activation, "_MAPPED_WITHIN_SECONDS", 0.0)


@pytest.fixture
def folder(bench: LedgerBench, tmp_path: Path) -> Path:
    """A folder with settings and a sheet; the bench's vault has its keys there too."""
    (tmp_path / "connector.toml").write_text(MINIMAL.replace('mapping = "as_in_oracle"', ACCOUNTS))
    (tmp_path / "set.csv").write_text(SHEET)
    return tmp_path


@pytest.fixture
def run(folder: Path, database_address: str, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run a command of the group; return its exit code and what it printed."""
    monkeypatch.setattr(output.OUT, "_width", 250)
    return partial(command_line.run, command_line.environment(folder, database_address), "map")


@pytest.fixture
def asked(run: Ask) -> Ask:
    """Run a command of the group with `--json`; return what it says."""

    def asked(*arguments: str, status: int = 0) -> Any:
        code, said = run(*arguments, "--json")
        assert code == status, said
        return json.loads(said)

    return asked


@pytest.fixture
def sheet(folder: Path) -> str:
    """The path of a sheet without faults."""
    return str(folder / "set.csv")


def charged(account: str, number: str, **changes: Any) -> PurchaseOrder:
    """Return an order whose distributions are all charged to one combination."""
    order = purchase_order(number=number, **changes)
    lines = tuple(
        replace(
            line,
            schedules=tuple(
                replace(part, distributions=tuple(replace(one, account=account) for one in part.distributions))
                for part in line.schedules
            ),
        )
        for line in order.lines
    )
    return replace(order, lines=lines)


def test_an_imported_set_maps_and_is_listed(asked: Ask, run: Ask, sheet: str) -> None:
    said = asked("import", sheet, "--note", "first")
    assert (said["version"], said["state"], said["rules"], said["released"]) == (1, "active", 3, [])
    assert asked("import", sheet, "--draft")["state"] == "draft"

    assert [(one["version"], one["state"], one["note"]) for one in asked("history")] == [
        (2, "draft", ""),
        (1, "active", "first"),
    ]
    assert "Version 3 of the accounts mapping of main is active: 3 rules." in run("import", sheet)[1]
    assert asked("activate", "1")["version"] == 1
    assert [one["state"] for one in asked("history")] == ["retired", "draft", "active"]
    assert "first" in run("history")[1]


def test_a_set_goes_out_and_comes_back_the_same(asked: Ask, folder: Path, sheet: str) -> None:
    asked("import", sheet)
    for name in ("out.csv", "out.xlsx"):
        assert asked("export", str(folder / name))["rules"] == 3
        asked("import", str(folder / name))
    assert asked("diff", "1", "2")["rules"] == asked("diff", "1", "3")["rules"] == []


def test_a_file_with_faults_is_refused_with_all_of_them_and_keeps_nothing(
    asked: Ask, run: Ask, folder: Path, sheet: str
) -> None:
    (folder / "set.csv").write_text(HEAD + "x,,,,110,5210,A,B\n10,,,,9..1..2,5210,A,B\n")
    said = asked("import", sheet, status=1)

    assert [(one["sheet"], one["row"], one["column"], one["value"]) for one in said["faults"]] == [
        ("set.csv", 2, "precedence", "x"),
        ("set.csv", 3, "cost_center", "9..1..2"),
    ]
    code, shown = run("validate", sheet)
    assert code == 1
    assert "row 2" in shown
    assert "row 3" in shown
    assert asked("history") == []


def test_a_sheet_must_have_the_fields_of_the_settings_and_no_other(asked: Ask, folder: Path, sheet: str) -> None:
    (folder / "set.csv").write_text(SHEET.replace("-> CostCenter", "-> Project"))
    said = asked("import", sheet, status=1)

    assert [one["column"] for one in said["faults"]] == ["-> CostCenter", "-> Project"]
    assert "a column for each of Account, CostCenter" in said["faults"][0]["expected"]


def test_wrong_rules_may_be_a_draft_and_never_map(asked: Ask, folder: Path, sheet: str) -> None:
    (folder / "set.csv").write_text(SHEET + "10,,,,110,5210,other,CC-110\n")
    findings = asked("import", sheet, status=1)["findings"]
    assert findings[0]["severity"] == "error"
    assert findings[0]["rules"] == [1, 4]
    assert "same precedence" in findings[0]["says"]
    assert asked("validate", sheet, status=1)["findings"] == findings
    assert asked("history") == []

    assert asked("import", sheet, "--draft")["version"] == 1
    assert asked("activate", "1", status=1)["findings"] == findings
    assert [one["state"] for one in asked("history")] == ["draft"]


def test_a_target_that_jaggaer_does_not_know_is_an_error(asked: Ask, run: Ask, bench: LedgerBench, sheet: str) -> None:
    for number, action in (("CC-110", "put"), ("CC-NO", "cancel")):
        delivered(bench, "cost_centers", number, action=action)
    says = [one["says"] for one in asked("import", sheet, status=1)["findings"]]

    assert says == [f"CostCenter {value!r} is unknown or inactive at the target." for value in ("CC-NO", "CC-6")]
    assert "at the target. (rule 2)" in run("validate", sheet)[1]


def test_somebody_elses_change_is_not_overwritten(run: Ask, asked: Ask, sheet: str) -> None:
    asked("import", sheet, "--expect-version", "0")
    with pytest.raises(NotThisVersion, match="should be active, but version 1 is"):
        run("import", sheet, "--expect-version", "0")
    assert len(asked("history")) == 1
    code, said = run("import", sheet, "--draft", "--expect-version", "0")
    assert code == 2
    assert "a draft replaces nothing" in said


def test_a_version_that_is_not_there_is_one_message_without_a_traceback(
    asked: Ask, folder: Path, database_address: str, sheet: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    asked("import", sheet)
    monkeypatch.setenv("ML_CONNECTOR_CONFIG", str(folder / "connector.toml"))
    monkeypatch.setenv("ML_CONNECTOR_KEY_FILE", str(folder / "keys"))
    monkeypatch.setenv("DATABASE_URL", database_address)
    monkeypatch.setattr("console.main._configure_logs", lambda: None)
    monkeypatch.setattr("sys.argv", ["ml-connector", "map", "activate", "1", "--expect-version", "7"])
    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert "Version 7 of the accounts mapping of main should be active" in capsys.readouterr().err


def test_a_combination_is_shown_with_the_rules_that_gave_each_field(asked: Ask, run: Ask, sheet: str) -> None:
    asked("import", sheet)
    said = asked("test", "01-110-5210")

    assert said["shares"] == [{"percent": "100", "values": {"Account": "A-5210", "CostCenter": "CC-110"}}]
    assert said["given_by"] == {"Account": 1, "CostCenter": 1}
    assert asked("test", "01.5210", "--business-unit", "Norway")["shares"][0]["values"]["Account"] == "N-5210"
    assert "A-5210" in run("test", "01-110-5210")[1]


def test_a_combination_without_a_mapping_is_told_why_and_what_came_nearest(asked: Ask, run: Ask, sheet: str) -> None:
    asked("import", sheet)
    said = asked("test", "02-999-6001", status=1)

    assert not said["mapped"]
    assert said["fields"] == ["Account", "CostCenter"]
    assert said["nearest"][0] == {
        "rule": 3,
        "fields": ["Account", "CostCenter"],
        "because": ["it asks for company 01, not 02"],
    }
    assert "it has 2 segments; chart usual has 3" in asked("test", "01-5210", status=1)["reason"]
    assert "it asks for company 01, not 02" in run("test", "02-999-6001")[1]


def test_coverage_tells_what_an_unmapped_combination_stops(
    asked: Ask, run: Ask, bench: LedgerBench, sheet: str
) -> None:
    asked("import", sheet)
    for number, action in (("01-110-5210", "put"), ("01-110-7000", "put"), ("01-110-8000", "cancel")):
        delivered(bench, "account_combinations", number, action=action)
    total = purchase_order().total.amount
    for key, order in enumerate(
        (
            charged("01-110-9999", "US1"),
            charged("01-110-9999", "US2"),
            charged("01-110-5210", "US3"),
            charged("01-110-9998", "US4", status=OrderStatus.CLOSED, source_status="Closed"),
        ),
        start=1,
    ):
        seen(bench, key, as_source(order))

    said = asked("coverage", status=1)
    assert [(one["combination"], one["orders"], one["active"]) for one in said["unmapped"]] == [
        ("01-110-9999", 2, False),
        ("01-110-7000", 0, True),
    ]
    assert said["stopped_orders"] == 2
    assert {currency: Decimal(amount) for currency, amount in said["stopped_amounts"].items()} == {
        purchase_order().total.currency: 2 * total
    }
    assert said["combinations"] == 3
    assert f"Open orders that this stops: 2 ({2 * total} " in run("coverage")[1]


def test_a_combination_of_two_business_units_is_one_combination(
    asked: Ask, run: Ask, bench: LedgerBench, sheet: str
) -> None:
    asked("import", sheet)
    for key, unit in enumerate(("Vision Operations", "Vision Japan"), start=1):
        seen(bench, key, as_source(charged("01-110-9999", f"US{key}", business_unit=unit)))

    assert [one["business_unit"] for one in asked("coverage", status=1)["unmapped"]] == [
        "Vision Japan",
        "Vision Operations",
    ]
    assert "1 combinations in use, 1 without a mapping." in run("coverage")[1]


def test_what_is_left_is_proposed_from_equal_codes_and_can_be_imported(
    asked: Ask, bench: LedgerBench, folder: Path
) -> None:
    delivered(bench, "account_combinations", "01-110-7000")
    delivered(bench, "gl_accounts", "7000", description="Travel")
    delivered(bench, "cost_centers", "110", description="Sales")
    said = asked("suggest", str(folder / "proposed.csv"))

    assert [(one["gives"], one["combinations"]) for one in said] == [("Account=7000", 1), ("CostCenter=110", 1)]
    assert asked("import", str(folder / "proposed.csv"))["rules"] == 2
    assert asked("coverage")["unmapped"] == []


def test_a_difference_names_rules_and_what_becomes_of_combinations(
    asked: Ask, run: Ask, bench: LedgerBench, folder: Path, sheet: str
) -> None:
    delivered(bench, "account_combinations", "01-110-5210")
    delivered(bench, "account_combinations", "01-110-6000")
    asked("import", sheet)
    (folder / "set.csv").write_text(SHEET.replace("CC-110", "CC-111").replace("30,,,01,,60*,A-6,CC-6\n", ""))
    asked("import", sheet)
    said = asked("diff", "1", "2")

    assert [(one["rule"], one["is"]) for one in said["rules"]] == [(3, "removed"), (1, "before"), (1, "after")]
    assert [(one["combination"], one["before"], one["after"]) for one in said["combinations"]] == [
        ("01-110-5210", "Account=A-5210, CostCenter=CC-110", "Account=A-5210, CostCenter=CC-111"),
        ("01-110-6000", "Account=A-6, CostCenter=CC-6", "not mapped"),
    ]
    assert "CC-111" in run("diff", "1", "2")[1]


def test_units_have_sets_of_their_own(asked: Ask, folder: Path) -> None:
    (folder / "units.csv").write_text("precedence,unit,-> unit\n10,Crate,CR\n")
    asked("import", str(folder / "units.csv"), "--kind", "units")

    said = asked("test", "crate", "--kind", "units")
    assert (said["shares"][0]["values"], said["given_by"]) == ({"unit": "CR"}, {"unit": 1})
    said = asked("test", "Box", "--kind", "units")
    assert (said["shares"][0]["values"], said["given_by"]) == ({"unit": "BX"}, {})
    assert "no rule" in asked("test", "Barrel", "--kind", "units", status=1)["reason"]
    assert asked("history") == []


def test_an_import_releases_what_waited_once_workers_have_seen_it(
    asked: Ask, bench: LedgerBench, sheet: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped = charged("01-110-5210", "US1")
    free, waits = dead(bench, 1, order_in("Ea", mapped)), dead(bench, 2, order_in("Crate", mapped))
    monkeypatch.setattr(activation, "LOOK_AGAIN_SECONDS", 0.8)
    began = monotonic()
    said = asked("import", sheet)

    assert monotonic() - began >= 0.8
    assert (said["released"], said["waiting"]) == ([free], [waits])
    assert (bench.state(free), bench.state(waits)) == (State.CAPTURED, State.DEAD)
    assert asked("release") == {"released": [], "waiting": [waits]}


def test_a_draft_and_a_set_that_is_not_used_release_nothing(
    asked: Ask, run: Ask, bench: LedgerBench, folder: Path, sheet: str
) -> None:
    record_id = dead(bench, 1, order_in("Ea"))
    assert asked("import", sheet, "--draft")["released"] is None
    config = folder / "connector.toml"
    config.write_text(config.read_text().replace("segments", 'mapping = "as_in_oracle"\nsegments', 1))
    assert "It is not used while integrations.main.accounts.mapping" in run("import", sheet)[1]
    assert bench.state(record_id) is State.DEAD


def test_what_is_not_there_is_said(run: Ask) -> None:
    for command in (("validate",), ("test", "01-110-5210"), ("release",), ("export", "x.csv")):
        code, said = run(*command)
        assert code == 1
        assert "There is no active version of the accounts mapping of main." in said
    assert run("activate", "7")[0] == 1
    code, said = run("import", "nowhere.csv")
    assert code == 2
    assert "nowhere.csv cannot be read" in said
    assert run("history", "--integration", "other")[0] == 2
