"""A JAGGAER instance in process, with a clock that moves only when a test moves it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree

from simulators.jaggaer.app import create_app
from simulators.jaggaer.j1p import ORDERS_PATH
from simulators.jaggaer.j1p_answers import BASE
from simulators.jaggaer.options import JaggaerOptions
from simulators.jaggaer.simulator import JaggaerSimulator
from tests.unit.simulators.jaggaer.documents import cxml, j1p_body
from tests.unit.simulators.jaggaer.in_process import InProcess

TOKEN = "/auth/realms/J1p-integrations/protocol/openid-connect/token"
CXML = "/apps/Router/CXMLReceive"


@dataclass(slots=True)
class Clock:
    """The time as a test sets it."""

    now: datetime = datetime(2024, 2, 14, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(slots=True)
class Status:
    """A cXML Response, read."""

    code: int
    text: str
    detail: str
    http: int


@dataclass(slots=True)
class Jaggaer:
    """One instance, the way a client sees it (`http`) and from inside (`simulator`)."""

    http: httpx.Client
    simulator: JaggaerSimulator
    clock: Clock
    headers: dict[str, str] = field(default_factory=dict)

    def log_in(self, **form: str) -> httpx.Response:
        options = self.simulator.options
        usual = {"client_id": options.client_id, "client_secret": options.client_secret}
        return self.http.post(TOKEN, data=usual | {"grant_type": "client_credentials"} | form)

    def post(self, body: bytes) -> httpx.Response:
        return self.http.post(ORDERS_PATH, content=body, headers=self.headers)

    def import_order(self, order: object, batch: object = "batch-1") -> dict[str, Any]:
        answer = self.post(j1p_body(order, batch))
        assert answer.status_code == 200
        wrapper: dict[str, Any] = answer.json()
        return wrapper

    def get(self, path: str = "", **query: str) -> httpx.Response:
        return self.http.get(ORDERS_PATH + path, params=query, headers=self.headers)

    def send(self, document: bytes, content_type: str = "text/xml; charset=UTF-8") -> httpx.Response:
        return self.http.post(CXML, content=document, headers={"content-type": content_type})

    def status(self, document: bytes) -> Status:
        return read_status(self.send(document))

    def order(self, request: str, payload_id: str = "payload-1") -> Status:
        return self.status(cxml(request, payload_id=payload_id))

    def call(self, method: str, path: str, body: object = None, **query: str) -> dict[str, Any]:
        """Ask a J1P resource for its wrapper."""
        answer = self.http.request(method, BASE + path, json=body, params=query, headers=self.headers)
        assert answer.status_code == 200
        wrapper: dict[str, Any] = answer.json()
        return wrapper

    def import_invoice(self, invoice: object, batch: str = "batch-1") -> dict[str, Any]:
        return self.call("POST", "/invoices/ocr/", {"batchId": batch, "invoiceOcr": invoice})

    def message(self, path: str, body: bytes) -> etree._Element:
        """Send an XML message and read the answer."""
        answer = self.http.post(path, content=body, headers={"content-type": "application/xml"})
        assert answer.status_code == 200
        return etree.fromstring(answer.content)

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """Return the details of the journal entries of one kind, each with its key."""
        return [{"key": entry.key, **entry.detail} for entry in self.simulator.journal.read(kind=kind)]

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.simulator.journal.read() if not entry.kind.startswith("token")]

    def last(self) -> dict[str, Any]:
        return dict(self.simulator.journal.read()[-1].detail)


def read_status(answer: httpx.Response) -> Status:
    """Read the Status of a cXML Response."""
    status = etree.fromstring(answer.content).find("Response/Status")
    assert status is not None
    return Status(
        code=int(status.get("code", "")), text=status.get("text", ""), detail=status.text or "", http=answer.status_code
    )


@pytest.fixture
def instance() -> Iterator[Callable[..., Jaggaer]]:
    """Start instances with options of a test's own, logged in."""
    with ExitStack() as stack:

        def started(**options: Any) -> Jaggaer:
            clock = Clock()
            app = create_app(JaggaerOptions(clock=clock, **options))
            client = stack.enter_context(httpx.Client(transport=InProcess(app), base_url="http://jaggaer.test"))
            jaggaer = Jaggaer(http=client, simulator=app.state.simulator, clock=clock)
            jaggaer.headers = {"Authorization": f"Bearer {jaggaer.log_in().json().get('access_token')}"}
            return jaggaer

        yield started


@pytest.fixture
def jaggaer(instance: Callable[..., Jaggaer]) -> Jaggaer:
    """Return an instance with the usual habits."""
    return instance()


@pytest.fixture
def shared(shared_folder: Path) -> Path:
    """Return the folder with the published DTDs and sample documents, which are no part of the project."""
    folder = shared_folder / "reference"
    if not (folder / "cxml-dtd").is_dir():
        pytest.skip("no published DTDs and samples here: set ML_CONNECTOR_SHARED to the folder that holds them")
    return folder
