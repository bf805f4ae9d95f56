"""What is created, updated and deleted through the API: which resource takes which method, and what it answers.

oracle-fusion.md, 1.7: POST is answered 201 with the whole item, PATCH 200 with the item, DELETE 204. A level is named
by the accessors that lead to it (`("suppliers", "sites")`), an item by the keys of its address. What takes no method
here is answered 405.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from simulators.oracle import framework
from simulators.oracle.acknowledgment_attributes import ACKNOWLEDGED_SCHEDULES, ACKNOWLEDGMENTS
from simulators.oracle.errors import FusionError, not_found
from simulators.oracle.invoice_attributes import INVOICES
from simulators.oracle.keys import key_of
from simulators.oracle.ledger_attributes import VALUES
from simulators.oracle.payloads import Body
from simulators.oracle.receiving_attributes import RECEIPT_REQUESTS, REQUEST_LINES, TRANSACTION_REQUESTS
from simulators.oracle.resource import Resource, Row
from simulators.oracle.simulator import OracleSimulator
from simulators.oracle.supplier_attributes import ADDRESSES, ASSIGNMENTS, CONTACTS, SITES, SUPPLIERS

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
    check_seen(simulator, simulator.rows(segments[0]).resource)
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


def _create_invoice(simulator: OracleSimulator, keys: Keys, body: Body) -> Written:  # noqa: ARG001 - as all are called
    return _invoice(simulator.invoice_processing.create(body))


def _update_invoice(simulator: OracleSimulator, keys: Keys, body: Body) -> Written:
    return _invoice(simulator.invoice_processing.update(key_of(keys[0], INVOICES), body))


def _invoice(row: Row) -> Written:
    children = "invoiceInstallments,invoiceLines.invoiceDistributions"
    return Written(row=row, resource=INVOICES, collection=INVOICES.name, expand=children)


def _create_supplier(simulator: OracleSimulator, keys: Keys, body: Body) -> Written:  # noqa: ARG001 - as all are called
    return Written(row=simulator.supplier_writes.create(body), resource=SUPPLIERS, collection=SUPPLIERS.name)


def _update_supplier(simulator: OracleSimulator, keys: Keys, body: Body) -> Written:
    row = simulator.supplier_writes.update(key_of(keys[0], SUPPLIERS), body)
    return Written(row=row, resource=SUPPLIERS, collection=SUPPLIERS.name)


def _child_of_supplier(*path: Resource, update: bool) -> Creation:
    """Return what creates or updates a child of a supplier, the last on the path, by the keys of its address."""
    names = tuple(resource.name for resource in path)

    def write(simulator: OracleSimulator, keys: Keys, body: Body) -> Written:
        supplier, *below = [key_of(key, level) for key, level in zip(keys, (SUPPLIERS, *path), strict=False)]
        act = simulator.supplier_writes.update_child if update else simulator.supplier_writes.create_child
        address = SUPPLIERS.name
        for key, level in zip(keys, path, strict=False):
            address = f"{address}/{key}/child/{level.name}"
        return Written(row=act(supplier, names, below, body), resource=path[-1], collection=address)

    return write


def _create_value(simulator: OracleSimulator, keys: Keys, body: Body) -> Written:
    return _value(keys[0], simulator.value_writes.create(keys[0], body))


def _update_value(simulator: OracleSimulator, keys: Keys, body: Body) -> Written:
    return _value(keys[0], simulator.value_writes.update(keys[0], key_of(keys[1], VALUES), body))


def _delete_value(simulator: OracleSimulator, keys: Keys) -> None:
    simulator.value_writes.delete(keys[0], key_of(keys[1], VALUES))


def _value(value_set: str, row: Row) -> Written:
    return Written(row=row, resource=VALUES, collection=f"valueSets/{quote(value_set)}/child/values")


_CHILDREN_OF_SUPPLIERS = ((ADDRESSES,), (SITES,), (SITES, ASSIGNMENTS), (CONTACTS,))


def _children_of_suppliers(*, update: bool) -> dict[Level, Creation]:
    return {
        ("suppliers", *(resource.name for resource in path)): _child_of_supplier(*path, update=update)
        for path in _CHILDREN_OF_SUPPLIERS
    }


CREATIONS: Mapping[Level, Creation] = {
    ("receivingReceiptRequests",): _create_receipt,
    ("receivingReceiptRequests", "lines"): _add_receipt_line,
    ("receivingReceiptTransactionRequests",): _follow_up,
    ("invoices",): _create_invoice,
    ("suppliers",): _create_supplier,
    **_children_of_suppliers(update=False),
    ("valueSets", "values"): _create_value,
}
UPDATES: Mapping[Level, Creation] = {
    ("receivingReceiptRequests",): _change_receipt,
    ("receivingReceiptRequests", "lines"): _change_receipt_line,
    ("invoices",): _update_invoice,
    ("suppliers",): _update_supplier,
    **_children_of_suppliers(update=True),
    ("valueSets", "values"): _update_value,
    ("purchaseOrderAcknowledgments",): _answer_order,
    ("purchaseOrderAcknowledgments", "schedules"): _answer_schedule,
}
DELETIONS: Mapping[Level, Deletion] = {
    ("receivingReceiptRequests",): _delete_receipt,
    ("receivingReceiptTransactionRequests",): _delete_follow_up,
    ("valueSets", "values"): _delete_value,
}


def check_seen(simulator: OracleSimulator, resource: Resource) -> None:
    """Raise FusionError (404) for a resource whose data role the user lacks."""
    if not simulator.may_see(resource):
        raise not_found()


def not_allowed(method: str) -> FusionError:
    """Return the error for a method that an address does not take."""
    return FusionError(405, f"The method {method} is not allowed on this resource.")
