"""The memory of answers: what was said to a batchId or payloadID, so that a repeat gets the same and has no effect.

Limits: nothing is ever forgotten but by a reset, as 5.3 names no time after which a payloadID may be used again.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """The first answer to a document: its bytes, the digest of the document and the order it was about."""

    answer: bytes = field(repr=False)
    digest: str
    number: str


class AnswerMemory:
    """Answers by who sent the document (one sender's payloadIDs say nothing about another's) and its key."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], Remembered] = {}

    def find(self, sender: str, key: str) -> Remembered | None:
        """Return what was answered to this key of this sender, None if it is new."""
        return self._answers.get((sender, key))

    def keep(self, sender: str, key: str, remembered: Remembered) -> None:
        """Remember an answer."""
        self._answers[sender, key] = remembered

    def clear(self) -> None:
        """Forget all answers."""
        self._answers.clear()
