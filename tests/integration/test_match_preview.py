"""The match preview of a real ledger: what its records say together, and the command that shows it."""

import json
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from common.ledger.verdicts import Dead, DeadClass
from console import output
from schemas.match_values import Cause, LinePreview, LineStatus, Preview, Tally
from tests.fixtures import command_line
from tests.fixtures.settings_text import MINIMAL
from tests.integration.bench import NOON, LedgerBench
from tests.integration.match_ledger import NO, MatchLedger
from tests.oracle_orders import raw_order
from tests.receipts import j1p_line as receipt_line
from tests.receipts import j1p_receipt

pytestmark = pytest.mark.services

ORDER = "US164861"


@pytest.fixture
def ledger(bench: LedgerBench) -> MatchLedger:
    return MatchLedger(bench)


def causes(preview: Preview) -> list[tuple[Cause, int | None]]:
    return [(one.cause, one.line) for one in preview.exceptions]


def first_line(ledger: MatchLedger, more: str = "") -> LinePreview:
    return ledger.book(more).preview(NOON).lines[0]


def test_what_was_received_and_billed_as_ordered_is_matched(ledger: MatchLedger) -> None:
    ledger.order()
    ledger.delivered("receipts", ledger.receipt("6"), ledger.receipt("4"))
    ledger.delivered("receipts", ledger.receipt("1", line=2))
    ledger.delivered("supplier_invoices", ledger.invoice("10"), ledger.invoice("1", "212.75", line=2))

    preview = ledger.book().preview(NOON)

    assert [(line.status, line.received.total, line.billed.total) for line in preview.lines] == [
        (LineStatus.MATCHED, Decimal(10), Decimal("1500.00")),
        (LineStatus.MATCHED, Decimal("212.75"), Decimal("212.75")),
    ]
    assert preview.exceptions == ()


def test_parts_of_one_order_line_in_one_receipt_count_together(ledger: MatchLedger) -> None:
    ledger.order()
    parts = [receipt_line(1, quantity="6"), receipt_line(2, quantity="4")]
    shares = [
        receipt_line(place, poLineNumber="2", quantity=part) for place, part in ((3, "0.3333333"), (4, "0.6666667"))
    ]
    ledger.delivered("receipts", j1p_receipt(*parts, *shares))
    ledger.delivered("supplier_invoices", ledger.invoice("10"), ledger.invoice("1", "212.75", line=2))

    preview = ledger.book().preview(NOON)

    assert [(line.status, line.received.total) for line in preview.lines] == [
        (LineStatus.MATCHED, Decimal(10)),
        (LineStatus.MATCHED, Decimal("212.75")),
    ]
    assert preview.exceptions == ()


def test_only_the_newest_version_counts(ledger: MatchLedger) -> None:
    ledger.order()
    receipt = ledger.receipt("10")
    ledger.delivered("receipts", receipt)
    corrected = ledger.receipt("3", receiptId=1, receiptNumber="R1", lastUpdate="2025-03-21T08:16:00.000Z")
    ledger.delivered("receipts", corrected)

    assert first_line(ledger).received == Tally(arrived=Decimal(3))


def test_what_is_under_way_and_what_is_stopped_count_apart(ledger: MatchLedger) -> None:
    ledger.order()
    ledger.delivered("receipts", ledger.receipt("5"))
    ledger.seen("receipts", ledger.receipt("3"))
    stopped = ledger.dead("receipts", ledger.receipt("2"))
    ledger.delivered("supplier_invoices", ledger.invoice("10"))

    line = first_line(ledger)

    assert line.received == Tally(arrived=Decimal(5), in_flight=Decimal(3), stopped=Decimal(2))
    (told,) = line.exceptions
    assert (told.cause, told.cause_document.record_id, told.next_step) == (Cause.STOPPED, stopped, NO.next_step)
    assert told.cause_document.stop is not None
    assert told.cause_document.stop.category == "refused"


def test_what_a_person_discarded_counts_for_nothing(ledger: MatchLedger) -> None:
    ledger.order()
    ledger.dead("receipts", ledger.receipt("2"), Dead(category=DeadClass.DISCARDED, reason="test", next_step="none"))

    line = first_line(ledger)

    assert (line.received, line.exceptions) == (Tally(), ())


def test_a_withdrawn_invoice_bills_nothing_and_one_that_was_oracles_does(ledger: MatchLedger) -> None:
    ledger.order()
    ledger.delivered("receipts", ledger.receipt("10"))
    ledger.delivered("supplier_invoices", ledger.invoice("4", paymentStatus="Canceled"))
    ledger.unchanged("supplier_invoices", ledger.invoice("3", originalRequestMessageId="7@ml-connector"))

    assert first_line(ledger).invoiced == Tally(arrived=Decimal(3))


def test_units_are_known_by_all_their_names_and_others_are_told(ledger: MatchLedger) -> None:
    ledger.order()
    ledger.delivered("receipts", ledger.receipt("4", on={"unitOfMeasure": "each"}))
    ledger.dead("receipts", ledger.receipt("1", on={"unitOfMeasure": "BX"}))

    line = first_line(ledger)

    assert line.received.total == Decimal(4)
    assert [(one.cause, one.found, one.measure) for one in line.exceptions] == [(Cause.UNIT_DIFFERS, Decimal(1), "BX")]


def test_a_schedule_that_needs_no_receipt_is_matched_by_its_invoice(ledger: MatchLedger) -> None:
    order: Any = raw_order()
    for line in order["lines"]["items"]:
        line["schedules"]["items"][0]["ReceiptRequiredFlag"] = False
    ledger.delivered("purchase_orders", order)
    ledger.delivered("supplier_invoices", ledger.invoice("10"))

    assert first_line(ledger).status is LineStatus.MATCHED


def test_tolerances_are_those_of_the_orders_business_unit(ledger: MatchLedger) -> None:
    ledger.order()
    ledger.delivered("receipts", ledger.receipt("10"))
    ledger.delivered("supplier_invoices", ledger.invoice("10", "153.00"))
    usual = "\n[integrations.main.match]\nprice_percent = 2\n"

    assert causes(ledger.book(usual).preview(NOON)) == []
    strict = f'{usual}[integrations.main.match.business_units."Vision Operations"]\nprice = 2.99\n'
    assert causes(ledger.book(strict).preview(NOON)) == [(Cause.PRICE_OVER_ORDER, 1)]


def test_what_is_about_no_known_order_and_what_cannot_be_read_is_told(ledger: MatchLedger) -> None:
    ledger.order()
    ledger.seen("receipts", ledger.receipt("1", on={"poNumber": "US9"}))
    ledger.dead("receipts", ledger.receipt("1", on={"action": "Borrowed"}))

    preview = ledger.book().preview(NOON)

    assert [(one.cause, one.order) for one in preview.strays] == [
        (Cause.ORDER_LINE_UNKNOWN, "US9"),
        (Cause.STOPPED, ""),
    ]
    assert ledger.book().preview(NOON, order=ORDER).strays == ()


def test_a_draft_is_not_shown_until_something_moves_on_it(ledger: MatchLedger) -> None:
    ledger.seen("purchase_orders", raw_order(Status="Pending Change Approval", StatusCode="PENDING CHANGE APPROVAL"))
    assert ledger.book().preview(NOON).lines == ()

    ledger.delivered("receipts", ledger.receipt("1"))
    assert first_line(ledger).received.total == Decimal(1)


@pytest.fixture
def run(ledger: MatchLedger, tmp_path: Path, database_address: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the command; return its exit code and what it printed."""
    (tmp_path / "connector.toml").write_text(MINIMAL)
    monkeypatch.setattr(output.OUT, "_width", 250)
    return partial(command_line.run, command_line.environment(tmp_path, database_address), "match")


def test_the_command_shows_lines_and_exceptions_and_ends_with_1(run: Any, ledger: MatchLedger) -> None:
    ledger.order()
    assert run()[0] == 0
    ledger.seen("receipts", ledger.receipt("4"))
    record_id = ledger.dead("supplier_invoices", ledger.invoice("6"))

    code, said = run()
    assert code == 1
    assert "4 (4 in flight)" in said
    assert "6 (6 stopped)" in said
    assert f"supplier_invoices SI2 (stopped: record {record_id}, refused)" in said
    assert NO.next_step in said

    found = json.loads(run("--exceptions", "--json")[1])
    assert found["lines"] == []
    (one,) = found["exceptions"]
    assert (one["cause"], one["expected"], one["found"], one["difference"]) == ("received short", "4", "6", "2")
    assert (one["value"], one["currency"], one["measure"]) == ("300.00", "USD", "Ea")
    assert one["cause_document"]["next_step"] == NO.next_step
    assert [document["standing"] for document in one["documents"]] == ["stopped", "in flight"]


def test_the_command_knows_the_orders_there_are(run: Any, ledger: MatchLedger) -> None:
    ledger.order()

    assert len(json.loads(run("--order", ORDER, "--json")[1])["lines"]) == 2
    code, said = run("--order", "US9")
    assert code == 1
    assert "The ledger has no order with number US9." in said
