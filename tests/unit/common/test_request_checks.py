"""What a request may be made of (A18, A21)."""

import pytest

from common.connections.errors import NotSent
from common.connections.exchange import Request


@pytest.mark.parametrize(
    "path",
    [
        "",
        "orders",
        ".evil.example/x",
        "@evil.example/x",
        ":8443/x",
        "//evil.example/x",
        "https://evil.example/x",
        "\\\\evil.example\\x",
        "/\\evil.example",
        "/x\r\nHost: evil.example",
        "/x\nX: y",
        "/x y",
        "/x\x00",
        "/x%00",
        "/x%0d%0aX:y",
        "/x%0A",
        "/x?q=1",
        "/x#y",
        "/x%",
        "/x%zz",
        "/ä",
        "/a/../b",
        "/a/..",
        "/a/%2e%2E/b",
        "/a/.%2e/b",
        "/./a",
    ],
)
def test_a_path_that_is_more_than_a_path_is_no_request(path: str) -> None:
    with pytest.raises(NotSent, match="is not sent: its path"):
        Request(method="GET", path=path)


@pytest.mark.parametrize(
    "path", ["/", "/j1p/api/public/ji/v1/purchaseorders/US%2F1", "/a.b/c..d/...e", "/x:y@z;a=b,c'(d)*!$&~_-+"]
)
def test_a_path_is_one(path: str) -> None:
    assert Request(method="GET", path=path).path == path


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Id", "1\r\nAuthorization: Bearer x"),
        ("X-Id", "1\nX: y"),
        ("X-Id", "1\x00"),
        ("X-Id", " 1"),
        ("X-Id", "１"),  # noqa: RUF001
        ("X-Id\r\nX", "1"),
        ("X Id", "1"),
        ("", "1"),
    ],
)
def test_a_header_that_is_more_than_a_header_is_no_request(name: str, value: str) -> None:
    with pytest.raises(NotSent, match="is not sent: its header") as refused:
        Request(method="GET", path="/", headers={name: value})
    assert "Bearer" not in str(refused.value)


@pytest.mark.parametrize("value", ["1\r\nX: y", "1\x00", "1\x7f"])
def test_a_query_value_has_no_control_characters(value: str) -> None:
    with pytest.raises(NotSent, match="its query has a control character in 'q'"):
        Request(method="GET", path="/", query={"q": value})


def test_a_method_is_a_word() -> None:
    with pytest.raises(NotSent, match="its method is not a word"):
        Request(method="GET / HTTP/1.1\r\nX:", path="/")
