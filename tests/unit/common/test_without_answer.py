"""What a delivery comes to when nobody answered it, or when it could not be made for want of a secret."""

from datetime import UTC, datetime
from typing import Any

import pytest

from common.connections.errors import ClientRefused, ExchangeFailed, NotSent, OutcomeUnknown
from common.connections.target import Outgoing, without_answer
from common.jaggaer.cxml import CxmlDoor, CxmlTarget
from common.jaggaer.indirect import IndirectDoor, IndirectTarget
from common.ledger.verdicts import Unclear, Wait
from schemas.cxml.layout import CxmlLayout
from schemas.identity import Action, Intent

OUTGOING = Outgoing(
    number="US164861",
    reference="MC-0123456789abcdef01234567",
    body=b"",
    intent=Intent(
        action=Action.CREATE, serial=1, dedupe_key="k", previous_key=None, stated_at=datetime(2025, 3, 6, tzinfo=UTC)
    ),
    readbacks=0,
    trusted_until=0.0,
)
NOBODY: Any = None


def test_only_what_was_sent_is_unclear() -> None:
    assert isinstance(without_answer(NotSent("no way there")), Wait)
    assert isinstance(without_answer(ClientRefused("unknown client")), Wait)
    assert isinstance(without_answer(OutcomeUnknown("it broke off")), Unclear)


@pytest.mark.parametrize("error", [ClientRefused("no secret is stored"), NotSent("the database is away")])
def test_a_document_waits_for_the_secret_that_its_message_holds(error: ExchangeFailed) -> None:
    def secret() -> Any:
        raise error

    indirect = IndirectDoor(noun="order", path="/orders", address=lambda *_: b"")
    cxml = CxmlDoor(noun="order", request="OrderRequest")
    for target in (
        IndirectTarget(NOBODY, indirect, secret, NOBODY),
        CxmlTarget(NOBODY, CxmlLayout(), secret, path="/cxml", door=cxml),
    ):
        verdict = target.send(OUTGOING)
        assert isinstance(verdict, Wait)
        assert verdict.reason == str(error)
