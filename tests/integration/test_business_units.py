"""Which business units' orders Oracle is asked for, as the simulated Oracle understands it."""

import json
from collections.abc import Iterator

import pytest

from common.connections.source import Window
from common.flows import purchase_orders
from common.installation import Installation
from common.settings import load
from tests.fixtures.cluster import Cluster, Plan
from tests.fixtures.services import fresh_database
from tests.fixtures.world import world

pytestmark = pytest.mark.services

ODD = "L'Odéon; (x) or 1 = 1"
TWO = json.dumps(["Vision Germany", ODD], ensure_ascii=False)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Settings for an Oracle with orders of several units, of one with an odd name, and of none."""
    folder = tmp_path_factory.mktemp("units")
    with fresh_database() as database_url, world(orders=30, lines=1) as around:
        around.oracle.change(around.keys[0], ProcurementBU=ODD)
        around.oracle.change(around.keys[1], ProcurementBU=None, ProcurementBUId=None)
        made = Cluster(folder, around, database_url, None, Plan())
        made.migrate()
        yield made


def asked(cluster: Cluster, section: str = "") -> dict[str, str | None]:
    """Return the orders that Oracle shows with these settings, and whose each is."""
    with_section = ("[timing]", f"[integrations.main.business_units]\n{section}\n[timing]")
    cluster.rewrite(with_section)
    installation = Installation(load(cluster.environment), cluster.environment, database_size=2)
    cluster.rewrite((with_section[1], with_section[0]))
    try:
        page = installation.sides["main"].oracle.page(purchase_orders.RESOURCE, Window(since=None, after_key=0))
    finally:
        installation.close()
    units = {str(row["OrderNumber"]): row.get("ProcurementBU") for row in page.collection.rows}
    return {number: None if unit is None else str(unit) for number, unit in units.items()}


def test_without_a_list_every_order_is_asked_for(cluster: Cluster) -> None:
    found = asked(cluster)

    assert len(found) == 30
    assert {None, ODD, "Vision Germany"} <= set(found.values())


def test_only_units_that_are_included_are_asked_for(cluster: Cluster) -> None:
    found = asked(cluster, f"include = {TWO}")

    assert found == {number: unit for number, unit in asked(cluster).items() if unit in ("Vision Germany", ODD)}
    assert set(found.values()) == {"Vision Germany", ODD}


def test_units_that_are_excluded_are_not_asked_for_and_an_order_of_no_unit_still_is(cluster: Cluster) -> None:
    found = asked(cluster, f"exclude = {TWO}")

    assert found == {number: unit for number, unit in asked(cluster).items() if unit not in ("Vision Germany", ODD)}
    assert None in found.values()
