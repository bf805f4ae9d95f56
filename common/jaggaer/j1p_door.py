"""How one kind of document goes through J1P: where it is posted and looked for, and how what is found is judged.

A door is a value made of pure functions; `j1p.py` goes through it, `j1p_doors.py` has those that there are. Every path
is the customer's own (jaggaer-cxml.md, 2.4).
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from common.connections.target import Outgoing, TargetVerdict
from schemas.exact_json import JsonValue
from schemas.identity import Intent

_NUMBER = "{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class J1pDoor:
    """One kind of document.

    `post_path` may hold `{number}`, which stands for the document's number, or for `id_of` a listed document where
    JAGGAER wants its own id there: such a document is looked for before it is posted. One that says itself which id
    that is (`named`) is not, and it is read under `named_path`, which holds `{number}` for the id. `list_path` lists
    documents, `filter` finds one by its number, and `one_path` gives a listed one whole, None if the list does.
    `setting` names the list's path to a person. `address` makes the message of one delivery and raises UnreadableOrder
    for a body that was built for other settings; `judge` compares one found document with what was sent, and returns
    None for one that only shares our number; it raises ValueError for one that cannot be read.
    """

    noun: str
    post_path: str
    list_path: str
    filter: str
    setting: str
    address: Callable[[bytes, Intent], bytes]
    judge: Callable[[JsonValue, Outgoing], TargetVerdict | None]
    one_path: Callable[[JsonValue, str], str] | None = None
    id_of: Callable[[JsonValue, Outgoing], str | None] | None = None
    named: Callable[[Outgoing], str | None] | None = None
    named_path: str = ""


def filled_path(template: str, number: str) -> str:
    """Return a path with a number in it."""
    return template.replace(_NUMBER, quote(number, safe=""))
