"""What a document is refused for, said to the person who must act.

A refusal is a value, so that it can be stored on a dead letter, shown in a table and counted by class.
`Refused` is the exception that carries one out of a parser or builder.
"""

from dataclasses import dataclass
from enum import StrEnum

_SHOWN_CHARACTERS = 120


class RefusalClass(StrEnum):
    """Who has to act on a refusal."""

    INVALID = "invalid"
    """The source document is wrong or contradicts itself: correct it at its source."""
    MAPPING = "mapping"
    """A code has no counterpart on the other side: add the mapping."""
    CONFLICT = "conflict"
    """It can mean several things, or contradicts what is known: a person must say which is right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why one document cannot go on.

    `field` is a path as the source system writes it (`lines[2].UOMCode`), `value` what stood there (cut to 120
    characters), `reason` one sentence, `next_step` what the reader should do.
    """

    category: RefusalClass
    field: str
    value: str
    reason: str
    next_step: str

    def __post_init__(self) -> None:
        """Keep a value of any length readable in a table and in a log line."""
        if len(self.value) > _SHOWN_CHARACTERS:
            object.__setattr__(self, "value", self.value[: _SHOWN_CHARACTERS - 1] + "…")

    def __str__(self) -> str:
        return f"{self.field} is {self.value!r}: {self.reason} {self.next_step}"


class Refused(Exception):
    """A document cannot go on; `refusal` says why, where and what to do."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal
