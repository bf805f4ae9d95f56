"""Any acknowledgment reads back as it was meant, and comes to a whole answer or to none."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import acknowledgment_outcome
from schemas.acknowledgment import Acknowledgment, AcknowledgmentType, LineStatusType
from schemas.acknowledgment_outcome import Response
from schemas.cxml import confirmation_request
from schemas.exact_arithmetic import exact_sum
from schemas.j1p import confirmation
from schemas.j1p.confirmation import ConfirmationLayout
from schemas.oracle import acknowledgment as oracle
from schemas.purchase_order import PurchaseOrder
from schemas.refusals import RefusalClass, Refused
from schemas.units import DEFAULT_UNITS
from tests.acknowledgment_factories import acknowledgment, acknowledgments, as_cxml, as_j1p, line, status
from tests.factories import order_line, purchase_order, schedule, service_line


@st.composite
def released(draw: st.DrawFn) -> PurchaseOrder:
    """Draw an order of one to four lines with one or two schedules each; some buy an amount."""
    lines = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        parts = tuple(schedule(number=part, key=number * 100 + part) for part in range(1, draw(st.integers(1, 2)) + 1))
        buys = draw(st.sampled_from([order_line, service_line]))
        lines.append(buys(number=number, schedules=parts))
    return purchase_order(lines=tuple(lines))


@settings(max_examples=40, deadline=None)
@given(said=acknowledgments())
def test_what_is_written_as_cxml_reads_back_equal(said: Acknowledgment) -> None:
    assert confirmation_request.parse(as_cxml(said)) == said


@settings(max_examples=40, deadline=None)
@given(said=acknowledgments().filter(lambda one: bool(one.lines)), renamed=st.sampled_from(["poNumber", "order"]))
def test_a_row_of_j1p_reads_back_as_its_line(said: Acknowledgment, renamed: str) -> None:
    told = replace(said.lines[0].statuses[0], tax=None, shipping=None, substitute=None)
    one = line(said.lines[0].number, told, uom=said.lines[0].uom)
    layout = ConfirmationLayout(names={"poNumber": renamed} if renamed != "poNumber" else {})
    row = as_j1p(replace(said, lines=(one,)))
    row[renamed] = row.pop("poNumber")

    read = confirmation.parse(row, layout)

    assert (read.type, read.lines) == (AcknowledgmentType.DETAIL, (one,))
    assert (read.order_number, read.confirmation_id) == (said.order_number, said.confirmation_id)


@settings(max_examples=40, deadline=None)
@given(said=acknowledgments().filter(lambda one: bool(one.lines)), by=st.decimals("-5", "5", places=4))
def test_statuses_sum_to_their_line_or_it_is_refused(said: Acknowledgment, by: Decimal) -> None:
    first = said.lines[0]
    quantity = exact_sum([first.quantity or Decimal(0), by])
    if quantity > 0:
        changed = replace(said, lines=(replace(first, quantity=quantity), *said.lines[1:]))
        if by == 0:
            assert confirmation_request.parse(as_cxml(changed)).lines == said.lines
        else:
            with pytest.raises(Refused, match="sum to"):
                confirmation_request.parse(as_cxml(changed))


@settings(max_examples=40, deadline=None)
@given(order=released(), data=st.data())
def test_oracle_is_told_of_every_line_exactly_once(order: PurchaseOrder, data: st.DataObject) -> None:
    kinds = [LineStatusType.ACCEPT, LineStatusType.REJECT]
    lines = []
    for one in order.lines:
        quantity = Decimal(1) if one.quantity is None or one.price is None else one.quantity
        lines.append(line(one.number, status(data.draw(st.sampled_from(kinds)), quantity), uom=None))
    listed = data.draw(st.lists(st.sampled_from(lines), min_size=1, unique_by=lambda one: one.number))
    said = acknowledgment(AcknowledgmentType.EXCEPT, *listed)

    outcome = acknowledgment_outcome.outcome(said, order, DEFAULT_UNITS, accept_changed_dates=False)
    told = oracle.told(said, order, outcome)

    meant = {one.number: one.statuses[0].type for one in listed}
    wanted = {
        part.key: Response.REJECT if meant.get(one.number) is LineStatusType.REJECT else Response.ACCEPT
        for one in order.lines
        for part in acknowledgment_outcome.live_schedules(one)
    }
    if told.response is None:
        assert {one.key: one.response for one in told.schedules} == wanted
        assert [one.response for one in told.schedules] == sorted(
            (wanted[one.key] for one in told.schedules), reverse=True
        )
    else:
        assert set(wanted.values()) == {told.response}
        assert told.schedules == ()
    assert oracle.parse(oracle.build(told)) == told


@settings(max_examples=40, deadline=None)
@given(order=released(), part=st.decimals("0.1", "0.9", places=1))
def test_a_line_in_two_parts_is_a_conflict_and_never_half_an_answer(order: PurchaseOrder, part: Decimal) -> None:
    first = order.lines[0]
    quantity = Decimal(1) if first.quantity is None or first.price is None else first.quantity
    accepted = quantity * part
    parts = (status(quantity=accepted), status(LineStatusType.REJECT, exact_sum([quantity, -accepted])))
    said = acknowledgment(AcknowledgmentType.EXCEPT, line(first.number, *parts, uom=None))

    with pytest.raises(Refused) as caught:
        acknowledgment_outcome.outcome(said, order, DEFAULT_UNITS, accept_changed_dates=True)

    assert caught.value.refusal.category is RefusalClass.CONFLICT
    assert "rejected" in caught.value.refusal.reason
