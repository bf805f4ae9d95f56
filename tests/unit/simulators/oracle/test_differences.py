"""Changed orders are kept as what differs, and are the same again (no fact of the sheet: how a pod stays small)."""

import copy
import tracemalloc
from decimal import Decimal

from simulators.oracle import figures
from simulators.oracle.differences import Difference
from simulators.oracle.options import OracleOptions
from simulators.oracle.resource import STAMP, Row
from simulators.oracle.rows import walk
from simulators.oracle.simulator import OracleSimulator
from simulators.oracle.store import StoredRow


def receipt(order: Row) -> Row:
    """Return the request that receives the first schedule of an order."""
    _, schedule = next(iter(figures.every_schedule(order)))
    measure = "Amount" if figures.by_amount(schedule) else "Quantity"
    body = {"TransactionType": "RECEIVE", "POLineLocationId": schedule["LineLocationId"]}
    body |= {measure: figures.of(schedule).ordered, "AutoTransactCode": "DELIVER"}
    usual = {"ReceiptSourceCode": "VENDOR", "OrganizationCode": "V1", "InsertAndProcessFlag": True}
    return usual | {"lines": [body]}


def test_a_changed_order_is_read_as_it_was_put() -> None:
    simulator = OracleSimulator(OracleOptions(orders=20, lines=3))
    keys = simulator.orders.keys()
    simulator.advance_clock(60)
    simulator.receiving.create(receipt(simulator.latest(keys[0])))
    simulator.cancel(keys[1])
    simulator.change_line(keys[2], 2, quantity=Decimal("2.5"))
    simulator.change(keys[3], Description=None)
    added = simulator.add(1)
    for key in (*keys[:4], *added):
        order = simulator.orders.get(key)
        simulator.orders.put(copy.deepcopy(order))
        assert isinstance(simulator.orders._kept[key], Difference)
        assert simulator.orders.get(key) == order
        for path in ((STAMP,), ("lines", STAMP), ("lines", "schedules", STAMP), ("Description",), ("Total",)):
            assert {*StoredRow(simulator.orders, key).values(path)} == {*walk(order, path)}


def test_an_order_that_lost_a_line_is_kept_whole() -> None:
    simulator = OracleSimulator(OracleOptions(orders=2, lines=3))
    order = simulator.orders.get(simulator.orders.keys()[0])
    order["lines"] = order["lines"][1:]
    simulator.orders.put(order)
    assert simulator.orders.get(order["POHeaderId"]) is order


def test_what_is_received_of_a_hundred_orders_takes_little_room() -> None:
    simulator = OracleSimulator(OracleOptions(orders=120, lines=10))
    requests = [receipt(simulator.latest(key)) for key in simulator.orders.keys()[:100]]
    simulator.receiving.create(receipt(simulator.latest(simulator.orders.keys()[-1])))
    tracemalloc.start()
    try:
        for request in requests:
            assert simulator.receiving.create(request)["ReturnStatus"] == "SUCCESS"
        assert tracemalloc.get_traced_memory()[0] < 100 * 15_000
    finally:
        tracemalloc.stop()
