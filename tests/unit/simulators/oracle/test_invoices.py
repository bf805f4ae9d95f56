"""Invoices: matched to orders to the last digit, and their way from not validated to paid or canceled (3.4)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.oracle.errors import FusionError
from simulators.oracle.generator import Generator
from simulators.oracle.invoice_attributes import INVOICES
from simulators.oracle.invoice_generator import GeneratedInvoices
from simulators.oracle.options import OracleOptions
from simulators.oracle.resource import Row
from simulators.oracle.simulator import OracleSimulator
from tests.unit.simulators.oracle.pod import Pod

GENERATED = st.builds(
    lambda seed, lines: GeneratedInvoices(orders=Generator(seed=seed, lines=lines), order_count=9000, count=10_000),
    st.integers(0, 50), st.integers(1, 8),
)  # fmt: skip
WHOLE = "invoiceLines.invoiceDistributions,invoiceInstallments"


def total(rows: list[Row], name: str) -> Decimal:
    return sum((row[name] for row in rows), Decimal(0))


@settings(max_examples=40)
@given(generated=GENERATED, number=st.integers(0, 9_999))
def test_an_invoice_bills_its_order_exactly(generated: GeneratedInvoices, number: int) -> None:
    invoice = generated.row(generated.keys()[number])
    order_key = generated.orders.key_of(invoice["PurchaseOrderNumber"])
    assert order_key is not None
    order = generated.orders.order(order_key)
    credit = invoice["InvoiceType"] == "Credit memo"
    billed = order["lines"][:1] if credit else order["lines"]
    assert invoice["InvoiceAmount"] == total(billed, "Ordered") * (-1 if credit else 1)
    assert (invoice["Supplier"], invoice["SupplierSite"]) == (order["Supplier"], order["SupplierSite"])
    assert (invoice["BusinessUnit"], invoice["InvoiceCurrency"]) == (order["ProcurementBU"], order["CurrencyCode"])
    schedules = {
        (line["LineNumber"], schedule["ScheduleNumber"]): schedule for line in billed for schedule in line["schedules"]
    }
    for line in invoice["invoiceLines"]:
        schedule = schedules.pop((line["PurchaseOrderLineNumber"], line["PurchaseOrderScheduleLineNumber"]))
        assert abs(line["LineAmount"]) == schedule["Ordered"]
        assert line["Quantity"] is None or line["LineAmount"] == line["Quantity"] * line["UnitPrice"]
        shares = line["invoiceDistributions"]
        assert total(shares, "DistributionAmount") == line["LineAmount"]
        accounts = [share["POChargeAccount"] for share in schedule["distributions"]]
        assert [share["DistributionCombination"] for share in shares] == accounts
    assert not schedules
    assert total(invoice["invoiceLines"], "LineAmount") == invoice["InvoiceAmount"]
    (installment,) = invoice["invoiceInstallments"]
    assert installment["GrossAmount"] == installment["UnpaidAmount"] + invoice["AmountPaid"] == invoice["InvoiceAmount"]


@settings(max_examples=30)
@given(generated=GENERATED, number=st.integers(0, 9_999))
def test_a_header_alone_is_the_header_of_the_whole(generated: GeneratedInvoices, number: int) -> None:
    key = generated.keys()[number]
    whole = generated.row(key)
    assert {name: generated.value(key, name) for name in INVOICES.attributes} == {
        name: whole[name] for name in INVOICES.attributes
    }
    assert generated.key_of(whole["InvoiceNumber"]) == key
    assert generated.stamp(key) == whole["LastUpdateDate"]
    for path, same in generated.alike.items():
        assert path == ()
        assert {name: whole[name] for name in same} == same


def test_nothing_is_billed_twice_and_every_state_occurs(start: Callable[..., Pod]) -> None:
    pod = start(orders=90, lines=2, invoices=100)
    invoices = [*pod.simulator.invoices.all()]
    billed = [one["PurchaseOrderNumber"] for one in invoices if one["InvoiceType"] == "Standard"]
    assert len(set(billed)) == len(billed) == 90
    states = {(one["ValidationStatus"], one["PaidStatus"]) for one in invoices}
    paid = {"Unpaid", "Partially paid", "Paid"}
    assert states == {("Not validated", "Unpaid")} | {("Validated", status) for status in paid}
    assert all(one["InvoiceAmount"] < 0 for one in invoices if one["InvoiceType"] == "Credit memo")


def test_more_invoices_than_orders_to_bill_are_refused() -> None:
    with pytest.raises(ValueError, match="11 invoices bill 10 orders; the pod has 9"):
        OracleSimulator(OracleOptions(orders=9, invoices=11))


@pytest.fixture
def billed(start: Callable[..., Pod]) -> Pod:
    """Return a pod with ten invoices on nine orders."""
    return start(orders=12, lines=2, invoices=10)


def test_an_invoice_is_validated_and_paid_in_parts(billed: Pod) -> None:
    invoices = billed.simulator.invoices
    key = invoices.keys()[0]
    assert invoices.validate(key)["ValidationStatus"] == "Validated"
    half = invoices.pay(key, Decimal(1))
    assert (half["PaidStatus"], half["AmountPaid"]) == ("Partially paid", 1)
    assert half["invoiceInstallments"][0]["UnpaidAmount"] == half["InvoiceAmount"] - 1
    shown = billed.read(f"invoices/{key}", expand=WHOLE)
    assert (shown["PaidStatus"], shown["AmountPaid"]) == ("Partially paid", 1)
    assert invoices.pay(key)["PaidStatus"] == "Paid"
    whole = billed.read(f"invoices/{key}", expand=WHOLE)
    assert whole["AmountPaid"] == whole["InvoiceAmount"]
    assert whole["invoiceInstallments"]["items"][0]["UnpaidAmount"] == 0
    (line, *_) = whole["invoiceLines"]["items"]
    assert line["invoiceDistributions"]["items"][0]["ValidationStatus"] == "Validated"
    assert line["LastUpdateDate"] == whole["LastUpdateDate"]
    kinds = [entry.kind for entry in billed.simulator.journal.read() if entry.kind.startswith("invoice")]
    assert kinds == ["invoice_validated", "invoice_paid", "invoice_paid"]


def test_a_canceled_invoice_comes_to_nothing(billed: Pod) -> None:
    key = billed.simulator.invoices.keys()[0]
    billed.simulator.invoices.cancel(key)
    shown = billed.read(f"invoices/{key}", expand=WHOLE)
    assert (shown["CanceledFlag"], shown["InvoiceAmount"], shown["CanceledBy"]) == (True, 0, "finuser1")
    assert {line["LineAmount"] for line in shown["invoiceLines"]["items"]} == {0}
    assert [row["InvoiceId"] for row in billed.rows("invoices", q="CanceledFlag = true")] == [key]


def test_a_changed_line_moves_the_sums_and_asks_for_validation_again(billed: Pod) -> None:
    invoices = billed.simulator.invoices
    by_quantity = [
        (key, line["LineNumber"])
        for key in invoices.keys()[4:7]
        for line in invoices.get(key)["invoiceLines"]
        if line["Quantity"] is not None
    ]
    key, line = by_quantity[0]
    changed = invoices.change_line(key, line, quantity=Decimal("2.5"), price=Decimal("3.10"))
    amounts = {one["LineNumber"]: one["LineAmount"] for one in changed["invoiceLines"]}
    assert amounts[line] == Decimal("7.75")
    assert changed["InvoiceAmount"] == sum(amounts.values()) == changed["invoiceInstallments"][0]["GrossAmount"]
    assert changed["ValidationStatus"] == "Needs revalidation"
    assert invoices.validate(key)["ValidationStatus"] == "Validated"
    invoices.change(key, InvoiceAmount=Decimal(1))
    assert invoices.validate(key)["ValidationStatus"] == "Needs revalidation"


def test_new_invoices_and_credit_memos_are_matched_to_an_order(billed: Pod) -> None:
    order = billed.simulator.orders.get(billed.order_keys()[-1])
    key = billed.simulator.invoices.add(order, InvoiceNumber="R-1", ReferenceKeyOne="ours")
    memo = billed.simulator.invoices.add(order, credit=True)
    (found,) = billed.rows("invoices", q="InvoiceNumber = 'R-1' and ReferenceKeyOne = 'ours'")
    assert (found["InvoiceId"], found["InvoiceAmount"]) == (key, order["Total"])
    assert (found["ValidationStatus"], found["PurchaseOrderNumber"]) == ("Not validated", order["OrderNumber"])
    assert billed.read(f"invoices/{memo}")["InvoiceAmount"] == -order["lines"][0]["Ordered"]
    paid = billed.simulator.invoices.pay(memo)
    assert (paid["PaidStatus"], paid["AmountPaid"]) == ("Paid", paid["InvoiceAmount"])


@pytest.mark.parametrize(
    ("position", "act", "said"),
    [
        (0, lambda invoices, key: invoices.pay(key), "its validation status is Not validated"),
        (4, lambda invoices, key: invoices.pay(key, Decimal("1e9")), "is not an amount of the"),
        (4, lambda invoices, key: invoices.pay(key, Decimal(-1)), "is not an amount of the"),
        (8, lambda invoices, key: invoices.pay(key), "is not an amount of the"),
        (7, lambda invoices, key: invoices.cancel(key), "its paid status is Partially paid"),
        (7, lambda invoices, key: invoices.change_line(key, 1, quantity=Decimal(1)), "bills a quantity|is Partially"),
        (0, lambda invoices, key: invoices.change_line(key, 99), "it has no line 99"),
        (0, lambda invoices, key: invoices.change(key, InvoiceId=1), "InvoiceId"),
        (0, lambda invoices, key: (invoices.cancel(key), invoices.cancel(key)), "it is canceled"),
        (0, lambda invoices, key: (invoices.cancel(key), invoices.validate(key)), "it is canceled"),
    ],
)
def test_what_the_state_does_not_allow_is_refused(
    billed: Pod, position: int, act: Callable[[Any, int], object], said: str
) -> None:
    invoices = billed.simulator.invoices
    with pytest.raises(FusionError, match=said):
        act(invoices, invoices.keys()[position])
