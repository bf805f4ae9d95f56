"""Purchase orders from JSON as the API answers it, collection or single item, in either child shape, as they are.

The published samples are not part of the project: a folder is given. What is no purchase order is left alone.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from simulators.oracle.attributes import PURCHASE_ORDERS, Kind, Resource
from simulators.oracle.generator import Order

_NEEDED = tuple(
    "POHeaderId OrderNumber StatusCode Status Revision ProcurementBU CurrencyCode Total LastUpdateDate".split()
)
"""What tells an order from other documents, and what the pod cannot do without."""


def read_folder(folder: Path) -> list[Any]:
    """Return the documents of a folder that hold purchase orders, by name.

    Raises ValueError if there are none, or for a file that is no JSON.
    """
    documents = [document for path in sorted(folder.glob("*.json")) if holds_orders(document := _read(path))]
    if not documents:
        raise ValueError(f"no *.json in {folder} holds purchase orders as the API answers them")
    return documents


def holds_orders(document: Any) -> bool:
    """Whether a document is an answer with purchase orders."""
    items = _items(document)
    return bool(items) and all(
        isinstance(item, dict) and all(item.get(name) is not None for name in _NEEDED) for item in items
    )


def orders_of(document: Any, known: Callable[[int], Order]) -> list[Order]:
    """Return the orders of an answer. One that comes without lines keeps those it has: it was not expanded.

    `known` returns an order by its key or raises KeyError. Raises ValueError for what holds no purchase orders or
    holds a value of another type.
    """
    if not holds_orders(document):
        raise ValueError(f"not an answer with purchase orders: each needs {', '.join(_NEEDED)}")
    orders = []
    for item in _items(document):
        try:
            order = _typed(item, PURCHASE_ORDERS)
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise ValueError(f"order {item['OrderNumber']} holds a value of another type: {error}") from error
        if "lines" not in item:
            try:
                order["lines"] = known(order["POHeaderId"])["lines"]
            except KeyError:
                order["lines"] = []
        orders.append(order)
    return orders


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no JSON: {error}") from error


def _items(document: Any) -> list[Any]:
    items = document.get("items", [document]) if isinstance(document, dict) else []
    return items if isinstance(items, list) else []


def _typed(item: dict[str, Any], resource: Resource) -> Order:
    row = {name: _value(item.get(name), kind) for name, kind in resource.attributes.items()}
    if type(row[resource.key]) is not int:
        raise ValueError(f"{resource.key} is {row[resource.key]!r}")
    if resource.child is not None:
        children = item.get(resource.child.name) or []
        rows = children["items"] if isinstance(children, dict) else children
        row[resource.child.name] = [_typed(child, resource.child) for child in rows]
    return row


def _value(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    match kind:
        case Kind.DATE_TIME:
            return datetime.fromisoformat(value).astimezone(UTC)
        case Kind.DATE:
            return date.fromisoformat(value)
        case Kind.NUMBER if isinstance(value, int):
            return Decimal(value)
        case _:
            return value
