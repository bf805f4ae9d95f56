"""What every J1P message has around its document: a batch on its way to JAGGAER, wrappers where JAGGAER lists it.

A batch id names the effect, so that every repetition of one intent is the same to the byte (jaggaer-cxml.md, 2.4). What
JAGGAER lists comes in a wrapper for the list and one for each row (2.2).
"""

from collections.abc import Mapping
from typing import Protocol

from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.identity import Intent
from schemas.j1p import fields
from schemas.j1p.fields import UnreadableOrder
from schemas.j1p.layout import DateFormat, Renaming, in_our_words, in_their_words

Object = dict[str, JsonValue]


class Batched(Renaming, Protocol):
    """A layout of a document that is sent in a batch."""

    @property
    def batch(self) -> str:
        """The field of the batch id."""
        ...

    @property
    def date_format(self) -> DateFormat:
        """How times are written."""
        ...


class Listed(Protocol):
    """A layout of a document that JAGGAER lists."""

    @property
    def answer_list(self) -> str:
        """The wrapper of the list."""
        ...

    @property
    def answer_item(self) -> str:
        """The wrapper of each row."""
        ...


def addressed(document: Object, intent: Intent, layout: Batched, *, numbered: bool = False) -> bytes:
    """Return a document in the batch of one delivery; `numbered` says which one of the document it is, too."""
    batch: Object = {"batchNumber": str(intent.serial)} if numbered else {}
    batch["batchTimestamp"] = layout.date_format.written(intent.stated_at)
    return exact_json.dumps(
        {layout.batch: intent.dedupe_key, **in_their_words({"batchInfo": batch}, layout), **document}
    )


def built(body: bytes, wrapper: str) -> Object:
    """Return a built body.

    Raises UnreadableOrder for one without this wrapper, NotExactJson for one that is no JSON.
    """
    value = exact_json.loads(body)
    if not isinstance(value, dict) or wrapper not in value:
        raise _other_layout(wrapper)
    return value


def built_with_header(body: bytes, wrapper: str, header: str) -> tuple[Object, Object]:
    """Return the document of a built body, and its header. Raises as `built` does, for one without header too."""
    value = exact_json.loads(body)
    document = value.get(wrapper) if isinstance(value, dict) else None
    found = document.get(header) if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(found, dict):
        raise _other_layout(f"{wrapper}.{header}")
    return document, found


def read(value: JsonValue, layout: Renaming) -> Object:
    """Return what is to be read with our field names. Raises UnreadableOrder for what is no object."""
    if not isinstance(value, dict):
        raise UnreadableOrder("this is not a JSON object")
    return in_our_words(value, layout)


def unwrapped(value: Mapping[str, JsonValue], layout: Listed, wrapper: str, noun: str) -> Mapping[str, JsonValue]:
    """Take off the wrappers of a list answer and of an import, in whatever combination they come.

    Raises UnreadableOrder where a list holds another number of documents than one.
    """
    if layout.answer_list in value:
        rows = fields.rows(fields.child(value, layout.answer_list), layout.answer_item)
        if len(rows) != 1:
            raise UnreadableOrder(f"the answer holds {len(rows)} {noun}s, one was expected")
        value = rows[0]
    return fields.child(value, wrapper) if wrapper in value else value


def _other_layout(missing: str) -> UnreadableOrder:
    return UnreadableOrder(f"the body has no {missing}: it was built with another layout")
