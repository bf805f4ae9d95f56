"""What an answer to a harmless question says of a connection, in both systems' ways of answering."""

import json

import pytest

from common.connections.exchange import Answer
from common.jaggaer import sightings as jaggaer
from common.oracle.sightings import sighting as oracle

DATE = {"date": "Sun, 01 Jun 2025 12:00:00 GMT"}


def answered(content: bytes | str, status: int = 200) -> Answer:
    return Answer(status=status, headers=DATE, content=content.encode() if isinstance(content, str) else content)


def profile(transactions: str, *, code: int = 200, text: str = "OK") -> Answer:
    offer = f'<ProfileResponse effectiveDate="2024-01-01T00:00:00Z">{transactions}</ProfileResponse>'
    status = f'<Status code="{code}" text="{text}"/>{offer if transactions else ""}'
    return answered(f'<cXML payloadID="1" timestamp="2025-06-01T12:00:00Z"><Response>{status}</Response></cXML>')


def transaction(name: str, url: str = "https://hub.example/cxml") -> str:
    return f'<Transaction requestName="{name}"><URL>{url}</URL></Transaction>'


@pytest.mark.parametrize(
    ("body", "documents", "said"),
    [
        ({"items": [{}], "totalResults": 41}, 41, ""),
        ({"items": [{}, {}], "totalResults": 1}, 2, ""),  # an estimate is never less than what came
        ({"items": [{}]}, 1, "at least"),
        ({"items": []}, 0, ""),
    ],
)
def test_oracle_is_believed_what_it_shows(body: dict[str, object], documents: int, said: str) -> None:
    seen = oracle(200, json.dumps(body).encode(), None)

    assert (seen.documents, seen.trouble) == (documents, None)
    assert seen.said.startswith(said)
    assert bool(seen.said) == bool(said)


@pytest.mark.parametrize(
    ("status", "content", "reason", "next_step"),
    [
        (400, b"bad q", "HTTP 400: bad q", "oracle.version"),
        (401, b"", "HTTP 401", "scope"),
        (403, b"", "HTTP 403", "privilege"),
        (404, b"", "HTTP 404", "oracle.url and oracle.version"),
        (429, b"", "HTTP 429", "Try again"),
        (503, b"<html>", "HTTP 503", "Try again"),
        (418, b"", "HTTP 418", "oracle.url"),
        (200, b"<html>Sign in", "not with JSON", "sign-in page"),
        (200, b"{}", "no list of items", "sign-in page"),
    ],
)
def test_oracle_that_does_not_answer_is_explained(status: int, content: bytes, reason: str, next_step: str) -> None:
    trouble = oracle(status, content, None).trouble

    assert trouble is not None
    assert reason in trouble.reason
    assert next_step in trouble.next_step


@pytest.mark.parametrize(
    ("body", "documents"),
    [
        ({"returnCode": 0, "totRecords": 64, "list": {"order": [{}]}}, 64),
        ({"returnCode": "0", "totRecords": "x", "list": {"order": [{}]}}, 1),
        ({"returnCode": 0, "totRecords": 0}, 0),
    ],
)
def test_a_j1p_list_is_counted(body: dict[str, object], documents: int) -> None:
    seen = jaggaer.j1p(answered(json.dumps(body)), "j1p.path")

    assert (seen.documents, seen.trouble) == (documents, None)
    assert seen.clock is not None


@pytest.mark.parametrize(
    ("status", "content", "reason", "next_step"),
    [
        (200, '{"returnCode": 7, "returnMessage": "no right"}', "returnCode 7: no right", "may read"),
        (403, '{"returnCode": 7}', "returnCode 7: no message", "may read"),
        (401, "", "HTTP 401 without a list: nothing at all", "not accepted"),
        (404, "<html>", "HTTP 404 without a list: <html>", "jaggaer.url"),
        (503, "<html>", "HTTP 503", "Try again"),
        (200, "Bearer abcdefghijklmnop", "HTTP 200 without a list", "jaggaer.url"),
    ],
)
def test_j1p_that_gives_no_list_is_explained(status: int, content: str, reason: str, next_step: str) -> None:
    trouble = jaggaer.j1p(answered(content, status), "j1p.path").trouble

    assert trouble is not None
    assert reason in trouble.reason
    assert next_step in trouble.next_step
    assert "abcdefgh" not in trouble.reason


def test_a_profile_says_what_is_taken_and_where() -> None:
    here = jaggaer.cxml(profile(transaction("OrderRequest")), "OrderRequest", "/cxml")
    elsewhere = jaggaer.cxml(profile(transaction("OrderRequest")), "OrderRequest", "/other")

    assert (here.trouble, here.documents) == (None, None)
    assert here.said.endswith("takes OrderRequest")
    assert "another address for OrderRequest: https://hub.example/cxml" in elsewhere.said


@pytest.mark.parametrize(
    ("answer", "reason", "next_step"),
    [
        (profile(transaction("ProfileRequest")), "takes ProfileRequest, but no OrderRequest", "switch OrderRequest on"),
        (profile("", code=401, text="Unauthorized"), "Status 401 Unauthorized", "shared secret"),
        (profile("", code=450, text="Not Implemented"), "Status 450", "cXML address"),
        (profile("", code=560, text="busy"), "Status 560", "Try again"),
        (profile("", code=400, text="Bad"), "Status 400", "names the cause"),
        (answered("<html>", 404), "HTTP 404 without a cXML Status", "jaggaer.url"),
        (answered("", 502), "HTTP 502 without a cXML Status: nothing at all", "Try again"),
    ],
)
def test_cxml_that_does_not_take_orders_is_explained(answer: Answer, reason: str, next_step: str) -> None:
    trouble = jaggaer.cxml(answer, "OrderRequest", "/cxml").trouble

    assert trouble is not None
    assert reason in trouble.reason
    assert next_step in trouble.next_step


def test_a_server_that_offers_nothing_by_name_is_taken_at_its_status() -> None:
    seen = jaggaer.cxml(profile(""), "OrderRequest", "/cxml")

    assert seen.trouble is None
    assert "does not say what it takes" in seen.said
