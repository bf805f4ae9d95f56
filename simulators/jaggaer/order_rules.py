"""What becomes of a document under an order number that may be known: duplicates, order of revisions, the cXML chain.

Pure decisions. J1P and the XML message go by revisionNumber (a higher one wins); cXML goes by orderVersion and
DocumentReference: a change names the payloadID of the most recent OrderRequest of the order and counts orderVersion up
by one (5.3, 6.1).
Every text names the existing document and its state, because an answer that does not is resent blindly (7, "Duplicate
orders").

Limits: what the document says inside is `content_rules`; a repeated batchId or payloadID never comes here.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from simulators.jaggaer.content_rules import net_total
from simulators.jaggaer.order import Change, Door, Draft, Line, Order, Reason, Refusal, State, StatusChange, Version


def judge(draft: Draft, known: Order | None, *, lenient_chain: bool) -> Refusal | None:
    """Return why the document can not be applied to the order held under its number, None if it can."""
    if draft.change is Change.NEW:
        return _duplicate(known) if known else None
    if known is None:
        return _refused(
            Reason.UNKNOWN_ORDER,
            f"Order {draft.number} is not known here, so it can not take {draft.change}: send it as new first.",
        )
    if known.state is State.CANCELED:
        return _refused(Reason.CLOSED, f"{_held(known)}; a cancelled order takes no {draft.change}.")
    if draft.door is not Door.CXML:
        return _revision(draft, known)
    return None if lenient_chain else _chain(draft, known)


def _duplicate(known: Order) -> Refusal:
    return _refused(
        Reason.DUPLICATE, f"{_held(known)}: it already exists. Send a change as update, or use a new number."
    )


def _revision(draft: Draft, known: Order) -> Refusal | None:
    if draft.revision is None:
        if draft.door is Door.INDIRECT:  # RevisionNumber is optional in the XML message (3.2)
            return None
        return _refused(
            Reason.MISSING, f"Order {draft.number}: poHeader.revisionNumber is missing; {draft.change} needs it."
        )
    if draft.revision <= known.revision:
        return _refused(
            Reason.STALE, f"{_held(known)}; poHeader.revisionNumber {draft.revision} is not higher, so it is stale."
        )
    return None


def _chain(draft: Draft, known: Order) -> Refusal | None:
    last = known.versions[-1]
    if last.door is not Door.CXML:
        return _refused(Reason.CHAIN, f"{_held(known)}; no OrderRequest of it was applied that could be referred to.")
    if draft.reference != last.key:
        return _refused(
            Reason.CHAIN,
            f"{_held(known)}; DocumentReference payloadID {draft.reference or '(none)'} is not that of its most recent "
            f"OrderRequest. Expected: {last.key}",
        )
    if draft.change is Change.UPDATE and draft.revision != known.revision + 1:
        stated = "(none)" if draft.revision is None else draft.revision + 1
        return _refused(Reason.STALE, f"{_held(known)}; orderVersion {stated} was sent, expected: {known.revision + 2}")
    return None


def _held(known: Order) -> str:
    version = known.versions[-1]
    counted = f"revision {known.revision}" if version.door is not Door.CXML else f"orderVersion {known.revision + 1}"
    return f"Order {known.number} is held as {known.state} with {counted} from {version.key}"


def _refused(reason: Reason, text: str) -> Refusal:
    return Refusal(reason=reason, text=text)


def applied(draft: Draft, known: Order | None, *, key: str, at: datetime) -> Order:
    """Return the order with an accepted document applied.

    An update is the complete order: lines that it leaves out are cancelled and stay with quantity 0 (6.1). A cancel
    changes the state and nothing else.
    """
    if known is not None and draft.change is Change.CANCEL:
        revision = known.revision if draft.revision is None else draft.revision
        version = _version(draft, key, at, revision=revision, total=known.total, currency=known.currency)
        return replace(
            known, state=State.CANCELED, revision=revision, updated_at=at, versions=(*known.versions, version)
        )
    revision, currency = _revision_after(draft, known), draft.currency or ""
    total = net_total(draft) if draft.total is None else draft.total
    version = _version(draft, key, at, revision=revision, total=total, currency=currency)
    return Order(
        number=draft.number,
        state=known.state if known else State.OPEN,
        source=known.source if known else draft.door,
        revision=revision,
        currency=currency,
        total=total,
        business_unit=draft.business_unit,
        lines=(*draft.lines, *_left_out(draft.lines, known.lines if known else ())),
        frame=draft.frame,
        updated_at=at,
        versions=(*(known.versions if known else ()), version),
        statuses=known.statuses if known else (),
    )


def with_status(order: Order, state: State, change: StatusChange) -> Order:
    """Return the order in another state; its content, and so its revision, stay as they are."""
    return replace(order, state=state, updated_at=change.at, statuses=(*order.statuses, change))


def _revision_after(draft: Draft, known: Order | None) -> int:
    if draft.revision is not None:
        return draft.revision
    return known.revision + 1 if known else 0


def _left_out(sent: tuple[Line, ...], held: Iterable[Line]) -> list[Line]:
    numbers = {line.number for line in sent}
    return [replace(line, quantity=Decimal(0)) for line in held if line.number not in numbers]


def _version(draft: Draft, key: str, at: datetime, *, revision: int, total: Decimal, currency: str) -> Version:
    return Version(
        door=draft.door,
        change=draft.change,
        revision=revision,
        key=key,
        total=total,
        currency=currency,
        line_count=len(draft.lines),
        digest=draft.digest,
        at=at,
    )
