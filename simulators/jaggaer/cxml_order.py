"""The cXML OrderRequest, understood on the way in (6.1, appendix).

What the content model asks for is checked here also without a DTD: a part that must be there and is not is status 406,
a part that is there and says something impossible is 400. `lineNumber` is optional in the model; a line without takes
its position. Charges of the header are Tax and Shipping. PriceBasisQuantity says how many units a price buys: quantity
divided by conversionFactor.

Limits: of a line only number, quantity, price and unit are understood; Extrinsics are ignored, as the guide wants; a
J1P read of such an order shows the understood fields only.
"""

import hashlib
from decimal import Decimal

from lxml import etree

from simulators.jaggaer import exact_json, money
from simulators.jaggaer.cxml_reading import Reader, accounts
from simulators.jaggaer.order import Change, Door, Draft, Line

_TYPES: dict[str, str] = {"new": Change.NEW, "update": Change.UPDATE, "delete": Change.CANCEL}
_CHARGES = ("Tax", "Shipping")


def draft_from(request: etree._Element) -> Draft:
    """Understand an OrderRequest element. Raises NotReadable."""
    header = Reader("Order").part(request, "OrderRequestHeader")
    number = Reader("Order").key(header, "orderID")
    reader = Reader("Order", number)
    reader.attribute(header, "orderDate")
    change = Change(reader.choice(header, "type", _TYPES))
    total, currency = reader.money(reader.part(header, "Total/Money"), "Total")
    reader.part(header, "BillTo/Address/Name")
    reference = header.find("DocumentReference")
    lines = tuple(
        _line(reader, item, position, currency)
        for position, item in enumerate(request.iterchildren("ItemOut"), start=1)
    )
    if not lines:
        raise reader.missing("element OrderRequest/ItemOut")
    return Draft(
        door=Door.CXML,
        number=number,
        change=change,
        revision=None if change is Change.CANCEL else _revision(reader, header, change),
        currency=currency,
        total=total,
        lines=lines,
        frame=_frame(number, currency, total),
        digest=hashlib.sha256(etree.tostring(request, method="c14n")).hexdigest(),
        charges=_charges(reader, header),
        accounts=frozenset() if change is Change.CANCEL else accounts(request),
        reference=None if reference is None else reader.attribute(reference, "payloadID"),
    )


def _revision(reader: Reader, header: etree._Element, change: Change) -> int | None:
    """Return orderVersion as a revision from 0; a new order without one is version 1."""
    stated = header.get("orderVersion")
    if stated is None:
        return 0 if change is Change.NEW else None
    if not (stated.isascii() and stated.isdigit() and len(stated) < 10 and int(stated) >= 1):
        raise reader.wrong("attribute orderVersion", stated, "whole number from 1")
    return int(stated) - 1


def _charges(reader: Reader, header: etree._Element) -> Decimal | None:
    stated = [(name, header.find(f"{name}/Money")) for name in _CHARGES]
    amounts = [reader.money(money, name)[0] for name, money in stated if money is not None]
    return money.total(amounts) if amounts else None


def _line(reader: Reader, item: etree._Element, position: int, currency: str) -> Line:
    number = _line_number(reader, item, position)
    name = f"line {number},"
    quantity = reader.decimal(reader.attribute(item, "quantity"), f"{name} attribute quantity")
    reader.part(item, "ItemID/SupplierPartID")
    detail = next((found for tag in ("ItemDetail", "BlanketItemDetail") if (found := item.find(tag)) is not None), None)
    if detail is None:
        raise reader.missing(f"{name} element ItemDetail")
    price, priced_in = reader.money(reader.part(detail, "UnitPrice/Money"), f"{name} UnitPrice")
    if priced_in != currency:
        raise reader.wrong(f"{name} UnitPrice/Money/@currency", priced_in, f"currency of this order, {currency}")
    uom = reader.part(detail, "UnitOfMeasure").text
    return Line(
        number=number,
        quantity=quantity,
        unit_price=price,
        uom=(uom or "").strip(),
        document=_document(number, quantity, price, currency, detail),
        basis=reader.basis(detail, name),
    )


def _line_number(reader: Reader, item: etree._Element, position: int) -> int:
    stated = item.get("lineNumber")
    if stated is None:
        return position
    if not (stated.isascii() and stated.isdigit() and len(stated) < 10 and int(stated) >= 1):
        raise reader.wrong(f"ItemOut at position {position}, attribute lineNumber", stated, "whole number from 1")
    return int(stated)


def _frame(number: str, currency: str, total: Decimal) -> bytes:
    header = {"poNumber": number, "currency": currency, "total": {"currency": currency, "value": total}}
    return exact_json.dumps({"poHeader": header, "poLineList": {}})


def _document(number: int, quantity: Decimal, price: Decimal, currency: str, detail: etree._Element) -> bytes:
    item = {"description": detail.findtext("Description"), "unitOfMeasure": detail.findtext("UnitOfMeasure")}
    charges = {"unitPrice": {"currency": currency, "value": price}}
    return exact_json.dumps({"lineNumber": number, "item": item, "quantity": quantity, "lineCharges": charges})
