"""XML messages as a sender of JAGGAER Indirect writes them, small by default, every part replaceable."""

SENDER = ("ml-connector", "simulated-secret")


def message(root: str, *documents: str, message_id: str = "m-1", sender: tuple[str, str] = SENDER) -> bytes:
    """Return a whole message around documents."""
    identity, secret = sender
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{root} version="1.0"><Header><MessageId>{message_id}</MessageId>'
        f"<Timestamp>2024-02-14T10:00:00Z</Timestamp><Authentication><Identity>{identity}</Identity>"
        f"<SharedSecret>{secret}</SharedSecret></Authentication></Header>{''.join(documents)}</{root}>"
    ).encode()


def orders(*documents: str, **frame: object) -> bytes:
    """Return a PurchaseOrderMessage."""
    return message("PurchaseOrderMessage", *documents, **frame)  # type: ignore[arg-type]  # as above


def suppliers(*documents: str, **frame: object) -> bytes:
    """Return a SupplierSyncMessage."""
    return message("SupplierSyncMessage", *documents, **frame)  # type: ignore[arg-type]  # as above


def invoices(*documents: str, **frame: object) -> bytes:
    """Return a BuyerInvoiceOcrMessage."""
    return message("BuyerInvoiceOcrMessage", *documents, **frame)  # type: ignore[arg-type]  # as above


def purchase_order(
    number: str = "PO1", *, kind: str = "", revision: str = "", quantity: str = "2", line: str = "", extra: str = ""
) -> str:
    """Return a PurchaseOrder of one line of 2 at 5 USD; `line` ends the line, `extra` ends the header."""
    typed = f' type="{kind}"' if kind else ""
    counted = f"<RevisionNumber>{revision}</RevisionNumber>" if revision else ""
    return (
        f"<PurchaseOrder><POHeader{typed}>{counted}<PONumber>\n {number} </PONumber><Supplier>"
        f'<SupplierNumber>S1</SupplierNumber></Supplier>{extra}</POHeader><POLine linenumber="1"><Item>'
        '<Description>Chair</Description><ProductUnitOfMeasure type="supplier"><Measurement><MeasurementUnit>EA'
        f"</MeasurementUnit></Measurement></ProductUnitOfMeasure></Item><Quantity>{quantity}</Quantity>"
        f'<LineCharges><UnitPrice><Money currency="USD">5</Money></UnitPrice></LineCharges>{line}</POLine>'
        "</PurchaseOrder>"
    )


def supplier(number: str = "S1", *, name: str = "Ltd", active: str = "Yes", extra: str = "") -> str:
    """Return a SupplierRequestMessage with one supplier."""
    return (
        f'<SupplierRequestMessage><Supplier isChanged="T"><ERPNumber isChanged="T"> {number} </ERPNumber>'
        f"<Name>{name}</Name><Active>{active}</Active>{extra}</Supplier></SupplierRequestMessage>"
    )


def buyer_invoice(number: str = "INV1", *, total: str = "10", extra: str = "") -> str:
    """Return a BuyerInvoiceOcr of one line of 2 at 5 USD; `extra` ends the line."""
    return (
        f"<BuyerInvoiceOcr><BuyerInvoiceHeader><SupplierInvoiceNumber>{number}</SupplierInvoiceNumber>"
        "<InvoiceType>Invoice</InvoiceType><BillTo><Address><AddressCode>V1</AddressCode></Address></BillTo>"
        f'<GrandTotal><Money currency="USD">{total}</Money></GrandTotal>'
        "<Supplier><SupplierNumber>S1</SupplierNumber></Supplier>"
        '<BusinessUnit internalName="Vision"/></BuyerInvoiceHeader><BuyerInvoiceLine lineNumber="1"><Item>'
        "<UnitOfMeasure>EA</UnitOfMeasure></Item><Quantity>2</Quantity>"
        f'<UnitPrice><Money currency="USD">5</Money></UnitPrice>{extra}</BuyerInvoiceLine></BuyerInvoiceOcr>'
    )
