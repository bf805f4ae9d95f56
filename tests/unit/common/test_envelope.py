"""What may pass from the wire to dramatiq."""

import uuid
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.bus import topology
from common.bus.envelope import ARRIVAL_OPTION, MalformedEnvelope, unwrap, wrap
from schemas.identity import JobId, RecordId
from schemas.tickets import MAX_TICKET_BYTES, PollCommand, Queue, RecordTicket, Ticket

JOB = JobId(str(uuid.UUID(int=7)))
TICKET = RecordTicket(
    record_id=RecordId(17), job_id=JOB, integration="main", flow="purchase_orders", document="US164861"
)

_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


def body(**changes: Any) -> bytes:
    fields = orjson.loads(wrap(Queue.TRANSFORM, TICKET, message_id="t1", timestamp_ms=1).encode())
    return orjson.dumps({**fields, **changes})


def test_a_ticket_arrives_as_it_was_sent() -> None:
    message = unwrap(body(), "transform", replayed=False)

    assert RecordTicket.decode(message.kwargs) == TICKET
    assert message.actor_name == message.queue_name == "transform"


@pytest.mark.parametrize("replayed", [True, False])
def test_how_it_arrived_is_never_read_from_the_wire(replayed: bool) -> None:  # noqa: FBT001 - a test parameter
    message = unwrap(body(options={ARRIVAL_OPTION: not replayed, "eta": 5}), "transform", replayed=replayed)

    assert message.options == {ARRIVAL_OPTION: replayed}


@pytest.mark.parametrize(
    "wrong",
    [
        {"queue_name": "jaggaer.deliver"},
        {"actor_name": "purge_everything"},
        {"kwargs": None},
        {"kwargs": {**TICKET.encode(), "record_id": "17"}},
        {"kwargs": {**TICKET.encode(), "record_id": True}},
        {"kwargs": {**TICKET.encode(), "record_id": 2**63}},
        {"kwargs": {**TICKET.encode(), "job_id": "x" * 36}},
        {"message_id": 1},
        {"message_timestamp": None},
    ],
)
def test_a_body_with_a_wrong_field_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(MalformedEnvelope):
        unwrap(body(**wrong), "transform", replayed=False)


def test_a_large_body_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(MalformedEnvelope, match="2000000 bytes"):
        unwrap(b"x" * 2_000_000, "transform", replayed=False)


@given(
    st.binary(max_size=200) | _json.map(lambda value: orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS))
)
def test_garbage_is_refused_and_nothing_else_happens(garbage: bytes) -> None:
    with pytest.raises(MalformedEnvelope):
        unwrap(garbage, "transform", replayed=False)


@given(name=st.sampled_from(["queue_name", "actor_name", "args", "kwargs", "options", "message_id"]), value=_json)
def test_a_mutated_envelope_is_a_ticket_or_refused(name: str, value: Any) -> None:
    try:
        message = unwrap(body(**{name: value}), "transform", replayed=False)
    except (MalformedEnvelope, orjson.JSONEncodeError):
        return

    assert RecordTicket.decode(message.kwargs) == TICKET or name == "kwargs"


@given(
    document=st.text(),
    flow=st.text(max_size=300),
    integration=st.text(max_size=300),
    record_id=st.integers(1, 2**63 - 1),
)
def test_every_ticket_fits(document: str, flow: str, integration: str, record_id: int) -> None:
    tickets: list[Ticket] = [
        RecordTicket(record_id=RecordId(record_id), job_id=JOB, integration=integration, flow=flow, document=document),
        PollCommand(job_id=JOB, integration=integration, flow=flow),
    ]
    for queue, ticket in zip((Queue.JAGGAER_DELIVER, Queue.JAGGAER_POLL), tickets, strict=True):
        message = wrap(queue, ticket, message_id="t9223372036854775807", timestamp_ms=2**53)

        assert len(message.encode()) <= MAX_TICKET_BYTES


def test_every_queue_has_its_dead_letter_queue_and_neither_forgets() -> None:
    declared = {declaration.name: declaration.arguments for declaration in topology.all_declarations()}

    for queue in Queue:
        main, dead = declared[queue], declared[topology.dead_letter_queue(queue)]
        assert main["x-queue-type"] == dead["x-queue-type"] == "quorum"
        assert main["x-dead-letter-routing-key"] == topology.dead_letter_queue(queue)
        assert main["x-overflow"] == dead["x-overflow"] == "reject-publish"
        assert "x-message-ttl" not in {**main, **dead}
        assert all(value != -1 for value in (*main.values(), *dead.values()))
        assert "x-dead-letter-exchange" not in dead
