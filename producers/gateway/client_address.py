"""The address of a client, as sign-ins are counted by it. Pure.

Behind a proxy whoever connects is the proxy: it names the client in a header, and a header is believed only where the
settings name it, because anybody can send one. Each proxy appends whom it saw, so the last address is the one that the
nearest proxy vouches for. An IPv6 client owns a whole /64: all of that is one.
"""

import ipaddress
import re
from collections.abc import Sequence

_WITH_PORT = re.compile(r"^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$")


def client_of(peer: str, said: Sequence[str]) -> str:
    """Return the client by what the trusted header said, or whoever connected if it says nothing that is an address."""
    last = said[-1].rsplit(",", 1)[-1].strip() if said else ""
    return _network(last) or _network(peer) or peer


def _network(address: str) -> str | None:
    with_port = _WITH_PORT.match(address)
    bare = (with_port[1] or with_port[2]) if with_port else address
    try:
        parsed = ipaddress.ip_address(bare)
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    if isinstance(parsed, ipaddress.IPv6Address) and mapped is None:
        return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(mapped or parsed)
