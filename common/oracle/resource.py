"""Oracle's resources as values: their names, keys and children. What `client.py` reads, it reads by one of these.

Facts: oracle-fusion.md, 3 (attributes and keys), 1.2 and 1.5 (expanding children). Only what can be asked for stands
here; what a row means is read by `schemas/oracle`.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A child collection: its accessor, the attribute that is its rows' key, and the collections below it."""

    accessor: str
    key: str
    children: tuple["Child", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One top-level collection.

    `path` is what follows the API's base; `key` a whole number that never changes; `number` the attribute by which
    people know a document, None where there is no single one; `unit` the attribute that names whose it is. A resource
    that is not `stamped` has no LastUpdateDate: it is read whole every time (3.7). `conditions` are row-match
    expressions that always hold.
    """

    path: str
    key: str
    number: str | None = None
    unit: str | None = None
    stamped: bool = True
    children: tuple[Child, ...] = ()
    conditions: tuple[str, ...] = ()

    @property
    def expand(self) -> str:
        """Return the `expand` parameter that brings every child; empty if there is none."""
        return expansion(self.children)

    @property
    def stamps(self) -> tuple[str, ...]:
        """Return the attributes that tell when a document changed: its own, and those of everything below it."""
        return ("LastUpdateDate", *(f"{path}.LastUpdateDate" for path in _paths(self.children)))


def expansion(children: tuple[Child, ...]) -> str:
    """Return the deepest paths below some children: `lines.schedules.distributions`, `addresses,sites.assignments`."""
    every = list(_paths(children))
    deepest = [path for path in every if not any(other.startswith(f"{path}.") for other in every)]
    return ",".join(deepest)


def _paths(children: tuple[Child, ...], above: str = "") -> Iterator[str]:
    for child in children:
        path = f"{above}{child.accessor}"
        yield path
        yield from _paths(child.children, f"{path}.")
