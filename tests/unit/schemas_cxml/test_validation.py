"""Our grammar: formats are checked, errors say where and what was expected, threads do not disturb each other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from schemas.cxml.safe_xml import Element, parse
from schemas.cxml.validation import InvalidCxml, validate
from tests.factories import purchase_order
from tests.unit.schemas_cxml.documents import document, published, tree

GOOD = document(purchase_order(note_to_supplier="Ring"))


def invalid(old: bytes, new: bytes) -> InvalidCxml:
    assert old in GOOD
    with pytest.raises(InvalidCxml) as refused:
        validate(parse(GOOD.replace(old, new, 1)))
    return refused.value


@pytest.mark.parametrize(
    ("old", "new", "element"),
    [
        (b'quantity="10"', b'quantity="-10"', "ItemOut[1]"),
        (b'quantity="10"', b'quantity="1e1"', "ItemOut[1]"),
        (b'quantity="10"', b"", "ItemOut[1]"),
        (b'lineNumber="1"', b'lineNumber="0"', "ItemOut[1]"),
        (b'lineNumber="2"', b"", "ItemOut[2]"),
        (b'lineNumber="1"', b'lineNumber="1.0"', "ItemOut[1]"),
        (b'Date="2025-03-20"', b'Date="20.03.2025"', "ItemOut[1]"),
        (b'Date="2025-03-20"', b'Date="2025-02-30"', "ItemOut[1]"),
        (b'orderVersion="1"', b'orderVersion="0"', "OrderRequestHeader"),
        (b'orderVersion="1"', b"", "OrderRequestHeader"),
        (b'type="new"', b'type="delete"', "OrderRequestHeader"),
        (b'orderID="US164861"', b'orderID=""', "OrderRequestHeader"),
        (b'orderDate="2025-03-04T09:30:00+00:00"', b'orderDate="2025-03-04T09:30:00"', "OrderRequestHeader"),
        (b'timestamp="2025-03-06T08:00:00+00:00"', b'timestamp="2025-03-06"', "cXML"),
        (b'currency="USD"', b'currency="usd"', "Money"),
        (b'currency="USD"', b'currency="US$"', "Money"),
        (b">1712.75<", b">1,712.75<", "Money"),
        (b">1712.75<", b">1712.<", "Money"),
        (b">1712.75<", b"> 1712.75<", "Money"),
        (b">1712.75<", b"><", "Money"),
        (b'xml:lang="en"', b"", "Name"),
        (b"<UnitOfMeasure>EA<", b"<UnitOfMeasure><", "UnitOfMeasure"),
        (b'deploymentMode="production"', b'deploymentMode="live"', "Request"),
        (b"<BillTo>", b"<Surprise/><BillTo>", "OrderRequestHeader"),
    ],
)
def test_a_wrong_format_or_element_is_refused_where_it_stands(old: bytes, new: bytes, element: str) -> None:
    assert invalid(old, new).element.rsplit("/", 1)[-1] == element


def test_the_error_shows_what_stood_there_and_what_was_expected() -> None:
    error = invalid(b'quantity="10"', b'quantity="-10"')
    assert 'quantity="-10" lineNumber="1"' in error.found
    assert "ItemOut takes: quantity (a decimal, not negative), lineNumber (from 1)" in error.reason
    assert error.line == 3
    assert str(error).startswith("/cXML/Request/OrderRequest/ItemOut[1] (line 3): ")


def test_the_error_shows_an_amount_that_is_none() -> None:
    assert invalid(b">1712.75<", b">1,712.75<").found == "1,712.75"


def test_the_error_never_shows_the_secret() -> None:
    error = invalid(b"<SharedSecret>hush-hush", b"<SharedSecret>hush-hush<Oops/>")
    assert error.element.endswith("/SharedSecret")
    assert "hush" not in f"{error} {error.found}"


def test_an_element_that_is_none_of_ours_is_refused_by_its_name() -> None:
    with pytest.raises(InvalidCxml, match="Order"):
        validate(parse(b"<Order/>"))


@pytest.mark.parametrize(("code", "good"), [("200", True), ("409", True), ("900", False), ("20", False)])
def test_an_answer_needs_a_code_of_three_digits(code: str, *, good: bool) -> None:
    status = f'<Response><Status code="{code}" text="OK"/></Response>'
    root = parse(f'<cXML payloadID="1" timestamp="2025-03-06T08:00:00Z">{status}</cXML>'.encode())
    if good:
        validate(root)
    else:
        with pytest.raises(InvalidCxml, match="code of three digits"):
            validate(root)


def test_a_published_answer_is_taken() -> None:
    validate(parse(published("cxml-samples", "response-01-status-400.xml").read_bytes()))


def test_threads_that_validate_at_once_get_their_own_verdict_and_explanation() -> None:
    def good(_: int) -> str:
        return said(tree(purchase_order()))

    def wrong_quantity(_: int) -> str:
        return said(parse(GOOD.replace(b'quantity="10"', b'quantity="-10"')))

    def wrong_amount(_: int) -> str:
        return said(parse(GOOD.replace(b">1712.75<", b">none<")))

    kinds: tuple[tuple[Callable[[int], str], str], ...] = (
        (good, ""),
        (wrong_quantity, "/cXML/Request/OrderRequest/ItemOut[1]"),
        (wrong_amount, "/cXML/Request/OrderRequest/OrderRequestHeader/Total/Money"),
    )
    with ThreadPoolExecutor(8) as threads:
        running = [(threads.submit(kind, n), expected) for n in range(100) for kind, expected in kinds]
        assert [future.result() for future, _ in running] == [expected for _, expected in running]


def said(root: Element) -> str:
    try:
        validate(root)
    except InvalidCxml as error:
        return error.element
    return ""
