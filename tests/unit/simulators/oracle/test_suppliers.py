"""Suppliers: those that orders name, as many more as are asked for, and what happens to them (fact sheet, 3.5)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from simulators.oracle.errors import FusionError
from tests.unit.simulators.oracle.pod import Pod


def test_every_order_names_a_supplier_a_site_of_its_unit_and_an_assignment_to_it(start: Callable[..., Pod]) -> None:
    pod = start(orders=300, lines=0, suppliers=0)
    known = {supplier["SupplierId"]: supplier for supplier in pod.simulator.suppliers.all()}
    for order in pod.simulator.orders.all():
        supplier = known[order["SupplierId"]]
        (site,) = [one for one in supplier["sites"] if one["SupplierSiteId"] == order["SupplierSiteId"]]
        assert (supplier["Supplier"], site["SupplierSite"]) == (order["Supplier"], order["SupplierSite"])
        assert (site["ProcurementBUId"], site["ProcurementBU"]) == (order["ProcurementBUId"], order["ProcurementBU"])
        assert site["assignments"][0]["ClientBUId"] == order["RequisitioningBUId"]
        assert site["SupplierAddressId"] in {address["SupplierAddressId"] for address in supplier["addresses"]}
    assert {order["SupplierId"] for order in pod.simulator.orders.all()} == {*known}


def test_further_suppliers_differ_in_everything_that_names_them(start: Callable[..., Pod]) -> None:
    suppliers = [*start(orders=1, suppliers=500).simulator.suppliers.all()]
    assert len(suppliers) == 500
    for name in ("SupplierId", "SupplierPartyId", "Supplier", "SupplierNumber", "TaxpayerId"):
        assert len({supplier[name] for supplier in suppliers}) == 500
    for accessor, name in (("addresses", "SupplierAddressId"), ("sites", "SupplierSiteId"), ("contacts", "Email")):
        below = [child[name] for supplier in suppliers for child in supplier[accessor]]
        assert len(set(below)) == len(below) >= 500


def test_a_supplier_is_looked_up_by_number_and_name(pod: Pod) -> None:
    (found,) = pod.rows("suppliers", q="SupplierNumber = '1014'")
    assert found["Supplier"] == "Office Depot"
    assert [row["SupplierNumber"] for row in pod.rows("suppliers", q="Supplier = 'Office Depot'")] == ["1014"]
    assert pod.rows("suppliers", q="SupplierNumber = '01014' or SupplierNumber = '9999' or Supplier = 'nobody'") == []


def test_a_supplier_ends_today_or_on_a_day_to_come(pod: Pod) -> None:
    suppliers = pod.simulator.suppliers
    today, later = suppliers.keys()[:2]
    assert suppliers.deactivate(today)["Status"] == "INACTIVE"
    ahead = pod.simulator.now().date() + timedelta(days=9)
    assert suppliers.deactivate(later, ahead)["Status"] == "ACTIVE"
    (ended,) = pod.rows("suppliers", q="Status = 'INACTIVE'")
    assert (ended["SupplierId"], ended["InactiveDate"]) == (today, pod.simulator.now().date().isoformat())
    assert [row["SupplierId"] for row in pod.rows("suppliers", q=f"InactiveDate = '{ahead}'")] == [later]
    suppliers.activate(today)
    assert pod.rows("suppliers", q="Status = 'INACTIVE'") == []


def test_a_change_moves_the_stamp_of_what_it_changes_alone(pod: Pod) -> None:
    suppliers = pod.simulator.suppliers
    key = suppliers.keys()[0]
    before = suppliers.get(key)
    assignment = before["sites"][1]["assignments"][0]["AssignmentId"]
    after = suppliers.change_child(key, "sites.assignments", assignment, BillToLocation="Elsewhere")
    moved = after["sites"][1]["assignments"][0]
    assert moved["BillToLocation"] == "Elsewhere"
    assert moved["LastUpdateDate"] > before["LastUpdateDate"]
    assert after["LastUpdateDate"] == before["LastUpdateDate"] == after["sites"][1]["LastUpdateDate"]
    pod.simulator.switches.parent_moves_with_children = True
    address = before["addresses"][0]["SupplierAddressId"]
    ended = suppliers.deactivate_child(key, "addresses", address, date(2020, 1, 1))
    assert ended["LastUpdateDate"] > before["LastUpdateDate"]
    assert (ended["addresses"][0]["Status"], ended["Status"]) == ("INACTIVE", "ACTIVE")


def test_new_suppliers_are_found_and_journalled(pod: Pod) -> None:
    (key,) = pod.simulator.suppliers.add(Supplier="Nouveau Sàrl", DUNSNumber="123456789")
    assert pod.read(f"suppliers/{key}", expand="sites")["Supplier"] == "Nouveau Sàrl"
    (entry,) = pod.simulator.journal.read(kind="supplier_added")
    assert (entry.key, entry.detail["supplier"], entry.detail["visible"]) == (str(key), "Nouveau Sàrl", True)
    keys = pod.simulator.suppliers.add(3)
    assert len({key, *keys} & {*pod.simulator.suppliers.keys()}) == 4


def test_a_held_back_change_is_seen_when_it_is_released(pod: Pod) -> None:
    key = pod.simulator.suppliers.keys()[0]
    pod.simulator.switches.hold_back = True
    pod.simulator.suppliers.change(key, Alias="one")
    pod.simulator.suppliers.change(key, CustomerNumber="two")
    pod.simulator.touch(pod.order_keys()[0])
    assert pod.read(f"suppliers/{key}")["Alias"] is None
    assert pod.simulator.release() == 3
    seen = pod.read(f"suppliers/{key}")
    assert (seen["Alias"], seen["CustomerNumber"]) == ("one", "two")


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda suppliers, key: suppliers.change(key, SupplierId=1), "SupplierId"),
        (lambda suppliers, key: suppliers.change(key, Nothing=1), "Nothing"),
        (lambda suppliers, _: suppliers.add(Nothing=1), "Nothing"),
        (lambda suppliers, key: suppliers.change_child(key, "sites", 1), "no sites 1"),
        (lambda suppliers, key: suppliers.change_child(key, "banks", 1), "no banks"),
    ],
)
def test_what_cannot_be_changed_is_refused(pod: Pod, act: Callable[..., Any], said: str) -> None:
    with pytest.raises(FusionError, match=said):
        act(pod.simulator.suppliers, pod.simulator.suppliers.keys()[0])
    assert [entry.kind for entry in pod.simulator.journal.read()] == ["token_issued"]
