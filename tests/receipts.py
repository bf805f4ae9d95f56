"""J1P receipts for tests, as JAGGAER lists them (jaggaer-cxml.md, 2.4), and cXML ReceiptRequests as ERPs make them."""

from collections.abc import Sequence
from typing import Any

from schemas.exact_json import JsonValue
from schemas.pushed import PushedDocument

Object = dict[str, JsonValue]


def j1p_line(number: int = 1, **changes: Any) -> Object:
    """Return a line that receives 4 of line 1 of the plain order, with changes; None leaves a field out."""
    plain: Object = {
        "lineNumber": number,
        "poNumber": "US164861",
        "poLineNumber": "1",
        "action": "Received",
        "quantity": "4",
        "unitOfMeasure": "EA",
    }
    return {name: value for name, value in (plain | changes).items() if value is not None}


def j1p_receipt(*lines: Object, **changes: Any) -> Object:
    """Return a receipt, with changes of its header."""
    header: Object = {
        "receiptId": 90001,
        "receiptNumber": "RCT90001",
        "receiptDate": "2025-03-20T08:15:00.000Z",
        "receivedBy": "warehouse",
        "packingSlipNumber": "PS-5567",
        "businessUnit": {"internalName": "Vision Operations"},
        "lastUpdate": "2025-03-20T08:16:00.000Z",
    }
    rows: list[JsonValue] = list(lines or (j1p_line(),))
    stated = {name: value for name, value in (header | changes).items() if value is not None}
    return {"header": stated, "lineList": {"line": rows}}


def cxml_item(number: int = 1, line: int = 1, quantity: str = "4", more: str = "", amount: str = "0.00") -> str:
    """Return a ReceiptItem whose rate is zero, as ERPs write it."""
    return f"""
<ReceiptItem receiptLineNumber="{number}" quantity="{quantity}" {more}>
  <ReceiptItemReference lineNumber="{line}"/>
  <UnitRate><Money currency="USD">0.00</Money><UnitOfMeasure>EA</UnitOfMeasure></UnitRate>
  <ReceivedAmount><Money currency="USD">{amount}</Money></ReceivedAmount>
</ReceiptItem>"""


def cxml_receipt(
    items: Sequence[str] = (), *, orders: Sequence[tuple[str, str]] = (), header: str = "", receipt_id: str = "R-77"
) -> PushedDocument:
    """Return a pushed ReceiptRequest: items of the plain order, or orders as (number, items)."""
    parts = orders or [("US164861", "".join(items or (cxml_item(),)))]
    groups = "".join(
        f"""<ReceiptOrder><ReceiptOrderInfo><OrderReference orderID="{number}"><DocumentReference payloadID=""/>
        </OrderReference></ReceiptOrderInfo>{inside}</ReceiptOrder>"""
        for number, inside in parts
    )
    text = f"""<cXML payloadID="1@erp" timestamp="2025-03-20T09:00:00+00:00"><Request><ReceiptRequest>
<ReceiptRequestHeader receiptID="{receipt_id}" receiptDate="2025-03-20T08:15:00+00:00" {header}/>{groups}
<Total><Money currency="USD">0.00</Money></Total></ReceiptRequest></Request></cXML>"""
    return PushedDocument(request="ReceiptRequest", payload_id="1@erp", sender="NetworkID/ERP", cxml=text)
