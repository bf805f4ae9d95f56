"""The state of Oracle's purchase order as a document of its own, read from the same rows as the order.

Its content is the order's number and its state: any other change of the order leaves it unchanged. It has no amount,
because the order itself carries that into the books. All of it stands in the header, so no child collection that was
cut off matters (oracle-fusion.md, 3.1).
"""

import hashlib
from collections.abc import Mapping

from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.identity import Identity
from schemas.oracle.order_status import order_state
from schemas.oracle.purchase_order import newest_stamp, order_number, storable
from schemas.oracle.row import Row
from schemas.order_status import OrderStatusChange
from schemas.refusals import Refused


def identify(raw: Mapping[str, JsonValue]) -> Identity:
    """Return key, number, newest stamp and the fingerprint of number and state. Raises Refused.

    A state that is not known counts as it is written: `parse` refuses it, once for each spelling.
    """
    header = Row(raw=raw)
    number = order_number(header)
    return Identity(
        key=str(header.required("POHeaderId", header.identifier("POHeaderId"))),
        number=number,
        changed_at=newest_stamp(header),
        content_hash=hashlib.sha256(exact_json.dumps([number, _state(header)])).digest(),
        business_unit=storable(header, "ProcurementBU"),
        currency=storable(header, "CurrencyCode"),
        amount=None,
    )


def cut_children(_: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Return nothing: the state does not depend on children."""
    return ()


def parse(raw: Mapping[str, JsonValue]) -> OrderStatusChange | None:
    """Return the order's state, None for an order that is not released. Raises Refused."""
    header = Row(raw=raw)
    state = order_state(header)
    if state is None:
        return None
    return OrderStatusChange(
        key=header.required("POHeaderId", header.identifier("POHeaderId")),
        number=order_number(header),
        business_unit=storable(header, "ProcurementBU"),
        state=state,
        since=header.required("LastUpdateDate", header.moment("LastUpdateDate")),
    )


def _state(header: Row) -> str:
    try:
        return str(order_state(header))
    except Refused:
        return f"{header.raw.get('StatusCode')}/{header.raw.get('Status')}"
