"""What one harmless question to a system showed: for finding out whether a connection works, never for work itself."""

from dataclasses import dataclass
from datetime import datetime

from common.telemetry import redaction

_SHOWN_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why an answer is not the one that was hoped for, and what a person can do."""

    reason: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """An answer, judged. `documents` is how many the system says it shows, None where that cannot be asked.

    `said` adds what else is worth knowing; `trouble` is None for a good answer; `clock` is the system's own time, to
    the second, None if it does not show one.
    """

    documents: int | None = None
    said: str = ""
    trouble: Trouble | None = None
    clock: datetime | None


def shown(text: str) -> str:
    """Return a system's words on one line, cut, and without a secret that it repeats."""
    return redaction.mask(" ".join(text.split()))[:_SHOWN_CHARACTERS]
