"""A pod in this process, as a client with a valid token sees it (`http`) and from inside (`simulator`)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx

from simulators.journal import Entry
from simulators.oracle.app import create_app
from simulators.oracle.options import OracleOptions
from simulators.oracle.projection import encode
from simulators.oracle.simulator import OracleSimulator
from tests.unit.simulators.jaggaer.in_process import InProcess

TOKEN = "/oauth2/v1/token"
API = "/fscmRestApi/resources/11.13.18.05"
ORDERS = f"{API}/purchaseOrders"
WHOLE = "lines.schedules.distributions"


@dataclass(slots=True)
class Pod:
    """One pod; framework version 4 unless a request asks for another."""

    http: httpx.Client
    simulator: OracleSimulator

    def ask_for_token(self, **form: str) -> httpx.Response:
        options = self.simulator.options
        usual = {"client_id": options.client_id, "client_secret": options.client_secret}
        return self.http.post(TOKEN, data=usual | {"grant_type": "client_credentials"} | form)

    def log_in(self) -> None:
        self.http.headers["Authorization"] = f"Bearer {self.ask_for_token().json()['access_token']}"

    def get(self, path: str = "", *, framework: int | str | None = 4, **query: str) -> httpx.Response:
        headers = {} if framework is None else {"REST-Framework-Version": str(framework)}
        return self.http.get(ORDERS + path, params=query, headers=headers)

    def page(self, path: str = "", *, framework: int | str | None = 4, **query: str) -> dict[str, Any]:
        answer = self.get(path, framework=framework, **query)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    def items(self, path: str = "", *, framework: int | str | None = 4, **query: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.page(path, framework=framework, **query)["items"]
        return items

    def answer(self, path: str, *, framework: int = 4, **query: str) -> httpx.Response:
        """Ask for a path of any resource."""
        return self.http.get(f"{API}/{path}", params=query, headers={"REST-Framework-Version": str(framework)})

    def read(self, path: str, *, framework: int = 4, **query: str) -> dict[str, Any]:
        """Return what a path of any resource answers, numbers as they are written."""
        answer = self.answer(path, framework=framework, **query)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = json.loads(answer.text, parse_float=Decimal)
        return body

    def send(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Send a body to a path of any resource, numbers as they are written."""
        content = b"" if body is None else encode(body)
        usual = {"REST-Framework-Version": "4", "Content-Type": "application/json"}
        return self.http.request(method, f"{API}/{path}", content=content, headers=usual | (headers or {}))

    def entries(self, kind: str) -> list[Entry]:
        """Return the journal's entries of a kind."""
        return self.simulator.journal.read(kind=kind)

    def rows(self, path: str, *, framework: int = 4, **query: str) -> list[dict[str, Any]]:
        """Return the items of a collection of any resource, at most 500."""
        items: list[dict[str, Any]] = self.read(path, framework=framework, **{"limit": "500"} | query)["items"]
        return items

    def found(self, q: str, *, framework: int | str | None = 4) -> list[int]:
        """Return the keys of the orders for which `q` holds."""
        items = self.items(framework=framework, q=q, limit="500", fields="POHeaderId", onlyData="true")
        return [item["POHeaderId"] for item in items]

    def order_keys(self) -> list[int]:
        return self.simulator.orders.keys()

    def stamp(self, position: int) -> str:
        """Return the LastUpdateDate of the order at this position, as the API writes it."""
        stamp: datetime = self.simulator.orders.stamp(self.order_keys()[position])
        return stamp.isoformat()


@contextmanager
def started_pod(**options: Any) -> Iterator[Pod]:
    """Start a pod with options of a test's own, and log in."""
    app = create_app(OracleOptions(**({"orders": 60, "lines": 3} | options)))
    with httpx.Client(transport=InProcess(app), base_url="http://oracle.test") as http:
        started = Pod(http=http, simulator=app.state.simulator)
        started.log_in()
        yield started
