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


def split(field: str, value: str) -> dict[str, Any]:
    """Return the splittableFieldSetGroupList of a line that is coded once."""
    coded = {"customFieldValueList": {"customFieldValue": [{"internalName": field, "value": value}]}}
    index_set = {"context": "Line", "splittableFieldIndexList": {"splittableFieldIndex": [coded]}}
    return {"splittableFieldSetGroup": [{"splittableFieldIndexSet": [index_set]}]}


def ocr_line(number: object = 1, quantity: object = 2, price: object = 5, **more: Any) -> dict[str, Any]:
    """Return an invoiceOcrLine in each, at a price in USD."""
    item = {"description": "Desk chair", "unitOfMeasure": "EA", "packagingAmount": 1}
    return {
        "lineNumber": number,
        "ocrItem": item,
        "quantity": quantity,
        "unitPrice": {"currency": "USD", "money": price},
    } | more


def invoice_ocr(
    number: object = "INV1", *, supplier: object = "S1", lines: list[Any] | None = None, **header: Any
) -> dict[str, Any]:
    """Return the value of invoiceOcr: one line of 2 at 5 USD of supplier S1, unless something else is said."""
    shown = {"supplierInvoiceNumber": number, "invoiceType": "Invoice", "supplier": {"supplierNumber": supplier}}
    rows = [ocr_line()] if lines is None else lines
    return {"invoiceOcrHeader": shown | header, "invoiceOcrLineList": {"invoiceOcrLine": rows}}


def invoice_item(number: int = 1, quantity: str = "2", price: str = "5.00", extra: str = "") -> str:
    """Return an InvoiceDetailItem priced in USD for line 1 of an order; `extra` comes after the reference."""
    return (
        f'<InvoiceDetailItem invoiceLineNumber="{number}" quantity="{quantity}"><UnitOfMeasure>EA</UnitOfMeasure>'
        f'<UnitPrice><Money currency="USD">{price}</Money></UnitPrice><InvoiceDetailItemReference lineNumber="1">'
        f'<Description xml:lang="en">Chair</Description></InvoiceDetailItemReference>{extra}</InvoiceDetailItem>'
    )


def invoice_request(
    number: str = "INV1",
    *,
    attributes: str = "",
    net: str = "10.00",
    subtotal: str = "10.00",
    tax: str = "0",
    supplier: str = "S1",
    items: str | None = None,
    reference: str | None = None,
) -> str:
    """Return an InvoiceDetailRequest element: one line of 2 at 5 USD of supplier S1, unless something else is said."""
    referred = "" if reference is None else f'<DocumentReference payloadID="{reference}"/>'
    return (
        f'<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="{number}" '
        f'invoiceDate="2024-02-14T10:00:00+00:00"{attributes}><InvoiceDetailHeaderIndicator/>'
        "<InvoiceDetailLineIndicator/>"
        f'<InvoicePartner><Contact role="issuerOfInvoice" addressID="{supplier}"><Name xml:lang="en">Ltd</Name>'
        '</Contact></InvoicePartner><InvoicePartner><Contact role="soldTo"><Name xml:lang="en">Vision</Name></Contact>'
        f"</InvoicePartner>{referred}</InvoiceDetailRequestHeader><InvoiceDetailOrder><InvoiceDetailOrderInfo>"
        f'<OrderReference orderID="PO1"><DocumentReference payloadID="p"/></OrderReference></InvoiceDetailOrderInfo>'
        f"{invoice_item() if items is None else items}</InvoiceDetailOrder><InvoiceDetailSummary>"
        f'<SubtotalAmount><Money currency="USD">{subtotal}</Money></SubtotalAmount>'
        f'<Tax><Money currency="USD">{tax}</Money><Description xml:lang="en">Tax</Description></Tax>'
        f'<NetAmount><Money currency="USD">{net}</Money></NetAmount></InvoiceDetailSummary></InvoiceDetailRequest>'
    )


def header_invoice(
    number: str = "CM1", *, purpose: str = "creditMemo", net: str = "-10.00", by_header: str = "yes"
) -> str:
    """Return an InvoiceDetailRequest for a sum without lines."""
    return (
        f'<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="{number}" purpose="{purpose}" '
        f'invoiceDate="2024-02-14T10:00:00+00:00"><InvoiceDetailHeaderIndicator isHeaderInvoice="{by_header}"/>'
        "<InvoiceDetailLineIndicator/></InvoiceDetailRequestHeader><InvoiceDetailHeaderOrder><InvoiceDetailOrderInfo>"
        '<OrderIDInfo orderID="PO1"/></InvoiceDetailOrderInfo><InvoiceDetailOrderSummary invoiceLineNumber="1">'
        f'<SubtotalAmount><Money currency="USD">{net}</Money></SubtotalAmount></InvoiceDetailOrderSummary>'
        "</InvoiceDetailHeaderOrder><InvoiceDetailSummary>"
        f'<SubtotalAmount><Money currency="USD">{net}</Money></SubtotalAmount>'
        '<Tax><Money currency="USD">0</Money><Description xml:lang="en">Tax</Description></Tax>'
        f'<NetAmount><Money currency="USD">{net}</Money></NetAmount></InvoiceDetailSummary></InvoiceDetailRequest>'
    )


def status_update(content: str, *, reference: str | None = None, code: int = 200) -> str:
    """Return a StatusUpdateRequest element; `content` comes after Status."""
    referred = "" if reference is None else f'<DocumentReference payloadID="{reference}"/>'
    return f'<StatusUpdateRequest>{referred}<Status code="{code}" text="OK"/>{content}</StatusUpdateRequest>'
