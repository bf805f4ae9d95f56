"""One posted document, from its bytes to the bytes of its answer.

Whatever fails because the database is away is answered with 503 and a Status of 560, which asks the sender to come
again with the same payloadID; a 200 leaves only after the commit (jaggaer-cxml.md, 5.3).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from common.clock import utc_now
from common.connections.errors import NotSent
from common.database.pool import DatabaseUnavailable
from common.flows.flow import Flow, FromJaggaer
from common.flows.registry import FLOWS
from common.installation import Installation
from common.ledger.inbox import Answered
from common.reloading import Installations
from common.sides import Gateway, Side
from common.telemetry import redaction
from common.telemetry.logs import logger
from common.vault.seal import KeyMissing
from producers.gateway import judging, taking
from producers.gateway.judging import ALWAYS_TAKEN, PROFILE, Letter, NotTaken, Posted
from producers.gateway.sign_ins import SignIns, WaitFirst
from schemas.cxml import answer
from schemas.cxml.answer import Offer

_LOG = logger(__name__)
_SHOWN = 120

Takes = Callable[[Side], Mapping[str, Flow]]
"""Tells which flow takes which request of an integration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes back over HTTP."""

    status: int
    body: bytes = field(repr=False)
    retry_after: int | None = None


def flows_by_request(side: Side) -> dict[str, Flow]:
    """Return which enabled flow takes which request."""
    return {
        request: flow
        for flow in FLOWS.values()
        if isinstance(flow.source, FromJaggaer) and side.flow(flow.name).enabled
        for request in flow.source.requests
    }


class Receiver:
    """Answers posted documents. Safe to use from several threads."""

    def __init__(
        self, installations: Installations, takes: Takes = flows_by_request, sign_ins: SignIns | None = None
    ) -> None:
        self._installations = installations
        self._takes = takes
        self._sign_ins = sign_ins or SignIns()
        self._since = utc_now()

    def receive(self, posted: Posted) -> Reply | None:
        """Return the answer to a document; None if no integration of this name takes any."""
        try:
            with self._installations.lent() as installation:
                side = installation.sides.get(posted.integration)
                if side is None or side.gateway is None:
                    return None
                return self._reply(installation, side, side.gateway, posted)
        except (DatabaseUnavailable, KeyMissing, NotSent) as error:
            _LOG.warning("a document must come again", integration=posted.integration, reason=str(error))
            return failure(503, 560, "The ledger is not available now. Send the same document again later.")
        except Exception:  # noqa: BLE001 - whatever a document brings about, the next one must find us alive
            _LOG.exception("a document failed", integration=posted.integration)
            return failure(500, 500, "The document met a defect here. Send it again later; it is being looked at.")

    def _reply(self, installation: Installation, side: Side, gateway: Gateway, posted: Posted) -> Reply:
        try:
            letter = judging.open_letter(posted, gateway, self._sign_ins)
        except WaitFirst as refused:
            return failure(503, 560, str(refused), retry_after=refused.seconds)
        except NotTaken as refused:
            _LOG.warning("a document is not taken", integration=side.name, code=refused.code, reason=str(refused))
            return _reply(Answered(code=refused.code, answer=_written(refused.code, refused.sentence)), gateway)
        answered = self._answered(installation, side, gateway, letter, posted)
        _LOG.info(
            "a document is answered",
            integration=side.name,
            sender=letter.sender.name,
            request=letter.envelope.name[:_SHOWN],
            payload_id=letter.envelope.payload_id,
            number=(letter.request.number or "")[:_SHOWN],
            code=answered.code,
            job=answered.job_id,
            record=answered.record_id,
            deviations=len(letter.request.deviations),
        )
        return _reply(answered, gateway)

    def _answered(
        self, installation: Installation, side: Side, gateway: Gateway, letter: Letter, posted: Posted
    ) -> Answered:
        taken = self._takes(side)
        refusal: NotTaken | None = None
        try:
            judging.check(letter, gateway, taken)
        except NotTaken as refused:
            refusal = refused
        if refusal is None and letter.envelope.name == PROFILE:
            url = gateway.settings.url or posted.url
            offer = Offer(requests={*taken, *ALWAYS_TAKEN}, url=url, since=self._since)
            return Answered(code=200, answer=_written(200, "", offer))
        return taking.take(installation, side, letter, refusal, taken.get(letter.envelope.name), _written)


def failure(status: int, code: int, sentence: str, *, retry_after: int | None = None) -> Reply:
    """Return an answer that has nothing to do with the document."""
    return Reply(status=status, body=_written(code, sentence), retry_after=retry_after)


def _written(code: int, sentence: str, offer: Offer | None = None) -> bytes:
    payload_id = f"{uuid4().hex}@ml-connector"
    return answer.build(code, redaction.mask(sentence), payload_id=payload_id, stated_at=utc_now(), offer=offer)


def _reply(answered: Answered, gateway: Gateway) -> Reply:
    refused = gateway.settings.transport_codes and answered.code >= 400
    return Reply(status=400 if refused else 200, body=answered.answer)
