"""On which line of a TOML text a key stands. Pure.

A parser of TOML that tells lines would be a second grammar. Instead the text is cut after each line: the key is in the
first statement whose text, with everything before it, parses to a document that has the key. Presence only grows from
statement to statement, because TOML lets nothing be taken back; so the statement is found by bisection.
"""

import tomllib
from collections.abc import Sequence
from typing import Any

Path = Sequence[str | int]


def line_of(text: str, path: Path) -> int:
    """Return the line (from 1) of the statement or header that first mentions a path, or the nearest part of it.

    Returns 0 for a text that is no TOML and where not even the first part is there.
    """
    lines = text.split("\n")  # the only line end of TOML besides CR LF; splitlines() knows more
    for length in range(len(path), 0, -1):
        line = _first_with(lines, path[:length])
        if line:
            return line
    return 0


def _first_with(lines: list[str], path: Path) -> int:
    if not _has(_parsed(lines, len(lines))[1], path):
        return 0
    without, having = 0, len(lines)
    while having - without > 1:
        middle = (without + having) // 2
        parsed, document = _parsed(lines, middle)
        if _has(document, path):
            having = parsed
        else:
            without = middle
    begins, _ = _parsed(lines, having - 1)
    return begins + 1


def _parsed(lines: list[str], count: int) -> tuple[int, dict[str, Any]]:
    """Return the document of the longest run of whole statements within the first `count` lines, and its length."""
    for length in range(count, 0, -1):
        try:
            return length, tomllib.loads("\n".join(lines[:length]) + "\n")
        except tomllib.TOMLDecodeError:
            continue
    return 0, {}


def _has(document: Any, path: Path) -> bool:
    found = document
    for part in path:
        if isinstance(found, str):
            return False
        try:
            found = found[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True
