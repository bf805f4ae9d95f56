"""The PurchaseOrder element of a canonical order: children in the order that senders use (jaggaer-cxml.md, 3.2).

Conventions: a cancelled line goes with quantity 0; a line that buys an amount goes with quantity 1 at that amount in
EA; accounts are custom fields of the line. A line that is coded once has one value per field; a line that is coded in
several splits has one value per field and split, with the amount that the split pays. Those amounts are the line's
amount exactly (`schemas/order_amounts.py`, `schemas/order_coding.py`).

The supplier goes by its name: the order knows neither its number nor JAGGAER's. The buyer goes by the whole display
name as last name, because nobody can cut it in two without guessing.

Not carried: total and tax (JAGGAER adds up the lines and taxes them itself), schedules beyond their earliest requested
day, notes of lines, ids of places. What of the header has no element goes as a custom field where the customer's layout
names one. An order with a deduction is refused, because without it JAGGAER would book more than was ordered.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from lxml import etree

from schemas.coding import Coder
from schemas.cxml.elements import add, add_money, written_moment
from schemas.cxml.safe_xml import Element
from schemas.indirect.layout import IndirectLayout
from schemas.money import Money, plain
from schemas.order_amounts import charged
from schemas.order_coding import CodedCharge, code
from schemas.purchase_order import OrderLine, Party, PurchaseOrder
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.units import UnitMap

_UNIT_OF_AN_AMOUNT = "EA"


def order_element(order: PurchaseOrder, units: UnitMap, coder: Coder, layout: IndirectLayout) -> Element:
    """Return the PurchaseOrder.

    Raises Refused: MAPPING for a unit or an account without a counterpart, INVALID for a deduction and for charges that
    are not their line's amount.
    """
    _check_deduction(order)
    root = etree.Element("PurchaseOrder")
    _add_header(root, order, layout)
    for line in order.lines:
        _add_line(root, order, line, units, code(order, line, charged(line, order.total.currency), coder), layout)
    return root


def _check_deduction(order: PurchaseOrder) -> None:
    if order.deduction is None or not order.deduction.amount:
        return
    raise Refused(
        Refusal(
            category=RefusalClass.INVALID,
            field="DiscountAmount",
            value=plain(order.deduction.amount),
            reason="the message has no place for what an order takes off its lines; without it the order is dearer.",
            next_step="Take the discount off the prices of the lines, or send this customer's orders as J1P or cXML.",
        )
    )


def _add_header(root: Element, order: PurchaseOrder, layout: IndirectLayout) -> None:
    header = add(root, "POHeader")
    add(header, "PONumber", order.number)
    if order.buyer:
        attributes = {"username": order.buyer.email or order.buyer.name}
        profile = add(add(header, "Requestor"), "UserProfile", attributes=attributes)
        add(profile, "LastName", order.buyer.name)
        if order.buyer.email is not None:
            add(profile, "Email", order.buyer.email)
    add(header, "Priority", "Normal")
    add(header, "CreateDateTime", written_moment(order.ordered_at))
    add(add(header, "Supplier"), "Name", order.supplier.name)
    _add_place(header, "BillTo", order.bill_to)
    _add_place(header, "ShipTo", order.ship_to)
    if order.note_to_supplier is not None:
        add(add(header, "ExternalInfo"), "Note", order.note_to_supplier)
    values = {
        "legal_entity": order.legal_entity,
        "business_unit": order.business_unit,
        "supplier_site": order.supplier.code,
        "payment_terms": order.payment_terms,
    }
    _add_fields(header, {layout.order_fields[name]: values[name] for name in values if name in layout.order_fields})


def _add_place(header: Element, name: str, place: Party | None) -> None:
    if place is None:
        return
    address = add(add(header, name), "Address")
    add(address, "TemplateName", place.name)
    add(address, "AddressCode", place.code or place.name)
    if place.address:
        add(address, "AddressLine", place.address, {"label": "Address", "linenumber": "1"})


def _add_line(
    root: Element,
    order: PurchaseOrder,
    line: OrderLine,
    units: UnitMap,
    charges: Sequence[CodedCharge],
    layout: IndirectLayout,
) -> None:
    quantity, price, unit = _priced(line, units)
    child = add(root, "POLine", attributes={"linenumber": str(line.number)})
    _add_item(child, line, unit)
    add(child, "Quantity", plain(Decimal(0) if line.canceled else quantity))
    add_money(add(child, "LineCharges"), "UnitPrice", Money(amount=price, currency=order.total.currency))
    wanted = [part.requested_delivery for part in line.schedules if part.requested_delivery and not part.canceled]
    if wanted:
        add(add(child, "DeliveryInfo"), "RequestedDeliveryDate", min(wanted).isoformat())
    if len(charges) == 1:
        _add_fields(child, {value.field: value.value for value in charges[0].values})
    else:
        _add_splits(child, charges, layout)


def _priced(line: OrderLine, units: UnitMap) -> tuple[Decimal, Decimal, str]:
    """Return quantity, unit price and unit: as they are, or one times the amount where the line buys an amount."""
    if line.quantity is None or line.price is None:
        return Decimal(1), line.ordered if line.amount is None else line.amount, _UNIT_OF_AN_AMOUNT
    return line.quantity, line.price, units.standard(line.uom, line=line.number)


def _add_item(child: Element, line: OrderLine, unit: str) -> None:
    item = add(child, "Item")
    if line.supplier_item is not None:
        add(item, "CatalogNumber", line.supplier_item)
    add(item, "Description", line.description)
    measurement = add(add(item, "ProductUnitOfMeasure", attributes={"type": "supplier"}), "Measurement")
    add(measurement, "MeasurementAmount", "1")
    add(measurement, "MeasurementUnit", unit)
    add(measurement, "MeasurementValue", "1")
    if line.category is not None:
        add(item, "CommodityCode", line.category)
    if line.item is not None:
        add(item, "ProductReferenceNumber", line.item)
    add(item, "ProductType", "Form" if line.supplier_item is None else "Catalog")


def _add_fields(parent: Element, values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is not None:
            field = add(parent, "CustomFieldValueSet", attributes={"name": name, "label": name})
            add(add(field, "CustomFieldValue"), "Value", value)


def _add_splits(parent: Element, charges: Sequence[CodedCharge], layout: IndirectLayout) -> None:
    """Append one set per field, in it one value per split that the field codes (the attributes of 3.4)."""
    for name in _fields(charges):
        attributes = {"name": name, "label": name, "distributiontype": layout.amount_distribution, "context": "Line"}
        field = add(parent, "CustomFieldValueSet", attributes=attributes)
        for index, charge in enumerate(charges):
            for value in charge.values:
                if value.field == name:
                    split = {"distributionvalue": plain(charge.amount), "splitindex": str(index)}
                    add(add(field, "CustomFieldValue", attributes=split), "Value", value.value)


def _fields(charges: Iterable[CodedCharge]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.field for charge in charges for value in charge.values))
