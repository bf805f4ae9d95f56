"""The OrderRequestHeader of a canonical order, in the small set of elements that every cXML 1.2 takes.

Where the values go (jaggaer-cxml.md, 6.1 and appendix; contact roles: cXML.dtd 1.2.014, comment on Contact):

* order number, time of order: orderID, orderDate; supplier's note: Comments; buyer: Contact, role purchasingAgent;
* locations: Address with the location code as addressID and its name. PostalAddress wants street, city and country
  apart, and the source has one line of text, so that line goes into an Extrinsic rather than being cut up by guess;
* a discount or credit of the whole order: off the Total, with the amount as the Extrinsic `deduction`, because a Total
  has Modifications only after 1.2.014;
* what cXML 1.2.014 has no element for (legal entity, business unit, supplier and site, terms, description, ids):
  Extrinsics with the names below, which never change.

Not sent: the source's status, revision and time of change. They move without the order changing, and `orderVersion`,
which counts what was really sent, is the other side's revision.
"""

from collections.abc import Iterator, Sequence

from schemas.cxml.elements import add, add_extrinsics, add_money, add_worded, written_moment
from schemas.cxml.layout import CxmlLayout
from schemas.cxml.safe_xml import Element
from schemas.money import plain
from schemas.order_amounts import total_as_sent
from schemas.purchase_order import OrderLine, Party, PurchaseOrder
from schemas.refusals import Refusal, RefusalClass, Refused


def add_header(root: Element, order: PurchaseOrder, lines: Sequence[OrderLine], layout: CxmlLayout) -> None:
    """Append the header of an order that is sent with these lines. Raises Refused (INVALID) without a place to bill."""
    bill_to = _bill_to(order)
    attributes = {"orderID": order.number, "orderDate": written_moment(order.ordered_at), "orderType": "regular"}
    header = add(root, "OrderRequestHeader", attributes=attributes)
    add_money(header, "Total", total_as_sent(order, lines, with_tax=layout.total_includes_tax))
    if order.ship_to:
        add_place(header, "ShipTo", order.ship_to, layout)
    add_place(header, "BillTo", bill_to, layout)
    if order.tax:
        add_worded(add_money(header, "Tax", order.tax), "Description", "Tax", layout.language)
    _add_buyer(header, order, layout)
    if order.note_to_supplier is not None:
        add_worded(header, "Comments", order.note_to_supplier, layout.language)
    add_extrinsics(header, _extrinsics(order))


def add_place(parent: Element, name: str, place: Party, layout: CxmlLayout) -> None:
    """Append a ShipTo or BillTo."""
    address = add(add(parent, name), "Address", attributes={"addressID": place.code or place.name})
    add_worded(address, "Name", place.name, layout.language)


def place_extrinsics(prefix: str, place: Party | None) -> Iterator[tuple[str, str | None]]:
    """Yield what an Address has no room for."""
    if place:
        yield f"{prefix}Id", None if place.source_id is None else str(place.source_id)
        yield f"{prefix}Address", place.address


def _bill_to(order: PurchaseOrder) -> Party:
    if order.bill_to:
        return order.bill_to
    raise Refused(
        Refusal(
            category=RefusalClass.INVALID,
            field="BillToLocation",
            value="",
            reason=f"order {order.number} does not say where its bill goes, and cXML requires a BillTo.",
            next_step="Give the order a bill-to location at its source; the corrected order is read by the next poll.",
        )
    )


def _add_buyer(header: Element, order: PurchaseOrder, layout: CxmlLayout) -> None:
    if order.buyer:
        contact = add(header, "Contact", attributes={"role": "purchasingAgent"})
        add_worded(contact, "Name", order.buyer.name, layout.language)
        if order.buyer.email is not None:
            add(contact, "Email", order.buyer.email)


def _extrinsics(order: PurchaseOrder) -> Iterator[tuple[str, str | None]]:
    supplier = order.supplier
    yield "sourceId", str(order.key)
    yield "description", order.description
    yield "legalEntity", order.legal_entity
    yield "businessUnit", order.business_unit
    yield "supplier", supplier.name
    yield "supplierId", None if supplier.source_id is None else str(supplier.source_id)
    yield "supplierSite", supplier.code
    yield "paymentTerms", order.payment_terms
    yield "deduction", plain(order.deduction.amount) if order.deduction else None
    yield from place_extrinsics("billTo", order.bill_to)
    yield from place_extrinsics("shipTo", order.ship_to)
