"""Every resource is served by the same framework: paged, filtered, expanded, described, refused (fact sheet, 1)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.simulators.oracle.pod import API, Pod

VALUES = "valueSets/Operations Account/child/values"
KEYS = {
    "purchaseOrders": "POHeaderId",
    "suppliers": "SupplierId",
    "invoices": "InvoiceId",
    "accountCombinationsLOV": "_CODE_COMBINATION_ID",
    "valueSets": "ValueSetCode",
    VALUES: "ValueId",
    "chartOfAccountsLOV": "StructureInstanceId",
    "ledgersLOV": "LedgerId",
    "unitsOfMeasure": "UOMCode",
    "currenciesLOV": "CurrencyCode",
}
WITHOUT_STAMP = ("accountCombinationsLOV", "chartOfAccountsLOV", "ledgersLOV", "unitsOfMeasure", "currenciesLOV")


@pytest.fixture
def full(start: Callable[..., Pod]) -> Pod:
    """Return a pod that has something of everything."""
    return start(orders=40, lines=3, suppliers=30, invoices=40, accounts=60, cost_centers=60, combinations=60)


@pytest.mark.parametrize("path", KEYS)
@pytest.mark.parametrize("framework", [1, 4])
def test_a_walk_by_key_sees_every_row_once(full: Pod, path: str, framework: int) -> None:
    key = KEYS[path]
    known = [row[key] for row in full.rows(path, framework=framework)]
    walked: list[Any] = []
    while True:
        q = {"q": f"{key} > '{walked[-1]}'"} if walked else {}
        page = full.read(path, framework=framework, orderBy=f"{key}:asc", limit="7", fields=key, onlyData="true", **q)
        walked += [row[key] for row in page["items"]]
        if not page["hasMore"]:
            break
    assert walked == sorted(known)
    assert len(set(known)) == len(known) > 0


@pytest.mark.parametrize("path", KEYS)
def test_an_item_is_found_by_its_link_its_key_and_the_finder(full: Pod, path: str) -> None:
    key = KEYS[path]
    row = full.rows(path)[-1]
    (own,) = [link["href"] for link in row["links"] if link["rel"] == "self"]
    assert full.http.get(own, headers={"REST-Framework-Version": "4"}).json()[key] == row[key]
    assert full.read(f"{path}/{row[key]}", onlyData="true")[key] == row[key]
    assert [one[key] for one in full.rows(path, finder=f"PrimaryKey;{key}={row[key]}")] == [row[key]]
    assert full.answer(f"{path}/300").status_code == 404
    assert full.answer(path, finder="PrimaryKey;Nothing=1").status_code == 400


@pytest.mark.parametrize("path", [path for path in KEYS if path != VALUES])
def test_each_is_described_and_takes_only_what_it_can_take(full: Pod, path: str) -> None:
    described = full.read(f"{path}/describe")["Resources"][path]
    shown = full.rows(path, onlyData="true", limit="1")[0]
    assert [attribute["name"] for attribute in described["attributes"]] == [*shown]
    (finder,) = described["collection"]["finders"]
    assert finder["attributes"][0]["name"] == KEYS[path]
    for attribute in described["attributes"]:
        answer = full.answer(path, q=f"{attribute['name']} is null", limit="1")
        assert answer.status_code == (200 if attribute["queryable"] else 400), attribute["name"]
    written = path in ("suppliers", "invoices")
    assert full.http.post(f"/fscmRestApi/resources/latest/{path}", json={}).status_code == (400 if written else 405)
    assert full.http.patch(f"/fscmRestApi/resources/latest/{path}/1", json={}).status_code == (404 if written else 405)
    assert full.http.post(f"/fscmRestApi/resources/latest/{path}/1/action/close", json={}).status_code in (404, 415)


def test_what_the_pod_does_not_have_is_a_404(full: Pod) -> None:
    for path in ("journalBatches", "journalBatches/1", "journalBatches/describe", "suppliers/1/child/bankAccounts"):
        assert full.answer(path).status_code == 404


@pytest.mark.parametrize("path", KEYS)
def test_only_rows_that_were_updated_have_a_stamp(full: Pod, path: str) -> None:
    stamped = "LastUpdateDate" in full.rows(path)[0]
    assert stamped == (path not in WITHOUT_STAMP)
    answer = full.answer(path, q="LastUpdateDate >= '2025-01-01T00:00:00Z'")
    assert answer.status_code == (200 if stamped else 400)


@pytest.mark.parametrize("path", [VALUES, *KEYS])
def test_a_missing_privilege_empties_one_resource_alone(full: Pod, path: str) -> None:
    name = path.partition("/")[0]
    full.http.post("/admin/switches", json={"no_privilege_for": f"nothing, {name}"})
    key = full.simulator.served[name].resource.key
    assert full.read(name, totalResults="true") | {"links": []} == {
        "items": [], "count": 0, "hasMore": False, "limit": 25, "offset": 0, "totalResults": 0, "links": []
    }  # fmt: skip
    assert full.answer(name, q="Nothing = 1").status_code == 400
    hidden = next(full.simulator.served[name].all())[key]
    assert full.answer(f"{name}/{hidden}").status_code == 404
    assert full.rows(next(other for other in KEYS if not other.startswith(name)))


CHILDREN = [
    ("suppliers", "addresses", "SupplierAddressId"),
    ("suppliers", "sites.assignments", "AssignmentId"),
    ("suppliers", "contacts", "SupplierContactId"),
    ("invoices", "invoiceLines.invoiceDistributions", "InvoiceDistributionId"),
    ("invoices", "invoiceInstallments", "InstallmentNumber"),
]


@pytest.mark.parametrize(("path", "child", "key"), CHILDREN)
def test_children_are_expanded_to_any_depth_and_found_under_their_parents(
    full: Pod, path: str, child: str, key: str
) -> None:
    *between, last = child.split(".")
    row = full.rows(path, expand=child)[0]
    bare = full.rows(path, expand=child, framework=1)[0]
    for accessor in between:
        row, bare = row[accessor]["items"][0], bare[accessor][0]
    (first, *_) = row[last]["items"]
    assert (first[key], row[last]["hasMore"]) == (bare[last][0][key], False)
    (own,) = [link["href"] for link in first["links"] if link["rel"] == "self"]
    assert full.http.get(own).json()[key] == first[key]
    assert full.http.get(own.rpartition("/")[0]).json()["items"][0][key] == first[key]


def test_children_are_filtered_by_their_own_stamps_and_shown_by_fields(full: Pod) -> None:
    key = full.simulator.suppliers.keys()[3]
    site = full.simulator.suppliers.get(key)["sites"][0]["SupplierSiteId"]
    full.simulator.set_clock(full.simulator.now().replace(year=2031))
    full.simulator.suppliers.change_child(key, "sites", site, Email="new@example.com")
    q = "LastUpdateDate >= '2031-01-01T00:00:00Z' or sites.LastUpdateDate >= '2031-01-01T00:00:00Z'"
    (found,) = full.rows("suppliers", q=q, fields="SupplierId;sites:SupplierSiteId,Email", onlyData="true")
    assert (found["SupplierId"], {*found}) == (key, {"SupplierId", "sites"})
    assert found["sites"]["items"][0] == {"SupplierSiteId": site, "Email": "new@example.com"}


def test_a_line_of_an_invoice_is_named_by_its_invoice_and_its_number(full: Pod) -> None:
    one, other = full.simulator.invoices.keys()[:2]
    (line, *_) = full.rows(f"invoices/{one}/child/invoiceLines")
    assert line["links"][0]["href"].endswith(f"/invoices/{one}/child/invoiceLines/{one},1")
    assert "InvoiceId" not in line
    assert full.read(f"invoices/{one}/child/invoiceLines/{one},1")["LineNumber"] == 1
    assert full.answer(f"invoices/{one}/child/invoiceLines/{other},1").status_code == 404
    assert full.answer(f"invoices/{one}/child/invoiceLines/1").status_code == 404


def test_a_tag_changes_with_its_item_where_there_is_one(full: Pod) -> None:
    key = full.simulator.invoices.keys()[0]
    before = full.answer(f"invoices/{key}").headers["ETag"]
    full.simulator.invoices.validate(key)
    assert full.answer(f"invoices/{key}").headers["ETag"] != before
    assert "ETag" not in full.answer("unitsOfMeasure/Ea").headers


def test_a_value_set_is_found_by_its_id_too_and_linked_by_its_code(full: Pod) -> None:
    (first, *_) = full.rows("valueSets")
    assert first["links"][0]["href"].endswith("/valueSets/Operations%20Company")
    assert full.read(f"valueSets/{first['ValueSetId']}")["ValueSetCode"] == first["ValueSetCode"]


def test_a_batch_reads_any_resource_and_writes_only_what_can_be_written(full: Pod) -> None:
    def send(operation: str, path: str) -> Any:
        body = {"parts": [{"id": "one", "path": path, "operation": operation}]}
        headers = {"Content-Type": "application/vnd.oracle.adf.batch+json", "REST-Framework-Version": "4"}
        return full.http.post("/fscmRestApi/resources/latest/", json=body, headers=headers)

    key = full.simulator.suppliers.keys()[0]
    assert send("get", f"/suppliers/{key}").json()["parts"][0]["payload"]["SupplierId"] == key
    assert send("update", f"/suppliers/{key}").status_code == 400  # nothing to update
    combination = full.rows("accountCombinationsLOV", onlyData="true", limit="1")[0]["_CODE_COMBINATION_ID"]
    assert send("update", f"/accountCombinationsLOV/{combination}").status_code == 405


def test_rows_of_two_resources_with_the_same_key_are_not_mixed_up(full: Pod) -> None:
    simulator, order = full.simulator, full.order_keys()[0]
    supplier = simulator.suppliers.get(simulator.suppliers.keys()[0])
    simulator.suppliers.load(supplier | {"SupplierId": order})
    batch = {"parts": [{"id": "one", "path": f"/suppliers/{order}", "operation": "cancel"}]}
    for path, body, kind in ((f"suppliers/{order}/action/cancel", {}, "action"), ("", batch, "batch")):
        headers = {"Content-Type": f"application/vnd.oracle.adf.{kind}+json", "REST-Framework-Version": "4"}
        assert full.http.post(f"{API}/{path}", json=body, headers=headers).status_code == 404
    assert simulator.orders.get(order)["Status"] == "Open"
    simulator.switches.hold_back = True
    simulator.suppliers.change(order, Alias="hidden")
    assert simulator.latest(order)["OrderNumber"] == "US200000"
    simulator.touch(order)
    assert simulator.release() == 2
    assert simulator.suppliers.get(order)["Alias"] == "hidden"


def test_orders_without_lines_have_none_in_any_state(start: Callable[..., Pod]) -> None:
    pod = start(orders=3, lines=0)
    assert pod.found("lines.Status = 'Open'") == []
    assert len(pod.found("Status = 'Open'")) == 3
