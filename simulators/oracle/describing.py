"""What `describe` says of a resource: attributes with sizes, finders, links, actions (oracle-fusion.md, 1.1)."""

from typing import Any

from simulators.oracle.resource import Kind, Resource

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


def describe(resource: Resource, base: str) -> dict[str, Any]:
    """Return the description of a resource with its children, `base` being the address of the API's version."""
    return {"Resources": {resource.name: _described(resource, f"{base}/{resource.name}")}}


def _described(resource: Resource, url: str) -> dict[str, Any]:
    actions: list[dict[str, str]] = [{"name": "get", "method": "GET"}]
    described: dict[str, Any] = {
        "attributes": [_attribute(name, kind, resource) for name, kind in resource.attributes.items()],
        "collection": {
            "rangeSize": _RANGE_SIZE,
            "finders": [{"name": "PrimaryKey", "attributes": [_key_of(resource)]}],
            "links": [{"rel": "self", "href": url, "name": "self", "kind": "collection"}],
            "actions": actions,
        },
        "item": {"links": _links(resource, url), "actions": list(actions)},
    }
    described["item"]["actions"] += [{"name": name, "method": "POST"} for name in resource.actions]
    if resource.children:
        described["children"] = {
            child.name: _described(child, f"{url}/{{id}}/child/{child.name}") for child in resource.children
        }
    return described


def _key_of(resource: Resource) -> dict[str, str]:
    return {"name": resource.key, "type": _TYPES[resource.attributes[resource.key]]}


def _attribute(name: str, kind: Kind, resource: Resource) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": name,
        "type": _TYPES[kind],
        "updatable": False,
        "mandatory": name == resource.key,
        "queryable": name not in resource.not_queryable,
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
        for name in resource.accessors()
    ]
