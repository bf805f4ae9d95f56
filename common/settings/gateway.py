"""Who may push cXML documents to an integration, and for whom they must be (jaggaer-cxml.md, 5.1)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from common.settings.section import Address, Section, Switch, Text, in_one_place, secret


def _name(name: str) -> str:
    if not (name.isascii() and name.replace("-", "").replace("_", "").isalnum() and len(name) <= 40):
        raise ValueError("such a name has letters, digits, - and _, at most 40 of them")
    return name


PartyName = Annotated[str, AfterValidator(_name)]
"""What somebody is called here."""


def _header(name: str) -> str:
    if not (name.isascii() and name.replace("-", "").isalnum() and len(name) <= 60):
        raise ValueError("expected the name of a header alone, such as X-Forwarded-For")
    return name


HeaderName = Annotated[str, AfterValidator(_header)]
"""The name of an HTTP header."""


class PartySettings(Section):
    """Somebody, by a name in a register."""

    domain: Text
    """The register: NetworkID, DUNS or another."""
    identity: Text
    """The name there."""


class SenderSettings(PartySettings):
    """Somebody who posts documents, as the Sender credential names it, and the secret that proves it."""

    shared_secret_file: Path | None = None
    """The file that holds the shared secret; either this or `shared_secret_env`, or the store."""
    shared_secret_env: Text | None = None
    """The environment variable that holds it."""
    forwards: Switch = False
    """Whether it is a network that posts for others: From may name anyone then, and only the sender itself if not."""

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Ask for one place of the secret at most."""
        return in_one_place("shared_secret", self.shared_secret_file, self.shared_secret_env)

    def secret(self, environment: Mapping[str, str]) -> SecretStr | None:
        """Return the shared secret, None if it is in the store. Raises SettingsRefused when it is not as they say."""
        return secret("shared_secret", self.shared_secret_file, self.shared_secret_env, environment)


class GatewaySettings(Section):
    """What an integration takes that is posted to `/cxml/<integration>`."""

    to: Annotated[dict[PartyName, PartySettings], Field(min_length=1)]
    """Who we are, by any names: the To of a document must be one of these."""
    senders: Annotated[dict[PartyName, SenderSettings], Field(min_length=1)]
    """Who may post, by names that logs and `trace` show."""
    test: Switch = False
    """Take documents with deploymentMode="test" too; a production gateway refuses them."""
    max_bytes: Annotated[int, Field(ge=10_000, le=50_000_000, strict=True)] = 10_000_000
    """The longest body that is taken, attachments included."""
    keep_days: Annotated[int, Field(ge=30, le=36_500, strict=True)] = 400
    """How long body and answer of a request are kept, in days: a repetition within them gets the first answer."""
    transport_codes: Switch = False
    """Answer refusals with HTTP 400 instead of 200, for networks that look at nothing else."""
    client_header: HeaderName | None = None
    """The header in which your own proxy names its client, whose last address is believed; unset: whoever connects."""
    url: Address | None = None
    """Where senders reach this gateway, as a ProfileResponse tells it; unset: as the request came in."""
