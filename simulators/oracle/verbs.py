"""What the admin pages do to one order: verbs, each with what it takes from a JSON body."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from simulators.oracle import life_cycle
from simulators.oracle.generator import Order
from simulators.oracle.simulator import OracleSimulator

Body = dict[str, Any]


def apply(simulator: OracleSimulator, key: int, verb: str, body: Body) -> Order:
    """Do what the verb says and return the order. Raises FusionError or ValueError with what was wrong."""
    if verb not in VERBS:
        raise ValueError(f"unknown: {verb}; known are {', '.join(VERBS)}")
    return VERBS[verb](simulator, key, body)


def _change_line(simulator: OracleSimulator, key: int, body: Body) -> Order:
    quantity, price = decimal_of(body, "quantity"), decimal_of(body, "price")
    return simulator.change_line(key, place_of(body, "line") or 1, quantity=quantity, price=price)


def _close(simulator: OracleSimulator, key: int, body: Body) -> Order:
    """Close the order, or with `line` or `schedule` that part of it."""
    if body.keys() & {"line", "schedule"}:
        return _settle("close")(simulator, key, body)
    return simulator.close(key)


def _settle(act: str) -> Callable[[OracleSimulator, int, Body], Order]:
    """Return a verb for schedules: of the whole order, of `line`, or the one `schedule` of each."""
    return lambda simulator, key, body: simulator.settle(key, act, place_of(body, "line"), place_of(body, "schedule"))


VERBS: dict[str, Callable[[OracleSimulator, int, Body], Order]] = {
    "cancel": lambda simulator, key, _: simulator.cancel(key),
    "hold": lambda simulator, key, _: simulator.hold(key),
    "touch": lambda simulator, key, _: simulator.touch(key),
    "status": lambda simulator, key, body: simulator.set_status(key, str(body.get("status"))),
    "describe": lambda simulator, key, body: simulator.change(key, Description=str(body.get("text", ""))),
    "acknowledgment": lambda simulator, key, body: simulator.require_acknowledgment(key, str(body.get("kind", "D"))),
    "line": _change_line,
    "cancel-line": lambda simulator, key, body: simulator.cancel_line(key, place_of(body, "line") or 1),
    **{act: _settle(act) for act in life_cycle.ACTS},
    "close": _close,
}


def place_of(body: Body, name: str) -> int | None:
    """Return a whole number that names a line, a schedule or a child; None where none is named."""
    number = body.get(name)
    if number is not None and type(number) is not int:
        raise ValueError(f"{name}: {number!r} is not a {name}'s number")
    return number


def decimal_of(body: Body, name: str) -> Decimal | None:
    """Return a number, exactly as it is written; None where none is named."""
    value = body.get(name)
    try:
        number = None if value is None else Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if number is not None and not number.is_finite():
        raise ValueError(f"{name}: {value!r} is not a number")
    return number
