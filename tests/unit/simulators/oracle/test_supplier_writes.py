"""Suppliers and values of segments through the API (fact sheet, 3.5 and 3.7)."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.simulators.oracle.pod import Pod

NEW = {
    "Supplier": "Northwind Cabling Ltd",
    "BusinessRelationshipCode": "SPEND_AUTHORIZED",
    "TaxOrganizationTypeCode": "CORPORATION",
    "TaxpayerCountryCode": "US",
    "TaxpayerId": "99-0000001",
}
VALUES = "valueSets/Operations Cost Center/child/values"


def create(pod: Pod, path: str = "suppliers", body: Any = None) -> dict[str, Any]:
    answer = pod.send("POST", path, NEW if body is None else body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    key = answer.headers["Location"].partition("11.13.18.05/")[2]
    assert pod.answer(key).status_code == 200
    return made


def refused(pod: Pod, method: str, path: str, body: Any) -> str:
    """Return the path of the first error of a 400."""
    answer = pod.send(method, path, body)
    assert answer.status_code == 400, answer.text
    return str(answer.json()["o:errorDetails"][0].get("o:errorPath"))


def test_a_supplier_is_built_step_by_step(pod: Pod) -> None:
    made = create(pod)
    assert (made["Status"], made["TaxOrganizationType"]) == ("ACTIVE", "Corporation")
    key, pod_clock = made["SupplierId"], pod.simulator.advance_clock
    assert pod.rows("suppliers", q=f"SupplierNumber = '{made['SupplierNumber']}'")[0]["Supplier"] == NEW["Supplier"]
    pod_clock(60)
    site = {"SupplierSite": "HQ", "ProcurementBU": "Vision Operations", "SupplierAddressName": "HQ"}
    assert refused(pod, "POST", f"suppliers/{key}/child/sites", site) == "/SupplierAddressName"
    address = create(pod, f"suppliers/{key}/child/addresses", {"AddressName": "HQ", "CountryCode": "US"})
    added = create(pod, f"suppliers/{key}/child/sites", site)
    assert added["SupplierAddressId"] == address["SupplierAddressId"]
    below = f"suppliers/{key}/child/sites/{added['SupplierSiteId']}/child/assignments"
    assignment = create(pod, below, {"ClientBU": "Vision Operations"})
    create(pod, f"suppliers/{key}/child/contacts", {"LastName": "Example", "Email": "robin@example.com"})
    for path, body in (
        (f"suppliers/{key}/child/addresses", {"AddressName": "HQ", "CountryCode": "US"}),
        (f"suppliers/{key}/child/sites", site),
        (below, {"ClientBU": "Vision Operations"}),
        (f"suppliers/{key}/child/contacts", {"LastName": "Other", "Email": "robin@example.com"}),
    ):
        refused(pod, "POST", path, body)

    stamps = [pod.read(f"suppliers/{key}")["LastUpdateDate"], assignment["LastUpdateDate"]]
    assert stamps[0] == made["LastUpdateDate"] < stamps[1]
    changed = pod.send("PATCH", f"{below}/{assignment['AssignmentId']}", {"InactiveDate": "2020-01-01"})
    assert (changed.status_code, changed.json()["InactiveDate"]) == (200, "2020-01-01")
    pod.simulator.switches.parent_moves_with_children = True
    ended = pod.send("PATCH", f"suppliers/{key}/child/sites/{added['SupplierSiteId']}", {"InactiveDate": "2020-01-01"})
    assert ended.json()["Status"] == "INACTIVE"
    assert pod.read(f"suppliers/{key}")["LastUpdateDate"] > made["LastUpdateDate"]
    created = [entry.detail["child"] for entry in pod.entries("supplier_child_created")]
    assert created == ["addresses", "sites", "assignments", "contacts"]
    assert len(pod.entries("supplier_created")) == 1
    assert len(pod.entries("supplier_child_updated")) == 2


def test_a_supplier_is_updated_and_ended(pod: Pod) -> None:
    key = create(pod)["SupplierId"]
    pod.simulator.advance_clock(60)
    changed = pod.send("PATCH", f"suppliers/{key}", {"Alias": "NW", "InactiveDate": "2020-01-01"}).json()
    assert (changed["Alias"], changed["Status"]) == ("NW", "INACTIVE")
    (entry,) = pod.entries("supplier_updated")
    assert (entry.key, entry.detail["changed"]) == (str(key), ["Alias", "InactiveDate"])
    assert pod.send("PATCH", "suppliers/1", {"Alias": "NW"}).status_code == 404
    assert pod.send("DELETE", f"suppliers/{key}").status_code == 405


def test_nested_children_are_made_with_their_supplier_or_left_out(pod: Pod, reference: Path) -> None:
    folder = reference / "oracle-samples"
    body = json.loads((folder / "suppliers-post-request.json").read_text("utf-8")) | {"TaxpayerId": "99-0000001"}
    made = create(pod, body=body)
    published = json.loads((folder / "suppliers-post-response-201.json").read_text("utf-8"))
    assert made.keys() == published.keys()
    (site,) = pod.rows(f"suppliers/{made['SupplierId']}/child/sites", expand="assignments")
    assert site["assignments"]["items"][0]["ClientBU"] == "Vision Operations"
    pod.simulator.switches.nested_supplier_children = False
    other = create(pod, body=body | {"Supplier": "Other", "TaxpayerId": "99-0000002"})
    assert pod.rows(f"suppliers/{other['SupplierId']}/child/sites") == []


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"Supplier": None}, "/Supplier"),
        ({"Supplier": "x" * 361}, "/Supplier"),
        ({"BusinessRelationshipCode": None}, "/BusinessRelationshipCode"),
        ({"TaxOrganizationTypeCode": None}, "/TaxOrganizationTypeCode"),
        ({"TaxOrganizationTypeCode": "CLUB"}, "/TaxOrganizationTypeCode"),
        ({"TaxOrganizationType": "Club", "TaxOrganizationTypeCode": None}, "/TaxOrganizationType"),
        ({"SupplierNumber": "1"}, "/SupplierNumber"),
        ({"TaxpayerId": None}, "/TaxpayerId"),
        ({"Supplier": "Office Depot"}, "/Supplier"),
        ({"TaxpayerId": "00-0000000"}, "/TaxpayerId"),
        ({"sites": [{"SupplierSite": "HQ"}]}, "/sites/0/ProcurementBU"),
        ({"Supplier": 7}, "/Supplier"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_supplier_is_named(pod: Pod, more: dict[str, Any], path: str) -> None:
    assert refused(pod, "POST", "suppliers", NEW | more) == path
    assert pod.entries("supplier_created") == []


def test_a_name_that_is_not_visible_yet_is_taken(pod: Pod) -> None:
    pod.simulator.switches.hold_back = True
    assert pod.send("POST", "suppliers", NEW).status_code == 201
    assert refused(pod, "POST", "suppliers", NEW) == "/Supplier"


def test_a_value_is_created_changed_and_deleted(pod: Pod) -> None:
    made = create(pod, VALUES, {"Value": "999", "Description": "New center", "EnabledFlag": "Y"})
    pod.simulator.advance_clock(60)
    path = f"{VALUES}/{made['ValueId']}"
    changed = pod.send("PATCH", path, {"Description": "Renamed", "EnabledFlag": "N"}).json()
    assert (changed["Description"], changed["EnabledFlag"]) == ("Renamed", "N")
    assert changed["LastUpdateDate"] > made["LastUpdateDate"]
    assert pod.rows(VALUES, q="Value = '999'")[0]["Description"] == "Renamed"
    assert pod.send("DELETE", path).status_code == 204
    assert pod.send("DELETE", path).status_code == pod.send("PATCH", path, {}).status_code == 404
    kinds = ("value_created", "value_updated", "value_deleted")
    assert [[entry.detail["number"] for entry in pod.entries(kind)] for kind in kinds] == [["999"]] * 3


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "/Value"),
        ({"Value": "x" * 26}, "/Value"),
        ({"Value": "999", "EnabledFlag": True}, "/EnabledFlag"),
        ({"Value": "999", "EnabledFlag": "yes"}, "/EnabledFlag"),
        ({"Value": "999", "StartDateActive": "2026-02-01", "EndDateActive": "2026-01-01"}, "/EndDateActive"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_value_is_named(pod: Pod, body: dict[str, Any], path: str) -> None:
    assert refused(pod, "POST", VALUES, body) == path


def test_a_value_is_there_once_and_a_protected_set_takes_none(pod: Pod) -> None:
    known = pod.rows(VALUES)[0]
    assert refused(pod, "POST", VALUES, {"Value": known["Value"]}) == "/Value"
    assert pod.send("POST", "valueSets/Nothing/child/values", {"Value": "1"}).status_code == 404
    other = pod.rows("valueSets/Operations Account/child/values")[0]
    assert pod.send("PATCH", f"{VALUES}/{other['ValueId']}", {}).status_code == 404
    pod.simulator.switches.protected_value_sets = "Operations Cost Center"
    assert pod.read("valueSets/Operations Cost Center")["ProtectedFlag"] == "Y"
    for method, path in (("POST", VALUES), ("PATCH", f"{VALUES}/{known['ValueId']}"), ("DELETE", f"{VALUES}/1")):
        answer = pod.send(method, path, {"Value": "999"})
        detail = answer.json()["o:errorDetails"][0]["detail"]
        assert (answer.status_code, detail) == (400, "You cannot modify a protected value set.")
