"""A body goes by the dialect it was written in, whatever the settings say by now."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from common.connections.sighting import Sighting
from common.connections.target import Outgoing, TargetVerdict
from common.jaggaer.dialects import Dialects, dialect_of
from common.ledger.verdicts import Delivered, Rebuild, Wait
from common.settings import Dialect
from schemas.cxml import order_request
from schemas.cxml.layout import CxmlLayout
from schemas.identity import Action, Intent
from schemas.j1p import purchase_order as j1p
from schemas.j1p.layout import J1pLayout
from schemas.units import DEFAULT_UNITS
from tests.factories import AS_IN_SOURCE, purchase_order

J1P_BODY = j1p.build(purchase_order(), units=DEFAULT_UNITS, coder=AS_IN_SOURCE, layout=J1pLayout())
CXML_BODY = order_request.build(purchase_order(), units=DEFAULT_UNITS, coder=AS_IN_SOURCE, layout=CxmlLayout())


@dataclass(slots=True)
class Endpoint:
    """Takes what it gets."""

    got: list[bytes] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> TargetVerdict:
        self.got.append(outgoing.body)
        return Delivered(target_id="1", how="sent")

    def find(self, outgoing: Outgoing) -> TargetVerdict:
        self.got.append(outgoing.body)
        return Delivered(target_id="1", how="found")

    def sight(self, number: str | None) -> Sighting:
        return Sighting(said=number or "", clock=None)

    def hold_back_seconds(self) -> float:
        return 0.0


def outgoing(body: bytes) -> Outgoing:
    intent: dict[str, Any] = {"action": Action.CREATE, "serial": 1, "dedupe_key": "k", "previous_key": None}
    stated_at = datetime(2026, 1, 1, tzinfo=UTC)
    told = Intent(**intent, stated_at=stated_at)
    return Outgoing(number="1", reference="MC-1", body=body, intent=told, readbacks=0, trusted_until=1.0)


def test_a_body_tells_its_dialect() -> None:
    assert dialect_of(J1P_BODY) is Dialect.J1P
    assert dialect_of(CXML_BODY) is Dialect.CXML


def test_what_is_written_in_another_dialect_is_not_sent_but_written_again() -> None:
    old, new = Endpoint(), Endpoint()
    both = Dialects(chosen=Dialect.CXML, targets={Dialect.J1P: old, Dialect.CXML: new})

    assert isinstance(both.send(outgoing(J1P_BODY)), Rebuild)
    assert isinstance(both.send(outgoing(CXML_BODY)), Delivered)
    assert (old.got, new.got) == ([], [CXML_BODY])


def test_what_may_have_been_sent_is_looked_for_as_it_was_sent() -> None:
    old, new = Endpoint(), Endpoint()
    both = Dialects(chosen=Dialect.CXML, targets={Dialect.J1P: old, Dialect.CXML: new})

    assert isinstance(both.find(outgoing(J1P_BODY)), Delivered)
    assert (old.got, new.got) == ([J1P_BODY], [])


def test_what_may_have_been_sent_waits_for_the_section_that_was_taken_away() -> None:
    only_j1p = Dialects(chosen=Dialect.J1P, targets={Dialect.J1P: Endpoint()})
    verdict = only_j1p.find(outgoing(CXML_BODY))

    assert isinstance(verdict, Wait)
    assert "put its section back" in verdict.reason
