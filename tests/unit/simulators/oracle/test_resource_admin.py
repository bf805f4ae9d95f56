"""The admin routes of suppliers, invoices, values and combinations: what they change, show and refuse."""

from collections.abc import Callable
from typing import Any

import pytest

from simulators.oracle.resource_verbs import KINDS, VERBS
from tests.unit.simulators.oracle.pod import Pod


@pytest.fixture
def full(start: Callable[..., Pod]) -> Pod:
    """Return a pod that has something of everything."""
    return start(orders=12, lines=2, invoices=10)


def post(pod: Pod, path: str, body: Any = None) -> Any:
    answer = pod.http.post(f"/admin/{path}", json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


STEPS: dict[str, list[tuple[str, dict[str, Any], str]]] = {
    "suppliers": [
        ("change", {"attributes": {"Alias": "ASN", "YearEstablished": 1998}}, "supplier_changed"),
        ("touch", {}, "supplier_touched"),
        ("change-child", {"child": "sites", "attributes": {"Email": "a@example.com"}}, "supplier_child_changed"),
        ("deactivate", {"child": "sites"}, "supplier_child_deactivated"),
        ("deactivate", {"on": "2026-01-31"}, "supplier_deactivated"),
        ("activate", {}, "supplier_activated"),
    ],
    "invoices": [
        ("change", {"attributes": {"Description": "neu", "TermsDate": "2026-01-31"}}, "invoice_changed"),
        ("touch", {}, "invoice_touched"),
        ("line", {"quantity": "2.5", "price": 4}, "invoice_line_changed"),
        ("validate", {}, "invoice_validated"),
        ("pay", {"amount": "0.01"}, "invoice_paid"),
        ("cancel", {}, "invoice_canceled"),
    ],
    "values": [
        ("change", {"attributes": {"Description": "neu"}}, "value_changed"),
        ("touch", {}, "value_touched"),
        ("disable", {}, "value_disabled"),
        ("end", {"on": "2026-01-31"}, "value_ended"),
        ("enable", {}, "value_enabled"),
    ],
    "combinations": [
        ("change", {"attributes": {"FinancialCategory": "X"}}, "combination_changed"),
        ("disable", {}, "combination_disabled"),
        ("end", {}, "combination_ended"),
        ("enable", {}, "combination_enabled"),
        ("delete", {}, "combination_deleted"),
    ],
}


def test_every_verb_is_tried() -> None:
    assert {kind: {verb for verb, _, _ in steps} for kind, steps in STEPS.items()} == {
        kind: {*verbs} for kind, verbs in VERBS.items()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_each_verb_leaves_its_entry_in_the_journal(full: Pod, kind: str) -> None:
    store = getattr(full.simulator, kind)
    position, canceled = (0, 1) if kind == "invoices" else (0, 0)
    if kind == "invoices":
        position = next(
            at for at, row in enumerate(store.all()) if row["invoiceLines"][0]["Quantity"] and not row["AmountPaid"]
        )
    for verb, body, entry in STEPS[kind]:
        key = store.keys()[position + (canceled if verb == "cancel" else 0)]
        site = {"child_key": store.latest(key)["sites"][0]["SupplierSiteId"]} if "child" in body else {}
        post(full, f"{kind}/{key}/{verb}", body | site)
        last = full.simulator.journal.read()[-1]
        assert (last.kind, last.key) == (entry, str(key))


def test_rows_are_added_shown_and_counted(full: Pod) -> None:
    before = full.http.get("/admin/summary").json()
    bodies: dict[str, dict[str, Any]] = {
        "suppliers": {"attributes": {"Supplier": "Neu GmbH"}},
        "invoices": {"order": full.order_keys()[11], "credit": True, "attributes": {"InvoiceNumber": "C-9"}},
        "values": {"value_set": "Operations Account", "value": "60999", "attributes": {"AccountType": "E"}},
        "combinations": {"account": "101.10.60999.462.000.000"},
    }
    shown = {
        kind: full.http.get(f"/admin/{kind}/{post(full, kind, body)['key']}").json() for kind, body in bodies.items()
    }
    after = full.http.get("/admin/summary").json()
    assert {kind: after[kind] - before[kind] for kind in KINDS} == dict.fromkeys(KINDS, 1)
    assert shown["suppliers"]["Supplier"] == "Neu GmbH"
    assert (shown["invoices"]["InvoiceNumber"], shown["invoices"]["InvoiceAmount"] < 0) == ("C-9", True)
    assert shown["values"]["Value"] == shown["combinations"]["account"] == "60999"


def test_all_are_as_they_were_after_a_reset(full: Pod) -> None:
    for kind in KINDS:
        post(full, f"{kind}/{getattr(full.simulator, kind).keys()[0]}/change")
    full.simulator.switches.hold_back = True
    full.simulator.suppliers.add(2)
    full.simulator.combinations.delete(full.simulator.combinations.keys()[0])
    assert post(full, "reset") == {"orders": 12}
    summary = full.http.get("/admin/summary").json()
    assert [summary[kind] for kind in KINDS] == [5, 10, len(full.simulator.values), 20]
    assert full.simulator.release() == 0


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("suppliers/{key}/explode", {}, "known are change, touch"),
        ("suppliers/{key}/change", {"attributes": {"Nothing": 1}}, "Nothing is none of suppliers"),
        ("suppliers/{key}/change", {"attributes": {"SupplierId": 1}}, "SupplierId of suppliers can't be changed"),
        ("suppliers/{key}/change", {"attributes": {"Supplier": 1}}, "of another type"),
        ("suppliers/{key}/change", {"attributes": {"YearEstablished": True}}, "of another type"),
        ("suppliers/{key}/change", {"attributes": []}, "not a JSON object"),
        ("suppliers/{key}/change-child", {"child": "banks", "child_key": 1}, "no child banks 1"),
        ("suppliers/{key}/change-child", {"child": "sites", "child_key": 1}, "no sites 1"),
        ("suppliers/{key}/change-child", {"child": "sites"}, "no child sites None"),
        ("suppliers/{key}/deactivate", {"on": "soon"}, "soon"),
        ("suppliers/{key}/deactivate", {"child_key": "1"}, "child_key"),
        ("suppliers", {"attributes": {"count": 5}}, "count is none of suppliers"),
        ("invoices", {"order": 1}, "there is no order 1"),
        ("invoices", {"order": "US200000"}, "it takes a POHeaderId"),
        ("values", {"value": "1"}, "value_set: None is not a text"),
        ("values", {"value_set": "Nothing", "value": "1"}, "no value set Nothing"),
        ("combinations", {"account": "101"}, "has 1 segments"),
        (
            "samples",
            {"items": [{"ValueId": 1, "Value": "1", "EnabledFlag": "Y", "LastUpdateDate": "x"}]},
            "no value set",
        ),
    ],
)
def test_what_makes_no_sense_is_a_400_that_says_what_does(full: Pod, path: str, body: Any, said: str) -> None:
    answer = full.http.post("/admin/" + path.format(key=full.simulator.suppliers.keys()[0]), json=body)
    assert answer.status_code == 400
    assert said in answer.json()["error"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_is_not_there_is_a_404(full: Pod, kind: str) -> None:
    assert full.http.get(f"/admin/{kind}/1").status_code == 404
    assert full.http.post(f"/admin/{kind}/1/touch").status_code == 404
