"""The admin interface: what can be seen and switched from outside."""

from typing import Any

import pytest

from tests.unit.simulators.jaggaer.conftest import Jaggaer
from tests.unit.simulators.jaggaer.documents import invoice_ocr, j1p_line, j1p_order


def ask(jaggaer: Jaggaer, path: str, method: str = "GET", body: Any = None) -> Any:
    return jaggaer.http.request(method, f"/admin/{path}", json=body).json()


def test_the_summary_counts_and_adds_per_currency_and_state_exactly(jaggaer: Jaggaer) -> None:
    for number in range(3):
        jaggaer.import_order(j1p_order(f"PO{number}", total="0.10", lines=[j1p_line(1, 1, "0.10")]), f"b{number}")
    jaggaer.import_order(j1p_order("PO0", type="cancel", revision=1), "b9")

    assert ask(jaggaer, "summary") == {
        "orders": 3,
        "tallies": [
            {"currency": "USD", "state": "Canceled", "count": 1, "total": "0.10"},
            {"currency": "USD", "state": "Open", "count": 2, "total": "0.20"},
        ],
        "invoices": 0,
        "invoice_tallies": [],
        "suppliers": 0,
        "values": 0,
        "confirmations": 0,
        "receipts": 0,
    }


def test_orders_are_listed_and_one_is_shown_with_its_versions(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order())
    jaggaer.import_order(j1p_order(type="update", revision=1), "batch-2")

    assert [order["number"] for order in ask(jaggaer, "orders")] == ["PO1"]
    assert ask(jaggaer, "orders?after=1") == []
    order = ask(jaggaer, "orders/PO1")
    assert [version["key"] for version in order["versions"]] == ["batch-1", "batch-2"]
    assert order["lines"] == [{"number": 1, "quantity": "2", "unit_price": "5", "uom": "EA", "amount": "10"}]
    assert jaggaer.http.get("/admin/orders/PO9").status_code == 404


def test_invoices_suppliers_and_values_are_counted_and_listed(jaggaer: Jaggaer) -> None:
    jaggaer.import_invoice(invoice_ocr())
    jaggaer.call("POST", "/suppliers", {"batchId": "s", "supplier": {"erpNumber": "S1", "name": "Ltd"}})
    values = [{"value": "5210"}, {"value": "5220"}]
    jaggaer.call("POST", "/customfieldvalues", {"batchId": "v", "customField": "Account", "values": values})

    summary = ask(jaggaer, "summary")
    assert [summary[name] for name in ("orders", "invoices", "suppliers", "values")] == [0, 1, 1, 2]
    assert summary["invoice_tallies"] == [{"currency": "USD", "state": "Payable", "count": 1, "total": "10"}]
    assert ask(jaggaer, "invoices")[0]["number"] == "INV1"
    assert ask(jaggaer, "suppliers")[0]["change_count"] == 1
    assert [one["value"] for one in ask(jaggaer, "values?after=1")] == ["5220"]

    ask(jaggaer, "reset", "POST")
    assert [ask(jaggaer, "summary")[name] for name in ("invoices", "suppliers", "values")] == [0, 0, 0]
    assert jaggaer.simulator.invoices.next_id == 1001


def test_the_journal_is_read_from_a_place_by_kind_and_from_its_end(jaggaer: Jaggaer) -> None:
    for number in range(5):
        jaggaer.import_order(j1p_order(f"PO{number}"), f"b{number}")

    assert [entry["key"] for entry in ask(jaggaer, "journal?kind=order_applied&limit=2")] == ["PO0", "PO1"]
    assert [entry["key"] for entry in ask(jaggaer, "journal?after=4")] == ["PO3", "PO4"]
    assert [entry["key"] for entry in ask(jaggaer, "journal?last=2")] == ["PO3", "PO4"]


def test_switches_are_read_and_changed(jaggaer: Jaggaer) -> None:
    assert ask(jaggaer, "switches")["batch_memory"] is True
    assert ask(jaggaer, "switches", "POST", {"batch_memory": False, "stale_read_seconds": 2})["batch_memory"] is False
    assert jaggaer.simulator.switches.stale_read_seconds == 2.0


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("switches", {"no_such": True}),
        ("switches", {"batch_memory": "no"}),
        ("switches", {"stale_read_count": -1}),
        ("switches", []),
        ("business-faults", {"kind": "no such"}),
        ("business-faults", {"kind": "refuse", "times": "two"}),
        ("business-faults", {"colour": "red"}),
        ("business-faults", {}),
        ("business-faults", {"kind": "refuse", "document": "letter"}),
        ("business-faults", {"kind": "text_return_code", "door": "indirect"}),
        ("tokens", {"seconds": -1}),
        ("tokens", {}),
    ],
)
def test_what_does_not_exist_can_not_be_switched(jaggaer: Jaggaer, path: str, body: Any) -> None:
    before = jaggaer.simulator.switches
    answer = jaggaer.http.post(f"/admin/{path}", json=body)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert jaggaer.simulator.switches == before
    assert jaggaer.simulator.business_faults.list() == {}


@pytest.mark.parametrize("query", ["after=x", "limit=-1", "last=1.5"])
def test_a_journal_query_that_is_no_number_is_refused(jaggaer: Jaggaer, query: str) -> None:
    assert jaggaer.http.get(f"/admin/journal?{query}").status_code == 400


def test_business_faults_are_switched_on_seen_and_cleared(jaggaer: Jaggaer) -> None:
    assert ask(jaggaer, "business-faults", "POST", {"kind": "refuse", "code": 7, "times": 2, "door": "j1p"}) == {
        "id": 1
    }
    assert jaggaer.import_order(j1p_order())["returnCode"] == 7
    assert ask(jaggaer, "business-faults")["1"]["times"] == 1
    assert ask(jaggaer, "business-faults", "DELETE") == {}
    assert jaggaer.import_order(j1p_order())["returnCode"] == 0


def test_transport_faults_are_switched_on_from_outside(jaggaer: Jaggaer) -> None:
    ask(jaggaer, "faults", "POST", {"kind": "status", "status": 503, "times": 1, "path": "/purchaseorders"})
    assert jaggaer.get().status_code == 503
    assert jaggaer.get().status_code == 200


def test_tokens_get_another_life_and_are_revoked(jaggaer: Jaggaer) -> None:
    ask(jaggaer, "tokens", "POST", {"seconds": 1})
    assert jaggaer.log_in().json()["expires_in"] == 1
    assert ask(jaggaer, "tokens", "DELETE") == {"revoked": 2}
    assert jaggaer.get().status_code == 401


def test_a_reset_brings_back_the_first_day(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order())
    jaggaer.simulator.switch(batch_memory=False)
    ask(jaggaer, "reset", "POST")

    assert len(jaggaer.simulator.orders) == 0
    assert jaggaer.simulator.journal.read() == []
    assert jaggaer.simulator.switches == jaggaer.simulator.options.switches
    assert jaggaer.get().status_code == 401


def test_the_page_needs_nothing_from_elsewhere(jaggaer: Jaggaer) -> None:
    page = jaggaer.http.get("/admin")

    assert page.headers["content-type"].startswith("text/html")
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "src=" not in page.text


def test_an_act_is_done_from_outside_with_exact_numbers(jaggaer: Jaggaer) -> None:
    jaggaer.import_order(j1p_order(supplier={"supplierNumber": "S1"}))
    answers = [{"line": 1, "answer": "Changed", "quantity": 2, "delivery_date": "2024-03-01"}]
    ask(jaggaer, "life/confirm", "POST", {"po_number": "PO1", "answers": answers})
    receipt = ask(jaggaer, "life/receive", "POST", {"po_number": "PO1", "lines": [[1, 1.5]]})
    ask(jaggaer, "life/correct_receipt", "POST", {"number": receipt["number"], "quantities": {"1": "1.25"}})
    invoice = ask(jaggaer, "life/invoice", "POST", {"po_number": "PO1", "lines": [[1, 1, 4.99]], "source": "Manual"})
    cycles = ask(jaggaer, "life/play", "POST", {"orders": ["PO1"], "seed": 3, "shares": {"odd": 0, "parts": 1}})

    assert (invoice["total"], cycles[0]["po_number"]) == ("4.99", "PO1")
    assert ask(jaggaer, "receipts")[0]["lines"][0]["quantity"] == "1.25"
    assert ask(jaggaer, "confirmations")[0]["delivery_date"] == "2024-03-01"
    assert ask(jaggaer, "summary")["receipts"] == 2


@pytest.mark.parametrize(
    ("act", "body", "status"),
    [
        ("fly", {}, 404),
        ("clear", {}, 404),
        ("receive", {"po_number": "PO9", "lines": [[1, 1]]}, 400),
        ("receive", {"colour": "red"}, 400),
        ("receive", [], 400),
        ("confirm", {"po_number": "PO9", "answer": "Perhaps"}, 400),
    ],
)
def test_an_act_that_can_not_be_is_refused(jaggaer: Jaggaer, act: str, body: Any, status: int) -> None:
    answer = jaggaer.http.post(f"/admin/life/{act}", json=body)
    assert (answer.status_code, bool(answer.json()["error"])) == (status, True)
