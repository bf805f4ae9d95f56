"""The state of a purchase order as a document of its own: closed, put on hold or reopened without being changed.

An order that only changes its state is not sent again; this small document is. What an order is before anyone says
anything is `OPEN`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class OrderState(StrEnum):
    """In which state a released order is. The values are the words that are written to the other side."""

    OPEN = "open"
    ON_HOLD = "on_hold"
    CLOSED = "closed"
    CLOSED_FOR_RECEIVING = "closed_for_receiving"
    """Nothing more is expected; invoices may still come."""
    CLOSED_FOR_INVOICING = "closed_for_invoicing"
    """Nothing more will be invoiced; goods may still come."""
    FINALLY_CLOSED = "finally_closed"
    """Closed for good: it is never opened again."""
    CANCELED = "canceled"

    @property
    def is_final(self) -> bool:
        """Whether no other state can follow."""
        return self in (OrderState.FINALLY_CLOSED, OrderState.CANCELED)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStatusChange:
    """One order and its state. `key` is POHeaderId; `since` the stamp with which the state was read.

    The source does not say when a state began: it began at `since` or earlier. So `since` is no part of the content.
    """

    key: int
    number: str
    business_unit: str | None
    state: OrderState
    since: datetime
