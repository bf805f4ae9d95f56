"""What the state of an Oracle purchase order means for the other side.

Oracle says it twice: `StatusCode`, of which only some spellings are documented, and `Status`, the display value, which
may be in the user's language. Whichever is known decides; where both are known they must mean the same. A state that
neither names is refused, never guessed (oracle-fusion.md, 3.1).
"""

from functools import lru_cache
from types import MappingProxyType

from schemas.oracle.row import Row
from schemas.order_status import OrderState
from schemas.purchase_order import OrderStatus

_NOT_RELEASED = frozenset(
    (
        "INCOMPLETE",
        "PENDING APPROVAL",
        "PENDING FUNDS RESERVATION",
        "PENDING SIGNATURE PREPARATION",
        "SENT FOR SIGNATURE",
        "WITHDRAWN",
        "REJECTED",
        "PENDING CHANGE APPROVAL",
    )
)
_STATES = MappingProxyType(
    {
        "OPEN": OrderState.OPEN,
        "PENDING SUPPLIER ACKNOWLEDGMENT": OrderState.OPEN,
        "ON HOLD": OrderState.ON_HOLD,
        "CLOSED": OrderState.CLOSED,
        "CLOSED FOR RECEIVING": OrderState.CLOSED_FOR_RECEIVING,
        "CLOSED FOR INVOICING": OrderState.CLOSED_FOR_INVOICING,
        "FINALLY CLOSED": OrderState.FINALLY_CLOSED,
        "CANCELED": OrderState.CANCELED,
    }
)
_MEANINGS = MappingProxyType(
    {
        OrderState.OPEN: OrderStatus.OPEN,
        OrderState.ON_HOLD: OrderStatus.ON_HOLD,
        OrderState.CLOSED: OrderStatus.CLOSED,
        OrderState.CLOSED_FOR_RECEIVING: OrderStatus.CLOSED,
        OrderState.CLOSED_FOR_INVOICING: OrderStatus.CLOSED,
        OrderState.FINALLY_CLOSED: OrderStatus.CLOSED,
        OrderState.CANCELED: OrderStatus.CANCELED,
    }
)


def order_status(header: Row) -> OrderStatus:
    """Return the meaning of StatusCode and Status. Raises Refused where neither is known or they contradict."""
    by_code, by_text = _known(header, "StatusCode"), _known(header, "Status")
    if by_code and by_text and by_code is not by_text:
        raise header.refused("Status", f"StatusCode says {header.text('StatusCode')}, which means something else.")
    if status := by_code or by_text:
        return status
    field = "StatusCode" if header.raw.get("StatusCode") is not None else "Status"
    raise header.refused(
        field,
        "this state of an order is not known, and what to do with the order depends on it.",
        "Report the state with the Oracle release, so that its meaning can be added.",
    )


def order_state(header: Row) -> OrderState | None:
    """Return the state of a released order, None for one that is not released. Raises Refused as `order_status` does.

    Where StatusCode says CLOSED and Status more exactly how, or the other way about, the more exact one decides.
    """
    if order_status(header) is OrderStatus.NOT_RELEASED:
        return None
    spelled = (_STATES.get(_spelled(header, name)) for name in ("StatusCode", "Status"))
    stated = {state for state in spelled if state is not None}
    exact = stated - {OrderState.CLOSED} or stated
    if len(exact) > 1:
        raise header.refused("Status", f"StatusCode says {header.text('StatusCode')}, which is closed in another way.")
    return exact.pop()


def is_canceled(row: Row) -> bool:
    """Tell whether a line or schedule is cancelled; all other states of these mean the same for the other side."""
    return OrderStatus.CANCELED in (_known(row, "StatusCode"), _known(row, "Status"))


def _known(row: Row, name: str) -> OrderStatus | None:
    spelled = _spelled(row, name)
    if spelled in _NOT_RELEASED:
        return OrderStatus.NOT_RELEASED
    return _MEANINGS[_STATES[spelled]] if spelled in _STATES else None


def _spelled(row: Row, name: str) -> str:
    return _normal(row.text(name) or "")


@lru_cache(maxsize=256)
def _normal(status: str) -> str:
    return " ".join(status.replace("_", " ").upper().split())
