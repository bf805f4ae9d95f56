"""Where and how this instance pushes cXML documents: address, credentials, retries and habits (5.1 to 5.3)."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any


class Pushed(StrEnum):
    """The documents that can be pushed, beside being listed."""

    CONFIRMATION = "confirmation"
    SHIP_NOTICE = "ship_notice"
    RECEIPT = "receipt"
    INVOICE = "invoice"


class PartialType(StrEnum):
    """The type of a confirmation that answers lines differently (6.2)."""

    DETAIL = "detail"
    """The lines that got an answer; the others keep what they had."""
    EXCEPT = "except"
    """The lines that were not accepted as ordered; all others are accepted."""
    ALL_DETAIL = "allDetail"
    """The lines that got an answer, each as a whole with its price."""


class Spoiling(StrEnum):
    """What is odd about the bytes that are sent (5.2, 7)."""

    BARE_AMPERSAND = "bare_ampersand"
    """An ampersand stands bare: the document is not well-formed, as real exports are not."""
    FALSE_UTF_8 = "false_utf_8"
    """The bytes are ISO 8859-1, declared as UTF-8: the document can not be read."""
    LATIN_1 = "latin_1"
    """The bytes are ISO 8859-1 and the declaration says so; the HTTP charset is UTF-8, which does not count."""
    UTF_16 = "utf_16"
    """The bytes are UTF-16 with a byte order mark, and the declaration says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a document, in a multipart/related body."""

    name: str
    content: bytes
    content_type: str = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class CxmlTarget:
    """A gateway that takes documents, and the credentials that it knows.

    A document is tried `tries` times, `retry_seconds` apart: the hour that is recommended, compressed (5.3). `at_once`
    pushes in the background as soon as something is made; without, it waits for `CxmlSender.push`. With `zero_amounts`
    receipts carry neither rate nor amount nor order payloadID, as those made by an ERP often do (6.4).
    """

    url: str
    origin: tuple[str, str] = ("NetworkID", "buyer")
    destination: tuple[str, str] = ("NetworkID", "ml-connector")
    sender: tuple[str, str] = ("NetworkID", "SciQuest")
    secret: str = field(default="simulated-secret", repr=False)
    documents: frozenset[Pushed] = frozenset(Pushed)
    tries: int = 10
    retry_seconds: float = 0.05
    timeout_seconds: float = 30.0
    at_once: bool = False
    version: str = "1.2.014"
    deployment: str = "production"
    partial_type: PartialType = PartialType.DETAIL
    zero_amounts: bool = False
    spoiling: Spoiling | None = None
    attachment: Attachment | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse what can not be sent to."""
        if not self.url.startswith(("http://", "https://")):
            raise ValueError(f"url {self.url!r} is no address of HTTP")
        if self.tries < 1 or self.retry_seconds < 0 or self.timeout_seconds <= 0:
            raise ValueError("tries, retry_seconds and timeout_seconds must not be below 1, 0 and above 0")

    def changed(self, changes: dict[str, Any]) -> "CxmlTarget":
        """Return the target with some settings changed. Raises ValueError with the names that are known."""
        known = {one.name for one in fields(self)}
        if not set(changes) <= known:
            raise ValueError(f"a target has {', '.join(sorted(known))}, not {', '.join(sorted(set(changes) - known))}")
        return replace(self, **{name: _READ.get(name, _as_it_is)(value) for name, value in changes.items()})


def _as_it_is(value: Any) -> Any:
    return value


def _attachment(stated: dict[str, str] | None) -> Attachment | None:
    if stated is None:
        return None
    content_type = stated.get("content_type", "application/pdf")
    return Attachment(name=stated["name"], content=stated["content"].encode(), content_type=content_type)


_READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("origin", "destination", "sender"), tuple),
    "documents": lambda names: frozenset(map(Pushed, names)),
    "partial_type": PartialType,
    "spoiling": lambda name: None if name is None else Spoiling(name),
    "attachment": _attachment,
}
