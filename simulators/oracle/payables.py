"""The states of an invoice: which may follow which, and what each does to its amounts.

oracle-fusion.md, 3.4: not validated -> validated -> partly and wholly paid; or canceled, with nothing left to pay.
Spelling of the display texts and what a canceled invoice shows are [assumed]: its amounts are zero.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from simulators.oracle.errors import FusionError
from simulators.oracle.resource import Row

STANDARD, CREDIT_MEMO = "Standard", "Credit memo"
NOT_VALIDATED, VALIDATED, NEEDS_REVALIDATION = "Not validated", "Validated", "Needs revalidation"
UNPAID, PARTIALLY_PAID, PAID = "Unpaid", "Partially paid", "Paid"
NEVER_VALIDATED = "Never Validated"
CANCELED = "Canceled"


def paid_status(amount: Decimal, paid: Decimal) -> str:
    """Return how far an amount is paid, a negative one too."""
    if not paid:
        return UNPAID
    return PAID if paid == amount else PARTIALLY_PAID


def validate(invoice: Row) -> None:
    """Validate an invoice; one whose lines do not make its amount needs it again (oracle-fusion.md, section 6)."""
    check_live(invoice, "validate")
    lines = sum((line["LineAmount"] for line in invoice["invoiceLines"]), Decimal(0))
    agrees = lines == invoice["InvoiceAmount"]
    invoice["ValidationStatus"] = VALIDATED if agrees else NEEDS_REVALIDATION
    if agrees:
        mark_distributions(invoice, VALIDATED)


def pay(invoice: Row, amount: Decimal | None) -> None:
    """Pay an amount of a validated invoice, in the order of its installments; None: all that is left.

    Raises FusionError (400) for an invoice that is not validated, and for more than is left.
    """
    check_live(invoice, "pay")
    if invoice["ValidationStatus"] != VALIDATED:
        raise _refused(invoice, "pay", f"its validation status is {invoice['ValidationStatus']}")
    left = invoice["InvoiceAmount"] - invoice["AmountPaid"]
    paid = left if amount is None else amount
    if not paid or abs(paid) > abs(left) or (paid > 0) != (left > 0):
        raise _refused(invoice, "pay", f"{paid} is not an amount of the {left} that are left")
    invoice["AmountPaid"] += paid
    invoice["PaidStatus"] = paid_status(invoice["InvoiceAmount"], invoice["AmountPaid"])
    for installment in invoice["invoiceInstallments"]:
        part = paid if abs(paid) < abs(installment["UnpaidAmount"]) else installment["UnpaidAmount"]
        installment["UnpaidAmount"] -= part
        paid -= part


def cancel(invoice: Row, on: date) -> None:
    """Cancel an invoice: it and its lines come to zero. Raises FusionError (400) for one that is paid in part."""
    check_live(invoice, "cancel")
    if invoice["AmountPaid"]:
        raise _refused(invoice, "cancel", f"its paid status is {invoice['PaidStatus']}")
    invoice.update(
        CanceledFlag=True, CanceledDate=on, CanceledBy="finuser1", InvoiceAmount=Decimal(0), ValidationStatus=CANCELED
    )
    for line in invoice["invoiceLines"]:
        _empty(line)
    for installment in invoice["invoiceInstallments"]:
        installment.update(GrossAmount=Decimal(0), UnpaidAmount=Decimal(0))


def change_line(invoice: Row, number: int, quantity: Decimal | None, price: Decimal | None) -> None:
    """Bill another quantity or price on a matched line; sums follow, and what was validated needs it again.

    The first distribution takes the whole line. Raises FusionError (400) for a line that is not there or bills no
    quantity, and for an invoice that is paid in part.
    """
    check_live(invoice, "change")
    line = next((line for line in invoice["invoiceLines"] if line["LineNumber"] == number), None)
    if line is None or line["Quantity"] is None or line["UnitPrice"] is None:
        raise _refused(invoice, "change", f"it has no line {number} that bills a quantity")
    if invoice["AmountPaid"]:
        raise _refused(invoice, "change", f"its paid status is {invoice['PaidStatus']}")
    line["Quantity"] = line["Quantity"] if quantity is None else quantity
    line["UnitPrice"] = line["UnitPrice"] if price is None else price
    line["LineAmount"] = line["Quantity"] * line["UnitPrice"]
    for place, share in enumerate(line["invoiceDistributions"]):
        share["DistributionAmount"] = Decimal(0) if place else line["LineAmount"]
    _sum_up(invoice)
    if invoice["ValidationStatus"] == VALIDATED:
        invoice["ValidationStatus"] = NEEDS_REVALIDATION


def amount_changed(invoice: Row) -> None:
    """Let the last installment take what the others leave of a new amount; what was validated needs it again.

    Raises FusionError (400) for an invoice that is paid in part.
    """
    if invoice["AmountPaid"]:
        raise _refused(invoice, "change", f"its paid status is {invoice['PaidStatus']}")
    _divide(invoice)
    if invoice["ValidationStatus"] == VALIDATED:
        invoice["ValidationStatus"] = NEEDS_REVALIDATION


def cancel_line(invoice: Row, number: Any) -> Row:
    """Cancel a line and return it: it comes to zero, the invoice's amount stays. Raises FusionError (400)."""
    check_live(invoice, "change")
    line: Row | None = next((one for one in invoice["invoiceLines"] if one["LineNumber"] == number), None)
    if line is None or line["CanceledFlag"]:
        raise _refused(invoice, "change", f"it has no line {number} that can be canceled")
    if invoice["AmountPaid"]:
        raise _refused(invoice, "change", f"its paid status is {invoice['PaidStatus']}")
    _empty(line)
    if invoice["ValidationStatus"] == VALIDATED:
        invoice["ValidationStatus"] = NEEDS_REVALIDATION
    return line


def mark_distributions(invoice: Row, status: str) -> None:
    """Write a validation status into every distribution."""
    for line in invoice["invoiceLines"]:
        for share in line["invoiceDistributions"]:
            share["ValidationStatus"] = status


def _empty(line: Row) -> None:
    line.update(CanceledFlag=True, LineAmount=Decimal(0))
    line["Quantity"] = None if line["Quantity"] is None else Decimal(0)
    for share in line["invoiceDistributions"]:
        share["DistributionAmount"] = Decimal(0)


def _sum_up(invoice: Row) -> None:
    """Set what the lines come to; the last installment takes what the others leave."""
    invoice["InvoiceAmount"] = sum((line["LineAmount"] for line in invoice["invoiceLines"]), Decimal(0))
    _divide(invoice)


def _divide(invoice: Row) -> None:
    amount = invoice["InvoiceAmount"]
    *others, last = invoice["invoiceInstallments"]
    last["GrossAmount"] = last["UnpaidAmount"] = amount - sum((one["GrossAmount"] for one in others), Decimal(0))


def check_live(invoice: Row, act: str) -> None:
    """Raise FusionError (400) for an invoice that is canceled."""
    if invoice["CanceledFlag"]:
        raise _refused(invoice, act, "it is canceled")


def _refused(invoice: Row, act: str, why: str) -> FusionError:
    return FusionError(400, f"You can't {act} the invoice {invoice['InvoiceNumber']} because {why}.")
