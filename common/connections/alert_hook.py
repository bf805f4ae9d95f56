"""The webhook of alerts: where a person is told, through the same guarded client as every other request.

Its address is a secret and is never said: what failed is told by the host's name alone. It is read and judged at each
telling, so that another one takes effect without a restart and goes nowhere it may not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import orjson

from common.clock import Monotonic
from common.connections import attempt, configured, credentials, http_client
from common.connections.attempt import Attempt
from common.connections.credentials import CredentialName, SecretStore
from common.connections.errors import ClientRefused, NotSent
from common.connections.token_check import Checked
from common.connections.token_request import SecretSource
from common.settings import AlertSettings, SettingsRefused
from common.telemetry import redaction

CONNECTION = "alerts"
"""As what the store of credentials knows the webhook."""


class NotTold(Exception):
    """The webhook did not take a message. `unclear`: it may have all the same. The reason holds no address."""

    def __init__(self, reason: str, *, unclear: bool) -> None:
        super().__init__(reason)
        self.unclear = unclear


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertHook:
    """The webhook of the settings."""

    settings: AlertSettings
    address: SecretSource = field(repr=False)
    monotonic: Monotonic

    def tell(self, message: Mapping[str, Any], *, key: str) -> None:
        """Post a message; `key` tells a repetition from another message. Raises NotTold."""
        try:
            url = self._url()
            configured.check_hook(self.settings, url)
        except (SettingsRefused, ClientRefused, NotSent) as error:
            raise NotTold(str(error), unclear=False) from None
        going = Attempt(self.monotonic() + self.settings.timeout_seconds)
        try:
            status = self._post(url, orjson.dumps(message), key, going)
        except httpx.HTTPError as error:
            reason = f"{httpx.URL(url).host} does not answer: {type(error).__name__}: {error}"
            raise NotTold(redaction.mask(reason), unclear=going.may_have_arrived(error)) from None
        if not 200 <= status < 300:
            raise NotTold(f"{httpx.URL(url).host} answers HTTP {status}", unclear=False)

    def _post(self, url: str, body: bytes, key: str, going: Attempt) -> int:
        """Return the status; what else is answered is not read."""
        client = http_client.build(
            configured.reach_of_hook(self.settings, url),
            timeout_seconds=self.settings.timeout_seconds,
            connections=1,
            monotonic=self.monotonic,
        )
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        extensions = {attempt.EXTENSION: going}
        with client, client.stream("POST", url, content=body, headers=headers, extensions=extensions) as response:
            return response.status_code

    def _url(self) -> str:
        url = self.address().get_secret_value()
        redaction.register(url, "/" + url.partition("://")[2].partition("/")[2])
        redaction.register_url(self.settings.proxy)
        return url


def open_hook(
    settings: AlertSettings,
    environment: Mapping[str, str],
    stored: SecretStore,
    monotonic: Monotonic,
) -> AlertHook:
    """Return the webhook of the settings. Raises SettingsRefused for an address that they name and that will not do."""
    given = settings.url(environment)
    if given is not None:
        configured.check_hook(settings, given.get_secret_value())
    address = credentials.source(lambda: settings.url(environment), stored(CONNECTION, CredentialName.WEBHOOK))
    return AlertHook(settings=settings, address=address, monotonic=monotonic)


def check(hook: AlertHook) -> Checked:
    """Tell a webhook that this is a test, and what came of it."""
    started = hook.monotonic()
    test = {"id": str(uuid4()), "alert": "test", "state": "resolved", "text": "ml-connector: a test. Alerts come here."}
    try:
        hook.tell(test, key=test["id"])
    except NotTold as error:
        granted, said = False, str(error)
    else:
        granted, said = True, "The webhook took a test message."
    return Checked(granted=granted, said=said, milliseconds=round((hook.monotonic() - started) * 1000, 1))
