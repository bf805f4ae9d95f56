"""Documents in JAGGAER's cXML dialect: one document, one Status.

cXML cannot be asked what arrived, but it says what to do: send the same document under the same payloadID again, and
the receiver answers as it did the first time without a second effect (jaggaer-cxml.md, 5.3, "Duplicates"). So finding
out is sending again, byte for byte.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from common.clock import utc_now
from common.connections.errors import ExchangeFailed
from common.connections.exchange import Exchange, Request
from common.connections.sighting import Sighting
from common.connections.target import Outgoing, TargetVerdict, without_answer
from common.jaggaer import answers, sightings
from common.ledger.verdicts import Unclear, Wait
from schemas.cxml import envelope, profile_request
from schemas.cxml.envelope import Credentials
from schemas.cxml.order_request import CxmlLayout
from schemas.identity import Intent

_XML = {"Content-Type": "text/xml; charset=UTF-8", "Accept": "text/xml, application/xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CxmlDoor:
    """One kind of document: the name of its request, what people call it, and how its whole document is made."""

    noun: str
    request: str
    address: Callable[[bytes, Intent, Credentials, CxmlLayout], bytes] = envelope.address


class CxmlTarget:
    """One kind of document at one cXML endpoint."""

    def __init__(
        self,
        exchange: Exchange,
        layout: CxmlLayout,
        credentials: Callable[[], Credentials],
        *,
        path: str,
        door: CxmlDoor,
    ) -> None:
        self._exchange = exchange
        self._layout = layout
        self._credentials = credentials
        self._path = path
        self._door = door

    def hold_back_seconds(self) -> float:
        """Return how long to wait before the next try."""
        return self._exchange.hold_back_seconds(authorized=False)

    def send(self, outgoing: Outgoing) -> TargetVerdict:
        """Send the request. Raises Refused for a document that our own schema does not let out."""
        try:
            content = self._door.address(outgoing.body, outgoing.intent, self._credentials(), self._layout)
            request = Request(method="POST", path=self._path, headers=_XML, content=content, authorized=False)
            answer = self._exchange.send(request, trusted_until=outgoing.trusted_until)
        except ExchangeFailed as error:
            return without_answer(error)
        return answers.cxml_response(answer, outgoing.number, noun=self._door.noun)

    def sight(self, number: str | None) -> Sighting:
        """Ask for the server's profile: cXML cannot be asked for documents (5.2). Raises what the exchange raises."""
        if number is not None:
            return Sighting(clock=None)
        content = profile_request.build(
            payload_id=f"ping.{uuid4()}@ml-connector",
            stated_at=utc_now(),
            credentials=self._credentials(),
            layout=self._layout,
        )
        request = Request(method="POST", path=self._path, headers=_XML, content=content, authorized=False)
        return sightings.cxml(self._exchange.send(request), self._door.request, self._path)

    def find(self, outgoing: Outgoing) -> TargetVerdict:
        """Send the same document under the same payloadID again: the receiver repeats its first answer."""
        verdict = self.send(outgoing)
        return Unclear(reason=verdict.reason) if isinstance(verdict, Wait) else verdict
