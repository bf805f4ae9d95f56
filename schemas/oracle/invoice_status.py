"""What the state of an Oracle invoice means for the other side.

Oracle says it in three attributes: `CanceledFlag`, `ValidationStatus` and `PaidStatus`. The statuses are display texts
whose exact spelling is assumed (oracle-fusion.md, 3.4); one that is not known is refused, never guessed. Being canceled
goes over being paid, being paid over being validated. Where PaidStatus is left out, the amounts decide.
"""

from decimal import Decimal
from types import MappingProxyType

from schemas.invoice import InvoiceStatus
from schemas.oracle.row import Row

_VALIDATION = MappingProxyType(
    {
        "NOT VALIDATED": InvoiceStatus.NOT_VALIDATED,
        "NEVER VALIDATED": InvoiceStatus.NOT_VALIDATED,
        "NEEDS REVALIDATION": InvoiceStatus.NOT_VALIDATED,
        "VALIDATED": InvoiceStatus.VALIDATED,
        "CANCELED": InvoiceStatus.CANCELED,
        "CANCELLED": InvoiceStatus.CANCELED,
    }
)
_UNPAID = "unpaid"
_PAYMENT = MappingProxyType(
    {
        "UNPAID": _UNPAID,
        "NOT PAID": _UNPAID,
        "PARTIALLY PAID": InvoiceStatus.PARTLY_PAID,
        "PAID": InvoiceStatus.PAID,
        "FULLY PAID": InvoiceStatus.PAID,
    }
)
_REPORT = "Report the status with the Oracle release, so that its meaning can be added."


def invoice_status(header: Row) -> InvoiceStatus:
    """Return how far an invoice has come. Raises Refused for an unknown status or one that its amounts contradict."""
    validation = _known(header, "ValidationStatus")
    status = InvoiceStatus.NOT_VALIDATED if validation is None else _VALIDATION.get(validation)
    if status is None:
        raise header.refused("ValidationStatus", "this status of an invoice is not known.", _REPORT)
    if status is InvoiceStatus.CANCELED or header.flag("CanceledFlag"):
        return InvoiceStatus.CANCELED
    return _payment(header) or status


def is_canceled(line: Row) -> bool:
    """Tell whether a line is canceled or discarded. Raises Refused for a flag that is neither true nor false."""
    return bool(line.flag("CanceledFlag")) or bool(line.flag("DiscardedFlag"))


def _payment(header: Row) -> InvoiceStatus | None:
    """Return how much is paid, None for nothing."""
    paid, total = header.number("AmountPaid") or Decimal(0), header.number("InvoiceAmount")
    text = _known(header, "PaidStatus")
    if text is None:
        return None if not paid else InvoiceStatus.PAID if paid == total else InvoiceStatus.PARTLY_PAID
    meaning = _PAYMENT.get(text)
    if meaning is None:
        raise header.refused("PaidStatus", "this status of an invoice is not known.", _REPORT)
    if isinstance(meaning, InvoiceStatus):
        return meaning
    if paid:
        raise header.refused("PaidStatus", f"AmountPaid is {format(paid, 'f')}, so something was paid.")
    return None


def _known(header: Row, name: str) -> str | None:
    text = header.text(name)
    return " ".join(text.replace("_", " ").upper().split()) if text else None
