"""What is odd about a received document that is clear all the same: recorded, so that a person can tell its sender.

Our grammar takes these on purpose (relaxng/received.rng); they are what real senders write (jaggaer-cxml.md, 6.2, 6.4
and 7).
"""

import re
from collections.abc import Iterator
from itertools import islice

from schemas.cxml.safe_xml import Element
from schemas.cxml.values import moment

_MOST = 20
_SHOWN = 40
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_FORGIVEN = (("ConfirmationStatus", "UnitOfMeasure"), ("OrderReference", "DocumentReference"))
"""What an element should have and may lack: a status is in its line's unit, an order is known by its orderID (6.2)."""
_NUMBERS = ("quantity", "lineNumber", "invoiceLineNumber", "receiptLineNumber")


def of(root: Element) -> tuple[str, ...]:
    """Return the deviations of a document that our grammar has taken, one sentence each, the first twenty."""
    return tuple(islice(_all(root), _MOST))


def _all(root: Element) -> Iterator[str]:
    stamp = root.get("timestamp")
    if moment(stamp) is None:
        yield "The cXML has no timestamp." if not stamp else f"The timestamp {stamp[:_SHOWN]!r} is no time with a zone."
    if root.find("Header/Sender/UserAgent") is None:
        yield "The Sender has no UserAgent."
    header = root.find("Request/ReceiptRequest/ReceiptRequestHeader")
    if header is not None and header.get("operation", "").strip() == "update":
        yield "The receipt is an update, which no DTD has."
    for parent, child in _FORGIVEN:
        for element in root.iter(parent):
            if element.find(child) is None:
                yield f"The {parent} in line {element.sourceline} has no {child}."
    for element in root.iter("DocumentReference"):
        if not element.get("payloadID", "").strip():
            yield f"A reference in line {element.sourceline} names no payloadID."
    for element in root.iter():
        yield from _odd_numbers(element)


def _odd_numbers(element: Element) -> Iterator[str]:
    if element.tag == "Money" and not _PLAIN.fullmatch(element.text or ""):
        yield f"The Money in line {element.sourceline} is written {(element.text or '')[:_SHOWN]!r}."
    for name in _NUMBERS:
        value = element.get(name)
        if value is not None and not _PLAIN.fullmatch(value):
            yield f"The {name} in line {element.sourceline} is written {value[:_SHOWN]!r}."
