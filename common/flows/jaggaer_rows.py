"""How the flows of JAGGAER's reference rows read a row, and what a person is told of one that cannot be read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from schemas.j1p.fields import UnreadableOrder
from schemas.refusals import Refusal, RefusalClass, Refused

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class JaggaerRows:
    """Rows of a kind: `noun` names one of them, and in the plural their section in `jaggaer.j1p`."""

    noun: str

    def read(self, parse: Callable[[], T], field: str | None = None) -> T:
        """Return what is parsed of a row, or of a field of it. Raises Refused for what cannot be read."""
        try:
            return parse()
        except UnreadableOrder as error:
            raise self.refused(field or self.noun, str(error)) from None

    def changed_at(self, parse: Callable[[], datetime | None]) -> datetime:
        """Return when a row was changed last. Raises Refused where it does not say."""
        found = self.read(parse, "lastUpdate")
        if found is None:
            raise self.refused("lastUpdate", "JAGGAER does not say when it was changed, so its versions have no order.")
        return found

    def refused(self, field: str, reason: str) -> Refused:
        """Return the exception that refuses a row."""
        return Refused(
            Refusal(
                category=RefusalClass.INVALID,
                field=field,
                value="",
                reason=reason,
                next_step=f"Correct the {self.noun} in JAGGAER, or the names in jaggaer.j1p.{self.noun}s.",
            )
        )
