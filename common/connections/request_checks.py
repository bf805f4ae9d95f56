"""What a request may be made of: a path of our own host, header values and query values without control characters.

Ids of documents and links in answers end up in requests. None of them may change where a request goes (`//host`, `@`,
a whole URL), leave its folder (`..`), or add a header or a second request (CR, LF): such a request is never born
(messaging-and-reliability.md, A18 and A21).
"""

import re
from collections.abc import Mapping

_PATH = re.compile(r"/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*")
_ENCODED_CONTROL = re.compile(r"%(?:[01][0-9A-Fa-f]|7[Ff])")
_DOT_SEGMENT = re.compile(r"/(?:\.|%2[Ee]){1,2}(?:/|$)")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`|~]+")
_HEADER_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?|")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def refusal(method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> str | None:
    """Return why such a request may not be sent, None if it may."""
    if not (method.isascii() and method.isalpha()):
        return "its method is not a word"
    return _path_refusal(path) or _query_refusal(query) or _header_refusal(headers)


def _path_refusal(path: str) -> str | None:
    if not path.startswith("/") or path.startswith("//"):
        return "its path does not begin with one slash, so it could name another host"
    if not _PATH.fullmatch(path) or _ENCODED_CONTROL.search(path):
        return "its path has a character that a path cannot have"
    if _DOT_SEGMENT.search(path):
        return "its path goes up a folder"
    return None


def _query_refusal(query: Mapping[str, str]) -> str | None:
    for name, value in query.items():
        if _CONTROL.search(name) or _CONTROL.search(value):
            return f"its query has a control character in {name!r}"
    return None


def _header_refusal(headers: Mapping[str, str]) -> str | None:
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            return f"its header {name!r} has a character that a header cannot have"
    return None
