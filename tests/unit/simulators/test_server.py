"""Running a simulator: in a thread, and as a process that a signal ends."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulators.faults import Message, Receive, Scope, Send
from simulators.server import serve

REPOSITORY = Path(__file__).resolve().parents[3]


async def empty(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer every request with nothing."""
    start: Message = {"type": "http.response.start", "status": 204, "headers": []}
    await send(start)
    await send({"type": "http.response.body", "body": b""})


def test_a_server_answers_while_its_block_lasts() -> None:
    with serve(empty) as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        url = server.url
        answer = httpx.get(url)
        assert (answer.status_code, "Date" in answer.headers) == (204, True)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_a_port_that_is_taken_is_said_at_once() -> None:
    with (
        serve(empty) as server,
        pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{server.port}"),
        serve(empty, port=server.port),
    ):
        pytest.fail("two servers on one port")


@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGINT])
def test_both_simulators_run_as_a_process_until_a_signal(ended_by: signal.Signals) -> None:
    command = [sys.executable, "-m", "simulators", "both", "--oracle-port", "0", "--jaggaer-port", "0", "--orders", "5"]
    process = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env={"ORACLE_CLIENT_SECRET": "known"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said = read_until_listening(process, {"Oracle", "JAGGAER"})
        for system in ("Oracle", "JAGGAER"):
            page, _, admin = said[system].partition("  admin page: ")
            assert admin == f"{page}/admin"
            assert httpx.get(admin).status_code == 200
        process.send_signal(ended_by)
        _, errors = process.communicate(timeout=15)
    finally:
        process.kill()
        process.communicate()

    assert (process.returncode, errors) == (0, "")
    assert "ORACLE_CLIENT_SECRET" not in said
    assert len(said["JAGGAER_CLIENT_SECRET"]) > 20


ORDER = {
    "POHeaderId": 7,
    "OrderNumber": "US7",
    "StatusCode": "OPEN",
    "Status": "Open",
    "Revision": 0,
    "ProcurementBU": "Vision Operations",
    "CurrencyCode": "USD",
    "Total": 10.25,
    "LastUpdateDate": "2025-08-05T10:00:00.000+00:00",
}


def test_oracle_starts_with_the_samples_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "orders.json").write_text(json.dumps({"items": [ORDER]}), encoding="utf-8")
    (tmp_path / "others.json").write_text('{"items": [{"InvoiceId": 1}]}', encoding="utf-8")
    shown = served_with(tmp_path)
    assert (shown(7)["OrderNumber"], shown(7)["Total"]) == ("US7", 10.25)


def test_oracle_starts_with_the_published_samples(shared_folder: Path) -> None:
    folder = shared_folder / "reference" / "oracle-samples"
    published = json.loads((folder / "purchaseorders-get-expanded-v4.json").read_text(encoding="utf-8"))["items"]
    shown = served_with(folder)
    for order in published:
        assert shown(order["POHeaderId"])["Total"] == order["Total"]
        assert len(shown(order["POHeaderId"])["lines"]["items"]) == len(order["lines"]["items"])


@pytest.mark.parametrize(
    ("text", "said"), [(None, "no *.json in"), ("{}", "no *.json in"), ("{", "broken.json is no JSON")]
)
def test_a_folder_without_samples_ends_it_at_once(tmp_path: Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "broken.json").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "simulators", "oracle", "--oracle-port", "0", "--samples", str(tmp_path)]
    ended = subprocess.run(command, cwd=REPOSITORY, env={}, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, said in ended.stderr, "Traceback" in ended.stderr) == (2, True, False)


def served_with(folder: Path) -> Callable[[int], dict[str, Any]]:
    """Start Oracle with the samples of a folder, read every order over HTTP, and return how to find one by key."""
    command = [sys.executable, "-m", "simulators", "oracle", "--oracle-port", "0", "--orders", "3"]
    process = subprocess.Popen(
        [*command, "--samples", str(folder)], cwd=REPOSITORY, env={}, stdout=subprocess.PIPE, text=True
    )
    try:
        said = read_until_listening(process, {"Oracle"})
        url = said["Oracle"].partition("  admin page: ")[0]
        form = {"grant_type": "client_credentials", "client_id": "ml-connector"}
        form["client_secret"] = said["ORACLE_CLIENT_SECRET"]
        token = httpx.post(f"{url}/oauth2/v1/token", data=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}", "REST-Framework-Version": "4"}
        address = f"{url}/fscmRestApi/resources/11.13.18.05/purchaseOrders"
        page = httpx.get(address, params={"expand": "lines", "limit": "500"}, headers=headers).json()
    finally:
        process.terminate()
        process.communicate(timeout=15)
    return {order["POHeaderId"]: order for order in page["items"]}.__getitem__


def read_until_listening(process: subprocess.Popen[str], systems: set[str]) -> dict[str, str]:
    """Return what the process says first, by the name before the colon or the equals sign."""
    assert process.stdout is not None
    said: dict[str, str] = {}
    for line in process.stdout:
        name, _, rest = line.strip().replace("=", ": ", 1).partition(": ")
        said[name] = rest
        if systems <= {*said}:
            break
    return said
