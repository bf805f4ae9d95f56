"""What the Indirect tests have in common: one sender, and answers in JAGGAER's own layout."""

from lxml import etree

from schemas.coding import AsInSource, Coder
from schemas.identity import Intent
from schemas.indirect import purchase_order, supplier_sync
from schemas.indirect.frame import IndirectCredentials
from schemas.indirect.layout import IndirectLayout
from schemas.purchase_order import PurchaseOrder
from schemas.supplier import Supplier
from schemas.units import DEFAULT_UNITS
from tests.intents import CREATE

LAYOUT = IndirectLayout()
ACCOUNT = AsInSource("Account")
CREDENTIALS = IndirectCredentials(identity="hub", shared_secret="hush-hush")


def supplier_body(source: Supplier, layout: IndirectLayout = LAYOUT) -> bytes:
    return supplier_sync.build(source, layout=layout)


def supplier_message(source: Supplier, intent: Intent = CREATE, layout: IndirectLayout = LAYOUT) -> bytes:
    return supplier_sync.address(supplier_body(source, layout), intent, CREDENTIALS, layout)


def order_body(source: PurchaseOrder, coder: Coder = ACCOUNT, layout: IndirectLayout = LAYOUT) -> bytes:
    return purchase_order.build(source, units=DEFAULT_UNITS, coder=coder, layout=layout)


def order_message(
    source: PurchaseOrder, intent: Intent = CREATE, coder: Coder = ACCOUNT, layout: IndirectLayout = LAYOUT
) -> bytes:
    return purchase_order.address(order_body(source, coder, layout), intent, CREDENTIALS, layout)


def together(*messages: bytes) -> bytes:
    """Return one message with the documents of several, as other senders batch them."""
    first, *others = map(etree.fromstring, messages)
    for other in others:
        first.extend(list(other)[1:])
    return etree.tostring(first)


def supplier_answer(code: str, text: str, errors: str = "", status_errors: str = "") -> bytes:
    """Return an answer to a supplier message, padded as JAGGAER pads its values."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE SupplierSyncMessage SYSTEM "https://solutions.example.com/app_docs/dtd/supplier/TSMSupplier.dtd">
<SupplierSyncMessage version="1.0">
  <Header><MessageId>
      a-1 </MessageId><RelatedMessageId>7.0.abc@ml-connector</RelatedMessageId></Header>
  <SupplierResponseMessage>
    <Status><StatusCode>
        {code}
      </StatusCode><StatusText> {text}
      </StatusText>{status_errors}</Status>
    {errors}
  </SupplierResponseMessage>
</SupplierSyncMessage>""".encode()


def order_answer(code: str, text: str, errors: str = "") -> bytes:
    return f"""<PurchaseOrderMessage version="3.0"><Header><MessageId>a-2</MessageId></Header><ResponseMessage>
      <Status><StatusCode>{code}</StatusCode><StatusText>{text}</StatusText></Status>{errors}
    </ResponseMessage></PurchaseOrderMessage>""".encode()
