"""The cXML OrderRequest, understood on the way in (6.1, appendix).

What the content model asks for is checked here also without a DTD: a part that must be there and is not is status 406,
a part that is there and says something impossible is 400. `lineNumber` is optional in the model; a line without takes
its position. Charges of the header are Tax and Shipping. PriceBasisQuantity says how many units a price buys: quantity
divided by conversionFactor.

Limits: of a line only number, quantity, price and unit are understood; Extrinsics are ignored, as the guide wants; a
J1P read of such an order shows the understood fields only.
"""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lxml import etree

from simulators.jaggaer import exact_json, money
from simulators.jaggaer.order import Change, Door, Draft, Line

_TYPES = {"new": Change.NEW, "update": Change.UPDATE, "delete": Change.CANCEL}
_CHARGES = ("Tax", "Shipping")


class NotAnOrderRequest(ValueError):
    """The OrderRequest can not be understood: the status to answer (406 or 400), the order and the field."""

    def __init__(self, code: int, number: str, text: str) -> None:
        super().__init__(f"Order {number or '(no number)'}: {text}.")
        self.code = code
        self.number = number


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads parts of one order, so that every complaint names the order."""

    number: str

    def missing(self, what: str) -> NotAnOrderRequest:
        return NotAnOrderRequest(406, self.number, f"{what} is missing")

    def wrong(self, what: str, value: object, wanted: str) -> NotAnOrderRequest:
        return NotAnOrderRequest(400, self.number, f"{what} {value!r} is no {wanted}")

    def part(self, element: etree._Element, path: str) -> etree._Element:
        found = element.find(path)
        if found is None:
            raise self.missing(f"element {element.tag!s}/{path}")
        return found

    def attribute(self, element: etree._Element, name: str) -> str:
        value = element.get(name)
        if value is None:
            raise self.missing(f"attribute {name} of {element.tag!s}")
        return value.strip()

    def money(self, element: etree._Element, what: str) -> tuple[Decimal, str]:
        """Return amount and currency of a Money element: a decimal with a point, an ISO 4217 code."""
        stated, currency = (element.text or "").strip(), self.attribute(element, "currency")
        amount = exact_json.exact(stated)
        if amount is None:
            raise self.wrong(f"{what}/Money", stated, "amount; write digits with a decimal point")
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
            raise self.wrong(f"{what}/Money/@currency", currency, "ISO 4217 code")
        return amount, currency

    def decimal(self, text: str, what: str) -> Decimal:
        number = exact_json.exact(text)
        if number is None:
            raise self.wrong(what, text, "decimal number")
        return number


def draft_from(request: etree._Element) -> Draft:
    """Understand an OrderRequest element. Raises NotAnOrderRequest."""
    header = _Reader("").part(request, "OrderRequestHeader")
    number = _Reader("").attribute(header, "orderID")
    if not number:
        raise NotAnOrderRequest(400, "", "attribute orderID of OrderRequestHeader is empty")
    reader = _Reader(number)
    reader.attribute(header, "orderDate")
    change = _change(reader, header)
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
        reference=None if reference is None else reader.attribute(reference, "payloadID"),
    )


def _change(reader: _Reader, header: etree._Element) -> Change:
    stated = header.get("type", "new")
    if stated not in _TYPES:
        raise NotAnOrderRequest(406, reader.number, f"attribute type {stated!r} is none of {', '.join(_TYPES)}")
    return _TYPES[stated]


def _revision(reader: _Reader, header: etree._Element, change: Change) -> int | None:
    """Return orderVersion as a revision from 0; a new order without one is version 1."""
    stated = header.get("orderVersion")
    if stated is None:
        return 0 if change is Change.NEW else None
    if not (stated.isascii() and stated.isdigit() and len(stated) < 10 and int(stated) >= 1):
        raise reader.wrong("attribute orderVersion", stated, "whole number from 1")
    return int(stated) - 1


def _charges(reader: _Reader, header: etree._Element) -> Decimal | None:
    stated = [(name, header.find(f"{name}/Money")) for name in _CHARGES]
    amounts = [reader.money(money, name)[0] for name, money in stated if money is not None]
    return money.total(amounts) if amounts else None


def _line(reader: _Reader, item: etree._Element, position: int, currency: str) -> Line:
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
        basis=_basis(reader, detail, name),
    )


def _line_number(reader: _Reader, item: etree._Element, position: int) -> int:
    stated = item.get("lineNumber")
    if stated is None:
        return position
    if not (stated.isascii() and stated.isdigit() and len(stated) < 10 and int(stated) >= 1):
        raise reader.wrong(f"ItemOut at position {position}, attribute lineNumber", stated, "whole number from 1")
    return int(stated)


def _basis(reader: _Reader, detail: etree._Element, name: str) -> Fraction:
    basis = detail.find("PriceBasisQuantity")
    if basis is None:
        return Fraction(1)
    quantity, factor = (
        reader.decimal(reader.attribute(basis, attribute), f"{name} PriceBasisQuantity/@{attribute}")
        for attribute in ("quantity", "conversionFactor")
    )
    if quantity <= 0 or factor <= 0:
        raise reader.wrong(f"{name} PriceBasisQuantity", f"{quantity} x {factor}", "positive quantity and factor")
    return Fraction(quantity) / Fraction(factor)


def _frame(number: str, currency: str, total: Decimal) -> bytes:
    header = {"poNumber": number, "currency": currency, "total": {"currency": currency, "value": total}}
    return exact_json.dumps({"poHeader": header, "poLineList": {}})


def _document(number: int, quantity: Decimal, price: Decimal, currency: str, detail: etree._Element) -> bytes:
    item = {"description": detail.findtext("Description"), "unitOfMeasure": detail.findtext("UnitOfMeasure")}
    charges = {"unitPrice": {"currency": currency, "value": price}}
    return exact_json.dumps({"lineNumber": number, "item": item, "quantity": quantity, "lineCharges": charges})
