"""XML documents of JAGGAER Indirect as the JSON that J1P has for them, which mirrors the XML in camelCase (2.4, 3).

So one set of rules understands both, and a J1P read shows what came as XML. Values are trimmed, because senders pad
them (3.3). An attribute becomes a field; an element with nothing but Money becomes that money; what repeats, and what
is in an element named `..List`, becomes a list.

Limits: mixed content loses its text.
"""

import re
from typing import Any

from lxml import etree

from simulators.jaggaer.exact_json import JsonObject

_CAPITALS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]")
_BOOLEANS = {"yes": True, "no": False, "true": True, "false": False}
_BOOLEAN_TAGS = frozenset({"Active", "Primary"})


def order(element: etree._Element) -> JsonObject:
    """Return a PurchaseOrder as the value of `purchaseOrder`; its currency is that of the first line that has one."""
    header = element.find("POHeader")
    lines = [_order_line(line) for line in element.iterchildren("POLine")]
    shown = {} if header is None else _object(header)
    priced = (line.get("lineCharges") for line in lines)
    prices = (charges.get("unitPrice") for charges in priced if isinstance(charges, dict))
    currency = next((price["currency"] for price in prices if isinstance(price, dict) and "currency" in price), None)
    if currency is not None:
        shown.setdefault("currency", currency)
    return {"poHeader": shown, "poLineList": {"poLine": lines}}


def invoice(element: etree._Element) -> JsonObject:
    """Return a BuyerInvoiceOcr as the value of `invoiceOcr`."""
    header = element.find("BuyerInvoiceHeader")
    lines = [_coded(line, _object(line)) for line in element.iterchildren("BuyerInvoiceLine")]
    for line in lines:
        if "item" in line:
            line["ocrItem"] = line.pop("item")
    shown = {} if header is None else _object(header)
    return {"invoiceOcrHeader": shown, "invoiceOcrLineList": {"invoiceOcrLine": lines}}


def supplier(element: etree._Element) -> JsonObject:
    """Return a Supplier as the value of `supplier`; what only says whether it changed is left out."""
    shown: JsonObject = _without_changes(_object(element))
    return shown


def _order_line(element: etree._Element) -> JsonObject:
    line = _object(element)
    line["lineNumber"] = line.pop("linenumber", None)
    unit = element.findtext("Item/ProductUnitOfMeasure/Measurement/MeasurementUnit")
    if unit is not None and isinstance(line.get("item"), dict):
        line["item"]["unitOfMeasure"] = unit.strip()
    return _coded(element, line)


def _coded(element: etree._Element, line: JsonObject) -> JsonObject:
    """Return a line with its account codes in the wrappers that J1P has for splits (2.3)."""
    indices: list[JsonObject] = []
    for value in element.iter("CustomFieldValue"):
        parent = value.getparent()
        name = value.get("name") or (None if parent is None else parent.get("name")) or ""
        split = value if value.get("splitindex") is not None or parent is None else parent
        coded = {"internalName": name.strip(), "value": (value.findtext("Value") or "").strip()}
        stated = {one: split.get(one) for one in ("distributionvalue", "splitindex")}
        indices.append({**stated, "customFieldValueList": {"customFieldValue": [coded]}})
    if indices:
        index_set = {"context": "Line", "splittableFieldIndexList": {"splittableFieldIndex": indices}}
        line["splittableFieldSetGroupList"] = {"splittableFieldSetGroup": [{"splittableFieldIndexSet": [index_set]}]}
    return line


def _value(element: etree._Element) -> Any:
    if element.tag == "Money":
        return {"currency": element.get("currency", "").strip(), "value": _text(element)}
    children = list(element.iterchildren("*"))
    if len(children) == 1 and children[0].tag == "Money" and not element.attrib:
        return _value(children[0])
    if not children and not element.attrib:
        return _text(element)
    return _object(element)


def _object(element: etree._Element) -> JsonObject:
    """Return attributes and children by name; a child that stands alone is itself, others are a list."""
    shown: JsonObject = {_camel(str(name)): str(value).strip() for name, value in element.attrib.items()}
    if len(element) == 0 and _text(element) != "":
        shown["value"] = _text(element)
    found: dict[str, list[Any]] = {}
    for child in element.iterchildren("*"):
        found.setdefault(_camel(str(child.tag)), []).append(_value(child))
    in_list = str(element.tag).endswith("List")
    return shown | {name: rows if in_list or len(rows) > 1 else rows[0] for name, rows in found.items()}


def _text(element: etree._Element) -> Any:
    text = (element.text or "").strip()
    return _BOOLEANS.get(text.casefold(), text) if element.tag in _BOOLEAN_TAGS else text


def _without_changes(value: Any) -> Any:
    """Return a supplier without `isChanged`; an element of which nothing else is left is its text."""
    if isinstance(value, list):
        return [_without_changes(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _without_changes(one) for name, one in value.items() if name != "isChanged"}
    return kept["value"] if "isChanged" in value and set(kept) == {"value"} else kept


def _camel(name: str) -> str:
    """Return an XML name in camelCase: PONumber is poNumber, DUNS is duns, WebSiteURL is webSiteURL."""
    first = _CAPITALS.match(name)
    if first is None:
        return name
    end = first.end()
    return name[:end].lower() + name[end:]
