"""A document that was pushed to the gateway, as the row that a flow reads: the text of the cXML, and who sent it.

A flow that JAGGAER's lists feed as well tells the two apart by `of_row`. The bytes that came over the wire, encoding
and attachments included, are kept with the request (`producers/gateway`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.exact_json import JsonValue

_REQUEST, _PAYLOAD_ID, _SENDER, _CXML = "cxmlRequest", "payloadID", "sender", "cxml"


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedDocument:
    """One cXML document. `request` is the element below Request (`ReceiptRequest`); `sender` who the From names.

    `cxml` is the whole document as text, without DOCTYPE and XML declaration.
    """

    request: str
    payload_id: str
    sender: str
    cxml: str

    def as_row(self) -> dict[str, JsonValue]:
        """Return the document as a row."""
        return {
            _REQUEST: self.request,
            _PAYLOAD_ID: self.payload_id,
            _SENDER: self.sender,
            _CXML: self.cxml,
        }


def of_row(row: Mapping[str, JsonValue]) -> PushedDocument | None:
    """Return the pushed document of a row, None if the row was listed by J1P."""
    request, payload_id, sender, cxml = (row.get(name) for name in (_REQUEST, _PAYLOAD_ID, _SENDER, _CXML))
    if not (isinstance(request, str) and isinstance(cxml, str)):
        return None
    return PushedDocument(request=request, payload_id=str(payload_id or ""), sender=str(sender or ""), cxml=cxml)
