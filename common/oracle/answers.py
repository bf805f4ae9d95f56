"""What Oracle's answers mean, decided from the bytes alone.

A client must never assume that an error body is JSON (oracle-fusion.md, 1.8), that `hasMore` is right (1.11), that the
limit it asked for was kept (1.2), or that an order was honoured: whatever contradicts itself is reported, and the page
is read again.
"""

from collections.abc import Mapping, Sequence

from common.connections.source import Collection, Row, SourceRefused, SourceUnreadable
from schemas import exact_json
from schemas.exact_json import JsonValue


class QueryRefused(SourceRefused):
    """Oracle refuses what was asked (HTTP 400): an attribute, a filter or an order that it does not take."""


def collection(status: int, content: bytes, *, key: str, after_key: int, limit: int) -> Collection:
    """Read one page that was asked for in the order of `key`. Raises SourceRefused or SourceUnreadable."""
    body = document(status, content)
    items = body.get("items")
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise SourceUnreadable("the answer has no list of items")
    rows = [item for item in items if isinstance(item, Mapping)]
    keys = [whole_number(row.get(key)) for row in rows]
    has_more = body.get("hasMore") is True
    present = [value for value in keys if value is not None]
    return Collection(
        rows=tuple(rows),
        # A full page may have a successor whatever hasMore says; an empty one has none (1.11: hasMore can be wrong).
        more=bool(rows) and (has_more or len(rows) >= _limit_kept(body, limit)),
        last_key=max(present, default=None),
        contradictions=tuple(_contradictions(body, rows, present, has_more=has_more, after_key=after_key)),
    )


def document(status: int, content: bytes) -> Row:
    """Read an answer that should be one JSON object, tolerantly: a value that is not exact spoils its own row only.

    Raises SourceRefused or SourceUnreadable.
    """
    if status == 400:
        raise QueryRefused(f"Oracle answers HTTP 400: {reason(content)}")
    if status in (403, 404, 405, 406, 415):
        raise SourceRefused(f"Oracle answers HTTP {status}: {reason(content)}")
    if status != 200:
        raise SourceUnreadable(f"Oracle answers HTTP {status}: {reason(content)}")
    try:
        body = exact_json.loads_tolerantly(content)
    except exact_json.NotExactJson as error:
        raise SourceUnreadable(f"Oracle answers HTTP 200, but not with JSON: {error}") from error
    if not isinstance(body, Mapping):
        raise SourceUnreadable("Oracle answers HTTP 200, but not with a JSON object")
    return body


def reason(content: bytes) -> str:
    """Return Oracle's own words from an error body: the details of framework 4, else the start of the text."""
    try:
        body = exact_json.loads(content)
    except exact_json.NotExactJson:
        return content[:200].decode("utf-8", "replace").strip() or "no reason given"
    details = body.get("o:errorDetails") if isinstance(body, Mapping) else None
    texts = [str(d.get("detail")) for d in details if isinstance(d, Mapping)] if isinstance(details, list) else []
    return " ".join(texts) or "no reason given"


def _limit_kept(body: Row, asked: int) -> int:
    """Return how many rows a full page has: Oracle may keep a smaller limit than the one asked for (1.2)."""
    kept = body.get("limit")
    return min(asked, kept) if isinstance(kept, int) and kept > 0 else asked


def whole_number(value: JsonValue) -> int | None:
    """Return a key as the number that it is, None if it is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit():  # framework 9 writes long numbers as strings
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _contradictions(body: Row, rows: Sequence[Row], keys: list[int], *, has_more: bool, after_key: int) -> list[str]:
    found = []
    count = body.get("count")
    if isinstance(count, int) and count != len(rows):
        found.append(f"count is {count}, but {len(rows)} rows came")
    if has_more and not rows:
        found.append("hasMore is true, but no row came")
    if any(later <= earlier for earlier, later in zip([after_key, *keys], keys, strict=False)):
        found.append(f"the rows after key {after_key} are not in ascending order of their key")
    return found
