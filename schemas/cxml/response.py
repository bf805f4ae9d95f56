"""The answer to a cXML request: its Status, and what each code asks of the sender (jaggaer-cxml.md, 5.2 and 5.3).

Tolerant as suppliers' clients are (4): blanks around the code, a code that is missing or no code while the text says
Success or OK. Anything else is not an answer but a transport error, whatever the HTTP status was.

Limits: the first Status counts; what a Response carries besides it is not read.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from schemas.cxml import safe_xml
from schemas.cxml.elements import attribute, content_of

_CODE = re.compile(r"\s*([245][0-9]{2})(?![0-9])")
_SUCCESS_TEXTS = frozenset({"success", "ok"})


class NotACxmlResponse(ValueError):
    """The bytes hold no cXML Response with a Status: nobody knows what became of the request."""


class StatusClass(StrEnum):
    """What a status code asks of the sender."""

    DONE = "done"
    """Received for good: 200 and all 2xx but the following."""
    PASSED_ON = "passed_on"
    """Queued or forwarded (201, 280, 281): a later StatusUpdateRequest may tell more; never send again."""
    UNAUTHORIZED = "unauthorized"
    """The Sender credential is not known (401): stop the queue for this partner, correct the configuration."""
    CONFLICT = "conflict"
    """The state of the document at the receiver forbids it (409): a person must resolve it."""
    OUT_OF_ORDER = "out_of_order"
    """A document that must come first is missing (412, 417): send that one, then this one again."""
    UNSUPPORTED = "unsupported"
    """The receiver does not take this kind of document (450): stop sending it."""
    REFUSED = "refused"
    """Any other 4xx: correct the document and send it under a new payloadID, never unchanged."""
    TRANSIENT = "transient"
    """5xx: send the same document again later, under the same payloadID."""


_SPECIAL = MappingProxyType(
    {
        201: StatusClass.PASSED_ON,
        280: StatusClass.PASSED_ON,
        281: StatusClass.PASSED_ON,
        401: StatusClass.UNAUTHORIZED,
        409: StatusClass.CONFLICT,
        412: StatusClass.OUT_OF_ORDER,
        417: StatusClass.OUT_OF_ORDER,
        450: StatusClass.UNSUPPORTED,
    }
)
_BY_HUNDREDS = MappingProxyType({2: StatusClass.DONE, 4: StatusClass.REFUSED, 5: StatusClass.TRANSIENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class CxmlStatus:
    """One Status. `code` is 2xx, 4xx or 5xx; `detail` is its content; `payload_id` the answer's own id."""

    code: int
    text: str
    detail: str
    payload_id: str | None

    @property
    def status_class(self) -> StatusClass:
        """What the code asks of the sender; an unknown code counts as the x00 of its hundred."""
        return _SPECIAL.get(self.code) or _BY_HUNDREDS[self.code // 100]


def parse(data: bytes) -> CxmlStatus:
    """Read the Status of an answer. Raises NotACxmlResponse."""
    try:
        root = safe_xml.parse(data.lstrip())  # a line break before the XML declaration is a common slip
    except safe_xml.NotSafeXml as error:
        raise NotACxmlResponse(f"the answer cannot be read: {error}") from None
    status = root.find("Response/Status") if root.tag == "cXML" else None
    if status is None:
        raise NotACxmlResponse(f"the answer is a {root.tag} without a Response and its Status")
    code, text = attribute(status, "code") or "", (attribute(status, "text") or "").strip()
    return CxmlStatus(
        code=_code(code, text),
        text=text,
        detail=content_of(status).strip(),
        payload_id=attribute(root, "payloadID"),
    )


def _code(code: str, text: str) -> int:
    found = _CODE.match(code)
    if found:
        return int(found[1])
    if text.casefold() in _SUCCESS_TEXTS:
        return 200
    raise NotACxmlResponse(f"the Status has code {code!r} and text {text[:120]!r}: neither says what happened")
