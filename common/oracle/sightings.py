"""What Oracle's answer to a harmless question says of the connection, and what a person can do about it. Pure.

Statuses: oracle-fusion.md, 1.8 and 2.3. An empty answer is a good one here: Fusion answers 200 with no items where the
data security is missing (2.1), so only a document that is known to exist tells the two apart.
"""

from datetime import datetime

from common.connections.sighting import Sighting, Trouble, shown
from common.connections.source import SourceRefused, SourceUnreadable
from common.oracle import answers

_LATER = "Try again in some minutes; if it stays, look at the pod's status or ask Oracle."
_NEXT_STEPS = {
    200: "Check oracle.url: this looks like a sign-in page or a gateway, not like the REST API.",
    400: "Check oracle.version: this pod does not understand the question.",
    401: "The token does not let us in: check the scope, and that the client is mapped to a Fusion user.",
    403: "Give the Fusion user of this client a role with the privilege to read this resource over REST.",
    404: "Check oracle.url and oracle.version: there is no such resource at this address.",
    429: _LATER,
}


def sighting(status: int, content: bytes, clock: datetime | None) -> Sighting:
    """Judge the answer to a question for a collection: how many documents there are, or what is wrong."""
    try:
        body = answers.document(status, content)
    except (SourceRefused, SourceUnreadable) as error:
        return _trouble(shown(str(error)), status, clock)
    items, total = body.get("items"), body.get("totalResults")
    if not isinstance(items, list):
        return _trouble("Oracle's answer has no list of items", status, clock)
    counted = isinstance(total, int)
    # What came is there, whatever totalResults says: it is an estimate (1.2).
    documents = max(total, len(items)) if isinstance(total, int) else len(items)
    return Sighting(
        documents=documents, said="" if counted or not items else "at least, Oracle did not count", clock=clock
    )


def _trouble(reason: str, status: int, clock: datetime | None) -> Sighting:
    next_step = (
        _LATER if status >= 500 else _NEXT_STEPS.get(status, "Check oracle.url: the REST API does not answer so.")
    )
    return Sighting(trouble=Trouble(reason=reason, next_step=next_step), clock=clock)
