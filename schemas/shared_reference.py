"""Which document of both sides a record is about: all that the record of a shared document carries.

What is to be done is decided at delivery from what both systems have then; the record only says that it changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas import exact_json
from schemas.exact_json import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedReference:
    """Oracle's key, or JAGGAER's id, as the record's source knew it; `number` is what people call the document."""

    oracle_key: str | None = None
    jaggaer_key: str | None = None
    number: str

    def encode(self) -> bytes:
        """Return the body of a record."""
        named: dict[str, JsonValue] = {"oracle": self.oracle_key, "jaggaer": self.jaggaer_key, "number": self.number}
        return exact_json.dumps({name: value for name, value in named.items() if value is not None})

    @classmethod
    def decode(cls, body: bytes) -> "SharedReference | None":
        """Read a body; None for one that was written when the document was not shared. Raises NotExactJson."""
        value = exact_json.loads(body)
        named: Mapping[str, JsonValue] = value if isinstance(value, dict) else {}
        oracle, jaggaer, number = (named.get(name) for name in ("oracle", "jaggaer", "number"))
        if not isinstance(number, str) or (oracle is None) == (jaggaer is None):
            return None
        return cls(
            oracle_key=None if oracle is None else str(oracle),
            jaggaer_key=None if jaggaer is None else str(jaggaer),
            number=number,
        )
