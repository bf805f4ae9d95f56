"""Who is recognised at the gateway, and which flow takes what."""

from collections import Counter

import pytest
from pydantic import SecretStr

from common.connections.credentials import CredentialMissing, CredentialName
from common.connections.errors import NotSent
from common.flows.flow import FromJaggaer
from common.flows.registry import FLOWS
from common.settings import GatewaySettings, SettingsRefused
from common.sides.gateway import Gateway, open_gateway
from schemas.cxml.received_envelope import Credential, Party

ENVIRONMENT = {"HUB": "secret-of-the-hub", "OTHER": "secret-of-another"}
TO = {"us": {"domain": "DUNS", "identity": "12-345"}}
HUB = {"domain": "NetworkID", "identity": "hub", "shared_secret_env": "HUB", "forwards": True}
OTHER = {"domain": "DUNS", "identity": "9-99", "shared_secret_env": "OTHER"}
STORED = {"domain": "NetworkID", "identity": "stored"}


class Store:
    """A store of credentials that counts who is asked for."""

    def __init__(self, secret: SecretStr | Exception) -> None:
        self.secret = secret
        self.asked: list[tuple[str, CredentialName]] = []

    def __call__(self, connection: str, name: CredentialName) -> "Store.Source":
        self.asked.append((connection, name))
        return Store.Source(self.secret)

    class Source:
        """One stored credential."""

        def __init__(self, secret: SecretStr | Exception) -> None:
            self._secret = secret

        def __call__(self) -> SecretStr:
            if isinstance(self._secret, Exception):
                raise self._secret
            return self._secret


def gateway(secret: SecretStr | Exception = SecretStr("secret-in-store")) -> Gateway:  # noqa: B008
    settings = GatewaySettings.model_validate({"to": TO, "senders": {"hub": HUB, "other": OTHER, "stored": STORED}})
    return open_gateway("main", settings, ENVIRONMENT, Store(secret))


def shown(domain: str, identity: str, secret: str | None) -> Credential:
    return Credential(party=Party(domain=domain, identity=identity), secret=secret)


@pytest.mark.parametrize(
    ("credentials", "name"),
    [
        ([shown("NetworkID", "hub", "secret-of-the-hub")], "hub"),
        ([shown("networkid", " hub ", "secret-of-the-hub")], "hub"),
        ([shown("DUNS", "999", "secret-of-another")], "other"),
        ([shown("NetworkID", "stored", "secret-in-store")], "stored"),
        ([shown("X", "y", "z"), shown("DUNS", "999", "secret-of-another")], "other"),
        ([shown("NetworkID", "hub", "secret-of-another")], None),
        ([shown("NetworkID", "HUB", "secret-of-the-hub")], None),
        ([shown("NetworkID", "hub", "secret-of-the-hub ")], None),
        ([shown("NetworkID", "hub", "secret-of-the-hu")], None),
        ([shown("NetworkID", "hub", None)], None),
        ([shown("NetworkID", "hub", "")], None),
        ([shown("X", "y", "z")] * 10 + [shown("DUNS", "999", "secret-of-another")], None),
        ([], None),
    ],
)
def test_a_sender_is_known_by_its_name_and_its_secret(credentials: list[Credential], name: str | None) -> None:
    found = gateway().recognise(credentials)
    assert (found.name if found else None) == name


def test_a_sender_without_a_secret_is_nobody_and_keeps_nobody_out() -> None:
    missing = gateway(CredentialMissing("set it"))
    assert missing.recognise([shown("NetworkID", "stored", None)]) is None
    assert missing.recognise([shown("NetworkID", "stored", "")]) is None
    found = missing.recognise([shown("NetworkID", "hub", "secret-of-the-hub")])
    assert found is not None


def test_a_store_that_cannot_be_read_is_no_refusal() -> None:
    with pytest.raises(NotSent):
        gateway(NotSent("the database is away")).recognise([shown("NetworkID", "hub", "secret-of-the-hub")])


def test_every_secret_is_compared_whoever_asks() -> None:
    """The time of an answer must not tell which names there are: a stored secret is read for a stranger too."""
    with pytest.raises(NotSent):
        gateway(NotSent("was read")).recognise([shown("X", "nobody", "z")])


def test_who_may_speak_for_whom() -> None:
    hub, other, _ = gateway().senders
    assert hub.may_speak_for([Party(domain="DUNS", identity="1")])
    assert other.may_speak_for([Party(domain="duns", identity="999")])
    assert not other.may_speak_for([Party(domain="DUNS", identity="1")])
    assert not other.may_speak_for([])


def test_for_whom_a_document_may_be() -> None:
    assert gateway().is_for_us([Party(domain="X", identity="1"), Party(domain="duns", identity="12345")])
    assert not gateway().is_for_us([Party(domain="DUNS", identity="1")])
    assert not gateway().is_for_us([])


def test_a_secret_that_is_not_where_the_settings_say_stops_the_start() -> None:
    settings = GatewaySettings.model_validate({"to": TO, "senders": {"hub": HUB}})
    with pytest.raises(SettingsRefused, match="HUB"):
        open_gateway("main", settings, {}, Store(SecretStr("x")))


def test_stored_secrets_are_the_senders_own() -> None:
    store = Store(SecretStr("x"))
    settings = GatewaySettings.model_validate({"to": TO, "senders": {"stored": STORED}})
    open_gateway("main", settings, {}, store)
    assert store.asked == [("main.gateway.stored", CredentialName.SHARED_SECRET)]


def test_no_request_is_taken_by_two_flows() -> None:
    taken = Counter(
        request for flow in FLOWS.values() if isinstance(flow.source, FromJaggaer) for request in flow.source.requests
    )
    assert [request for request, times in taken.items() if times > 1] == []
