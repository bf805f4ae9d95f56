"""What the header of a pushed request says: who the document is, and whether it is new, replaces or deletes.

Receipts and ship notices share it (jaggaer-cxml.md, 6.3 and 6.4).
"""

from schemas.cxml.request_element import RequestElement, of_pushed
from schemas.identity import Identity
from schemas.pushed import PushedDocument

_OPERATIONS = ("new", "update", "delete")


def identify(pushed: PushedDocument, header: str, *, number: str, dated: str) -> Identity:
    """Return who a document is: its sender's number, at these attributes of its header. Raises Refused.

    A version is as old as its document; the header's own date serves only where the document has none. Neither states
    an amount that the books could balance.
    """
    found = of_pushed(pushed)
    element = of_request(found.request, header)
    stated = element.required(f"@{number}", element.text(number))
    written_at = found.written_at or element.moment(dated)
    return Identity(
        key=f"{pushed.sender}/{stated}",
        number=stated,
        changed_at=element.required(f"@{dated}", written_at),
        content_hash=found.content_hash,
        business_unit=None,
        currency=None,
        amount=None,
    )


def of_request(request: RequestElement, name: str) -> RequestElement:
    """Return the header of a request. Raises Refused where it has none."""
    return request.required(name, request.child(name))


def deletes(header: RequestElement) -> bool:
    """Whether a header takes its document back. Raises Refused for an operation that is not known."""
    said = header.text("operation") or "new"
    if said not in _OPERATIONS:
        raise header.refused("@operation", said, "new, update or delete was expected.")
    return said == "delete"
