"""TLS against servers of this machine: whatever is wrong with one, it never sees a request (A19)."""

import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from common.connections import http_client
from common.connections.address_guard import AddressRule
from common.connections.http_client import Reach
from tests.fixtures import certificates
from tests.fixtures.certificates import DAY, Authority
from tests.fixtures.sockets import Handler, Listener, listening, read_request

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
RULE = AddressRule(hosts=frozenset({"localhost"}), allow_private=True)


class Server:
    """A TLS server that keeps what it was asked."""

    def __init__(self, file: Path, version: ssl.TLSVersion | None = None) -> None:
        self.asked: list[bytes] = []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(file)
        if version is not None:
            self.context.set_ciphers("ALL:@SECLEVEL=0")
            self.context.minimum_version = self.context.maximum_version = version

    def __call__(self, _: Listener) -> Handler:
        def handler(connection: socket.socket) -> None:
            with self.context.wrap_socket(connection, server_side=True) as secured:
                self.asked.append(read_request(secured))
                secured.sendall(ANSWER)

        return handler


def ask(server: Server, ca_file: Path | None) -> httpx.Response:
    reach = Reach(rule=RULE, ca_file=ca_file)
    with (
        listening(server) as listener,
        http_client.build(reach, timeout_seconds=5.0, connections=1, monotonic=time.monotonic) as client,
    ):
        return client.get(f"https://localhost:{listener.port}/", headers={"Authorization": "Bearer canary"})


@pytest.fixture
def company(tmp_path: Path) -> Authority:
    """An authority that no public list knows."""
    return certificates.authority(tmp_path)


def test_a_server_of_our_own_authority_is_asked_once_the_settings_name_it(tmp_path: Path, company: Authority) -> None:
    server = Server(certificates.server_file(tmp_path, "localhost", company))

    assert ask(server, company.file).status_code == 200
    assert b"Host: localhost:" in server.asked[0]


Make = Callable[[Path, Authority], Path]

WRONG: dict[str, Make] = {
    "self-signed": lambda folder, _: certificates.server_file(folder, "localhost", None),
    "another host": lambda folder, company: certificates.server_file(folder, "elsewhere.example", company),
    "expired": lambda folder, company: certificates.server_file(
        folder, "localhost", company, begins=-10 * DAY, ends=-DAY
    ),
    "not valid yet": lambda folder, company: certificates.server_file(
        folder, "localhost", company, begins=DAY, ends=2 * DAY
    ),
    "another authority": lambda folder, _: certificates.server_file(
        folder, "localhost", certificates.authority(folder, "Other CA")
    ),
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG)
def test_a_server_that_cannot_prove_itself_is_not_asked(tmp_path: Path, company: Authority, make: Make) -> None:
    server = Server(make(tmp_path, company))

    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        ask(server, company.file)
    assert server.asked == []


def test_an_authority_that_the_settings_do_not_name_is_unknown(
    tmp_path: Path, company: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(company.file))
    server = Server(certificates.server_file(tmp_path, "localhost", company))

    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        ask(server, None)
    assert server.asked == []


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_an_old_protocol_is_not_spoken(tmp_path: Path, company: Authority, version: ssl.TLSVersion) -> None:
    server = Server(certificates.server_file(tmp_path, "localhost", company), version)
    if not _lax_client_gets_through(server, version):
        pytest.skip(f"this machine's OpenSSL cannot serve {version.name}")

    with pytest.raises(httpx.ConnectError, match=r"(?i)protocol|version"):
        ask(server, company.file)
    assert server.asked == []


def _lax_client_gets_through(server: Server, version: ssl.TLSVersion) -> bool:
    """The control: someone who takes old protocols is served."""
    lax = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    lax.check_hostname = False
    lax.verify_mode = ssl.CERT_NONE
    lax.set_ciphers("ALL:@SECLEVEL=0")
    lax.minimum_version = lax.maximum_version = version
    with listening(server) as listener, suppress(OSError):
        with (
            socket.create_connection(("127.0.0.1", listener.port), 5) as plain,
            lax.wrap_socket(plain, server_hostname="localhost") as secured,
        ):
            secured.sendall(b"GET / HTTP/1.1\r\n\r\n")
            served = secured.recv(4) == b"HTTP"
        server.asked.clear()
        return served
    return False


def test_a_file_without_certificates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("no certificate here")

    for file in (tmp_path / "empty.pem", tmp_path / "missing.pem"):
        with pytest.raises(OSError):  # noqa: PT011 - ssl.SSLError for the one, FileNotFoundError for the other
            http_client.tls_context(file)
