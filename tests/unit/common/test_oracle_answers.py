"""What Oracle's answers mean, and what in them cannot be believed."""

import json
from typing import Any

import pytest

from common.connections.source import Collection, SourceRefused, SourceUnreadable
from common.oracle import answers


def page(keys: list[Any], *, has_more: bool = False, count: int | None = None) -> bytes:
    items = [{"POHeaderId": key} for key in keys]
    return json.dumps({"items": items, "hasMore": has_more, "count": len(keys) if count is None else count}).encode()


def read(content: bytes, *, after: int = 0, limit: int = 3, status: int = 200) -> Collection:
    return answers.collection(status, content, key="POHeaderId", after_key=after, limit=limit)


def test_a_page_in_order_contradicts_nothing() -> None:
    found = read(page([300100209101001, 300100209101002]), after=300100209101000)

    assert (found.last_key, found.more, found.contradictions) == (300100209101002, False, ())


def test_a_full_page_is_not_the_last_whatever_it_says() -> None:
    assert read(page([1, 2, 3], has_more=False)).more


def test_a_page_that_was_capped_goes_on_when_it_says_so() -> None:
    assert read(page([1, 2], has_more=True), limit=500).more


def test_an_empty_page_is_the_last_even_if_it_promises_more() -> None:
    found = read(page([], has_more=True))

    assert not found.more
    assert found.contradictions == ("hasMore is true, but no row came",)


def test_a_key_that_is_written_as_text_is_an_integer() -> None:
    assert read(page(["300100209101001"])).last_key == 300100209101001


@pytest.mark.parametrize("keys", [[2, 1], [1, 1], [5]])
def test_rows_out_of_order_are_a_contradiction(keys: list[int]) -> None:
    assert "not in ascending order" in read(page(keys), after=5).contradictions[0]


def test_a_wrong_count_is_a_contradiction() -> None:
    assert read(page([1, 2], count=3)).contradictions == ("count is 3, but 2 rows came",)


@pytest.mark.parametrize("status", [400, 403, 404, 406, 415])
def test_a_refusal_carries_oracles_own_words(status: int) -> None:
    details = [{"detail": "The attribute X is not queryable.", "o:errorCode": "27520"}, {"detail": "Second."}]
    body = json.dumps({"title": "Bad Request", "status": str(status), "o:errorDetails": details}).encode()

    with pytest.raises(SourceRefused, match=r"not queryable\. Second\."):
        read(body, status=status)


def test_a_refusal_in_plain_text_is_shown_too() -> None:
    with pytest.raises(SourceRefused, match="URL request parameter q"):
        read(b"URL request parameter q cannot be used in this context.", status=400)


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (200, b"<html><body>Sign in</body></html>"),
        (200, b'{"items": 5}'),
        (200, b'{"items": [5]}'),
        (200, b'{"items": [], "coun'),
        (200, b"[]"),
        (500, b"<html>"),
        (503, b""),
        (429, b"{}"),
        (302, b""),
    ],
)
def test_what_is_no_answer_is_read_again_later(status: int, content: bytes) -> None:
    with pytest.raises(SourceUnreadable):
        read(content, status=status)
