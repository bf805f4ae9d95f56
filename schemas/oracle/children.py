"""The child collections of an Oracle document: whether they came whole, and what they are walked by.

A tree names the collections below a row: `{"invoiceLines": {"invoiceDistributions": {}}}`. Framework 3 and later say
that a collection was cut (25 rows unless asked for more); 1 and 2 cut without a word (oracle-fusion.md, 1.5).
"""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import TypeAlias

from schemas.exact_json import JsonValue
from schemas.oracle.row import Row

Tree: TypeAlias = "Mapping[str, Tree]"


def cut(header: Row, tree: Tree) -> tuple[str, ...]:
    """Return the paths of collections that are not whole: `invoiceLines[3].invoiceDistributions`. Raises Refused."""
    return tuple(row.at(name) for row, name in _collections(header, tree) if _is_cut(row.raw.get(name)))


def check_whole(header: Row, tree: Tree) -> None:
    """Raise Refused for a collection that was cut off."""
    for row, name in _collections(header, tree):
        if _is_cut(row.raw.get(name)):
            next_step = f"Read {row.at(name)} again in full; nothing needs correcting in Oracle."
            raise row.refused(name, "this child collection was cut off, the document is not complete.", next_step)


def newest_stamp(header: Row, tree: Tree) -> datetime:
    """Return the newest LastUpdateDate of a document and all below it. Raises Refused where there is none.

    A child's change does not move its parent's stamp (oracle-fusion.md, 5, point 7).
    """
    below = (child for row, name in _collections(header, tree) for child in row.children(name))
    # Most rows carry the same few stamps: each spelling is read once.
    stamps = {row.text("LastUpdateDate"): row for row in (header, *below)}
    moments = [moment for row in stamps.values() if (moment := row.moment("LastUpdateDate"))]
    return header.required("LastUpdateDate", max(moments, default=None))


def by_number(parent: Row, collection: str, name: str) -> list[tuple[int, Row]]:
    """Return a collection's rows with their numbers, rising, so that one content is one document.

    Each row's path names its number, which people know, and not its place: `invoiceLines[LineNumber=2]`. Raises Refused
    for a number below 1 and for twins.
    """
    found: dict[int, Row] = {}
    for row in parent.children(collection):
        number = row.required(name, row.integer(name))
        if number < 1:
            raise row.refused(name, "numbers start at 1.")
        if number in found:
            raise row.refused(name, "another row has the same number, and documents join on it.")
        found[number] = Row(raw=row.raw, path=f"{parent.at(collection)}[{name}={number}]")
    return sorted(found.items())


def by_id(parent: Row, child: str, name: str) -> list[Row]:
    """Return the rows of a child by rising id, so that one content is one document. Raises Refused for twins."""
    rows = sorted(parent.children(child), key=lambda row: id_of(row, name))
    for row, following in pairwise(rows):
        if id_of(row, name) == id_of(following, name):
            raise following.refused(name, f"{row.path} has the same id; documents join on it.")
    return rows


def id_of(row: Row, name: str) -> int:
    """Return the Oracle id of a row. Raises Refused where there is none."""
    return row.required(name, row.identifier(name))


def legible_name(row: Row, name: str) -> str:
    """Return text that the ledger keeps in clear: PostgreSQL holds no NUL, and no person reads the other controls.

    Raises Refused where it is missing, empty or holds a control character.
    """
    text = row.name(name)
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise row.refused(name, "it holds a control character.")
    return text


def _collections(row: Row, tree: Tree) -> Iterator[tuple[Row, str]]:
    for name, below in tree.items():
        yield row, name
        if below:
            for child in row.children(name):
                yield from _collections(child, below)


def _is_cut(collection: JsonValue) -> bool:
    if not isinstance(collection, dict):
        return False
    items, count = collection.get("items"), collection.get("count")
    rows = len(items) if isinstance(items, list) else 0
    return collection.get("hasMore") is True or (count is not None and count != rows)
