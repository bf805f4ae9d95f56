"""Documents in JAGGAER's cXML dialect: one document, one Status.

cXML cannot be asked what arrived, but it says what to do: send the same document under the same payloadID again, and
the receiver answers as it did the first time without a second effect (jaggaer-cxml.md, 5.3, "Duplicates"). So finding
out is sending again, byte for byte.
"""

from collections.abc import Callable
from uuid import uuid4

from common.clock import utc_now
from common.connections.errors import ClientRefused, NotSent, OutcomeUnknown
from common.connections.exchange import Exchange, Request
from common.connections.sighting import Sighting
from common.connections.target import Outgoing, TargetVerdict
from common.jaggaer import answers, sightings
from common.ledger.verdicts import Unclear, Wait
from schemas.cxml import envelope, profile_request
from schemas.cxml.envelope import Credentials
from schemas.cxml.order_request import CxmlLayout

_XML = {"Content-Type": "text/xml; charset=UTF-8", "Accept": "text/xml, application/xml"}
_RETRY_SECONDS = 5.0


class CxmlTarget:
    """One kind of document at one cXML endpoint: `request` is the name of its request, `noun` what people call it."""

    def __init__(
        self,
        exchange: Exchange,
        layout: CxmlLayout,
        credentials: Callable[[], Credentials],
        *,
        path: str,
        request: str,
        noun: str,
    ) -> None:
        self._exchange = exchange
        self._layout = layout
        self._credentials = credentials
        self._path = path
        self._request = request
        self._noun = noun

    def hold_back_seconds(self) -> float:
        """Return how long to wait before the next try."""
        return self._exchange.hold_back_seconds(authorized=False)

    def send(self, outgoing: Outgoing) -> TargetVerdict:
        """Send the request. Raises Refused for a document that our own schema does not let out."""
        try:
            content = envelope.address(outgoing.body, outgoing.intent, self._credentials(), self._layout)
            request = Request(method="POST", path=self._path, headers=_XML, content=content, authorized=False)
            answer = self._exchange.send(request, trusted_until=outgoing.trusted_until)
        except (NotSent, ClientRefused) as error:
            return Wait(seconds=_RETRY_SECONDS, reason=str(error))
        except OutcomeUnknown as error:
            return Unclear(reason=str(error))
        return answers.cxml_response(answer, outgoing.number, noun=self._noun)

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
        return sightings.cxml(self._exchange.send(request), self._request, self._path)

    def find(self, outgoing: Outgoing) -> TargetVerdict:
        """Send the same document under the same payloadID again: the receiver repeats its first answer."""
        verdict = self.send(outgoing)
        return Unclear(reason=verdict.reason) if isinstance(verdict, Wait) else verdict
