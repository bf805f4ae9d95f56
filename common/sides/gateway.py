"""Who may push documents to an integration: senders, their secrets, and for whom their documents must be.

A sender is recognised by the Sender credential. Every secret is compared in constant time, and every sender's is,
whoever the document says it is from, so that the time of an answer tells neither a name nor a part of a secret
(messaging-and-reliability.md, A08).
"""

import hashlib
import hmac
from collections.abc import Mapping as Environment
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import SecretStr

from common.connections import credentials
from common.connections.credentials import CredentialName, SecretStore
from common.connections.errors import ClientRefused
from common.connections.token_request import SecretSource
from common.settings import GatewaySettings, PartySettings
from common.telemetry import redaction
from common.telemetry.logs import logger
from schemas.cxml.received_envelope import Credential, Party

_LOG = logger(__name__)
MOST_CREDENTIALS = 10
"""How many Sender credentials of a document are looked at."""
_NOTHING = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Somebody who may push. `forwards`: documents of others too."""

    name: str
    party: Party
    forwards: bool
    secret: SecretSource = field(repr=False)

    def may_speak_for(self, origins: Sequence[Party]) -> bool:
        """Tell whether a document from these may come from this sender."""
        return self.forwards or any(origin.key == self.party.key for origin in origins)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """What an integration takes that is pushed."""

    settings: GatewaySettings
    senders: tuple[Sender, ...]
    recipients: frozenset[tuple[str, str]]

    def recognise(self, shown: Sequence[Credential]) -> Sender | None:
        """Return the sender that shows its name and its secret, None if nobody does. Raises NotSent."""
        found = None
        for sender in self.senders:
            matches = [_matches(sender, credential) for credential in shown[:MOST_CREDENTIALS]]
            found = sender if True in matches else found
        return found

    def is_for_us(self, recipients: Sequence[Party]) -> bool:
        """Tell whether a document for these is for us."""
        return any(recipient.key in self.recipients for recipient in recipients)


def open_gateway(
    name: str, settings: GatewaySettings, environment: Environment[str, str], stored: SecretStore
) -> Gateway:
    """Return an integration's gateway. Raises SettingsRefused for a secret that is not where the settings say."""
    senders = []
    for sender, who in settings.senders.items():
        kept = stored(f"{name}.gateway.{sender}", CredentialName.SHARED_SECRET)
        given = credentials.source(lambda who=who: who.secret(environment), kept)  # type: ignore[misc]
        senders.append(Sender(name=sender, party=_party(who), forwards=who.forwards, secret=given))
    return Gateway(
        settings=settings,
        senders=tuple(senders),
        recipients=frozenset(_party(one).key for one in settings.to.values()),
    )


def _party(settings: PartySettings) -> Party:
    return Party(domain=settings.domain, identity=settings.identity)


def _matches(sender: Sender, credential: Credential) -> bool:
    known = _digest(_secret(sender))
    shown = _digest(SecretStr(credential.secret) if credential.secret else None)
    same_secret = hmac.compare_digest(known, shown)
    return same_secret and known != _NOTHING and sender.party.key == credential.party.key


def _digest(secret: SecretStr | None) -> bytes:
    return hashlib.sha256(secret.get_secret_value().encode("utf-8", "surrogatepass")).digest() if secret else _NOTHING


def _secret(sender: Sender) -> SecretStr | None:
    """Return a sender's secret, None (it matches nobody) where a person must set it first."""
    try:
        secret = sender.secret()
    except ClientRefused as missing:
        _LOG.error("a sender cannot be recognised", sender=sender.name, reason=str(missing))
        return None
    redaction.register(secret.get_secret_value())
    return secret
