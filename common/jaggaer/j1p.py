"""Documents in JAGGAER's J1P dialect: JSON in, the result inside the answer, read-back by the document's number.

J1P promises no idempotency key, so an unclear send is settled by reading: the document is there with our request id or
our content, or it was looked for several times over minutes and is not there (messaging-and-reliability.md, section 4).
"""

from collections.abc import Callable
from dataclasses import replace

from common.connections.errors import ClientRefused, ExchangeFailed, NotSent, OutcomeUnknown
from common.connections.exchange import Answer, Exchange, Request
from common.connections.sighting import Sighting
from common.connections.target import Outgoing, TargetVerdict, without_answer
from common.jaggaer import answers, filters, sightings
from common.jaggaer.filters import NotFilterable
from common.jaggaer.j1p_door import J1pDoor, filled_path
from common.ledger.verdicts import Absent, Dead, DeadClass, Delivered, Rebuild, Unclear, Wait
from common.settings import J1pSettings
from schemas.exact_json import JsonValue
from schemas.j1p.fields import UnreadableOrder

_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
_RETRY_SECONDS = 5.0
_NOT_THERE_SECONDS = 30.0
_MOST_NAMESAKES = 20
"""How many documents of the same number are looked at."""


Judge = Callable[[JsonValue], TargetVerdict | None]
"""Judges one listed document; None for one that only shares our number."""


class J1pTarget:
    """One kind of document at one JAGGAER instance."""

    def __init__(
        self,
        exchange: Exchange,
        profile: J1pSettings,
        door: J1pDoor,
        *,
        absent_reads: int,
        absent_first_wait_seconds: float,
    ) -> None:
        self._exchange = exchange
        self._profile = profile
        self._door = door
        self._absent_reads = absent_reads
        self._first_wait = absent_first_wait_seconds

    def hold_back_seconds(self) -> float:
        """Return how long to wait before the next try."""
        return self._exchange.hold_back_seconds()

    def send(self, outgoing: Outgoing) -> TargetVerdict:
        """Import the document. What is refused is looked for: a late first send may have brought it there already."""
        verdict = self._import(outgoing)
        if not (isinstance(verdict, Dead) and verdict.refused_by_target):
            return verdict
        found = self.find(outgoing)
        if isinstance(found, Dead):
            return replace(found, refused_by_target=True)
        return found if isinstance(found, Delivered) else verdict

    def _import(self, outgoing: Outgoing) -> TargetVerdict:
        try:
            content = self._door.address(outgoing.body, outgoing.intent)
        except UnreadableOrder as error:
            return Rebuild(reason=str(error))
        try:
            names = self._names(outgoing)
        except (NotSent, ClientRefused, OutcomeUnknown, ValueError) as error:
            return Wait(seconds=_RETRY_SECONDS, reason=f"Nothing was sent, what it belongs to was not found: {error}")
        if not names:
            return Wait(seconds=_NOT_THERE_SECONDS, reason=f"JAGGAER does not show what this {self._door.noun} is of.")
        if len(names) > 1:
            return _several(self._door.noun, names, outgoing)
        path = filled_path(self._door.post_path, names[0])
        request = Request(method="POST", path=path, headers=_JSON, content=content)
        try:
            answer = self._exchange.send(request, trusted_until=outgoing.trusted_until)
        except ExchangeFailed as error:
            return without_answer(error)
        return answers.j1p_import(answer, outgoing.number, noun=self._door.noun)

    def _names(self, outgoing: Outgoing) -> list[str]:
        """Return what stands for the document in its path: one name of each document that it may belong to."""
        if self._door.id_of is None:
            return [outgoing.number]
        if (named := self._named(outgoing)) is not None:
            return [named]
        listed = answers.j1p_listing(self._list(outgoing.number)) or []
        found = (self._door.id_of(row, outgoing) for row in listed[:_MOST_NAMESAKES])
        return list(dict.fromkeys(filter(None, found)))

    def _named(self, outgoing: Outgoing) -> str | None:
        """Return JAGGAER's id where the document says it itself."""
        return None if self._door.named is None else self._door.named(outgoing)

    def find(self, outgoing: Outgoing) -> TargetVerdict:
        """Look for the document by its number; what is not found often enough was not applied."""
        return self.find_by(outgoing, lambda row: self._door.judge(row, outgoing))

    def find_by(self, outgoing: Outgoing, judge: Judge) -> TargetVerdict:
        """Look for the document by its number, and judge what is listed in another way than the door's."""
        try:
            verdict = self._look(outgoing, judge)
        except ClientRefused as error:
            return without_answer(error)
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
        """List documents, or those of one number, and say how many there are.

        Raises what the exchange raises, or NotFilterable for a number that no filter can hold.
        """
        query = {self._profile.start_parameter: str(self._profile.first_row)}
        if number is not None:
            query[self._profile.filter_parameter] = filters.filled(self._door.filter, number)
        return sightings.j1p(self._get(self._door.list_path, query), self._door.setting)

    def _look(self, outgoing: Outgoing, judge: Judge) -> TargetVerdict:
        if (named := self._named(outgoing)) is not None:
            return self._look_at(named, judge)
        try:
            listing = self._list(outgoing.number)
        except NotFilterable as error:
            return Unclear(reason=f"It could not be read back: {error}")
        found = answers.j1p_listing(listing)
        if found is None:
            return _unreadable(f"JAGGAER answers HTTP {listing.status} without a list.", listing)
        for row in found[:_MOST_NAMESAKES]:
            verdict = self._judge(row, outgoing, listing, judge)
            if verdict is not None:
                return verdict
        return Absent(reason="Read back: JAGGAER does not have it.", proved=False)

    def _look_at(self, named: str, judge: Judge) -> TargetVerdict:
        """Look at the document that JAGGAER has under an id of its own."""
        answer = self._get(filled_path(self._door.named_path, named), {})
        found = answers.j1p_one(answer)
        if found is None:
            return _unreadable(f"JAGGAER does not show the {self._door.noun} under its id {named}.", answer)
        try:
            verdict = judge(found)
        except ValueError as error:
            return _unreadable(str(error), answer)
        return verdict or _unreadable(f"JAGGAER shows another document under the id {named}.", answer)

    def _judge(self, row: JsonValue, outgoing: Outgoing, listing: Answer, judge: Judge) -> TargetVerdict | None:
        """Judge one listed document, None if it only shares our number."""
        answer = listing
        try:
            if self._door.one_path is not None:
                answer = self._get(self._door.one_path(row, outgoing.number), {})
                row = answers.j1p_one(answer)
                if row is None:
                    return _unreadable(f"JAGGAER lists the {self._door.noun} but does not show it.", answer)
            return judge(row)
        except ValueError as error:
            return _unreadable(str(error), answer)

    def _list(self, number: str) -> Answer:
        """List the documents of a number. Raises NotFilterable for one that no filter can hold."""
        wanted = filters.filled(self._door.filter, number)
        query = {self._profile.filter_parameter: wanted, self._profile.start_parameter: str(self._profile.first_row)}
        return self._get(self._door.list_path, query)

    def _get(self, path: str, query: dict[str, str]) -> Answer:
        return self._exchange.send(Request(method="GET", path=path, query=query, headers=_JSON))


def _several(noun: str, names: list[str], outgoing: Outgoing) -> Dead:
    return Dead(
        category=DeadClass.CONFLICT,
        reason=f"JAGGAER has several documents that the {noun} {outgoing.number} may be of: {', '.join(names)}. "
        "Nothing was sent.",
        next_step="Tell JAGGAER of it by hand at the right one, then discard this.",
        field="number",
        value=outgoing.number,
    )


def _unreadable(reason: str, answer: Answer) -> Unclear:
    """Return that a read-back said nothing clear: while JAGGAER is away that is no wonder, and spends nothing."""
    away = answer.status >= 500 or answer.status in (401, 403, 408, 429)
    return Unclear(reason=f"It could not be read back: {reason}", answered=not away)
