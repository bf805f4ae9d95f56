"""What is created, updated and deleted through the API: which resource takes which method, and what it answers.

oracle-fusion.md, 1.7: POST is answered 201 with the whole item, PATCH 200 with the item, DELETE 204. A level is named
by the accessors that lead to it (`("suppliers", "sites")`), an item by the keys of its address. What takes no method
here is answered 405.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulators.oracle import framework
from simulators.oracle.acknowledgment_attributes import ACKNOWLEDGED_SCHEDULES, ACKNOWLEDGMENTS
from simulators.oracle.errors import FusionError, not_found
from simulators.oracle.keys import key_of
from simulators.oracle.payloads import Body
from simulators.oracle.receiving_attributes import RECEIPT_REQUESTS, REQUEST_LINES, TRANSACTION_REQUESTS
from simulators.oracle.resource import Resource, Row
from simulators.oracle.simulator import OracleSimulator

Level = tuple[str, ...]
Keys = list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An item after it was written: what it is, and the address of the collection it is in, below the API's version.

    `expand`: the children that come with it.
    """

    row: Row
    resource: Resource
    collection: str
    expand: str = ""


Creation = Callable[[OracleSimulator, Keys, Body], Written]
Deletion = Callable[[OracleSimulator, Keys], None]


def check_allowed(simulator: OracleSimulator, method: str, segments: list[str]) -> None:
    """Raise FusionError (405) for a method that an address does not take, 404 for what is no address."""
    _handler(simulator, method, segments)


def create(simulator: OracleSimulator, segments: list[str], body: Body) -> Written:
    """Create an item in the collection at an address. Raises FusionError (400, 404 and 405)."""
    level, keys = _handler(simulator, "POST", segments)
    return CREATIONS[level](simulator, keys, body)


def update(simulator: OracleSimulator, segments: list[str], body: Body) -> Written:
    """Update the item at an address. Raises FusionError (400, 404 and 405)."""
    level, keys = _handler(simulator, "PATCH", segments)
    return UPDATES[level](simulator, keys, body)


def delete(simulator: OracleSimulator, segments: list[str]) -> None:
    """Delete the item at an address. Raises FusionError (400, 404 and 405)."""
    level, keys = _handler(simulator, "DELETE", segments)
    DELETIONS[level](simulator, keys)


def _handler(simulator: OracleSimulator, method: str, segments: list[str]) -> tuple[Level, Keys]:
    level, keys = _place(simulator, segments)
    handled: dict[str, Mapping[Level, object]] = {"POST": CREATIONS, "PATCH": UPDATES, "DELETE": DELETIONS}
    in_collection = len(keys) == len(level) - 1
    if level not in handled.get(method, {}) or in_collection != (method == "POST"):
        raise not_allowed(method)
    return level, keys


def _place(simulator: OracleSimulator, segments: list[str]) -> tuple[Level, Keys]:
    """Return the level of an address and the keys in it. Raises FusionError (404) for what is no address of a level."""
    resource = simulator.rows(segments[0]).resource
    if not simulator.may_see(resource):
        raise not_found()
    level, keys = [segments[0]], segments[1:2]
    for position in range(2, len(segments), 3):
        if segments[position] != "child" or len(segments) == position + 1:
            raise not_found()
        level.append(segments[position + 1])
        keys += segments[position + 2 : position + 3]
    return tuple(level), keys


def shown(written: Written, base: str, version: int) -> framework.Shown:
    """Return an item as POST and PATCH answer it; `base`: the address of the API's version."""
    resource = written.collection.partition("/")[0]
    asked = framework.Asked(parameters={"expand": written.expand}, framework=version, base=base, resource=resource)
    return framework.written(written.row, written.resource, asked, f"{base}/{written.collection}")


def _answer_order(simulator: OracleSimulator, keys: Keys, body: Body) -> Written:
    row = simulator.acknowledgments.answer(key_of(keys[0], ACKNOWLEDGMENTS), body)
    return Written(row=row, resource=ACKNOWLEDGMENTS, collection=ACKNOWLEDGMENTS.name)


def _answer_schedule(simulator: OracleSimulator, keys: Keys, body: Body) -> Written:
    order, part = key_of(keys[0], ACKNOWLEDGMENTS), key_of(keys[1], ACKNOWLEDGED_SCHEDULES)
    row = simulator.acknowledgments.answer_schedule(order, part, body)
    collection = f"{ACKNOWLEDGMENTS.name}/{order}/child/{ACKNOWLEDGED_SCHEDULES.name}"
    return Written(row=row, resource=ACKNOWLEDGED_SCHEDULES, collection=collection)


def _receipt(row: Row) -> Written:
    return Written(row=row, resource=RECEIPT_REQUESTS, collection=RECEIPT_REQUESTS.name, expand="lines")


def _receipt_line(request: int, row: Row) -> Written:
    return Written(row=row, resource=REQUEST_LINES, collection=f"{RECEIPT_REQUESTS.name}/{request}/child/lines")


def _create_receipt(simulator: OracleSimulator, keys: Keys, body: Body) -> Written:  # noqa: ARG001 - as all are called
    return _receipt(simulator.receiving.create(body))


def _change_receipt(simulator: OracleSimulator, keys: Keys, body: Body) -> Written:
    return _receipt(simulator.receiving.change(key_of(keys[0], RECEIPT_REQUESTS), body))


def _delete_receipt(simulator: OracleSimulator, keys: Keys) -> None:
    simulator.receiving.delete(key_of(keys[0], RECEIPT_REQUESTS))


def _add_receipt_line(simulator: OracleSimulator, keys: Keys, body: Body) -> Written:
    key = key_of(keys[0], RECEIPT_REQUESTS)
    return _receipt_line(key, simulator.receiving.add_line(key, body))


def _change_receipt_line(simulator: OracleSimulator, keys: Keys, body: Body) -> Written:
    key, line = key_of(keys[0], RECEIPT_REQUESTS), key_of(keys[1], REQUEST_LINES)
    return _receipt_line(key, simulator.receiving.change_line(key, line, body))


def _follow_up(simulator: OracleSimulator, keys: Keys, body: Body) -> Written:  # noqa: ARG001 - as all are called
    row = simulator.follow_ups.create(body)
    return Written(row=row, resource=TRANSACTION_REQUESTS, collection=TRANSACTION_REQUESTS.name)


def _delete_follow_up(simulator: OracleSimulator, keys: Keys) -> None:
    simulator.follow_ups.delete(key_of(keys[0], TRANSACTION_REQUESTS))


CREATIONS: Mapping[Level, Creation] = {
    ("receivingReceiptRequests",): _create_receipt,
    ("receivingReceiptRequests", "lines"): _add_receipt_line,
    ("receivingReceiptTransactionRequests",): _follow_up,
}
UPDATES: Mapping[Level, Creation] = {
    ("receivingReceiptRequests",): _change_receipt,
    ("receivingReceiptRequests", "lines"): _change_receipt_line,
    ("purchaseOrderAcknowledgments",): _answer_order,
    ("purchaseOrderAcknowledgments", "schedules"): _answer_schedule,
}
DELETIONS: Mapping[Level, Deletion] = {
    ("receivingReceiptRequests",): _delete_receipt,
    ("receivingReceiptTransactionRequests",): _delete_follow_up,
}


def not_allowed(method: str) -> FusionError:
    """Return the error for a method that an address does not take."""
    return FusionError(405, f"The method {method} is not allowed on this resource.")
