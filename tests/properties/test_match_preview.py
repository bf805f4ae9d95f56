"""Whatever moves on order lines: nothing is counted twice or lost, tolerances hold, and order does not matter."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.match_values import BILLS, RECEIPTS, Allowance, Cause, Movement, MovementKind, Standing, Tolerances
from tests.match_factories import amount, bill, goods, judged, previewed, receipt, service

quantities = st.decimals(-20, 20, places=3).map(str)
standings = st.sampled_from(Standing)


@st.composite
def movements(draw: st.DrawFn) -> Movement:
    """Draw something that moved on one of two order lines, on a line that is not there, or in other terms."""
    number, days, standing = draw(quantities), draw(st.integers(0, 60)), draw(standings)
    drawn = draw(st.sampled_from(["receipt", "bill", "shipment", "amount"]))
    if drawn == "bill":
        made = bill(number, draw(st.sampled_from(["2.50", "2.75", "0"])), days, standing)
    elif drawn == "amount":
        made = amount(draw(st.sampled_from(MovementKind)), number, days)
    else:
        made = receipt(number, days, standing)
    if drawn == "shipment":
        made = replace(made, kind=MovementKind.SHIPPED)
    return replace(
        made,
        line=draw(st.sampled_from([1, 1, 2, 3, None])),
        unit=made.unit and draw(st.sampled_from(["EA", " each", "BX"])),
        currency=made.currency and draw(st.sampled_from(["USD", "USD", "EUR"])),
    )


LINES = [goods(), replace(service(), line=2)]


@settings(max_examples=80)
@given(moved=st.lists(movements(), max_size=12))
def test_every_movement_counts_in_one_line_or_is_an_exception_of_its_own(moved: list[Movement]) -> None:
    said = previewed(LINES, *moved)

    for kinds, name in ((RECEIPTS, "received"), (BILLS, "invoiced")):
        apart = [
            one
            for one in said.exceptions
            if one.cause in (Cause.CURRENCY_DIFFERS, Cause.UNIT_DIFFERS, Cause.ORDER_LINE_UNKNOWN)
        ]
        alone = {one.cause_document.record_id for one in apart}
        counted = [one for one in moved if one.kind in kinds and one.document.record_id not in alone]
        total = sum((getattr(line, name).total for line in said.lines), Decimal(0))
        assert total == sum((_number(one) for one in counted), Decimal(0))


@settings(max_examples=80)
@given(data=st.data(), moved=st.lists(movements(), max_size=10))
def test_the_same_documents_say_the_same_in_any_order(data: st.DataObject, moved: list[Movement]) -> None:
    said = previewed(LINES, *moved)

    assert previewed(reversed(LINES), *data.draw(st.permutations(moved))) == said
    for line in said.lines:
        assert (line.status == "exception") == bool(line.exceptions)
        causes = [(one.cause, one.cause_document.record_id) for one in line.exceptions]
        assert len(causes) == len(set(causes))


@settings(max_examples=80)
@given(
    received=st.decimals(0, 10, places=3),
    beyond=st.decimals(-1, 1, places=3),
    dearer=st.decimals(-1, 1, places=3),
    standing=st.sampled_from([Standing.ARRIVED, Standing.IN_FLIGHT]),
    days=st.integers(0, 90),
    ended=st.booleans(),
)
def test_within_tolerance_there_is_never_an_exception(
    received: Decimal, beyond: Decimal, dearer: Decimal, standing: Standing, days: int, *, ended: bool
) -> None:
    tolerances = Tolerances(
        quantity=Allowance(percent=Decimal(10), absolute=Decimal(2)),
        price=Allowance(absolute=Decimal(1)),
        amount=Allowance(absolute=Decimal(99)),
    )
    billed = str(received + beyond)
    moved = (receipt(str(received), days, standing), bill(billed, str(Decimal("2.5") + dearer), days, standing))

    assert (
        judged(
            goods(ended=ended), *moved, tolerances=replace(tolerances, amount=Allowance(absolute=Decimal(99)))
        ).exceptions
        == ()
    )


def _number(movement: Movement) -> Decimal:
    """What a comparable movement counts: a share of the service where it is a quantity on line 2."""
    if movement.line != 2:
        return movement.quantity or Decimal(0)
    return movement.amount if movement.amount is not None else (movement.quantity or Decimal(0)) * 1000
