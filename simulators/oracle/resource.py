"""What a resource is made of: its name, its key, its attributes with their types, and the levels below it.

Every resource is declared as such a value; the framework around it (`framework`, `query`, `projection`, `describing`)
is the same for all (oracle-fusion.md, 1).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

Row = dict[str, Any]
"""One item with its typed values, by attribute; the rows of a child by its accessor."""
STAMP = "LastUpdateDate"


class Kind(StrEnum):
    """The type of an attribute."""

    INTEGER = "i"
    NUMBER = "n"
    STRING = "s"
    BOOLEAN = "b"
    DATE = "d"
    DATE_TIME = "t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One level of a resource.

    `number` is what people look an item up by. `hashed`: its links carry an opaque hash for the key. `within`: the
    parent's attribute that its links carry before the key (`InvoiceId,LineNumber`). `tag`: what its ETag is made of
    beside its stamp; nothing where it has none. `empty` names the children that this pod serves without rows. `needed`
    tells an item from other documents and is what the pod cannot do without, beside the key. `indexed`: what changed
    rows are looked up by, beside the number; no row that was never changed has a value of them.
    """

    name: str
    key: str
    attributes: Mapping[str, Kind]
    number: str | None = None
    children: tuple["Resource", ...] = ()
    hashed: bool = False
    within: str | None = None
    tag: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    not_queryable: frozenset[str] = frozenset()
    indexed: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()

    @property
    def child(self) -> "Resource | None":
        """The first level below, None at the bottom."""
        return self.children[0] if self.children else None

    @property
    def stamped(self) -> bool:
        """Whether its rows say when they were last updated; lists of values do not (oracle-fusion.md, 3.7)."""
        return STAMP in self.attributes

    def below(self, accessor: str) -> "Resource | None":
        """Return the level behind an accessor, None if no rows are served there."""
        return next((child for child in self.children if child.name == accessor), None)

    def accessors(self) -> list[str]:
        """Return the names of its child collections, those without rows last."""
        return [*(child.name for child in self.children), *self.empty]


def typed_attributes(text: str) -> Mapping[str, Kind]:
    """Read attributes from words like `i:POHeaderId`: `i` int64, `n` number, `s` string, `b` boolean, `d` date, `t`."""
    pairs = (part.split(":") for part in text.split())
    return MappingProxyType({name: Kind(kind) for kind, name in pairs})


def blank(resource: Resource) -> Row:
    """Return a row with every attribute of its resource, all null."""
    return dict.fromkeys(resource.attributes)


def levels(row: Row, resource: Resource) -> Iterator[Row]:
    """Return a row and everything below it that is stamped."""
    if resource.stamped:
        yield row
    for child in resource.children:
        for below in row.get(child.name, ()):
            yield from levels(below, child)
