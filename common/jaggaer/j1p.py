"""Purchase orders in JAGGAER's J1P dialect: JSON in, the result inside the answer, read-back by order number.

J1P promises no idempotency key, so an unclear send is settled by reading: the order is there with our request id or our
content, or it was looked for several times over minutes and is not there (messaging-and-reliability.md, section 4).
"""

from dataclasses import replace
from urllib.parse import quote

from common.connections.errors import ClientRefused, NotSent, OutcomeUnknown
from common.connections.exchange import Answer, Exchange, Request
from common.connections.sighting import Sighting
from common.connections.target import Outgoing, TargetVerdict
from common.jaggaer import answers, filters, sightings
from common.jaggaer.filters import NotFilterable
from common.ledger.verdicts import Absent, Dead, Delivered, Rebuild, Unclear, Wait
from common.settings import J1pSettings
from schemas import exact_json
from schemas.j1p import purchase_order as j1p
from schemas.j1p.purchase_order import J1pOrder, UnreadableOrder

_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
_RETRY_SECONDS = 5.0
_CLIENT_REFUSED_SECONDS = 60.0


class J1pPurchaseOrders:
    """Purchase orders at one JAGGAER instance."""

    def __init__(
        self, exchange: Exchange, profile: J1pSettings, *, absent_reads: int, absent_first_wait_seconds: float
    ) -> None:
        self._exchange = exchange
        self._profile = profile
        self._layout = profile.layout
        self._absent_reads = absent_reads
        self._first_wait = absent_first_wait_seconds

    def hold_back_seconds(self) -> float:
        """Return how long to wait before the next try."""
        return self._exchange.hold_back_seconds()

    def send(self, outgoing: Outgoing) -> TargetVerdict:
        """Import the order. What is refused is looked for: a late first send may have brought it there already."""
        verdict = self._import(outgoing)
        if not (isinstance(verdict, Dead) and verdict.refused_by_target):
            return verdict
        found = self.find(outgoing)
        if isinstance(found, Dead):
            return replace(found, refused_by_target=True)
        return found if isinstance(found, Delivered) else verdict

    def _import(self, outgoing: Outgoing) -> TargetVerdict:
        try:
            content = j1p.address(outgoing.body, outgoing.intent, self._layout)
        except UnreadableOrder as error:
            return Rebuild(reason=str(error))
        path = self._profile.purchase_orders_path
        request = Request(method="POST", path=path, headers=_JSON, content=content)
        try:
            answer = self._exchange.send(request, trusted_until=outgoing.trusted_until)
        except NotSent as error:
            return Wait(seconds=_RETRY_SECONDS, reason=str(error))
        except ClientRefused as error:
            return Wait(seconds=_CLIENT_REFUSED_SECONDS, reason=str(error))
        except OutcomeUnknown as error:
            return Unclear(reason=str(error))
        return answers.j1p_import(answer, outgoing.number)

    def find(self, outgoing: Outgoing) -> TargetVerdict:
        """Look for the order by its number; what is not found often enough was not applied."""
        try:
            verdict = self._look(outgoing)
        except ClientRefused as error:
            return Wait(seconds=_CLIENT_REFUSED_SECONDS, reason=str(error))
        except (NotSent, OutcomeUnknown) as error:
            return Unclear(reason=f"It could not be read back: {error}")
        if isinstance(verdict, Absent):
            return Absent(
                reason=verdict.reason,
                proved=outgoing.readbacks + 1 >= self._absent_reads,
                look_again_seconds=self._first_wait * 2.0**outgoing.readbacks,
            )
        return verdict

    def sight(self, number: str | None) -> Sighting:
        """List orders, or those of one number, and say how many there are.

        Raises what the exchange raises, or NotFilterable for a number that no filter can hold.
        """
        profile = self._profile
        query = {profile.start_parameter: str(profile.first_row)}
        if number is not None:
            query[profile.filter_parameter] = filters.filled(profile.filter_by_number, number)
        return sightings.j1p(self._get(profile.purchase_orders_path, query))

    def _look(self, outgoing: Outgoing) -> TargetVerdict:
        profile = self._profile
        try:
            wanted = filters.filled(profile.filter_by_number, outgoing.number)
        except NotFilterable as error:
            return Unclear(reason=f"It could not be read back: {error}")
        query = {profile.filter_parameter: wanted, profile.start_parameter: str(profile.first_row)}
        listing = self._get(profile.purchase_orders_path, query)
        found = answers.j1p_listing(listing)
        if found is None:
            return _unreadable(f"JAGGAER answers HTTP {listing.status} without a list.", listing)
        if not found:
            return Absent(reason="Read back: JAGGAER does not have it.", proved=False)
        path = profile.purchase_order_path.replace("{number}", quote(outgoing.number, safe=""))
        answer = self._get(path, {})
        whole = answers.j1p_listing(answer)
        if not whole:
            return _unreadable("JAGGAER lists the order but does not show it.", answer)
        try:
            order = j1p.parse(whole[0], self._layout)
        except ValueError as error:
            return _unreadable(str(error), answer)
        return answers.j1p_read_back(order, self._sent(outgoing), outgoing)

    def _sent(self, outgoing: Outgoing) -> J1pOrder | None:
        """Return what was sent; None if it was built before the layout was changed, and cannot be read any more."""
        try:
            return j1p.parse(exact_json.loads(j1p.address(outgoing.body, outgoing.intent, self._layout)), self._layout)
        except UnreadableOrder:
            return None

    def _get(self, path: str, query: dict[str, str]) -> Answer:
        return self._exchange.send(Request(method="GET", path=path, query=query, headers=_JSON))


def _unreadable(reason: str, answer: Answer) -> Unclear:
    """Return that a read-back said nothing clear: while JAGGAER is away that is no wonder, and spends nothing."""
    away = answer.status >= 500 or answer.status in (401, 403, 408, 429)
    return Unclear(reason=f"It could not be read back: {reason}", answered=not away)
