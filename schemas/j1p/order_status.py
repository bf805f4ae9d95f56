"""The state of an order in J1P: building the message, addressing one delivery, reading it back, comparing.

The resource is `POST .../purchaseorders/{number}/status` [assumed, after jaggaer-cxml.md, 2.4]; the message repeats the
number of its path, so that it can be told from others wherever it turns up. A state counts as there when a read of the
order shows it, because a status message has no number of its own under which it could be looked for.

Limits: JAGGAER's own words for states are not public. Ours are compared without regard to case, blanks, hyphens and the
spelling of cancelled; a word of JAGGAER's that is none of ours is another state.
"""

from dataclasses import dataclass

from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.identity import Intent
from schemas.j1p import fields, message
from schemas.j1p.fields import UnreadableOrder
from schemas.j1p.layout import J1pLayout, in_their_words
from schemas.order_status import OrderStatusChange

__all__ = ("J1pOrderStatus", "UnreadableOrder", "address", "build", "parse", "same_content")


@dataclass(frozen=True, slots=True, kw_only=True)
class J1pOrderStatus:
    """The state of an order as JAGGAER has it; what it left out is None.

    `status` is in the form of `OrderState`, whatever word it is. `original_request_id` is the batch id of a status
    message; an order that is read does not say which message brought its state.
    """

    number: str
    status: str | None
    original_request_id: str | None


def build(change: OrderStatusChange, *, layout: J1pLayout) -> bytes:
    """Return the body without its batch id."""
    body: dict[str, JsonValue] = {
        layout.number: change.number,
        "status": change.state.value,
        "statusDate": layout.date_format.written(change.since),
    }
    return exact_json.dumps(in_their_words(body, layout))


def address(body: bytes, intent: Intent, layout: J1pLayout) -> bytes:
    """Return the message of one delivery: the same bytes for every repetition of the same intent.

    Raises UnreadableOrder for a body that `build` did not make.
    """
    status = exact_json.loads(body)
    if not isinstance(status, dict):
        raise UnreadableOrder("the body is not a status message")
    return exact_json.dumps({layout.batch: intent.dedupe_key, **status})


def parse(value: JsonValue, layout: J1pLayout) -> J1pOrderStatus:
    """Read a state: from a message of `address`, or from JAGGAER's answer with one order in it.

    Raises UnreadableOrder where there is no order or more than one, and for a field that is not what it should be.
    """
    order = message.unwrapped(message.read(value, layout), layout, layout.order, "order")
    header = fields.child(order, layout.header if layout.header in order else "header") or order
    number, status = fields.text(header, layout.number), fields.text(header, "status")
    if not number:
        raise UnreadableOrder(f"the order has no {layout.number}")
    return J1pOrderStatus(
        number=number,
        status=None if status is None else _word(status),
        original_request_id=fields.text(order, layout.batch),
    )


def same_content(a: J1pOrderStatus, b: J1pOrderStatus) -> bool:
    """Tell whether two readings say that the same order is in the same state; one that says none is not the same."""
    return a.number == b.number and a.status is not None and a.status == b.status


def _word(status: str) -> str:
    word = "_".join(status.casefold().replace("-", " ").replace("_", " ").split())
    return "canceled" if word in ("cancel", "cancelled") else word
