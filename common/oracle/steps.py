"""Steps: how one document has its effect at Oracle, each part looked for before it is had.

Oracle takes no idempotency key, an answer can be lost after the effect, and some documents need several requests
(oracle-fusion.md, 3.5, 3.6 and 4). So a door writes a document down as a course of steps. Each step says how to see
whether its effect is there already, by a reference of ours or a natural key, and how to have it if not. A course that
was cut off anywhere is walked again from its beginning: what is there is seen and passed, the rest is done.

A course is a generator: it yields a step, is given back what is there then, and returns what was delivered.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Protocol

from common.connections.exchange import Answer, Request
from common.connections.source import Row
from common.connections.target import Outgoing
from common.ledger.verdicts import Dead, Delivered, Unclear, Wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The effect is there: Oracle's name of it, how we know, and the row that shows it where one does."""

    target_id: str
    how: str
    row: Row | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """The effect is not there."""

    reason: str


class Ask(Protocol):
    """Reads Oracle while a step looks. Every method raises SourceRefused, SourceUnreadable or ExchangeFailed."""

    def rows(self, path: str, where: str, *, order_by: str, expand: str = "") -> list[Row]:
        """Return every row of a collection that a row-match expression selects, in the order of a unique attribute."""
        ...

    def row(self, path: str, *, expand: str = "") -> Row | None:
        """Return one item, None if Oracle has none there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One effect. `look` and `request` may ask; `judge` is pure. `noun` is what a person calls it.

    `look` finds it unclear where Oracle took the effect a moment ago and does not show it yet.
    One that is `repeatable` does no harm if it is had twice, so nobody need prove that it is missing.
    One that `may_be_early` may be refused for want of what the documents before it bring.
    """

    noun: str
    look: Callable[[Ask], Present | Missing | Dead | Wait | Unclear]
    request: Callable[[Ask], Request]
    judge: Callable[[Answer], Present | Dead | Wait | Unclear]
    repeatable: bool = False
    may_be_early: bool = False


Course = Generator[Step, Present, Delivered]
Door = Callable[[Outgoing], Course]
"""Writes one document down as a course. Raises Refused."""
