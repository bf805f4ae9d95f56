"""What `describe` says of purchase orders: attributes with sizes, finders, links, actions (oracle-fusion.md, 1.1)."""

from typing import Any

from simulators.oracle.attributes import NOT_QUERYABLE, PURCHASE_ORDERS, Kind, Resource

_RANGE_SIZE = 25
_TYPES = {
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.STRING: "string",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.DATE_TIME: "datetime",
}
_LENGTHS = (("Code", 30), ("Number", 30), ("Order", 50), ("Address", 240), ("Description", 240), ("Note", 1000))
"""The longest text by what a name ends or starts with [assumed: the sheet says that there is one, not which]."""
_USUAL_LENGTH = 240


def describe(base: str) -> dict[str, Any]:
    """Return the description of the resource with its children, `base` being the address of the API's version."""
    return {"Resources": {"purchaseOrders": _described(PURCHASE_ORDERS, f"{base}/purchaseOrders", "POST")}}


def _described(resource: Resource, url: str, action: str | None = None) -> dict[str, Any]:
    actions: list[dict[str, str]] = [{"name": "get", "method": "GET"}]
    described: dict[str, Any] = {
        "attributes": [_attribute(name, kind, resource) for name, kind in resource.attributes.items()],
        "collection": {
            "rangeSize": _RANGE_SIZE,
            "finders": [{"name": "PrimaryKey", "attributes": [{"name": resource.key, "type": "integer"}]}],
            "links": [{"rel": "self", "href": url, "name": "self", "kind": "collection"}],
            "actions": actions,
        },
        "item": {"links": _links(resource, url), "actions": list(actions)},
    }
    if action is not None:
        described["item"]["actions"] += [{"name": name, "method": action} for name in ("cancel", "close")]
    if resource.child is not None:
        child = resource.child
        described["children"] = {child.name: _described(child, f"{url}/{{id}}/child/{child.name}")}
    return described


def _attribute(name: str, kind: Kind, resource: Resource) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": name,
        "type": _TYPES[kind],
        "updatable": False,
        "mandatory": name == resource.key,
        "queryable": name not in NOT_QUERYABLE,
        "allowChanges": "never",
    }
    match kind:
        case Kind.INTEGER:
            return described | {"precision": 18, "scale": 0}
        case Kind.NUMBER:
            return described | {"precision": 38, "scale": 10}
        case Kind.STRING:
            return described | {"maxLength": str(_longest(name))}
        case _:
            return described


def _longest(name: str) -> int:
    return next((size for part, size in _LENGTHS if name.endswith(part) or name.startswith(part)), _USUAL_LENGTH)


def _links(resource: Resource, url: str) -> list[dict[str, Any]]:
    names = ([resource.child.name] if resource.child is not None else []) + list(resource.empty)
    return [
        {
            "rel": "child",
            "href": f"{url}/{{id}}/child/{name}",
            "name": name,
            "kind": "collection",
            "cardinality": {
                "value": "1 to *",
                "sourceAttributes": resource.key,
                "destinationAttributes": resource.key,
            },
        }
        for name in names
    ]
