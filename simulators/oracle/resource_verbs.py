"""What the admin pages do to suppliers, invoices, values of segments and account combinations, by JSON bodies.

`attributes` in a body are written as the API writes them.
"""

from collections.abc import Callable, Mapping
from datetime import date

from simulators.oracle.changing_store import ChangingStore
from simulators.oracle.resource import Resource, Row
from simulators.oracle.samples import typed_value
from simulators.oracle.simulator import OracleSimulator
from simulators.oracle.verbs import Body, decimal_of, place_of

Verb = Callable[[OracleSimulator, int, Body], Row]

KINDS = ("suppliers", "invoices", "values", "combinations")


def store(simulator: OracleSimulator, kind: str) -> ChangingStore:
    """Return the store of a kind."""
    stores = (simulator.suppliers, simulator.invoices, simulator.values, simulator.combinations)
    return dict(zip(KINDS, stores, strict=True))[kind]


def add(simulator: OracleSimulator, kind: str, body: Body) -> int:
    """Add a row and return its key. Raises FusionError or ValueError with what was wrong."""
    return ADDITIONS[kind](simulator, body)


def apply(simulator: OracleSimulator, kind: str, key: int, verb: str, body: Body) -> Row:
    """Do what the verb says and return the row. Raises FusionError or ValueError with what was wrong."""
    known = VERBS[kind]
    if verb not in known:
        raise ValueError(f"unknown: {verb}; known are {', '.join(known)}")
    return known[verb](simulator, key, body)


def _add_supplier(simulator: OracleSimulator, body: Body) -> int:
    return simulator.suppliers.add(**_attributes(body, simulator.suppliers.resource))[0]


def _add_invoice(simulator: OracleSimulator, body: Body) -> int:
    """Bill the order of the key `order`; `credit`: a credit memo for its first line."""
    key = body.get("order")
    if type(key) is not int or key not in simulator.orders:
        raise ValueError(f"order: there is no order {key!r}; it takes a POHeaderId")
    credit = body.get("credit") is True
    attributes = _attributes(body, simulator.invoices.resource)
    return simulator.invoices.add(simulator.latest(key), credit=credit, **attributes)


def _add_value(simulator: OracleSimulator, body: Body) -> int:
    attributes = _attributes(body, simulator.values.resource)
    return simulator.values.add(_text(body, "value_set"), _text(body, "value"), **attributes)


def _add_combination(simulator: OracleSimulator, body: Body) -> int:
    return simulator.combinations.add(_text(body, "account"), **_attributes(body, simulator.combinations.resource))


ADDITIONS: dict[str, Callable[[OracleSimulator, Body], int]] = {
    "suppliers": _add_supplier,
    "invoices": _add_invoice,
    "values": _add_value,
    "combinations": _add_combination,
}


def _change(kind: str) -> Verb:
    """Return the verb that changes `attributes` of a row."""

    def apply_change(simulator: OracleSimulator, key: int, body: Body) -> Row:
        rows = store(simulator, kind)
        return rows.change(key, **_attributes(body, rows.resource))

    return apply_change


def _change_child(simulator: OracleSimulator, key: int, body: Body) -> Row:
    """Change `attributes` of a supplier's `child` (an accessor; an assignment's is sites.assignments) `child_key`."""
    path, child_key = _text(body, "child"), place_of(body, "child_key")
    resource: Resource | None = simulator.suppliers.resource
    for accessor in path.split("."):
        resource = resource.below(accessor) if resource is not None else None
    if resource is None or child_key is None:
        raise ValueError(f"child, child_key: a supplier has no child {path} {child_key}")
    return simulator.suppliers.change_child(key, path, child_key, **_attributes(body, resource))


def _deactivate(simulator: OracleSimulator, key: int, body: Body) -> Row:
    """End a supplier, or its `child` `child_key`, `on` a day or today."""
    child_key = place_of(body, "child_key")
    if child_key is None:
        return simulator.suppliers.deactivate(key, _day(body))
    return simulator.suppliers.deactivate_child(key, _text(body, "child"), child_key, _day(body))


def _change_line(simulator: OracleSimulator, key: int, body: Body) -> Row:
    quantity, price = decimal_of(body, "quantity"), decimal_of(body, "price")
    return simulator.invoices.change_line(key, place_of(body, "line") or 1, quantity=quantity, price=price)


def _touch(kind: str) -> Verb:
    return lambda simulator, key, _: store(simulator, kind).touch(key)


VERBS: Mapping[str, Mapping[str, Verb]] = {
    "suppliers": {
        "change": _change("suppliers"),
        "touch": _touch("suppliers"),
        "change-child": _change_child,
        "deactivate": _deactivate,
        "activate": lambda simulator, key, _: simulator.suppliers.activate(key),
    },
    "invoices": {
        "change": _change("invoices"),
        "touch": _touch("invoices"),
        "line": _change_line,
        "validate": lambda simulator, key, _: simulator.invoice_processing.validate(key),
        "pay": lambda simulator, key, body: simulator.invoices.pay(key, decimal_of(body, "amount")),
        "cancel": lambda simulator, key, _: simulator.invoice_processing.cancel(key),
    },
    "values": {
        "change": _change("values"),
        "touch": _touch("values"),
        "disable": lambda simulator, key, _: simulator.values.disable(key),
        "enable": lambda simulator, key, _: simulator.values.enable(key),
        "end": lambda simulator, key, body: simulator.values.end(key, _day(body)),
    },
    "combinations": {
        "change": _change("combinations"),
        "disable": lambda simulator, key, _: simulator.combinations.disable(key),
        "enable": lambda simulator, key, _: simulator.combinations.enable(key),
        "end": lambda simulator, key, body: simulator.combinations.end(key, _day(body)),
        "delete": lambda simulator, key, _: simulator.combinations.delete(key),
    },
}


def _attributes(body: Body, resource: Resource) -> Row:
    """Return the typed `attributes` of a body."""
    given = body.get("attributes", {})
    if not isinstance(given, dict):
        raise ValueError("attributes is not a JSON object")  # noqa: TRY004 - one exception for every wrong body
    unknown = given.keys() - resource.attributes.keys()
    if unknown:
        raise ValueError(f"attributes: {min(unknown)} is none of {resource.name}")
    try:
        return {name: typed_value(value, resource.attributes[name]) for name, value in given.items()}
    except (TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"attributes hold a value of another type: {error}") from error


def _text(body: Body, name: str) -> str:
    text = body.get(name)
    if not isinstance(text, str) or not text:
        raise ValueError(f"{name}: {text!r} is not a text")
    return text


def _day(body: Body) -> date | None:
    day = body.get("on")
    return None if day is None else date.fromisoformat(str(day))
