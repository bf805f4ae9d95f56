"""Bodies nobody would send: never an answer of class 500, never an effect that the rules do not give."""

import json
import string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.simulators.jaggaer.conftest import Jaggaer
from tests.unit.simulators.jaggaer.documents import cxml, j1p_body, j1p_order, order_request

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
