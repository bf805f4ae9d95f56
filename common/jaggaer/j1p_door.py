"""How one kind of document goes through J1P: where it is posted and looked for, and how what is found is judged.

A door is a value made of pure functions; `j1p.py` goes through it. Every path is the customer's own
(jaggaer-cxml.md, 2.4).
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from common.connections.target import Outgoing, TargetVerdict
from common.jaggaer.answers import j1p_read_back
from common.settings import J1pSettings
from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.identity import Intent
from schemas.j1p import purchase_order
from schemas.j1p.fields import UnreadableOrder

_NUMBER = "{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class J1pDoor:
    """One kind of document.

    `post_path` and `list_path` may hold `{number}`; `filter` finds a document by its number. `one_path` gives a listed
    document whole, None if the list does. `setting` names the list's path to a person. `address` makes the message of
    one delivery and raises UnreadableOrder for a body that was built for other settings; `judge` compares one found
    document with what was sent, and returns None for one that only shares our number; it raises ValueError for one that
    cannot be read.
    """

    noun: str
    post_path: str
    list_path: str
    filter: str
    setting: str
    address: Callable[[bytes, Intent], bytes]
    judge: Callable[[JsonValue, Outgoing], TargetVerdict | None]
    one_path: Callable[[JsonValue, str], str] | None = None


def filled_path(template: str, number: str) -> str:
    """Return a path with a number in it."""
    return template.replace(_NUMBER, quote(number, safe=""))


def purchase_orders(profile: J1pSettings) -> J1pDoor:
    """Return the door of purchase orders."""
    layout = profile.layout

    def judge(found: JsonValue, outgoing: Outgoing) -> TargetVerdict:
        return j1p_read_back(purchase_order.parse(found, layout), sent(outgoing), outgoing)

    def sent(outgoing: Outgoing) -> purchase_order.J1pOrder | None:
        """Return what was sent; None if it was built before the layout was changed, and cannot be read any more."""
        try:
            message = purchase_order.address(outgoing.body, outgoing.intent, layout)
            return purchase_order.parse(exact_json.loads(message), layout)
        except UnreadableOrder:
            return None

    return J1pDoor(
        noun="order",
        post_path=profile.purchase_orders_path,
        list_path=profile.purchase_orders_path,
        filter=profile.filter_by_number,
        setting="jaggaer.j1p.purchase_orders_path",
        address=lambda body, intent: purchase_order.address(body, intent, layout),
        judge=judge,
        one_path=lambda _, number: filled_path(profile.purchase_order_path, number),
    )
