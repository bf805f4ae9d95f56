"""Rows from JSON as the API answers it, collection or single item, in either child shape, as they are.

The published samples are not part of the project: a folder is given. What holds rows of no resource that the pod has is
left alone.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from simulators.oracle.attributes import PURCHASE_ORDERS
from simulators.oracle.chart import SEGMENTS
from simulators.oracle.invoice_attributes import INVOICES
from simulators.oracle.ledger_attributes import CHARTS, COMBINATIONS, CURRENCIES, LEDGERS, UNITS_OF_MEASURE, VALUES
from simulators.oracle.resource import Kind, Resource, Row
from simulators.oracle.supplier_attributes import SUPPLIERS

_RESOURCES = (
    PURCHASE_ORDERS, SUPPLIERS, INVOICES, VALUES, COMBINATIONS, CHARTS, LEDGERS, UNITS_OF_MEASURE, CURRENCIES
)  # fmt: skip
_TYPES = {Kind.INTEGER: (int,), Kind.NUMBER: (int, Decimal), Kind.STRING: (str,), Kind.BOOLEAN: (bool,)}
"""What JSON's values are, where they are kept as they are."""
_SET_OF_VALUES = re.compile(r"/valueSets/([^/]+)/child/values$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The rows of a document, and what they are."""

    resource: Resource
    rows: list[Row]


def read_folder(folder: Path) -> list[Any]:
    """Return the documents of a folder that hold rows, by name.

    Raises ValueError if there are none, or for a file that is no JSON.
    """
    documents = [document for path in sorted(folder.glob("*.json")) if resource_of(document := _read(path)) is not None]
    if not documents:
        raise ValueError(f"no *.json in {folder} holds purchase orders, or other rows, as the API answers them")
    return documents


def resource_of(document: Any) -> Resource | None:
    """Return what a document is an answer of, None if nothing that can be loaded."""
    items = _items(document)
    for resource in _RESOURCES:
        needed = (resource.key, *resource.needed)
        if items and all(
            isinstance(item, dict) and all(item.get(name) is not None for name in needed) for item in items
        ):
            return resource
    return None


def rows_of(document: Any, known: Callable[[Resource, Any], Row]) -> Loaded:
    """Return the rows of an answer. One that comes without a child keeps what it has of it: it was not expanded.

    `known` returns a row by its resource and key or raises KeyError. Raises ValueError for what holds no rows or holds
    a value of another type.
    """
    resource = resource_of(document)
    if resource is None:
        needed = "; ".join(f"{one.name}: {', '.join((one.key, *one.needed))}" for one in _RESOURCES)
        raise ValueError(f"not an answer with rows that can be loaded; what each needs: {needed}")
    fixed = {"ValueSetCode": _value_set(document)} if resource is VALUES else {}
    rows = []
    for item in _items(document):
        try:
            row = _typed(item, resource, fixed)
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            named = item[resource.number or resource.key]
            raise ValueError(f"{resource.name} {named} holds a value of another type: {error}") from error
        rows.append(row | _not_expanded(item, row, resource, known))
    return Loaded(resource=resource, rows=rows)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no JSON: {error}") from error


def _items(document: Any) -> list[Any]:
    items = document.get("items", [document]) if isinstance(document, dict) else []
    return items if isinstance(items, list) else []


def _value_set(document: Any) -> str:
    """Return the code of the set whose values an answer holds: its own link says it. Raises ValueError."""
    links = document.get("links")
    hrefs = [link.get("href") for link in links if isinstance(link, dict)] if isinstance(links, list) else []
    codes = [unquote(found[1]) for href in hrefs if (found := _SET_OF_VALUES.search(str(href)))]
    if not codes or codes[0] not in (segment.value_set for segment in SEGMENTS):
        raise ValueError(f"these values belong to no value set of the chart: their link names {codes or 'none'}")
    return codes[0]


def _not_expanded(
    item: dict[str, Any], row: Row, resource: Resource, known: Callable[[Resource, Any], Row]
) -> dict[str, list[Row]]:
    missing = [child.name for child in resource.children if child.name not in item]
    try:
        kept = known(resource, row[resource.key]) if missing else {}
    except KeyError:
        return {}
    return {name: kept[name] for name in missing}


def _typed(item: dict[str, Any], resource: Resource, inherited: dict[str, Any]) -> Row:
    """Return a row with its children; `inherited` is what it holds beside its attributes: whose row it is."""
    row = {name: typed_value(item.get(name), kind) for name, kind in resource.attributes.items()}
    if row[resource.key] is None:
        raise ValueError(f"{resource.key} is missing")
    for child in resource.children:
        children = item.get(child.name) or []
        rows = children["items"] if isinstance(children, dict) else children
        own = {} if child.within is None else {child.within: row[child.within]}
        row[child.name] = [_typed(below, child, own) for below in rows]
    return row | inherited


def typed_value(value: Any, kind: Kind) -> Any:
    """Return a JSON value as a row holds it. Raises TypeError or ValueError for what is none of the kind."""
    if value is None:
        return None
    match kind:
        case Kind.DATE_TIME:
            return datetime.fromisoformat(value).astimezone(UTC)
        case Kind.DATE:
            return date.fromisoformat(value)
        case _ if type(value) not in _TYPES[kind]:
            raise ValueError(f"{value!r} is none")
        case Kind.NUMBER:
            return Decimal(value)
        case _:
            return value
