"""The words for a status that senders use, and what they mean here; case, blanks and underscores do not count.

The words of InvoiceStatus are the content model's (5.4); those of J1P and of DocumentStatus are not public [assumed].
"""

import re

from simulators.jaggaer.invoice import PaymentStatus
from simulators.jaggaer.order import State

_NOT_LETTERS = re.compile(r"[\W_]+")
_STATES = {
    "open": State.OPEN,
    "onhold": State.ON_HOLD,
    "closed": State.CLOSED,
    "closedforreceiving": State.CLOSED_FOR_RECEIVING,
    "closedforinvoicing": State.CLOSED_FOR_INVOICING,
    "finallyclosed": State.FINALLY_CLOSED,
    "canceled": State.CANCELED,
    "cancelled": State.CANCELED,
}
_PAYMENTS = {
    "payable": PaymentStatus.PAYABLE,
    "unpaid": PaymentStatus.PAYABLE,
    "inprocess": PaymentStatus.IN_PROCESS,
    "processing": PaymentStatus.IN_PROCESS,
    "paying": PaymentStatus.IN_PROCESS,
    "partiallypaid": PaymentStatus.PARTIALLY_PAID,
    "partlypaid": PaymentStatus.PARTIALLY_PAID,
    "paid": PaymentStatus.PAID,
    "reconciled": PaymentStatus.RECONCILED,
    "rejected": PaymentStatus.REJECTED,
    "canceled": PaymentStatus.CANCELED,
    "cancelled": PaymentStatus.CANCELED,
}


def order_state(word: str) -> State | None:
    """Return the state of an order that a word stands for, None for a word that is not known."""
    return _STATES.get(_NOT_LETTERS.sub("", word.casefold()))


def payment_status(word: str) -> PaymentStatus | None:
    """Return the payment status of an invoice that a word stands for, None for a word that is not known."""
    return _PAYMENTS.get(_NOT_LETTERS.sub("", word.casefold()))


def order_words() -> str:
    """Return the words for the state of an order, for a refusal."""
    return ", ".join(_STATES)


def payment_words() -> str:
    """Return the words for a payment status, for a refusal."""
    return ", ".join(_PAYMENTS)
