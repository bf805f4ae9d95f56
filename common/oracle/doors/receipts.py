"""The door of receipts: Oracle's receiving is brought to where the receipt says (oracle-fusion.md, 3.6).

What Oracle shows under our reference is looked at, what is wanted less that is planned (`schemas/oracle/receipt_plan`),
and one request of the plan is made; then it is looked at again, until nothing is left to do. So it does not matter what
was sent before, or which answer was lost. What stands in the interface is seen to first: a request that waits there is
waited for, never posted again; one that failed is deleted before anything, so that no later run receives it.

The history proves every success. Oracle may take a moment to show it: then the record is read back before anything is
planned from a history that lacks what was just done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from common.connections.exchange import Answer, Request
from common.connections.source import Row, SourceUnreadable
from common.connections.target import Outgoing
from common.ledger.verdicts import Dead, DeadClass, Delivered, Unclear, Wait
from common.oracle import filters, writes
from common.oracle.steps import Ask, Course, Missing, Present, Step
from common.telemetry import redaction
from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.oracle import receipt, receipt_plan, receipt_wanted, receiving_history
from schemas.oracle.receipt import Outcome
from schemas.oracle.receipt_plan import Correct, NotPossible, Receive, Return
from schemas.oracle.receipt_wanted import OrderNamed, WantedLine
from schemas.oracle.receiving_history import History, Transaction

REQUESTS = "/receivingReceiptRequests"
FOLLOW_UPS = "/receivingReceiptTransactionRequests"
_HISTORY = "/receivingTransactionsHistory"
_KEYS = {REQUESTS: "HeaderInterfaceId", FOLLOW_UPS: "InterfaceTransactionId"}
_WAITING_SECONDS = 30.0
_MOST_STEPS = 200
_NOT_RECEIVED = "Put right in Oracle or in JAGGAER what it says, then replay: what was received already stays."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Removal:
    """A request that failed and is deleted."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Posting:
    """A request and how many transactions it makes; `about` are the order lines, as a person says them."""

    path: str
    fields: Mapping[str, JsonValue]
    size: int
    about: str


_Act = _Removal | _Posting


def door(outgoing: Outgoing) -> Course:
    """Write a receipt down as a course."""
    work = _Work(outgoing)
    while True:
        seen = yield work.step()
        if work.act is None:
            return Delivered(target_id=seen.target_id, how=seen.how)
        if isinstance(work.act, _Posting) and seen.row is not None and receipt.outcome(seen.row) is Outcome.FAILED:
            yield _Failure(work.noun, work.act, seen.row).step()


class _Work:
    """One walk: what is wanted, what was done last, and what the history showed before that."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing
        self._reference = outgoing.reference
        self._wanted = receipt_wanted.decode(outgoing.body)
        self._before: frozenset[int] = frozenset()
        self._steps = 0
        self.act: _Act | None = None
        self.noun = f"receipt {self._wanted.number}"

    def step(self) -> Step:
        """Return the step that does the next thing that is left to do."""
        return Step(noun=self.noun, look=self._look, request=lambda _: self._request(), judge=self._judge)

    def _look(self, ask: Ask) -> Present | Missing | Dead | Wait | Unclear:
        last, self.act = self.act, None
        if not isinstance(last, _Posting):
            unfinished = self._unfinished(ask)
            if unfinished is not None:
                return unfinished
        history = self._history(ask)
        shown = history.keys(self._reference)
        if isinstance(last, _Posting) and len(shown - self._before) < last.size:
            return Unclear(reason=f"Oracle says that it has {self.noun}, and its history does not show it yet.")
        self._before, self._steps = shown, self._steps + 1
        return self._planned(history)

    def _planned(self, history: History) -> Present | Missing | Dead:
        try:
            effects = [effect for line in self._lines(history) for effect in self._plan(line, history)]
        except NotPossible as error:
            return self._not_possible(error)
        if not effects:
            numbers = ", ".join(history.receipt_numbers(self._reference))
            how = f"Oracle's history shows it under {self._reference}" if numbers else "Oracle shows nothing of it"
            return Present(target_id=numbers or self._reference, how=how)
        if self._steps > _MOST_STEPS:
            return self._never_ends()
        self.act = self._posting(effects)
        return Missing(reason=f"Oracle's history does not show all of {self.noun}: {self.act.about} is to be done.")

    def _lines(self, history: History) -> list[WantedLine]:
        """Return what is wanted of each order line; nothing of one that an earlier version of the receipt had."""
        wanted = {(line.order.key, line.line): line for line in self._wanted.lines}
        gone = [row for key, row in history.lines(self._reference).items() if key not in wanted]
        return [*wanted.values(), *map(_unwanted, gone)]

    def _plan(self, line: WantedLine, history: History) -> list[receipt_plan.Effect]:
        return receipt_plan.plan(line, history, self._reference)

    def _posting(self, effects: list[receipt_plan.Effect]) -> _Posting:
        """Return one request of a plan: what is received first, as much as goes into one header."""
        received = [effect for effect in effects if isinstance(effect, Receive)]
        stated_at = self._outgoing.intent.stated_at
        if received:
            together = [one for one in received if receipt.receipt_key(one) == receipt.receipt_key(received[0])]
            fields = receipt.receipt(self._wanted, together, self._reference, stated_at)
            about = ", ".join(dict.fromkeys(receipt.described(one.line) for one in together))
            return _Posting(path=REQUESTS, fields=fields, size=len(together), about=about)
        first = next(effect for effect in effects if isinstance(effect, Correct | Return))
        fields = receipt.follow_up(self._wanted, first, self._reference, stated_at)
        return _Posting(path=FOLLOW_UPS, fields=fields, size=1, about=receipt.described(first.line))

    def _unfinished(self, ask: Ask) -> Missing | Wait | None:
        """Return what stands of us in the interface: it waits, or it failed and is to be removed."""
        found = [
            (path, _KEYS[path], row)
            for path, attribute in ((REQUESTS, "ShipmentNumber"), (FOLLOW_UPS, "ExternalSystemPackingUnit"))
            for row in ask.rows(path, filters.equals(attribute, self._reference), order_by=_KEYS[path])
        ]
        if any(receipt.outcome(row) is Outcome.WAITING for _, _, row in found):
            return Wait(seconds=_WAITING_SECONDS, reason=f"Oracle has not processed {self.noun} yet.")
        for path, key, row in found:
            if receipt.outcome(row) is Outcome.FAILED:
                self.act = _Removal(path=f"{path}/{_id(row, key)}")
                return Missing(reason=f"A request of {self.noun} failed, and is to be removed.")
        return None

    def _history(self, ask: Ask) -> History:
        """Return the rows that carry our reference, and all rows of the orders that they and the receipt are about."""
        found = _transactions(ask, filters.equals("ExternalSystemPackingUnit", self._reference))
        orders = {line.order.key for line in self._wanted.lines} | {row.order for row in found}
        for order in sorted(orders):
            found += _transactions(ask, filters.equals_number("POHeaderId", order))
        return History(found)

    def _request(self) -> Request:
        match self.act:
            case _Removal():
                return writes.delete(self.act.path)
            case _Posting():
                return writes.post(self.act.path, self.act.fields)
            case None:
                raise ValueError("nothing is to be done")

    def _judge(self, answer: Answer) -> Present | Unclear:
        if isinstance(self.act, _Removal):
            return Present(target_id=self._reference, how="removed")
        try:
            row = exact_json.loads_tolerantly(answer.content)
        except exact_json.NotExactJson as error:
            return Unclear(reason=f"Oracle's answer to {self.noun} is not JSON: {error}")
        if not isinstance(row, dict) or receipt.outcome(row) is Outcome.WAITING:
            return Unclear(reason=f"Oracle has {self.noun}, and does not say yet what came of it.")
        return Present(target_id=self._reference, how="Oracle's answer", row=row)

    def _not_possible(self, error: NotPossible) -> Dead:
        return Dead(
            category=DeadClass.CONFLICT,
            reason=f"Not possible for {receipt.described(error.line)}: {error}",
            next_step="Compare it in JAGGAER with the receipts of the order in Oracle, then replay or discard.",
            field=f"lines[{','.join(map(str, error.line.said_by))}]",
            value=error.line.order.number,
            may_be_early=True,
        )

    def _never_ends(self) -> Dead:
        return Dead(
            category=DeadClass.CONFLICT,
            reason=f"Oracle's history does not come to what {self.noun} says, however often it is put right.",
            next_step=f"Look at the transactions under {self._reference} in Oracle; somebody changes them, too.",
        )


class _Failure:
    """A request that was taken and failed: what Oracle says of it, and its end."""

    def __init__(self, noun: str, act: _Posting, row: Row) -> None:
        self._noun = noun
        self._act = act
        self._row = row
        self._messages: list[str] = []

    def step(self) -> Step:
        """Return the step that reads the messages, removes the request, and leaves the record dead."""
        return Step(noun=self._noun, look=self._look, request=lambda _: writes.delete(self._path), judge=self._judge)

    @property
    def _path(self) -> str:
        return f"{self._act.path}/{_id(self._row, _KEYS[self._act.path])}"

    def _look(self, ask: Ask) -> Missing:
        for place, line in self._failed_lines():
            errors = ask.row(f"{place}/child/processingErrors") or {}
            said = [str(one.get("ErrorMessage") or one.get("ErrorMessageName")) for one in _items(errors)]
            self._messages += [f"{_named(line)}: {message}" for message in said]
        return Missing(reason=f"Oracle refused {self._noun}; its request is to be removed.")

    def _failed_lines(self) -> list[tuple[str, Row]]:
        if self._act.path == FOLLOW_UPS:
            return [(self._path, self._row)]
        lines = _items(self._row.get("lines"))
        return [(f"{self._path}/child/lines/{_id(line, 'InterfaceTransactionId')}", line) for line in lines]

    def _judge(self, _: Answer) -> Dead:
        said = " ".join(self._messages) or str(self._row.get("ReturnMessage") or "it says no reason.")
        return Dead(
            category=DeadClass.REFUSED,
            reason=redaction.mask(f"Oracle refuses {self._noun} ({self._act.about}): {said}")[:1000],
            next_step=_NOT_RECEIVED,
            field=self._act.about,
            value="ERROR",
            refused_by_target=True,
            may_be_early=True,  # an order that its supplier has not answered yet takes no receipts
        )


def _unwanted(row: Transaction) -> WantedLine:
    """Return that nothing is wanted of the order line that a transaction is of."""
    return WantedLine(
        order=OrderNamed(
            key=row.order, number=row.order_number, legal_entity=None, supplier_id=None, supplier="", site=None
        ),
        line=row.line,
        by_amount=row.by_amount,
        unit=row.unit,
        received=Decimal(0),
        returned=Decimal(0),
        places=(),
        said_by=(),
        last=False,
    )


def _transactions(ask: Ask, where: str) -> list[Transaction]:
    rows = ask.rows(_HISTORY, where, order_by="TransactionId")
    return [found for row in rows if (found := receiving_history.parse(row)) is not None]


def _items(collection: object) -> list[Row]:
    """Return the rows of a child collection, in either shape."""
    items = collection.get("items") if isinstance(collection, Mapping) else collection
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []


def _named(line: Row) -> str:
    parts = (("order ", "DocumentNumber"), ("line ", "DocumentLineNumber"), ("schedule ", "DocumentShipmentLineNumber"))
    return ", ".join(f"{noun}{line[name]}" for noun, name in parts if line.get(name) is not None) or "It"


def _id(row: Row, name: str) -> int:
    """Return the id of a request. Raises SourceUnreadable."""
    value = row.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise SourceUnreadable(f"a request of ours has no {name}")
    return value
