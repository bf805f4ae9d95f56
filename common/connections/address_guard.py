"""Where a connection may go: https, to public addresses, to the hosts that its settings name.

Two decisions, both pure: `url_refusal` judges an address as it is written, `address_refusal` an IP address that its
name resolved to. Whoever connects resolves once, judges every address of the answer, and connects to an address that
was judged: a name that resolves differently the next time gains nothing (messaging-and-reliability.md, A17).

`allow_private` is for simulators and development systems: it lets plain http and private addresses through, and nothing
else. The ranges are those of the IANA special-purpose registries (RFC 6890), plus ways of writing an IPv4 address
inside an IPv6 one, plus Azure's public address of its metadata server.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
"""Returns the IP addresses of a host; raises OSError if it has none."""

_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)")
_PRIVATE_SUFFIXES = (".internal", ".local", ".localhost", ".localdomain", ".home.arpa")
_REFUSED_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
        "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 "
        "168.63.129.16/32 "
        "::/96 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20 "
        "5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8"
    ).split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRule:
    """What one connection may reach: hosts by name (lower case), and whether plain http and private addresses too."""

    hosts: frozenset[str]
    allow_private: bool = False


def url_refusal(url: httpx.URL | str, rule: AddressRule) -> str | None:
    """Return why an address as written may not be asked, None if it may. Shows no user, password, path or query."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        return f"it is not a URL ({error})"
    if isinstance(url, str) and (refusal := _text_refusal(url)) is not None:
        return refusal
    if parsed.userinfo:
        return "it has a user or password before its host"
    if parsed.scheme not in ("http", "https"):
        return f"its scheme is {parsed.scheme or 'missing'}, not https"
    refusal = _host_refusal(parsed.host, rule)
    if refusal is None and parsed.scheme == "http" and not rule.allow_private:
        return "it is http, not https: tokens and documents would travel in the clear"
    return refusal


def address_refusal(address: str, rule: AddressRule) -> str | None:
    """Return why an IP address may not be connected to, None if it may."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return f"{address} is not an IP address"
    if rule.allow_private or not _is_private(ip):
        return None
    return f"{ip} is not a public address"


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host as the system's resolver orders them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _text_refusal(url: str) -> str | None:
    if not url.isascii():
        return "it has letters outside ASCII: write such a host in its xn-- form"
    if any(sign in url for sign in "\\?#") or any(sign <= " " or sign == "\x7f" for sign in url):
        return "it has a space, a control character, a backslash, a ? or a #"
    return None


def _host_refusal(host: str, rule: AddressRule) -> str | None:
    """Judge a host. A name whose last part is a number is an IPv4 address to some resolvers, however it is written."""
    if host not in rule.hosts:
        return f"{host or 'no host'} is not a host of this connection"
    literal = _literal(host)
    if literal is not None:
        return address_refusal(str(literal), rule)
    if not _NAME.fullmatch(host) or len(host) > 253:
        return f"{host!r} is not a host name"
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return f"{host} is an IP address in disguise"
    if not rule.allow_private and ("." not in host or host.endswith(_PRIVATE_SUFFIXES)):
        return f"{host} is not a public name"
    return None


def _literal(host: str) -> IpAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_private(ip: IpAddress) -> bool:
    return not ip.is_global or any(ip in network for network in _REFUSED_NETWORKS if network.version == ip.version)
