"""What lies below a connection: the name of its host, and the certificate that the host shows.

The same rule holds as for requests (`address_guard.py`): what is looked at is an address that was judged. Nothing is
sent but a TLS handshake. Where a certificate is not trusted, a second handshake looks at it all the same,
so that one can be told what is wrong with it; nothing goes over that connection either.
"""

import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from cryptography import x509
from cryptography.x509.oid import NameOID

from common.connections import address_guard
from common.connections.address_guard import AddressRule, Resolver

_PORTS = {"https": 443, "http": 80}


class NoSuchPlace(Exception):
    """The address leads nowhere: its host has no address, or one that the connection may not go to."""


class NoWayThere(Exception):
    """The host has an address, but no connection to it can be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a URL leads."""

    secure: bool
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The certificate that a host shows; the times are aware. `distrust` says why it is not trusted, None if it is."""

    protocol: str | None
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    distrust: str | None


def place_of(url: str) -> Place:
    """Return where a URL leads. It must be one that `address_guard.url_refusal` does not refuse."""
    parsed = httpx.URL(url)
    return Place(secure=parsed.scheme == "https", host=parsed.host, port=parsed.port or _PORTS[parsed.scheme])


def addresses(place: Place, rule: AddressRule, *, resolver: Resolver = address_guard.resolve) -> tuple[str, ...]:
    """Return the addresses of a host. May take as long as the resolver likes. Raises NoSuchPlace."""
    try:
        found = tuple(resolver(place.host, place.port))
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that no resolver takes
        raise NoSuchPlace(f"{place.host} has no address: {getattr(error, 'strerror', None) or error}") from None
    for address in found:
        refusal = address_guard.address_refusal(address, rule)
        if refusal is not None:
            raise NoSuchPlace(f"{place.host} is not connected to: {refusal}")
    return found


def connect(place: Place, found: Sequence[str], seconds: float) -> None:
    """Open a connection to one of a host's addresses and close it again. Raises NoWayThere."""
    _connection(place, found, seconds).close()


def certificate(place: Place, found: Sequence[str], trust: ssl.SSLContext, seconds: float) -> Shown:
    """Return the certificate that a host shows, judged by `trust`.

    Raises NoWayThere. Each step may take so many seconds.
    """
    try:
        return _shown(place, found, trust, seconds, distrust=None)
    except ssl.SSLCertVerificationError as error:
        distrust = error.verify_message or str(error.reason)
    return _shown(place, found, _trusting_everything(), seconds, distrust=distrust)


def _shown(place: Place, found: Sequence[str], trust: ssl.SSLContext, seconds: float, *, distrust: str | None) -> Shown:
    with _connection(place, found, seconds) as plain:
        try:
            with trust.wrap_socket(plain, server_hostname=place.host) as secured:
                encoded, protocol = secured.getpeercert(binary_form=True), secured.version()
        except ssl.SSLCertVerificationError:
            raise
        except OSError as error:  # ssl.SSLError is one
            raise NoWayThere(f"{place} makes no TLS connection: {getattr(error, 'reason', None) or error}") from None
    if encoded is None:
        raise NoWayThere(f"{place} shows no certificate")
    read = x509.load_der_x509_certificate(encoded)
    return Shown(
        protocol=protocol,
        subject=_name(read.subject) or ", ".join(_alternatives(read)),
        issuer=_name(read.issuer),
        not_before=read.not_valid_before_utc,
        not_after=read.not_valid_after_utc,
        distrust=distrust,
    )


def _connection(place: Place, found: Sequence[str], seconds: float) -> socket.socket:
    said = "it has no address"
    for address in found:
        try:
            return socket.create_connection((address, place.port), timeout=seconds)
        except OSError as error:
            said = error.strerror or str(error)
    raise NoWayThere(f"no connection to {place}: {said}")


def _trusting_everything() -> ssl.SSLContext:
    """Return a context that looks at a certificate without believing it. For looking only: nothing is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _name(name: x509.Name) -> str:
    """Return the common name, else the organization, else the whole name."""
    for wanted in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        found = name.get_attributes_for_oid(wanted)
        if found:
            return str(found[0].value)
    return name.rfc4514_string()


def _alternatives(read: x509.Certificate) -> list[str]:
    try:
        names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in names]


def days_left(shown: Shown, now: datetime) -> int:
    """Return for how many whole days from now the certificate holds; negative when it has expired."""
    return (shown.not_after - now.astimezone(UTC)).days
