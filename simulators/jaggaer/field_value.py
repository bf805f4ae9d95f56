"""The values of custom fields, which are JAGGAER's accounting codes (3.5), and the store of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from simulators.jaggaer.store import Store

ValueKey = tuple[str, str]
"""Internal name of the custom field, and value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """One allowed value of a custom field; what is not active any more may not be used in new splits.

    `last_key` is "" as long as no import brought it.
    """

    custom_field: str
    value: str
    description: str
    active: bool
    parent: str | None
    updated_at: datetime
    last_key: str

    @property
    def key(self) -> ValueKey:
        """Custom field and value."""
        return self.custom_field, self.value


class FieldValues(Store[ValueKey, FieldValue]):
    """Values by custom field and value."""

    def __init__(self) -> None:
        super().__init__()
        self._of_field: dict[str, dict[str, None]] = {}

    def put(self, key: ValueKey, document: FieldValue, *, lag_seconds: float = 0.0, lag_reads: int = 0) -> None:
        """Hold the value as the most recently updated one."""
        self._of_field.setdefault(document.custom_field, {})[document.value] = None
        super().put(key, document, lag_seconds=lag_seconds, lag_reads=lag_reads)

    def of_field(self, custom_field: str) -> list[FieldValue]:
        """Return the values of one custom field, in the order in which they first came."""
        values = self._of_field.get(custom_field, {})
        return [found for value in values if (found := self.get((custom_field, value))) is not None]

    def unfit(self, used: Iterable[ValueKey], *, every_field: bool) -> Iterator[ValueKey]:
        """Go through the values that are unknown or not active, sorted.

        A field of which no value ever came is free text, unless `every_field` is meant to have a list.
        """
        for key in sorted(used):
            found = self.get(key)
            has_list = every_field or key[0] in self._of_field
            if (found is None and has_list) or (found is not None and not found.active):
                yield key

    def clear(self) -> None:
        """Forget all values."""
        super().clear()
        self._of_field.clear()
