"""What we send and what the simulated JAGGAER makes of it: it was written from the same facts, but shares no code."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest
from starlette.applications import Starlette

from schemas import exact_json
from schemas.indirect import answers, purchase_order, supplier_sync
from schemas.indirect.answers import Outcome
from schemas.j1p import supplier as j1p
from simulators.jaggaer.app import create_app
from simulators.jaggaer.indirect import ORDERS_PATH, SUPPLIERS_PATH
from simulators.jaggaer.options import JaggaerOptions, Sender
from simulators.jaggaer.simulator import JaggaerSimulator
from tests.factories import distribution, order_line, schedule, service_line
from tests.factories import purchase_order as order
from tests.intents import CANCEL, CREATE, UPDATE
from tests.supplier_factories import supplier
from tests.unit.schemas_indirect.messages import CREDENTIALS, order_message, supplier_message, together
from tests.unit.simulators.jaggaer.in_process import InProcess

_HEADERS = {"Content-Type": "text/xml; charset=UTF-8"}
_KNOWN = Sender(domain="NetworkID", identity=CREDENTIALS.identity, secret=CREDENTIALS.shared_secret)


@pytest.fixture
def application() -> Starlette:
    return create_app(JaggaerOptions(senders=(_KNOWN,)))


@pytest.fixture
def simulator(application: Starlette) -> JaggaerSimulator:
    simulator: JaggaerSimulator = application.state.simulator
    return simulator


@pytest.fixture
def receiver(application: Starlette) -> Iterator[httpx.Client]:
    with httpx.Client(transport=InProcess(application), base_url="http://jaggaer") as client:
        yield client


def post(receiver: httpx.Client, path: str, message: bytes) -> answers.MessageResult:
    return answers.parse(receiver.post(path, content=message, headers=_HEADERS).content)


def test_a_supplier_is_taken_and_read_back_over_j1p_as_it_was_sent(
    receiver: httpx.Client, simulator: JaggaerSimulator
) -> None:
    message = supplier_message(supplier())
    result = post(receiver, SUPPLIERS_PATH, message)
    assert result.related_message_id == CREATE.dedupe_key
    assert [one.outcome for one in answers.settle(result, ["1013"])] == [Outcome.DONE]
    kept = simulator.suppliers.get("1013")
    assert kept is not None
    theirs = j1p.parse(exact_json.loads(kept.content), j1p.SupplierLayout())
    assert j1p.same_content(supplier_sync.parse(message), theirs)


def test_every_kind_of_order_message_is_taken(receiver: httpx.Client) -> None:
    shares = (distribution(number=1, amount=Decimal(1000)), distribution(number=2, amount=Decimal(500)))
    split = order(lines=(order_line(schedules=(schedule(distributions=shares),)), service_line()))
    taken_away = replace(CANCEL, serial=4, dedupe_key="10.0.abc@ml-connector")
    for intent, source in ((CREATE, order()), (UPDATE, split), (taken_away, split)):
        result = post(receiver, ORDERS_PATH, order_message(source, intent))
        assert result.success, result
        assert [one.outcome for one in answers.settle(result, [source.number])] == [Outcome.DONE]


def test_one_bad_document_of_three_stops_the_batch_there(receiver: httpx.Client) -> None:
    message = together(*(supplier_message(supplier(number=number)) for number in ("1", "2", "3")))
    broken = message.replace(b"<ERPNumber>2</ERPNumber>", b"<Unknown>2</Unknown>", 1)
    outcomes = [one.outcome for one in answers.settle(post(receiver, SUPPLIERS_PATH, broken), ["1", "2", "3"])]
    assert outcomes == [Outcome.DONE, Outcome.REFUSED, Outcome.NOT_PROCESSED]


def test_a_sender_that_is_not_known_burns_no_document(receiver: httpx.Client) -> None:
    message = order_message(order()).replace(b"hush-hush", b"wrong")
    result = post(receiver, ORDERS_PATH, message)
    assert result.unauthorized
    assert [one.outcome for one in answers.settle(result, ["US164861"])] == [Outcome.NOT_PROCESSED]


def test_a_repeated_message_id_leaves_the_document_to_be_looked_for(receiver: httpx.Client) -> None:
    post(receiver, ORDERS_PATH, order_message(order()))
    again = post(receiver, ORDERS_PATH, order_message(order()))
    assert [one.outcome for one in answers.settle(again, ["US164861"])] == [Outcome.UNKNOWN]


def test_what_the_receiver_holds_of_an_order_is_what_was_sent(
    receiver: httpx.Client, simulator: JaggaerSimulator
) -> None:
    post(receiver, ORDERS_PATH, order_message(order()))
    sent = purchase_order.parse(order_message(order()))
    kept = simulator.orders.get("US164861")
    assert kept is not None
    assert [(line.quantity, line.unit_price) for line in sent.lines] == [
        (line.quantity, line.unit_price) for line in kept.lines
    ]
