"""What JAGGAER's answer to a harmless question says of the connection, and what a person can do about it. Pure.

J1P is asked for a list, whose business result stands inside HTTP 200 (jaggaer-cxml.md, 2.2). cXML is asked for its
profile: every server must answer, and it judges our credentials as it would those of an order (5.2 and 5.3).
"""

from datetime import datetime
from types import MappingProxyType
from urllib.parse import urlsplit

from common.connections import retry_after
from common.connections.exchange import Answer
from common.connections.sighting import Sighting, Trouble, shown
from common.jaggaer import answers
from schemas.cxml import profile_response, response
from schemas.cxml.profile_response import Profile
from schemas.cxml.response import StatusClass
from schemas.cxml.safe_xml import NotSafeXml

_READ_BYTES = 1000
_LATER = "Try again in some minutes; if it stays, ask JAGGAER."
_CXML_NEXT_STEPS = MappingProxyType(
    {
        StatusClass.UNAUTHORIZED: "Check in jaggaer.cxml that sender_domain, sender_identity and the shared secret are "
        "those that JAGGAER has.",
        StatusClass.UNSUPPORTED: "Ask JAGGAER whether jaggaer.cxml.path is its cXML address: all take ProfileRequest.",
        StatusClass.TRANSIENT: _LATER,
    }
)


def j1p(answer: Answer, setting: str) -> Sighting:
    """Judge the answer to a list: how many documents there are, or what is wrong; `setting` names its path."""
    clock = retry_after.source_time(answer.headers)
    wrapper = answers.j1p_wrapper(answer.content)
    if wrapper is not None and not wrapper.succeeded:
        said = f"JAGGAER refuses the list with returnCode {wrapper.code}: {shown(wrapper.message) or 'no message'}"
        next_step = f"Check in JAGGAER what this client may read, and {setting} in the settings."
        return Sighting(trouble=Trouble(reason=said, next_step=next_step), clock=clock)
    listed = answers.j1p_listing(answer)
    if wrapper is None or listed is None:
        return _no_answer(answer, "a list", clock)
    total = str(wrapper.body.get("totRecords", "")).strip()
    counted = int(total) if total.isascii() and total.isdigit() else 0
    return Sighting(documents=max(counted, len(listed)), clock=clock)


def cxml(answer: Answer, request_name: str, path: str) -> Sighting:
    """Judge the answer to a ProfileRequest: whether we are known, and whether this request is taken at this path."""
    clock = retry_after.source_time(answer.headers)
    try:
        status, profile = response.parse(answer.content), profile_response.parse(answer.content)
    except (response.NotACxmlResponse, NotSafeXml):
        return _no_answer(answer, "a cXML Status", clock)
    said = f"cXML Status {status.code} {shown(status.text)} {shown(status.detail)}".strip()
    if status.code >= 300:
        default = "What JAGGAER says of our document names the cause; check jaggaer.cxml in the settings."
        next_step = _CXML_NEXT_STEPS.get(status.status_class, default)
        return Sighting(trouble=Trouble(reason=said, next_step=next_step), clock=clock)
    if profile is None:
        return Sighting(said=f"{said}; it does not say what it takes", clock=clock)
    return _offered(profile, request_name, path, clock)


def _offered(profile: Profile, request_name: str, path: str, clock: datetime | None) -> Sighting:
    names = ", ".join(shown(one.request_name) for one in profile.transactions) or "nothing"
    said = f"cXML {shown(profile.version or 'of an unnamed version')}, takes {names}"
    offer = profile.offer(request_name)
    if offer is None:
        next_step = f"Ask JAGGAER to switch {request_name} on at this address: it will refuse such documents."
        return Sighting(trouble=Trouble(reason=f"{said}, but no {request_name}", next_step=next_step), clock=clock)
    if _path(offer.url) not in ("", path):
        said += f"; names another address for {request_name}: {shown(offer.url)}"
    return Sighting(said=said, clock=clock)


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return url


def _no_answer(answer: Answer, wanted: str, clock: datetime | None) -> Sighting:
    reason = f"JAGGAER answers HTTP {answer.status} without {wanted}: {quoted(answer.content)}"
    return Sighting(trouble=Trouble(reason=reason, next_step=_next_step(answer.status)), clock=clock)


def quoted(content: bytes) -> str:
    """Return the beginning of what JAGGAER said, on one line and without a secret that it repeats."""
    return shown(content[:_READ_BYTES].decode("utf-8", "replace")) or "nothing at all"


def _next_step(status: int) -> str:
    if status in (401, 403):
        return "The token is not accepted here: ask JAGGAER what this client is allowed to do."
    if status == 429 or status >= 500:
        return _LATER
    return "Check jaggaer.url and the path in the settings: this address is not the interface."
