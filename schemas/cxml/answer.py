"""The answer to a received request: a Response with its Status, and a profile where one was asked for.

A Status carries one sentence for the person at the sender (jaggaer-cxml.md, 5.2, 5.3 and appendix). No answer leaves
that our own grammar refuses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from lxml import etree

from schemas.cxml.elements import add, written_moment
from schemas.cxml.layout import CxmlLayout
from schemas.cxml.validation import validate

TEXTS = MappingProxyType(
    {
        200: "OK",
        400: "Bad Request",
        401: "Unauthorized",
        403: "Forbidden",
        406: "Not Acceptable",
        409: "Conflict",
        417: "Expectation Failed",
        450: "Not Implemented",
        500: "Internal Server Error",
        560: "Temporary server error",
    }
)
"""Every code that the gateway answers with, and its standard text."""

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_MOST_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a profile offers: the names of requests, where they are posted to, since when that holds."""

    requests: Iterable[str]
    url: str
    since: datetime


def build(code: int, sentence: str, *, payload_id: str, stated_at: datetime, offer: Offer | None = None) -> bytes:
    """Return the whole document in UTF-8. `payload_id` is the answer's own, `code` one of TEXTS."""
    root = etree.Element("cXML")
    root.set("payloadID", payload_id)
    root.set("timestamp", written_moment(stated_at))
    response = add(root, "Response")
    shown = sentence if len(sentence) <= _MOST_CHARACTERS else sentence[: _MOST_CHARACTERS - 1] + "…"
    status = add(response, "Status", shown, {"code": str(code), "text": TEXTS[code]})
    status.set(_LANGUAGE, "en")
    if offer is not None:
        profile = add(response, "ProfileResponse", attributes={"effectiveDate": written_moment(offer.since)})
        for request in sorted(offer.requests):
            add(add(profile, "Transaction", attributes={"requestName": request}), "URL", offer.url)
    validate(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, doctype=CxmlLayout().doctype)
