"""Where alerts are told: the webhook of a chat, of an on-call service or of a program of your own."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr

from common.settings.section import Address, Section, Switch, Text, in_one_place, secret

TellingSeconds = Annotated[float, Field(gt=0, le=60, strict=True, allow_inf_nan=False)]
"""How long telling may take: nothing else is told meanwhile, and a duty that is silent for minutes counts as stuck."""


class AlertSettings(Section):
    """The webhook. Its address is a secret, because chats know by a part of it who may write to them."""

    url_file: Path | None = None
    """The file that holds the address; either this or `url_env`, or the store."""
    url_env: Text | None = None
    """The environment variable that holds it."""
    timeout_seconds: TellingSeconds = 10.0
    """How long telling one alert may take."""
    allow_private: Switch = False
    """Let alerts go to private addresses and over plain http: for tests and for a hook in the own network."""
    ca_file: Path | None = None
    """Certificates (PEM) to trust besides the system's own."""
    proxy: Address | None = None
    """The proxy to the webhook. Proxies of the environment are never used."""

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Ask for one place of the address at most."""
        return in_one_place("url", self.url_file, self.url_env)

    def url(self, environment: Mapping[str, str]) -> SecretStr | None:
        """Return the webhook's address, None if it is in the store. Raises SettingsRefused if it is not there."""
        return secret("alerts.url", self.url_file, self.url_env, environment)
