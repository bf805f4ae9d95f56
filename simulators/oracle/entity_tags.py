"""`If-Match` and `If-None-Match`: `*`, a tag, or several; weak ones marked `W/` (oracle-fusion.md, 1.7).

A tag of the pod is strong. `If-None-Match` compares weakly: a weak tag of the same text is the same. `If-Match`
compares strongly: a weak tag is never the same (RFC 9110, 13.1). A tag without its quotes is taken too.
"""

import re

_TAG = re.compile(r'\s*(?P<weak>W/)?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s",*]+))\s*(?:,|$)')


def is_among(header: str | None, etag: str | None, *, weakly: bool) -> bool:
    """Whether a header names the tag; `*` names whatever there is, a header that is not there names nothing."""
    if header is None or etag is None:
        return False
    if header.strip() == "*":
        return True
    found = _TAG.finditer(header)
    return any((tag["quoted"] or tag["bare"]) == etag for tag in found if weakly or not tag["weak"])
