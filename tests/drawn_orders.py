"""Any purchase orders that a source could really send, for hypothesis.

`purchase_orders()` draws canonical orders whose amounts agree the way a source's do: line = quantity x price rounded to
the currency, schedules and distributions add up to their parents exactly.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from hypothesis import strategies as st

from schemas.money import Money
from schemas.purchase_order import Distribution, OrderLine, OrderStatus, Party, Person, PurchaseOrder, Schedule
from tests.drawn_values import optional_days, optional_texts, texts
from tests.factories import ACCOUNTS, distribution
from tests.oracle_orders import as_oracle
from tests.oracle_rows import Object, Shape

_STATUS_TEXT = {
    OrderStatus.OPEN: "Open",
    OrderStatus.ON_HOLD: "On Hold",
    OrderStatus.CLOSED: "Closed",
    OrderStatus.CANCELED: "Canceled",
    OrderStatus.NOT_RELEASED: "Pending Approval",
}
_CURRENCY_STEPS = {"USD": Decimal("0.01"), "EUR": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}
_UNIT_CODES = ("Ea", "Box", "kg", "Hour")


def _moments() -> st.SearchStrategy[datetime]:
    seconds, fractions = st.integers(0, 900_000_000), st.sampled_from([0, 26, 999])
    begin = datetime(2000, 1, 1, tzinfo=UTC)
    return st.builds(lambda whole, ms: begin + timedelta(seconds=whole, milliseconds=ms), seconds, fractions)


def _parties(*, address: bool) -> st.SearchStrategy[Party]:
    where = optional_texts() if address else st.none()
    return st.builds(Party, source_id=st.integers(1, 2**62), name=texts(), code=st.none(), address=where)


def _places(*, address: bool) -> st.SearchStrategy[Party]:
    """Draw a place known by its code: the header's has an address and no other name, a schedule's has a name."""
    if address:
        return _parties(address=True).map(lambda place: replace(place, code=place.name))
    return st.builds(replace, _parties(address=False), code=texts())


@st.composite
def _shares(draw: st.DrawFn, whole: Decimal, parts: int, step: Decimal) -> list[Decimal]:
    """Split a quantity or amount into parts that add up to it exactly."""
    steps = int(whole / step)
    cuts = sorted(draw(st.lists(st.integers(0, steps), min_size=parts - 1, max_size=parts - 1)))
    edges = [Decimal(0), *(cut * step for cut in cuts), whole]
    return [upper - lower for lower, upper in pairwise(edges)]


@st.composite
def _split(
    draw: st.DrawFn, quantity: Decimal | None, ordered: Decimal, step: Decimal, most: int
) -> list[tuple[Decimal | None, Decimal]]:
    parts = draw(st.integers(1, most))
    amounts = draw(_shares(ordered, parts, step))
    if quantity is None:
        return [(None, amount) for amount in amounts]
    return list(zip(draw(_shares(quantity, parts, Decimal("0.0001"))), amounts, strict=True))


@st.composite
def _distributions(
    draw: st.DrawFn, quantity: Decimal | None, ordered: Decimal, step: Decimal
) -> tuple[Distribution, ...]:
    return tuple(
        Distribution(
            number=number,
            quantity=part,
            amount=amount,
            percent=None,
            account=draw(st.sampled_from(ACCOUNTS)),
            requester=draw(optional_texts()),
        )
        for number, (part, amount) in enumerate(draw(_split(quantity, ordered, step, 2)), 1)
    )


@st.composite
def _schedules(
    draw: st.DrawFn, quantity: Decimal | None, ordered: Decimal, step: Decimal, *, canceled: bool
) -> tuple[Schedule, ...]:
    parts = tuple(
        Schedule(
            number=number,
            quantity=part,
            amount=amount if quantity is None else None,
            ordered=amount,
            ship_to=draw(st.none() | _places(address=False)),
            requested_delivery=draw(optional_days()),
            promised_delivery=draw(optional_days()),
            canceled=canceled,
            distributions=draw(_distributions(part, amount, step)),
            key=draw(st.none() | st.integers(1, 2**63 - 1)),
        )
        for number, (part, amount) in enumerate(draw(_split(quantity, ordered, step, 2)), 1)
    )
    return (*parts, _stale(parts[0], step)) if draw(st.integers(0, 4)) == 0 else parts


def _stale(part: Schedule, step: Decimal) -> Schedule:
    """Return a cancelled schedule that keeps the amounts it once had; its line does not count them any more."""
    share, old = distribution(quantity=None, amount=step * 7, percent=None), step * 7
    return replace(part, number=9, amount=None, ordered=old, canceled=True, distributions=(share,))


@st.composite
def _lines(draw: st.DrawFn, number: int, step: Decimal, *, canceled: bool) -> OrderLine:
    quantity = draw(st.none() | st.decimals(Decimal("0.0001"), 99_999, places=4))
    price = None if quantity is None else draw(st.decimals(0, 9_999_999, places=draw(st.integers(0, 6))))
    amount = draw(st.integers(0, 10**9)) * step if quantity is None or price is None else None
    worth = amount if quantity is None or price is None else (quantity * price).quantize(step, ROUND_HALF_UP)
    ordered = Decimal(0) if canceled or worth is None else worth
    return OrderLine(
        number=number,
        description=draw(texts()),
        item=draw(optional_texts()),
        supplier_item=draw(optional_texts()),
        category=draw(optional_texts()),
        quantity=quantity,
        uom=None if quantity is None else draw(st.sampled_from(_UNIT_CODES)),
        price=price,
        amount=amount,
        ordered=ordered,
        note_to_supplier=draw(optional_texts()),
        canceled=canceled,
        schedules=draw(_schedules(quantity, ordered, step, canceled=canceled)),
    )


@st.composite
def purchase_orders(draw: st.DrawFn, *, max_lines: int = 4) -> PurchaseOrder:
    """Draw a canonical order: one to `max_lines` lines, a few of them cancelled, all where the order is cancelled."""
    currency = draw(st.sampled_from(sorted(_CURRENCY_STEPS)))
    step = _CURRENCY_STEPS[currency]
    status = draw(st.sampled_from(sorted(_STATUS_TEXT)))
    numbers = sorted(draw(st.sets(st.integers(1, 9999), min_size=1, max_size=max_lines)))
    gone = {number for number in numbers if status is OrderStatus.CANCELED or draw(st.integers(0, 9)) == 0}
    lines = tuple(draw(_lines(number, step, canceled=number in gone)) for number in numbers)
    lines_come_to = sum((line.ordered for line in lines), Decimal(0))
    deduction = draw(st.none() | st.integers(1, 100).map(lambda steps: steps * step))
    ordered = lines_come_to - (deduction or 0)
    tax = draw(st.none() | st.integers(0, 10**6).map(lambda steps: steps * step))
    moments = sorted(draw(st.tuples(_moments(), _moments())))
    return PurchaseOrder(
        key=draw(st.integers(1, 2**63 - 1)),
        number=draw(st.from_regex(r"[A-Z]{2}[0-9]{1,12}(-[0-9])?", fullmatch=True)),
        revision=draw(st.integers(0, 99)),
        status=status,
        source_status=_STATUS_TEXT[status],
        description=draw(optional_texts()),
        legal_entity=draw(optional_texts()),
        business_unit=draw(st.none() | texts().filter(str.isprintable)),
        supplier=draw(st.builds(replace, _parties(address=False), code=optional_texts())),
        buyer=draw(st.none() | st.builds(Person, name=texts(), email=optional_texts())),
        bill_to=draw(st.none() | _parties(address=True)),
        ship_to=draw(st.none() | _places(address=True)),
        payment_terms=draw(optional_texts()),
        note_to_supplier=draw(optional_texts()),
        ordered=Money(amount=ordered, currency=currency),
        deduction=None if deduction is None else Money(amount=deduction, currency=currency),
        tax=None if tax is None else Money(amount=tax, currency=currency),
        total=Money(amount=ordered + (tax or 0), currency=currency),
        ordered_at=moments[0],
        changed_at=moments[1],
        lines=lines,
    )


def raw_orders(*, shape: Shape = "collections", max_lines: int = 4) -> st.SearchStrategy[Object]:
    """Draw any valid order as Oracle sends it."""
    return purchase_orders(max_lines=max_lines).map(lambda order: as_oracle(order, shape=shape))
