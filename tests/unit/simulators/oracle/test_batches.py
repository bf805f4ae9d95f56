"""Batches: parts in order, in one transaction, all or none (fact sheet, 1.9 and 6)."""

import copy
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.simulators.oracle.pod import Pod

BASE = "/fscmRestApi/resources/11.13.18.05"
BATCH = {"Content-Type": "application/vnd.oracle.adf.batch+json", "REST-Framework-Version": "4"}


def send(pod: Pod, *parts: Any, path: str = f"{BASE}/") -> httpx.Response:
    """Send parts, numbered from part1."""
    numbered = [{"id": f"part{number}", **part} for number, part in enumerate(parts, start=1)]
    return pod.http.post(path, content=json.dumps({"parts": numbered}), headers=BATCH)


def part(operation: str, path: str, **more: str) -> dict[str, str]:
    return {"operation": operation, "path": f"/purchaseOrders{path}", **more}


@pytest.mark.parametrize("path", [BASE, f"{BASE}/", "/fscmRestApi/resources/latest/"])
def test_every_part_is_answered_in_order(pod: Pod, path: str) -> None:
    one, two = pod.order_keys()[:2]
    answer = send(
        pod,
        part("get", f"?q=POHeaderId%20=%20{one}&onlyData=true&fields=POHeaderId"),
        part("cancel", f"/{one}"),
        part("get", f"/{one}?fields=Status&onlyData=true"),
        part("close", f"/{two}"),
        path=path,
    )
    assert (answer.status_code, answer.headers["content-type"]) == (200, BATCH["Content-Type"])
    parts = answer.json()["parts"]
    assert [(one["id"], one["operation"]) for one in parts] == [
        ("part1", "get"), ("part2", "cancel"), ("part3", "get"), ("part4", "close")
    ]  # fmt: skip
    assert parts[1]["path"] == f"http://oracle.test{BASE}/purchaseOrders/{one}"
    assert parts[0]["payload"]["items"] == [{"POHeaderId": one}]
    assert parts[2]["payload"] == {"Status": "Canceled"}
    assert [*parts[3]["payload"]] == ["result"]
    assert [pod.page(f"/{key}")["Status"] for key in (one, two)] == ["Canceled", "Closed"]
    kinds = [(entry.kind, entry.key) for entry in pod.simulator.journal.read()][1:]
    assert kinds[:2] == [("status_changed", str(one)), ("status_changed", str(two))]
    assert kinds[2][0] == "batch_applied"


@pytest.mark.parametrize(
    ("failing", "status"),
    [
        (part("cancel", "/300100210000000"), 400),
        (part("explode", "/300100210010000"), 404),
        (part("cancel", "/1"), 404),
        (part("cancel", ""), 404),
        (part("get", "/1"), 404),
        (part("get", "?q=Nothing=1"), 400),
        (part("create", ""), 405),
        (part("update", "/300100210010000"), 405),
        (part("upsert", ""), 405),
        (part("cancel", "/300100210010000", ifMatch="ACED0005"), 412),
        ({"operation": "get", "path": "/journalBatches"}, 404),
        ({"operation": "get", "path": ""}, 404),
    ],
    ids=str,
)
def test_nothing_is_kept_of_a_batch_of_which_a_part_fails(pod: Pod, failing: dict[str, str], status: int) -> None:
    one, two = pod.order_keys()[0], pod.order_keys()[2]
    before = [pod.page(f"/{key}") for key in (one, two)]
    answer = send(pod, part("cancel", f"/{one}"), part("close", f"/{two}"), failing)

    assert answer.status_code == status
    (detail,) = answer.json()["o:errorDetails"]
    assert detail["o:errorPath"] == "/parts/2"
    assert [pod.page(f"/{key}") for key in (one, two)] == before
    assert [entry.kind for entry in pod.simulator.journal.read()] == ["token_issued", "refused"]
    assert send(pod, part("cancel", f"/{one}")).status_code == 200


def test_a_part_says_whether_its_precondition_held(pod: Pod) -> None:
    key = pod.order_keys()[0]
    etag = pod.get(f"/{key}").headers["ETag"]
    answer = send(
        pod,
        part("get", f"/{key}", ifNoneMatch=etag),
        part("get", f"/{key}", ifNoneMatch="ACED0005"),
        part("cancel", f"/{key}", ifMatch=etag),
    )
    parts = answer.json()["parts"]
    assert [one["preconditionSucceeded"] for one in parts] == [False, True, True]
    assert ["payload" in one for one in parts] == [False, True, True]
    assert pod.page(f"/{key}")["Status"] == "Canceled"


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{}", BATCH, 400),
        (b"", BATCH, 400),
        (b"[]", BATCH, 400),
        (b"[" * 100_000, BATCH, 400),
        (b'{"parts": [1]}', BATCH, 400),
        (b'{"parts": [{"id": "1", "path": "/purchaseOrders"}]}', BATCH, 400),
        (b'{"parts": [{"id": 1, "path": "/purchaseOrders", "operation": "get"}]}', BATCH, 400),
        (b'{"parts": []}', BATCH | {"Content-Type": "application/json"}, 415),
        (b'{"parts": []}', BATCH, 200),
    ],
)
def test_what_is_no_batch_is_refused(pod: Pod, content: bytes, headers: dict[str, str], status: int) -> None:
    assert pod.http.post(f"{BASE}/", content=content, headers=headers).status_code == status


def test_a_batch_is_posted_with_a_token(pod: Pod) -> None:
    assert pod.http.get(f"{BASE}/").status_code == 404
    assert pod.http.put(f"{BASE}/").status_code == 405
    pod.simulator.tokens.revoke_all()
    assert send(pod, part("cancel", f"/{pod.order_keys()[0]}")).status_code == 401


def test_the_published_batch_receives_the_published_order(start: Callable[..., Pod], reference: Path) -> None:
    folder = reference / "oracle-samples"
    names = ("purchaseorders-get-expanded-v4.json", "invoices-get-expanded.json")
    samples = tuple(json.loads((folder / name).read_text("utf-8"), parse_float=Decimal) for name in names)
    pod = start(samples=samples)
    body = json.loads((folder / "batch-request.json").read_text("utf-8"))
    missing = copy.deepcopy(body)
    del missing["parts"][0]["payload"]["lines"][0]["DocumentNumber"]
    refused = pod.http.post(f"{BASE}/", content=json.dumps(missing), headers=BATCH)
    assert refused.json() == json.loads((folder / "error-batch-400.json").read_text("utf-8"))
    assert pod.entries("receipt_applied") == []

    parts = pod.http.post(f"{BASE}/", content=json.dumps(body), headers=BATCH).json()["parts"]
    assert (parts[0]["payload"]["ReturnStatus"], parts[1]["payload"]["count"]) == ("SUCCESS", 1)
    assert len(pod.entries("receipt_applied")) == 1


def test_what_a_part_wrote_is_gone_if_another_fails(pod: Pod) -> None:
    key = pod.order_keys()[0]
    pod.simulator.require_acknowledgment(key)
    accept: dict[str, Any] = {"operation": "update", "path": f"/purchaseOrderAcknowledgments/{key}"}
    accept |= {"payload": {"AcknowledgmentResponse": "ACCEPT"}}
    assert send(pod, accept, part("cancel", "/1")).status_code == 404
    assert pod.entries("acknowledgment_applied") == []
    assert send(pod, accept | {"payload": None}).status_code == 400
    assert send(pod, accept | {"operation": "delete"}).status_code == 405
    assert send(pod, accept, accept).json()["o:errorDetails"][0]["o:errorPath"] == "/parts/1"
    assert send(pod, accept).status_code == 200
    assert pod.page(f"/{key}")["Status"] == "Open"
