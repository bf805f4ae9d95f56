"""The envelope of a received request: who sends it from whom to whom, under which payloadID, and what it holds.

Read without any grammar, because who the sender is decides whether a document is looked at any further. The Sender
authenticates the last hop, From names the origin (jaggaer-cxml.md, 5.1).
"""

from dataclasses import dataclass, field
from typing import Any

from schemas.cxml.elements import content_of
from schemas.cxml.safe_xml import Element

MAX_PAYLOAD_ID = 255
"""The longest payloadID that is taken, in characters."""

MAX_NAME = 100
"""The longest name of a party, of its register, or of a request; what is longer could be no key of an index."""

_DUNS = ("duns", "duns+4")


class NotAnEnvelope(ValueError):
    """The document is no cXML request that could be told apart; the message says what is missing."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody, by a name in a register."""

    domain: str
    identity: str

    @property
    def names(self) -> tuple[str, str]:
        """Both parts, as they were written."""
        return self.domain, self.identity

    @property
    def key(self) -> tuple[str, str]:
        """What two ways of writing the same party have in common (5.1): domains without case, DUNS without dashes."""
        domain, identity = self.domain.strip().casefold(), self.identity.strip()
        return domain, identity.replace("-", "").replace(" ", "") if domain in _DUNS else identity

    def __str__(self) -> str:
        return f"{self.domain} {self.identity}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A party and the secret that it showed, None if it showed none or several."""

    party: Party
    secret: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One request. `name` is the element that `request` is; `deployment_mode` production unless it says otherwise."""

    payload_id: str
    origins: tuple[Party, ...]
    recipients: tuple[Party, ...]
    senders: tuple[Credential, ...]
    deployment_mode: str
    name: str
    request: Element


def read(root: Element) -> Envelope:
    """Return the envelope of a whole document. Raises NotAnEnvelope."""
    if root.tag != "cXML":
        raise NotAnEnvelope(f"the document is a {root.tag!s}, not a cXML", _line(root))
    header, holder = root.find("Header"), root.find("Request")
    holder = root.find("Message") if holder is None else holder
    if header is None or holder is None:
        raise NotAnEnvelope("the cXML has no Header with a Request", _line(root))
    request = next((child for child in holder if child.tag != "Status"), None)
    if request is None:
        raise NotAnEnvelope(f"the {holder.tag!s} is empty", _line(holder))
    payload_id = root.get("payloadID", "").strip()
    if not 0 < len(payload_id) <= MAX_PAYLOAD_ID:
        raise NotAnEnvelope(f"the payloadID has {len(payload_id)} characters: 1 to {MAX_PAYLOAD_ID} are taken", 1)
    senders, origins, recipients = (_credentials(header, role) for role in ("Sender", "From", "To"))
    names = [str(request.tag), *(n for one in (*senders, *origins, *recipients) for n in one.party.names)]
    if max(map(len, names)) > MAX_NAME:
        raise NotAnEnvelope(f"a credential or the request has a name of over {MAX_NAME} characters", _line(header))
    return Envelope(
        payload_id=payload_id,
        origins=tuple(one.party for one in origins),
        recipients=tuple(one.party for one in recipients),
        senders=senders,
        deployment_mode=holder.get("deploymentMode", "production").strip(),
        name=str(request.tag),
        request=request,
    )


def _credentials(header: Element, role: str) -> tuple[Credential, ...]:
    return tuple(_credential(one) for one in header.findall(f"{role}/Credential"))


def _credential(element: Element) -> Credential:
    identity, secrets = element.find("Identity"), element.findall("SharedSecret")
    return Credential(
        party=Party(
            domain=element.get("domain", "").strip(), identity="" if identity is None else content_of(identity).strip()
        ),
        secret=content_of(secrets[0]).strip() if len(secrets) == 1 else None,
    )


def _line(element: Element) -> int:
    line: Any = element.sourceline  # lxml-stubs do not say that it is int or None
    return line or 0
