"""Bodies nobody would send: never an answer of class 500, never an effect that the rules do not give."""

import json
import string
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.simulators.jaggaer import messages
from tests.unit.simulators.jaggaer.conftest import Jaggaer
from tests.unit.simulators.jaggaer.documents import (
    cxml,
    header_invoice,
    invoice_ocr,
    invoice_request,
    j1p_body,
    j1p_order,
    order_request,
    status_update,
)

# The instance is the same for all examples of a test: that is wanted, nothing may build up in it.
bounded = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
header_fields = st.sampled_from(
    ["poNumber", "type", "revisionNumber", "currency", "total", "tax", "supplier", "businessUnit", "discountAmount"]
)
line_fields = st.sampled_from(["lineNumber", "quantity", "item", "lineCharges"])
orders = st.fixed_dictionaries(
    {
        "poHeader": values | st.dictionaries(header_fields, values, max_size=6),
        "poLineList": values
        | st.fixed_dictionaries({"poLine": values | st.lists(st.dictionaries(line_fields, values), max_size=3)}),
    }
)


@bounded
@given(body=st.binary(max_size=200) | values.map(json.dumps).map(str.encode))
def test_no_body_of_an_import_breaks_the_door(jaggaer: Jaggaer, body: bytes) -> None:
    assert jaggaer.post(body).status_code in (200, 400)
    assert len(jaggaer.simulator.orders) == 0


@bounded
@given(order=orders, batch=st.text(min_size=1))
def test_no_order_of_odd_parts_breaks_the_door_or_is_read_back_broken(
    jaggaer: Jaggaer, order: object, batch: str
) -> None:
    jaggaer.simulator.switch(reject_unknown_custom_fields=len(batch) % 2 == 0)
    assert jaggaer.post(j1p_body(order, batch)).status_code in (200, 400)
    assert jaggaer.get().status_code == 200


@bounded
@given(name=header_fields, value=values)
def test_no_value_of_a_header_field_breaks_the_door(jaggaer: Jaggaer, name: str, value: object) -> None:
    order = j1p_order("PO1")
    order["poHeader"][name] = value
    jaggaer.simulator.reset()
    jaggaer.headers = {"Authorization": f"Bearer {jaggaer.log_in().json()['access_token']}"}

    assert jaggaer.post(j1p_body(order)).status_code in (200, 400)
    assert jaggaer.get().status_code == 200
    assert jaggaer.http.get("/admin/orders").status_code == 200


@bounded
@given(flt=st.text(alphabet=string.printable + "ü\x00", max_size=40), start=st.text(max_size=12))
def test_no_query_breaks_a_list(jaggaer: Jaggaer, flt: str, start: str) -> None:
    assert jaggaer.get(flt=flt, start=start).status_code == 200


@bounded
@given(
    body=st.binary(max_size=200),
    content_type=st.sampled_from(["text/xml", "multipart/related", "multipart/related; boundary=b; start=x", "x", ""]),
)
def test_no_body_of_a_cxml_document_breaks_the_door(jaggaer: Jaggaer, body: bytes, content_type: str) -> None:
    assert jaggaer.send(body, content_type).status_code == 200
    assert jaggaer.send(b"--b\r\n" + body + b"\r\n--b--", content_type).status_code == 200
    assert len(jaggaer.simulator.orders) == 0


@bounded
@given(position=st.integers(0, 10_000), piece=st.binary(max_size=6), length=st.integers(0, 40))
def test_no_damage_to_a_cxml_order_breaks_the_door(jaggaer: Jaggaer, position: int, piece: bytes, length: int) -> None:
    document = cxml(order_request(), payload_id="payload-1")
    at = position % len(document)
    jaggaer.simulator.reset()

    assert jaggaer.send(document[:at] + piece + document[at + length :]).status_code == 200
    for order in jaggaer.simulator.orders:
        assert order.total == sum(line.amount for line in order.lines)


RESOURCES = st.sampled_from(
    ["/invoices/ocr/", "/invoices/1001/payments", "/suppliers", "/customfieldvalues", "/purchaseorders/PO1/status"]
)
other_bodies = st.fixed_dictionaries(
    {"batchId": st.text(min_size=1)},
    optional={
        "invoiceOcr": st.fixed_dictionaries(
            {
                "invoiceOcrHeader": st.dictionaries(
                    st.sampled_from(["supplierInvoiceNumber", "supplier", "invoiceType", "total", "type", "tax"]),
                    values,
                ),
                "invoiceOcrLineList": values | st.fixed_dictionaries({"invoiceOcrLine": values}),
            }
        ),
        "supplier": values | st.dictionaries(st.sampled_from(["erpNumber", "name", "active"]), values),
        "customField": values,
        "values": values | st.lists(st.dictionaries(st.sampled_from(["value", "active", "parent"]), values)),
        "mode": values,
        "status": values,
        "payment": values,
    },
)


@bounded
@given(path=RESOURCES, body=other_bodies)
def test_no_body_breaks_another_resource_or_is_read_back_broken(jaggaer: Jaggaer, path: str, body: object) -> None:
    jaggaer.import_invoice(invoice_ocr())
    jaggaer.call("POST", path, body)
    for resource in ("/invoices", "/suppliers", "/customfieldvalues"):
        assert jaggaer.call("GET", resource)["returnCode"] == 0
    for page in ("invoices", "suppliers", "values", "summary"):
        assert jaggaer.http.get(f"/admin/{page}").status_code == 200


fragments = st.lists(
    st.sampled_from(
        [
            *(
                "<PurchaseOrder>",
                "</PurchaseOrder>",
                "<POHeader>",
                "</POHeader>",
                "<PONumber>1</PONumber>",
                "&amp;",
                "&",
            ),
            *(
                "<POLine linenumber='1'>",
                "</POLine>",
                "<Quantity>2</Quantity>",
                "<Money currency='USD'>x</Money>",
                "<Item>",
            ),
            *("<Supplier>", "</Supplier>", "<SupplierRequestMessage>", "</SupplierRequestMessage>", "<Name>n</Name>"),
            *(
                "<ERPNumber>1</ERPNumber>",
                "<BuyerInvoiceOcr>",
                "</BuyerInvoiceOcr>",
                "<!-- -->",
                "<?pi x?>",
                "\x00",
                "é",
            ),
        ]
    ),
    max_size=12,
).map("".join)


@bounded
@given(
    path=st.sampled_from(["POXMLImport", "TSMSupplierXMLImport", "BuyerInvoiceOcrImport", "CXMLReceive"]),
    build=st.sampled_from([messages.orders, messages.suppliers, messages.invoices]),
    inner=fragments,
)
def test_no_xml_message_breaks_the_door(jaggaer: Jaggaer, path: str, build: Callable[[str], bytes], inner: str) -> None:
    assert jaggaer.http.post(f"/apps/Router/{path}", content=build(inner)).status_code == 200


@bounded
@given(
    request=st.sampled_from([invoice_request(), header_invoice(), status_update('<InvoiceStatus type="paid"/>')]),
    cut=st.integers(min_value=0, max_value=60),
    new=st.text(alphabet="<>/x1 ", max_size=3),
)
def test_no_damage_to_an_invoice_or_update_breaks_the_door(jaggaer: Jaggaer, request: str, cut: int, new: str) -> None:
    position = cut * len(request) // 60
    damaged = request[:position] + new + request[position + 3 :]
    assert jaggaer.send(cxml(damaged, payload_id=damaged[:40].replace('"', "").replace("<", ""))).status_code == 200
