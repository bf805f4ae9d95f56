"""Documents as a sender of either door writes them, small by default, every part replaceable."""

import json
from collections.abc import Iterable
from typing import Any

SENDER = ("NetworkID", "ml-connector", "simulated-secret")


def j1p_line(number: object = 1, quantity: object = 2, price: object = 5, **more: Any) -> dict[str, Any]:
    """Return a poLine in each, at a price in USD."""
    charges = {"unitPrice": {"currency": "USD", "value": price}}
    item = {"description": "Desk chair", "unitOfMeasure": "EA"}
    return {"lineNumber": number, "item": item, "quantity": quantity, "lineCharges": charges, **more}


def j1p_order(
    number: object = "PO1", *, lines: list[Any] | None = None, total: object = 10, revision: int = 0, **header: Any
) -> dict[str, Any]:
    """Return the value of purchaseOrder: one line of 2 at 5 USD, unless something else is said."""
    shown: dict[str, Any] = {"poNumber": number, "revisionNumber": revision, "currency": "USD", **header}
    if total is not None:
        shown["total"] = {"currency": "USD", "value": total}
    return {"poHeader": shown, "poLineList": {"poLine": [j1p_line()] if lines is None else lines}}


def j1p_body(order: object, batch: object = "batch-1") -> bytes:
    """Return the body of an import."""
    return json.dumps({"batchId": batch, "purchaseOrder": order}).encode()


def item_out(number: int | None = 1, quantity: str = "2", price: str = "5.00", uom: str = "EA", extra: str = "") -> str:
    """Return an ItemOut priced in USD; `extra` comes after the unit of measure."""
    line = "" if number is None else f' lineNumber="{number}"'
    return (
        f'<ItemOut quantity="{quantity}"{line}><ItemID><SupplierPartID>A1</SupplierPartID></ItemID><ItemDetail>'
        f'<UnitPrice><Money currency="USD">{price}</Money></UnitPrice><Description xml:lang="en">Chair</Description>'
        f'<UnitOfMeasure>{uom}</UnitOfMeasure>{extra}<Classification domain="UNSPSC">56112102</Classification>'
        "</ItemDetail></ItemOut>"
    )


def order_request(
    number: str = "PO1",
    *,
    attributes: str = "",
    total: str = "10.00",
    items: Iterable[str] | None = None,
    charges: str = "",
    reference: str | None = None,
) -> str:
    """Return an OrderRequest element: a new order of one line of 2 at 5 USD, unless something else is said."""
    referred = "" if reference is None else f'<DocumentReference payloadID="{reference}"/>'
    return (
        f'<OrderRequest><OrderRequestHeader orderID="{number}" orderDate="2024-02-14T10:00:00+00:00"{attributes}>'
        f'<Total><Money currency="USD">{total}</Money></Total>'
        f'<BillTo><Address><Name xml:lang="en">Vision</Name></Address></BillTo>{charges}{referred}</OrderRequestHeader>'
        f"{''.join([item_out()] if items is None else items)}</OrderRequest>"
    )


def cxml(
    request: str,
    *,
    payload_id: str = "payload-1",
    sender: tuple[str, str, str] = SENDER,
    mode: str | None = None,
    doctype: str = '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd">',
) -> bytes:
    """Return a cXML request document."""
    domain, identity, secret = sender
    credential = f'<Credential domain="{domain}"><Identity>{identity}</Identity>'
    deployment = "" if mode is None else f' deploymentMode="{mode}"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}'
        f'<cXML payloadID="{payload_id}" timestamp="2024-02-14T10:00:00+00:00">'
        f"<Header><From>{credential}</Credential></From><To>{credential}</Credential></To><Sender>{credential}"
        f"<SharedSecret>{secret}</SharedSecret></Credential><UserAgent/></Sender></Header>"
        f"<Request{deployment}>{request}</Request></cXML>"
    ).encode()
