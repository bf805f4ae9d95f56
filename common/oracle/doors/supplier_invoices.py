"""Suppliers' invoices at Oracle: posted once, validated, and where Payables holds them, said so.

Source: oracle-fusion.md, 3.4 and 4. Ours is the invoice whose ReferenceKeyOne is our reference. It is looked for by
that, then by its natural key: what stands under our number with another reference is somebody else's, so nothing is
posted and nothing overwritten.

A changed invoice is compared with what Oracle has. Its date and description are changed there (Oracle's own list of
attributes allows it); amounts, lines and parties are not: an invoice that was posted is corrected by people.

Which schedules bear a billed line is decided when the invoice is posted, by what Oracle has billed of each until then.
Where that cannot be read, nothing counts as billed. Limit: invoices of one order line that are posted at the same
moment may read the same figures, and then both bill the same schedule, which becomes a hold of Oracle's.

Validating is Oracle's own process and matching its decision. So an invoice is delivered once it was validated, and how
names its status and the holds that are not released (`invoiceHolds`: HoldName, HoldReason, ReleaseName; the resource is
documented, not in our sheet). Holds that cannot be read keep nothing from being delivered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from common.connections.exchange import Answer
from common.connections.source import Row as Shown
from common.connections.source import SourceRefused, SourceUnreadable
from common.connections.target import Outgoing
from common.ledger.verdicts import Dead, DeadClass, Delivered, Unclear
from common.oracle import filters, writes
from common.oracle.answers import whole_number
from common.oracle.steps import Ask, Course, Missing, Present, Step
from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.identity import Action
from schemas.oracle import invoice_allocation, schedule_figures
from schemas.oracle.invoice_allocation import LINES, Place
from schemas.oracle.supplier_invoice import NATURAL_KEY, REFERENCE, compare
from schemas.refusals import Refusal, RefusalClass, Refused

Fields = dict[str, JsonValue]

RESOURCE = "invoices"
_PATH = f"/{RESOURCE}"
_KEY = "InvoiceId"
_NEVER_VALIDATED = frozenset(("not validated", "never validated"))
_AGAIN = "needs revalidation"
_COMPARE = (
    "Compare both. If Oracle's is this bill, entered by hand or by another way, discard this one; if not, have the "
    "supplier give its invoice another number. A replay looks again and posts only if the other is gone."
)
_CORRECT = (
    "Correct the invoice in Oracle, or cancel it there and have the supplier send it under another number; discard "
    "this version once both agree."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """Where an invoice stands: Oracle's status of it, and the holds that are not released (None: not to be read)."""

    status: str
    holds: tuple[str, ...] | None

    def __str__(self) -> str:
        """`Needs revalidation: hold Quantity ordered (Quantity billed exceeds quantity ordered)`."""
        if self.holds is None:
            return f"{self.status}; its holds cannot be read"
        return f"{self.status}: hold {', hold '.join(self.holds)}" if self.holds else self.status


def door(outgoing: Outgoing) -> Course:
    """Write an invoice down as a course. Raises Refused for a body that is none."""
    if outgoing.intent.action is Action.CANCEL:
        return _canceling(outgoing)
    return _posting(outgoing, _wanted(outgoing))


def _posting(outgoing: Outgoing, wanted: Fields) -> Course:
    posted = yield Step(
        noun=f"invoice {outgoing.number}",
        look=lambda ask: _look(ask, outgoing, wanted),
        request=lambda ask: writes.post(_PATH, _posted(ask, outgoing, wanted)),
        judge=lambda answer: _created(answer, outgoing),
        may_be_early=True,  # an order that its supplier has not answered yet takes no invoices
    )
    yield Step(
        noun=f"the change of invoice {outgoing.number}",
        look=lambda ask: _as_wanted(ask, posted, wanted),
        request=lambda ask: writes.patch(f"{_PATH}/{posted.target_id}", _patch(ask, posted, wanted)),
        judge=lambda _: Present(target_id=posted.target_id, how="Oracle changed it."),
    )
    yield Step(
        noun=f"the validation of invoice {outgoing.number}",
        look=lambda ask: _validated(ask, posted),
        request=lambda ask: writes.action(f"{_PATH}/action/validateInvoice", _validate(ask, posted)),
        judge=lambda _: Present(target_id=posted.target_id, how="Oracle validated it."),
    )
    stands = yield _looking(f"the status of invoice {outgoing.number}", lambda ask: _shown(ask, posted))
    return Delivered(target_id=posted.target_id, how=f"{posted.how} {stands.how}.")


def _canceling(outgoing: Outgoing) -> Course:
    held = yield _looking(f"invoice {outgoing.number}", lambda ask: _held(ask, outgoing))
    row = held.row or {}
    if _is_canceled(row):
        return Delivered(target_id=held.target_id, how=held.how)
    yield Step(
        noun=f"the cancellation of invoice {outgoing.number}",
        look=lambda ask: _look_canceled(ask, held),
        request=lambda _: writes.action(f"{_PATH}/action/cancelInvoice", _named(row)),
        judge=lambda _: Present(target_id=held.target_id, how="Oracle canceled it."),
    )
    seen = yield _looking(f"invoice {outgoing.number}", lambda ask: _canceled_indeed(ask, held))
    return Delivered(target_id=seen.target_id, how=seen.how)


def _looking(noun: str, look: Callable[[Ask], Present | Dead]) -> Step:
    """Return a step without an effect: there is something to be seen, or it ends there."""

    def never(_: object) -> NoReturn:
        raise AssertionError(f"{noun} is only looked at")

    return Step(noun=noun, look=look, request=never, judge=never)


def _look(ask: Ask, outgoing: Outgoing, wanted: Fields) -> Present | Missing | Dead:
    """Look for our invoice. What stands under its number and is not ours ends it."""
    ours = _ours(ask, outgoing)
    if ours is not None:
        if _is_canceled(ours):
            return _conflict(
                "CanceledFlag", "true", "It was canceled in Oracle, and Oracle never takes its number again.", _CORRECT
            )
        return Present(target_id=_id(ours), how="Oracle has it under our reference.", row=ours)
    others = ask.rows(
        _PATH, filters.every(*(filters.equals(name, str(wanted[name])) for name in NATURAL_KEY)), order_by=_KEY
    )
    if others:
        return _of_another(others[0], outgoing, wanted)
    return Missing(reason=f"Oracle has no invoice of reference {outgoing.reference}.")


def _of_another(row: Shown, outgoing: Outgoing, wanted: Fields) -> Dead:
    """Return the verdict on a number that Oracle already has for an invoice that is not ours."""
    reference = row.get(REFERENCE) or "none"
    amounts = " and ".join(
        f"{whose} comes to {one.get('InvoiceAmount')} {one.get('InvoiceCurrency')}"
        for whose, one in (("it", row), ("this one", wanted))
    )
    return _conflict(
        "InvoiceNumber",
        outgoing.number,
        f"Oracle has another invoice {outgoing.number} of {wanted['Supplier']} in {wanted['BusinessUnit']}: InvoiceId "
        f"{_id(row)}, reference {reference} (ours: {outgoing.reference}); {amounts}. Nothing was posted.",
        _COMPARE,
    )


def _posted(ask: Ask, outgoing: Outgoing, wanted: Fields) -> Fields:
    """Return the invoice as it is posted: its lines by the schedules that Oracle has not billed yet."""
    places = invoice_allocation.places(wanted)
    billed = {place.schedule: number for place in places if (number := _billed(ask, place)) is not None}
    return {**invoice_allocation.posted(wanted, billed), REFERENCE: outgoing.reference}


def _billed(ask: Ask, place: Place) -> Decimal | None:
    """Return what Oracle has billed of a schedule, None where it does not say or may not be asked."""
    try:
        row = ask.row(f"/purchaseOrderLifeCycleDetails/{place.order}/child/schedules/{place.schedule}")
        return None if row is None else schedule_figures.billed(row, by_amount=place.by_amount)
    except (SourceRefused, Refused):
        return None


def _as_wanted(ask: Ask, posted: Present, wanted: Fields) -> Present | Missing | Dead:
    """Compare an invoice that was there already with what it should be; what was just created is that."""
    if posted.row is None:
        return posted
    found = compare(wanted, _row(ask, posted), _lines(ask, posted))
    if found.fixed:
        shown = "; ".join(f"{one.field} is {one.theirs!r} in Oracle and {one.ours!r} here" for one in found.fixed[:5])
        first = found.fixed[0]
        return _conflict(
            first.field,
            first.ours,
            f"Oracle has the invoice otherwise, and it is not changed there: {shown}.",
            _CORRECT,
        )
    if found.patch:
        return Missing(reason=f"Oracle has another {', '.join(found.patch)}.")
    return posted


def _patch(ask: Ask, posted: Present, wanted: Fields) -> Fields:
    return compare(wanted, _row(ask, posted), _lines(ask, posted)).patch


def _validated(ask: Ask, posted: Present) -> Present | Missing:
    """Whether Oracle has validated it; what needs it again, and is not on hold, was changed since."""
    standing = _standing(ask, posted)
    status = standing.status.casefold()
    if status in _NEVER_VALIDATED or (status == _AGAIN and standing.holds == ()):
        return Missing(reason=f"Oracle has the invoice, with status {standing.status}.")
    return Present(target_id=posted.target_id, how=str(standing))


def _shown(ask: Ask, posted: Present) -> Present:
    return Present(target_id=posted.target_id, how=str(_standing(ask, posted)))


def _standing(ask: Ask, posted: Present) -> _Standing:
    row = _row(ask, posted)
    held = filters.every(*(filters.equals(name, str(row.get(name) or "")) for name in NATURAL_KEY))
    try:
        holds = ask.rows("/invoiceHolds", held, order_by="HoldId")
    except SourceRefused:
        return _Standing(status=_status(row), holds=None)
    return _Standing(status=_status(row), holds=tuple(_hold(hold) for hold in holds if not hold.get("ReleaseName")))


def _hold(hold: Shown) -> str:
    name, reason = str(hold.get("HoldName") or "without a name"), hold.get("HoldReason")
    return f"{name} ({reason})" if reason else name


def _held(ask: Ask, outgoing: Outgoing) -> Present | Dead:
    """Look for what is to be canceled: it was posted, so it is there, or a person must say what became of it."""
    row = _ours(ask, outgoing)
    if row is None:
        return _conflict(
            "InvoiceNumber",
            outgoing.number,
            f"It was posted to Oracle and is to be canceled, but Oracle shows no invoice of reference "
            f"{outgoing.reference} any more.",
            "Look for its number in Oracle: if the invoice is there, cancel it by hand. Then discard this.",
        )
    return Present(target_id=_id(row), how="Oracle has it canceled already." if _is_canceled(row) else "", row=row)


def _look_canceled(ask: Ask, held: Present) -> Present | Missing:
    row = _row(ask, held)
    if _is_canceled(row):
        return Present(target_id=held.target_id, how="Oracle has it canceled.")
    return Missing(reason=f"Oracle has the invoice, with status {_status(row)}.")


def _canceled_indeed(ask: Ask, held: Present) -> Present | Dead:
    """Look whether the action did what its answer says."""
    seen = _look_canceled(ask, held)
    if isinstance(seen, Present):
        return Present(target_id=held.target_id, how="Oracle canceled it.")
    return Dead(
        category=DeadClass.REFUSED,
        reason=f"Oracle took the cancellation but did not cancel. {seen.reason}",
        next_step="See in Oracle what keeps it: an invoice that is paid cannot be canceled. Then replay or discard.",
    )


def _ours(ask: Ask, outgoing: Outgoing) -> Shown | None:
    found = ask.rows(_PATH, filters.equals(REFERENCE, outgoing.reference), order_by=_KEY)
    return found[0] if found else None


def _row(ask: Ask, posted: Present) -> Shown:
    """Read an invoice that is there. Raises SourceUnreadable where it is not shown any more."""
    row = ask.row(f"{_PATH}/{posted.target_id}")
    if row is None:
        raise SourceUnreadable(f"Oracle does not show invoice {posted.target_id} any more")
    return row


def _lines(ask: Ask, posted: Present) -> list[Shown]:
    return ask.rows(
        f"{_PATH}/{posted.target_id}/child/{LINES}", filters.greater("LineNumber", 0), order_by="LineNumber"
    )


def _created(answer: Answer, outgoing: Outgoing) -> Present | Unclear:
    try:
        body = exact_json.loads(answer.content)
        return Present(target_id=_id(body if isinstance(body, Mapping) else {}), how="Oracle created it.")
    except (exact_json.NotExactJson, SourceUnreadable) as error:
        return Unclear(
            reason=f"Oracle answers HTTP {answer.status} to invoice {outgoing.number}: {error}", answered=True
        )


def _validate(ask: Ask, posted: Present) -> Fields:
    return {**_named(_row(ask, posted)), "ProcessAction": "Validate"}


def _named(row: Shown) -> Fields:
    """Return how an action names an invoice."""
    return {name: row.get(name) for name in NATURAL_KEY}


def _id(row: Shown) -> str:
    found = whole_number(row.get(_KEY))
    if found is None:
        raise SourceUnreadable(f"an invoice without {_KEY} came")
    return str(found)


def _status(row: Shown) -> str:
    return " ".join(str(row.get("ValidationStatus") or "Not validated").split())


def _is_canceled(row: Shown) -> bool:
    return row.get("CanceledFlag") in (True, "Y") or _status(row).casefold() in ("canceled", "cancelled")


def _wanted(outgoing: Outgoing) -> Fields:
    """Return the body as it will be sent. Raises Refused for a number or supplier that Oracle cannot be asked for."""
    body = exact_json.loads(outgoing.body)
    if not isinstance(body, dict):
        raise TypeError(f"the body of invoice {outgoing.number} is no JSON object")
    for name in NATURAL_KEY:
        try:
            filters.equals(name, str(body.get(name) or ""))
        except filters.NotQuotable as error:
            raise Refused(
                Refusal(
                    category=RefusalClass.INVALID,
                    field=name,
                    value=str(body[name]),
                    reason=f"Oracle could not be asked whether it has the invoice: {error}.",
                    next_step="Enter the invoice in Oracle and discard it here.",
                )
            ) from None
    return body


def _conflict(field: str, value: str, reason: str, next_step: str) -> Dead:
    """Return the verdict on an invoice that Oracle has otherwise; ours was not applied, whatever was unclear before."""
    return Dead(
        category=DeadClass.CONFLICT,
        reason=reason,
        next_step=next_step,
        field=field,
        value=value,
        refused_by_target=True,
    )
