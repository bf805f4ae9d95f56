"""Mapping sets in the ledger: versions, exactly one of them active, and how soon a worker sees another one."""

import threading
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from psycopg.errors import UniqueViolation

from common.database.pool import Database, DatabaseUnavailable
from common.mapping import table
from common.mapping.current import CurrentMapping
from common.mapping.rules import MappingKind, Pattern, PatternKind, Rule, RuleSet, TargetShare
from common.mapping.table import MappingVersion, NotThisVersion, SetFile, SetState
from schemas.coding import FieldValue

pytestmark = pytest.mark.services

ACCOUNTS = MappingKind.ACCOUNTS
SPLIT = Rule(
    number=7,
    precedence=10,
    patterns=(
        Pattern(part="account", kind=PatternKind.RANGE, text="5000", high="5999"),
        Pattern(part="company", kind=PatternKind.EXACT, text="01"),
    ),
    targets=(
        TargetShare(
            percent=Decimal("33.3333333333333333333"),
            values=(FieldValue(field="Account", value="5210", description="Ünits"),),
        ),
        TargetShare(
            percent=Decimal("66.6666666666666666667"),
            values=(
                FieldValue(field="Account", value="CC-{cost_center}"),
                FieldValue(field="CostCenter", value="0110"),
            ),
        ),
    ),
    business_unit="Vision Operations",
    chart="usual",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    note="half of it",
)
DEFAULT = Rule(
    number=3,
    precedence=100,
    patterns=(),
    targets=(TargetShare(percent=Decimal(100), values=(FieldValue(field="Account", value="9999"),)),),
    default=True,
)
RULES = RuleSet(kind=ACCOUNTS, fields=("Account", "CostCenter"), rules=(DEFAULT, SPLIT))


def file(rules: RuleSet = RULES, note: str = "") -> SetFile:
    return SetFile(rules=rules, file_hash=b"\x01" * 32, note=note)


def active(database: Database, integration: str = "main", kind: MappingKind = ACCOUNTS) -> MappingVersion:
    found = table.active(database, integration, kind)
    assert found is not None
    return found


def test_a_version_is_given_back_as_it_was_imported(database: Database) -> None:
    added = table.add(database, "main", file(note="first"), actor="person:test")

    assert (added.version, added.state, added.rules, added.note) == (1, SetState.DRAFT, 2, "first")
    assert (added.imported_by, added.activated_at, added.file_hash) == ("person:test", None, b"\x01" * 32)
    loaded = table.load(database, added)
    assert loaded == RULES
    assert [str(target.percent) for target in loaded.rules[1].targets] == [str(t.percent) for t in SPLIT.targets]


def test_one_version_is_active_and_the_one_before_is_retired(database: Database) -> None:
    assert table.active(database, "main", ACCOUNTS) is None
    for _ in range(3):
        table.add_active(database, "main", file(), actor="person:test")
    table.add(database, "main", file(), actor="person:test")
    table.add_active(database, "other", file(), actor="person:test")
    table.add_active(database, "main", file(replace(RULES, kind=MappingKind.UNITS)), actor="person:test")

    states = [(one.version, one.state.value) for one in table.history(database, "main", ACCOUNTS)]
    assert states == [(4, "draft"), (3, "active"), (2, "retired"), (1, "retired")]
    assert active(database, "other").version == active(database, kind=MappingKind.UNITS).version == 1


def test_a_retired_version_can_map_again(database: Database) -> None:
    for _ in range(2):
        table.add_active(database, "main", file(), actor="person:test")
    assert table.activate(database, "main", ACCOUNTS, 1, actor="person:test", expected=2).state is SetState.ACTIVE

    assert active(database).version == 1
    found = table.find(database, "main", ACCOUNTS, 2)
    assert found is not None
    assert found.state is SetState.RETIRED
    events = database.fetch_all(b"SELECT * FROM audit_event WHERE event LIKE 'mapping%' ORDER BY event_id")
    assert [(e["event"], e["detail"]["version"], e["detail"].get("instead_of")) for e in events] == [
        ("mapping imported", 1, None),
        ("mapping activated", 1, None),
        ("mapping imported", 2, None),
        ("mapping activated", 2, 1),
        ("mapping activated", 1, 2),
    ]
    assert {(e["actor"], e["integration"]) for e in events} == {("person:test", "main")}


def test_an_expectation_that_does_not_hold_changes_nothing(database: Database) -> None:
    table.add_active(database, "main", file(), actor="person:test", expected=0)
    for expected in (0, 2):
        with pytest.raises(NotThisVersion, match="should be active, but version 1 is"):
            table.add_active(database, "main", file(), actor="person:test", expected=expected)
    with pytest.raises(NotThisVersion, match="no version 9 of the accounts mapping of main"):
        table.activate(database, "main", ACCOUNTS, 9, actor="person:test")

    assert [one.version for one in table.history(database, "main", ACCOUNTS)] == [1]
    assert active(database).version == 1


def test_activating_the_active_version_is_no_event(database: Database) -> None:
    added = table.add_active(database, "main", file(), actor="person:test")

    assert table.activate(database, "main", ACCOUNTS, 1, actor="person:other") == added
    assert len(database.fetch_all(b"SELECT FROM audit_event WHERE event = 'mapping activated'")) == 1


def test_people_who_import_at_once_each_get_a_version_and_the_last_one_maps(database: Database) -> None:
    start = threading.Barrier(4)
    versions: list[int] = []

    def import_it() -> None:
        start.wait()
        versions.append(table.add_active(database, "main", file(), actor="person:test").version)

    threads = [threading.Thread(target=import_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(versions) == [1, 2, 3, 4]
    assert active(database).version == 4


def test_the_ledger_itself_refuses_a_second_active_version(database: Database) -> None:
    for _ in range(2):
        table.add_active(database, "main", file(), actor="person:test")

    with pytest.raises(UniqueViolation), database.connection() as connection:
        connection.execute(b"UPDATE mapping_set SET state = 'active'")


def test_a_worker_sees_another_version_within_two_seconds_and_reads_its_rules_once(database: Database) -> None:
    now, prepared = 0.0, []

    def prepare(rules: RuleSet) -> int:
        prepared.append(rules)
        return len(rules.rules)

    current = CurrentMapping(database, "main", ACCOUNTS, prepare, lambda: now)
    assert current() is None
    table.add_active(database, "main", file(), actor="person:test")
    now = 1.9
    assert current() is None
    now = 2.0
    for _ in range(3):
        found = current()
        assert found is not None
        assert (found.version, found.mapping) == (1, 2)
        now += 2.5
    assert prepared == [RULES]
    table.add_active(database, "main", file(replace(RULES, rules=(DEFAULT,))), actor="person:test")
    now += 2.0
    found = current()
    assert found is not None
    assert (found.version, found.mapping) == (2, 1)


def test_a_ledger_that_is_away_is_not_taken_for_one_without_a_mapping(
    database: Database, database_address: str
) -> None:
    table.add_active(database, "main", file(), actor="person:test")
    now, asked = 0.0, Database(database_address, size=1, patience_seconds=0.2)
    current = CurrentMapping(asked, "main", ACCOUNTS, lambda rules: rules, lambda: now)
    assert current() is not None
    asked.close()
    now = 2.0
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable):
            current()


def test_threads_that_ask_at_once_let_one_of_them_read(database: Database) -> None:
    table.add_active(database, "main", file(), actor="person:test")
    start = threading.Barrier(4)
    reads: list[RuleSet] = []
    current = CurrentMapping(database, "main", ACCOUNTS, reads.append, lambda: 0.0)

    def ask() -> None:
        start.wait()
        current()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(reads) == 1
