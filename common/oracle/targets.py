"""Oracle as a target: each kind of document goes through its door, step by step (`steps.py`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from common.connections.errors import ClientRefused, ExchangeFailed
from common.connections.exchange import Answer, Exchange, Request
from common.connections.retry_after import source_time
from common.connections.sighting import Sighting
from common.connections.source import Row, SourceRefused, SourceUnreadable
from common.connections.target import Outgoing, Target, TargetVerdict, without_answer
from common.ledger.verdicts import Absent, Dead, DeadClass, Delivered, Unclear, Wait, dead_by
from common.oracle import answers, filters, writes
from common.oracle.doors import acknowledgments, receipts, supplier_invoices
from common.oracle.sightings import sighting
from common.oracle.steps import Door, Missing, Present, Step
from common.settings import OracleSettings
from schemas.refusals import Refused

_RETRY_SECONDS = 5.0
_LARGEST_PAGE = 500
_MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OracleKind:
    """One kind of document: its door, and where `ping` looks for what was delivered, by which attribute."""

    door: Door
    resource: str
    number: str | None = None


_KINDS: Mapping[str, Callable[[OracleSettings], OracleKind]] = {
    "acknowledgments": lambda _: OracleKind(
        door=acknowledgments.door, resource="purchaseOrderAcknowledgments", number="OrderNumber"
    ),
    "receipts": lambda _: OracleKind(door=receipts.door, resource="receivingTransactionsHistory"),
    "supplier_invoices": lambda _: OracleKind(
        door=supplier_invoices.door, resource=supplier_invoices.RESOURCE, number="InvoiceNumber"
    ),
}
"""The kinds that there are, by their flows."""


def open_targets(exchange: Exchange, oracle: OracleSettings) -> dict[str, Target]:
    """Return the target of each flow that delivers to Oracle."""
    return {flow: OracleTarget(exchange, kind(oracle), oracle) for flow, kind in _KINDS.items()}


class OracleTarget:
    """One kind of document at one Oracle pod."""

    def __init__(self, exchange: Exchange, kind: OracleKind, settings: OracleSettings) -> None:
        self._exchange = exchange
        self._kind = kind
        self._settings = settings
        self._questions = Questions(exchange, settings.version)

    def hold_back_seconds(self) -> float:
        """Return how long to wait before the next try."""
        return self._exchange.hold_back_seconds()

    def send(self, outgoing: Outgoing) -> TargetVerdict:
        """Walk the document's course, and have every effect that is not there yet."""
        return self._walk(outgoing, self._have)

    def find(self, outgoing: Outgoing) -> TargetVerdict:
        """Walk the document's course without any effect, up to the first that is missing."""
        verdict = self._walk(outgoing, self._see)
        if isinstance(verdict, Absent) and not verdict.proved:
            return replace(
                verdict,
                proved=outgoing.readbacks + 1 >= self._settings.absent_reads,
                look_again_seconds=self._settings.absent_first_wait_seconds * 2.0**outgoing.readbacks,
            )
        return verdict

    def sight(self, number: str | None) -> Sighting:
        """Count the documents, or those of a number. Raises what the exchange raises, or NotQuotable."""
        query = {"onlyData": "true", "limit": "1"}
        if number is not None and self._kind.number is not None:
            query["q"] = filters.equals(self._kind.number, number)
        else:
            query["totalResults"] = "true"
        path = f"{writes.API}/{self._settings.version}/{self._kind.resource}"
        answer = self._exchange.send(Request(method="GET", path=path, query=query, headers=writes.FRAMEWORK))
        return sighting(answer.status, answer.content, source_time(answer.headers))

    def _walk(self, outgoing: Outgoing, take: Callable[[Step, Outgoing], Present | TargetVerdict]) -> TargetVerdict:
        try:
            course = self._kind.door(outgoing)
            step = next(course)
            while True:
                taken = take(step, outgoing)
                if not isinstance(taken, Present):
                    return taken
                step = course.send(taken)
        except StopIteration as end:
            return _delivered(end.value, outgoing)
        except Refused as refused:
            return dead_by(refused.refusal)

    def _see(self, step: Step, _: Outgoing) -> Present | TargetVerdict:
        """Look for one effect."""
        try:
            seen = step.look(self._questions)
        except ClientRefused as error:
            return without_answer(error)
        except (ExchangeFailed, SourceUnreadable) as error:
            return Unclear(reason=f"It could not be read back: {error}")
        except SourceRefused as error:
            return Unclear(reason=f"It could not be read back: {error}", answered=True)
        return Absent(reason=seen.reason, proved=step.repeatable) if isinstance(seen, Missing) else seen

    def _have(self, step: Step, outgoing: Outgoing) -> Present | TargetVerdict:
        """Look for one effect, and have it if it is not there."""
        try:
            seen = step.look(self._questions)
            if not isinstance(seen, Missing):
                return seen
            request = step.request(self._questions)
        except ClientRefused as error:
            return without_answer(error)
        except (ExchangeFailed, SourceUnreadable) as error:
            return Wait(seconds=_RETRY_SECONDS, reason=f"Nothing was sent: {error}")
        except SourceRefused as error:
            return _not_shown(step, error)
        return self._act(step, request, outgoing)

    def _act(self, step: Step, request: Request, outgoing: Outgoing) -> Present | TargetVerdict:
        below = writes.at(self._settings.version, request)
        try:
            answer = self._exchange.send(below, trusted_until=outgoing.trusted_until)
        except ExchangeFailed as error:
            return without_answer(error)
        refusal = writes.refusal(answer, step.noun)
        if isinstance(refusal, Dead):
            return replace(refusal, may_be_early=step.may_be_early)
        return refusal or step.judge(answer)


class Questions:
    """Reads one pod for a step; see `steps.Ask`."""

    def __init__(self, exchange: Exchange, version: str) -> None:
        self._exchange = exchange
        self._base = f"{writes.API}/{version}"

    def rows(self, path: str, where: str, *, order_by: str, expand: str = "") -> list[Row]:
        """Return every row that an expression selects. Raises SourceUnreadable where there are too many to be ours."""
        found: list[Row] = []
        query = {"q": where, "orderBy": f"{order_by}:asc", "limit": str(_LARGEST_PAGE), **_expanded(expand)}
        while len(found) <= _MOST_ROWS:
            body = self._body(path, {**query, "offset": str(len(found))})
            items = body.get("items")
            if not isinstance(items, list):
                raise SourceUnreadable(f"{path} has no list of items")
            found += [item for item in items if isinstance(item, Mapping)]
            if not items or body.get("hasMore") is not True:
                return found
        raise SourceUnreadable(f"{path} shows more than {_MOST_ROWS} rows for {where[:200]}")

    def row(self, path: str, *, expand: str = "") -> Row | None:
        """Return one item, None if Oracle has none there."""
        answer = self._get(path, _expanded(expand))
        return None if answer.status == 404 else answers.document(answer.status, answer.content)

    def _body(self, path: str, query: Mapping[str, str]) -> Row:
        answer = self._get(path, query)
        return answers.document(answer.status, answer.content)

    def _get(self, path: str, query: Mapping[str, str]) -> Answer:
        request = Request(method="GET", path=f"{self._base}{path}", query=query, headers=writes.FRAMEWORK)
        return self._exchange.send(request)


def _expanded(expand: str) -> dict[str, str]:
    return {"expand": expand} if expand else {}


def _delivered(value: object, outgoing: Outgoing) -> Delivered:
    if not isinstance(value, Delivered):
        raise TypeError(f"the course of {outgoing.number} ended without saying what it delivered")
    return value


def _not_shown(step: Step, error: SourceRefused) -> Dead:
    return Dead(
        category=DeadClass.REFUSED,
        reason=f"Whether Oracle has {step.noun} cannot be seen, so nothing was sent: {error}",
        next_step="Give the integration user the privilege to read it, then replay.",
    )
