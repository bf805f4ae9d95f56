"""A gateway that takes what the simulator pushes: it answers as a test says, and keeps every request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx
from lxml import etree

from simulators.jaggaer.cxml_envelope import document_of
from simulators.jaggaer.cxml_sender_target import CxmlTarget
from tests.unit.simulators.jaggaer.conftest import Jaggaer

URL = "http://gateway.test/cxml"


def answer(code: int, *, http: int = 200, text: str = "OK") -> httpx.Response:
    """Return a cXML Response."""
    status = f'<Status code="{code}" text="{text}">said</Status>'
    document = f'<cXML payloadID="a" timestamp="2024-02-14T10:00:00+00:00"><Response>{status}</Response></cXML>'
    return httpx.Response(http, content=document.encode(), headers={"content-type": "text/xml"})


def lost() -> httpx.Response:
    """Lose the connection."""
    raise httpx.ReadTimeout("nothing came back")


@dataclass(slots=True)
class Gateway:
    """Answers of its own choice, one per request; the last one for all that come after."""

    jaggaer: Jaggaer
    answers: Sequence[Callable[[], httpx.Response]] = field(default_factory=lambda: [lambda: answer(200)])
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answers[min(len(self.requests), len(self.answers)) - 1]()

    @property
    def documents(self) -> list[etree._Element]:
        """The documents as they came."""
        found = (document_of(one.content, one.headers["content-type"]) for one in self.requests)
        return [etree.fromstring(one) for one in found]


def gateway_of(jaggaer: Jaggaer, *answers: Callable[[], httpx.Response], **settings: object) -> Gateway:
    """Aim an instance at a new gateway."""
    gateway = Gateway(jaggaer, answers or [lambda: answer(200)])
    sender = jaggaer.simulator.sender
    sender.target = CxmlTarget(url=URL).changed({"retry_seconds": 0.0, **settings})
    sender.transport = httpx.MockTransport(gateway)
    return gateway
