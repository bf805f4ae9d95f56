"""The webhook of alerts on a real socket: what counts as told, where it may be, and what is said when it fails."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from common.connections import alert_hook, credentials
from common.connections.alert_hook import AlertHook, NotTold
from common.connections.credentials import CredentialMissing, CredentialName
from common.settings import AlertSettings
from common.sides import Shared
from tests.fixtures import certificates
from tests.fixtures.hook import Hook, breaking_off, hook, to
from tests.fixtures.ports import free_port
from tests.fixtures.sockets import Handler, Listener, listening
from tests.integration.bench import LedgerBench

pytestmark = pytest.mark.services


@pytest.fixture
def chat() -> Iterator[Hook]:
    """A webhook."""
    with hook() as running:
        yield running


def saying_nothing(listener: Listener) -> Handler:
    """Take a request and wait until the test is over."""

    def handler(_: socket.socket) -> None:
        listener.released.wait(30)

    return handler


def not_told(opened: AlertHook) -> NotTold:
    with pytest.raises(NotTold) as failed:
        opened.tell({"text": "x"}, key="k")
    return failed.value


def test_a_webhook_that_says_nothing_holds_nobody_longer_than_its_time() -> None:
    with listening(saying_nothing) as silent:
        began = time.monotonic()
        failed = not_told(to(silent.url, timeout_seconds=0.5))

    assert time.monotonic() - began < 3
    assert failed.unclear


def test_a_webhook_that_nobody_answers_was_surely_not_told() -> None:
    assert not not_told(to(f"http://127.0.0.1:{free_port()}/hooks/s3cr3t")).unclear


def of_file(file: Path, **settings: Any) -> AlertHook:
    given = {"url_file": file, "allow_private": True, **settings}
    return alert_hook.open_hook(AlertSettings.model_validate(given), {}, no_store, time.monotonic)


def no_store(_connection: str, _name: CredentialName) -> Callable[[], SecretStr]:
    """Nothing is stored."""

    def read() -> SecretStr:
        raise CredentialMissing("nothing is stored")

    return read


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("{private}", "127.0.0.1 is not a public address"),
        ("http://hooks.chat.example/s3cr3t", "it is http, not https"),
        ("s3cr3t", "it is not an address like"),
        ("https://hooks.chat.example/s3cr3t more", "it is not an address like"),
    ],
)
def test_an_address_that_changes_is_judged_again(tmp_path: Path, change: str, says: str) -> None:
    file = tmp_path / "hook"
    file.write_text("https://hooks.chat.example/x")
    opened = of_file(file, allow_private=False)
    with listening(breaking_off) as private:
        file.write_text(change.format(private=f"{private.url}/hooks/s3cr3t"))
        failed = not_told(opened)
        assert private.connections == 0

    assert says in str(failed)
    assert not failed.unclear
    assert "s3cr3t" not in str(failed)


def test_an_address_in_a_file_that_changes_takes_effect(chat: Hook, tmp_path: Path) -> None:
    file = tmp_path / "hook"
    file.write_text(f"http://127.0.0.1:{free_port()}/old\n")
    opened = of_file(file)
    not_told(opened)
    file.write_text(f"{chat.url}\n")

    opened.tell({"text": "x"}, key="k")

    assert (chat.told, chat.keys) == ([{"text": "x"}], ["k"])


def test_an_address_in_the_store_is_used_once_it_is_there(bench: LedgerBench, chat: Hook) -> None:
    shared = Shared(database=bench.database, vault=bench.vault, actor="test")
    settings = AlertSettings(allow_private=True)
    opened = alert_hook.open_hook(settings, {}, shared.stored, time.monotonic)
    assert "Run: ml-connector credentials set alerts webhook" in str(not_told(opened))
    address = SecretStr(chat.url)
    credentials.put(bench.database, bench.vault, "alerts", CredentialName.WEBHOOK, address, actor="test")

    opened.tell({"text": "x"}, key="k")

    assert chat.told == [{"text": "x"}]


def test_a_webhook_whose_certificate_is_not_trusted_is_told_nothing(tmp_path: Path) -> None:
    company = certificates.authority(tmp_path)
    with hook(certificate=certificates.server_file(tmp_path, "localhost", company)) as chat:
        url = chat.url.replace("127.0.0.1", "localhost")
        failed = not_told(to(url))
        assert chat.told == []
        to(url, ca_file=company.file).tell({"text": "x"}, key="k")

    assert "CERTIFICATE_VERIFY_FAILED" in str(failed)
    assert not failed.unclear
    assert chat.told == [{"text": "x"}]
