"""As whom the two systems are spoken to.

Secrets never stand in the settings file: a setting names the file or the environment variable that holds one, or none,
and the secret is in the store of credentials (`ml-connector credentials set`).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from common.settings.section import Address, Section, Switch, Text, UrlPath, in_one_place, secret
from schemas.cxml.layout import CxmlLayout


class ClientCredentials(Section):
    """An OAuth 2.0 client: where to get tokens, as whom."""

    token_url: Address
    """Where tokens are given out."""
    client_id: Text
    """The client's name there."""
    client_secret_file: Path | None = None
    """The file that holds the client's secret; either this or `client_secret_env`, or the store."""
    client_secret_env: Text | None = None
    """The environment variable that holds it."""
    scope: Text | None = None
    """What the token is for. Oracle's identity domain wants one, JAGGAER does not."""

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Ask for one place of the secret at most."""
        return in_one_place("client_secret", self.client_secret_file, self.client_secret_env)

    def secret(self, environment: Mapping[str, str]) -> SecretStr | None:
        """Return the client's secret, None if it is in the store. Raises SettingsRefused when it is not as they say."""
        return secret("client_secret", self.client_secret_file, self.client_secret_env, environment)


class BasicCredentials(Section):
    """A user of Oracle who signs in with a password (HTTP Basic), where there is no OAuth client."""

    username: Text
    """The user's name."""
    password_file: Path | None = None
    """The file that holds the password; either this or `password_env`, or the store."""
    password_env: Text | None = None
    """The environment variable that holds it."""

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Ask for one place of the password at most; a colon would end the user's name (RFC 7617)."""
        yield from in_one_place("password", self.password_file, self.password_env)
        if ":" in self.username:
            yield "username", "a user name with a colon cannot be sent"

    def secret(self, environment: Mapping[str, str]) -> SecretStr | None:
        """Return the user's password, None if it is in the store. Raises SettingsRefused when it is not as they say."""
        return secret("password", self.password_file, self.password_env, environment)


def _dtd_version(text: str) -> str:
    CxmlLayout(dtd_version=text)
    return text


def _language(text: str) -> str:
    CxmlLayout(language=text)
    return text


class CxmlSettings(Section):
    """Who speaks to whom in a cXML envelope, and what differs by partner (jaggaer-cxml.md, 5, 6.1)."""

    path: UrlPath = "/apps/Router/CXMLReceive"
    """Where documents are posted to, on JAGGAER's host."""
    from_domain: Text = "NetworkID"
    """In which register `from_identity` is."""
    from_identity: Text
    """Who the documents are from."""
    to_domain: Text = "DUNS"
    """In which register `to_identity` is."""
    to_identity: Text
    """Whom they are for."""
    sender_domain: Text = "NetworkID"
    """In which register `sender_identity` is."""
    sender_identity: Text
    """Who posts them; the shared secret is this one's."""
    shared_secret_file: Path | None = None
    """The file that holds the shared secret; either this or `shared_secret_env`, or the store."""
    shared_secret_env: Text | None = None
    """The environment variable that holds it."""
    dtd_version: Annotated[str, AfterValidator(_dtd_version)] = "1.2.014"
    """The version that the DOCTYPE names."""
    test: Switch = False
    """Mark documents with deploymentMode="test"."""
    language: Annotated[str, AfterValidator(_language)] = "en"
    """The language of descriptions: a tag such as en or en-US."""
    classification_domain: Text = "custom"
    """The register of the categories that items are classified by."""
    segment_names: list[Text] = Field(default_factory=list)
    """Names of an account's segments from left to right. Given, an account with another number of them is refused."""
    segment_separator: Text = "."
    """What stands between two segments."""
    total_includes_tax: Switch = True
    """Whether the order's total includes its tax: partners differ."""

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Ask for one place of the secret at most."""
        return in_one_place("shared_secret", self.shared_secret_file, self.shared_secret_env)

    def secret(self, environment: Mapping[str, str]) -> SecretStr | None:
        """Return the shared secret, None if it is in the store. Raises SettingsRefused when it is not as they say."""
        return secret("shared_secret", self.shared_secret_file, self.shared_secret_env, environment)

    @property
    def layout(self) -> CxmlLayout:
        """What the documents look like."""
        return CxmlLayout(
            dtd_version=self.dtd_version,
            test=self.test,
            language=self.language,
            classification_domain=self.classification_domain,
            segment_names=tuple(self.segment_names),
            segment_separator=self.segment_separator,
            total_includes_tax=self.total_includes_tax,
        )
