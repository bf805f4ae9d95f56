"""Answers to XML messages: the Status of the message with counts, and what is wrong with single documents (3).

The order import says just "Success" (3.2), the others a sentence with counts, padded as JAGGAER pads values (3.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from simulators.jaggaer.cxml_envelope import legal_text
from simulators.jaggaer.order import DocumentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentResult:
    """What became of one document: its number, and the code and text of its error (200 where it is hidden)."""

    number: str
    code: int = 200
    error: str | None = None


@dataclass(slots=True, kw_only=True)
class MessageResult:
    """What became of a message: its documents as far as they were read, and why reading stopped, if it did.

    `code` and `text` say what is wrong with the message itself; `unread` that this is a parse error, `inside` that it
    is in a document, the last one that counts (3.1).
    """

    message_id: str = ""
    documents: list[DocumentResult] = field(default_factory=list)
    code: int = 200
    text: str = ""
    unread: bool = False
    inside: bool = False

    @property
    def status(self) -> int:
        """The StatusCode of the message: that of the first document that failed where the message itself did not."""
        return max((self.code, *(one.code for one in self.documents)))

    @property
    def failed(self) -> list[DocumentResult]:
        """The documents that were not applied."""
        return [one for one in self.documents if one.error is not None]


_ROOTS = {
    DocumentKind.ORDER: ("PurchaseOrderMessage", "ResponseMessage"),
    DocumentKind.SUPPLIER: ("SupplierSyncMessage", "SupplierResponseMessage"),
    DocumentKind.INVOICE: ("BuyerInvoiceOcrMessage", "ResponseMessage"),
}


def written(result: MessageResult, kind: DocumentKind, *, message_id: str, now: datetime) -> bytes:
    """Write the answer to a message."""
    root_name, response_name = _ROOTS[kind]
    root = etree.Element(root_name, version="1.0")
    header = etree.SubElement(root, "Header")
    _add(header, "MessageId", message_id)
    if result.message_id:
        _add(header, "RelatedMessageId", result.message_id)
    _add(header, "Timestamp", now.isoformat(timespec="seconds"))
    response = etree.SubElement(root, response_name)
    status = etree.SubElement(response, "Status")
    _add(status, "StatusCode", str(result.status))
    _add(status, "StatusText", _status_text(result, kind))
    if result.text:
        errors = etree.SubElement(status, "Errors")
        holder = errors if kind is DocumentKind.SUPPLIER else etree.SubElement(errors, "Error")
        _add(holder, "ErrorMessage", result.text, type="Error")
    _ERRORS[kind](response, [one for one in result.failed if one.number])
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _status_text(result: MessageResult, kind: DocumentKind) -> str:
    attempted, failed = len(result.documents), len(result.failed)
    attempted += result.inside
    completed = len(result.documents) - failed
    if result.status == 200 and kind is DocumentKind.ORDER:
        return "Success"
    counted = f"(Counts: Total documents attempted={attempted}, Total documents completed={completed}."
    counts = f"{counted} Documents successful without warnings={completed})"
    said = "Success" if result.status == 200 else "Some documents failed." if completed else "All documents failed."
    if result.unread:
        said = f"Error while parsing the input / {said} Documents after the error were not processed or counted."
    elif result.code != 200:
        said = "The message was refused."
    return f"\n      {said} {counts}\n    " if kind is DocumentKind.SUPPLIER else f"{said} {counts}"


def _order_errors(response: etree._Element, failed: Sequence[DocumentResult]) -> None:
    _object_errors(response, failed, "PurchaseOrderRef", "ponumber")


def _invoice_errors(response: etree._Element, failed: Sequence[DocumentResult]) -> None:
    _object_errors(response, failed, "BuyerInvoiceOcrRef", "supplierInvoiceNumber")


def _object_errors(response: etree._Element, failed: Sequence[DocumentResult], name: str, attribute: str) -> None:
    """Add what is wrong with single documents as the order import tells it (3.2); for invoices assumed to be alike."""
    if failed:
        errors = etree.SubElement(response, "ObjectErrors")
        for one in failed:
            reference = etree.SubElement(errors, name, {attribute: legal_text(one.number)})
            _add(etree.SubElement(reference, "Error", type="Error"), "ErrorMessage", one.error or "")


def _supplier_errors(response: etree._Element, failed: Sequence[DocumentResult]) -> None:
    for one in failed:
        errors = etree.SubElement(response, "SupplierErrors")
        _add(etree.SubElement(errors, "SupplierRef"), "ERPNumber", f"\n        {one.number}\n      ")
        _add(errors, "ErrorMessage", one.error or "", type="Error")


_ERRORS = {
    DocumentKind.ORDER: _order_errors,
    DocumentKind.SUPPLIER: _supplier_errors,
    DocumentKind.INVOICE: _invoice_errors,
}


def _add(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    child = etree.SubElement(parent, name, attributes)
    child.text = legal_text(text)
