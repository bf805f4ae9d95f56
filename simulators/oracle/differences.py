"""What a changed row has that the row made from its key has not: kept instead of the whole row.

An order of ten lines takes sixty kilobytes, what a receipt or an acknowledgment changes of it less than one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulators.oracle.query import Path
from simulators.oracle.resource import STAMP, Resource, Row


@dataclass(slots=True)
class Difference:
    """The attributes of one level that differ, and those of the children that do, by accessor and place.

    `sizes`: how many children there are by accessor.
    """

    own: Row
    below: dict[str, dict[int, "Difference"]]
    sizes: dict[str, int]


def difference(row: Row, made: Row, resource: Resource) -> Difference | None:
    """Return how a row differs from the one that was made, None if a child came, went or lost an attribute."""
    if not made.keys() <= row.keys():
        return None
    names = {child.name for child in resource.children}
    own = {name: value for name, value in row.items() if name not in names and not _same(made, name, value)}
    found = Difference(own, {}, {})
    for child in resource.children:
        rows, before = row[child.name], made[child.name]
        if [one[child.key] for one in rows] != [one[child.key] for one in before]:
            return None
        each = [difference(one, other, child) for one, other in zip(rows, before, strict=True)]
        if None in each:
            return None
        kept = {place: one for place, one in enumerate(each) if one is not None and (one.own or one.below)}
        found.sizes[child.name] = len(rows)
        if kept:
            found.below[child.name] = kept
    return found


def applied(made: Row, found: Difference) -> Row:
    """Return the changed row; the one that was made is changed to it."""
    made.update(found.own)
    for accessor, each in found.below.items():
        for place, one in each.items():
            applied(made[accessor][place], one)
    return made


def stamps(found: Difference, path: Path, made: datetime) -> Iterator[datetime]:
    """Return the stamps at a path, given that every row was made with the same one."""
    if len(path) == 1:
        yield found.own.get(STAMP, made)
        return
    each = found.below.get(path[0], {})
    for one in each.values():
        yield from stamps(one, path[1:], made)
    if len(each) < found.sizes.get(path[0], 0):
        yield made


def _same(made: Row, name: str, value: Any) -> bool:
    return name in made and type(made[name]) is type(value) and made[name] == value
