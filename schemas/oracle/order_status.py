"""What the state of an Oracle purchase order means for the other side.

Oracle says it twice: `StatusCode`, of which only some spellings are documented, and `Status`, the display value, which
may be in the user's language. Whichever is known decides; where both are known they must mean the same. A state that
neither names is refused, never guessed (oracle-fusion.md, 3.1).
"""

from schemas.oracle.row import Row
from schemas.purchase_order import OrderStatus

_MEANINGS = {
    OrderStatus.NOT_RELEASED: (
        "INCOMPLETE",
        "PENDING APPROVAL",
        "PENDING FUNDS RESERVATION",
        "PENDING SIGNATURE PREPARATION",
        "SENT FOR SIGNATURE",
        "WITHDRAWN",
        "REJECTED",
        "PENDING CHANGE APPROVAL",
    ),
    OrderStatus.OPEN: ("OPEN", "PENDING SUPPLIER ACKNOWLEDGMENT"),
    OrderStatus.ON_HOLD: ("ON HOLD",),
    OrderStatus.CLOSED: ("CLOSED", "CLOSED FOR INVOICING", "CLOSED FOR RECEIVING", "FINALLY CLOSED"),
    OrderStatus.CANCELED: ("CANCELED",),
}
_BY_NAME = {name: status for status, names in _MEANINGS.items() for name in names}


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


def is_canceled(row: Row) -> bool:
    """Tell whether a line or schedule is cancelled; all other states of these mean the same for the other side."""
    return OrderStatus.CANCELED in (_known(row, "StatusCode"), _known(row, "Status"))


def _known(row: Row, name: str) -> OrderStatus | None:
    text = row.text(name)
    return _BY_NAME.get(" ".join(text.replace("_", " ").upper().split())) if text else None
