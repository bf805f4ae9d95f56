"""A thousand orders, fifty of whose account combinations nobody has mapped yet: what stops, and what sets it free."""

from copy import deepcopy
from datetime import timedelta
from pathlib import Path

import pytest

from common.ledger import dead_letters
from common.ledger.verdicts import DeadClass
from tests.fixtures.cluster import Plan
from tests.fixtures.flows import CHART, all_flows
from tests.fixtures.system import System, system
from tests.fixtures.world import World, eventually, world

pytestmark = pytest.mark.services

ORDERS, COMBINATIONS, FIRST_UNMAPPED, LEFT_UNMAPPED = 1000, 400, 55, 5
PLAN = all_flows(Plan(page_size=500, every=15))
RELEASED_WITHIN = timedelta(seconds=60)
"""On a machine that does nothing else it takes less than 5 seconds: workers look for a new set every two."""
COST_CENTER = CHART.segments.index("costCenter")
RELEASED = b"""
    SELECT r.record_id, r.document_number AS number, e.at - s.activated_at AS after
    FROM audit_event e JOIN record r USING (record_id) JOIN mapping_set s ON s.state = 'active'
    WHERE e.event = 'replayed' AND e.at > s.activated_at ORDER BY e.event_id
"""


def test_unmapped_combinations_stop_exactly_their_orders_and_a_mapping_releases_exactly_those(
    tmp_path: Path, database_url: str
) -> None:
    with world(orders=ORDERS, lines=2, suppliers=8, combinations=COMBINATIONS) as around:
        used = charge(around)
        everything = set().union(*used.values())
        unmapped = sorted(everything)[:: COMBINATIONS // FIRST_UNMAPPED][:FIRST_UNMAPPED]
        left = unmapped[-LEFT_UNMAPPED:]
        stopped, stays = charged_to(used, unmapped), charged_to(used, left)
        closed = charged_to(used, of_closed_cost_centers(around, everything))
        with system(tmp_path, around, database_url, None, PLAN) as inside:
            import_rules_for(inside, tmp_path, everything - set(unmapped))

            assert eventually(lambda: len(around.jaggaer.orders) == ORDERS - len(stopped | closed)), dead(inside)
            assert eventually(lambda: dead(inside) == stopped | closed)
            for letter in dead_letters.find(inside.database, category=DeadClass.MAPPING):
                assert "POChargeAccount" in letter["field"], letter
                assert letter["value"] in unmapped or letter["document_number"] in closed, letter

            import_rules_for(inside, tmp_path, everything - set(left))

            assert eventually(lambda: len(around.jaggaer.orders) == ORDERS - len(stays | closed)), dead(inside)
            assert eventually(lambda: dead(inside) == stays | closed)
            released = inside.database.fetch_all(RELEASED)
            assert {row["number"] for row in released} == stopped - stays
            assert [row["record_id"] for row in released] == sorted(row["record_id"] for row in released)
            assert released[-1]["after"] < RELEASED_WITHIN
        assert around.doubles() == []
        assert len(around.applied()) == ORDERS - len(stays | closed)


def charge(around: World) -> dict[str, set[str]]:
    """Charge each line of each order to another combination; return those of each order number."""
    rows = map(around.oracle.combinations.get, around.oracle.combinations.keys())
    combinations = [".".join(str(row[segment]) for segment in CHART.segments) for row in rows]
    used: dict[str, set[str]] = {}
    for position, key in enumerate(around.keys):
        order = deepcopy(around.oracle.orders.get(key))
        for number, line in enumerate(order["lines"]):
            combination = combinations[(position * (2 * number + 1) + number) % len(combinations)]
            used.setdefault(order["OrderNumber"], set()).add(combination)
            for schedule in line["schedules"]:
                for distribution in schedule["distributions"]:
                    distribution["POChargeAccount"] = combination
        around.oracle.orders.put(order)
    return used


def charged_to(used: dict[str, set[str]], combinations: list[str]) -> set[str]:
    """Return the numbers of the orders that are charged to one of these combinations."""
    wanted = set(combinations)
    return {number for number, charged in used.items() if charged & wanted}


def of_closed_cost_centers(around: World, combinations: set[str]) -> list[str]:
    """Return the combinations whose cost center Oracle has closed: a mapping does not help their orders."""
    values = map(around.oracle.values.get, around.oracle.values.keys())
    centers = [row for row in values if row["ValueSetCode"] == "Operations Cost Center"]
    closed = {row["Value"] for row in centers if row["EnabledFlag"] == "N"}
    return [one for one in combinations if one.split(".")[COST_CENTER] in closed]


def import_rules_for(inside: System, folder: Path, combinations: set[str]) -> None:
    """Import a set with a rule for each of these combinations, and wait until the command is done."""
    rows = (f"10,{','.join(one.split('.'))},{{account}},{{costCenter}}," for one in sorted(combinations))
    done = inside.cluster.command("map", "import", str(CHART.sheet(folder, *rows)))
    assert done.returncode == 0, done.stdout + done.stderr


def dead(inside: System) -> set[str]:
    """Return the numbers of the orders that wait for a person, whatever for."""
    return {str(letter["document_number"]) for letter in dead_letters.find(inside.database)}
