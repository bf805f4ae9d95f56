"""Target values that quote the subject: `CC-{cost_center}` becomes `CC-110`; `{{` and `}}` stand for single braces."""

import re
from collections.abc import Mapping

_MARK = re.compile(r"\{\{|\}\}|\{([^{}]+)\}|[{}]")


def quoted_parts(value: str) -> tuple[str, ...]:
    """Return the parts that a value quotes, each once. Raises ValueError for a brace without its other half."""
    names = []
    for mark in _MARK.finditer(value):
        if mark[0] in "{}":
            raise ValueError("has a brace without its other half (a brace itself is written {{ or }})")
        if mark[1] is not None:
            names.append(mark[1])
    return tuple(dict.fromkeys(names))


def filled(value: str, parts: Mapping[str, str]) -> str:
    """Return the value with its quotes filled in. Raises ValueError for a part that is not there, or a lone brace."""
    absent = [name for name in quoted_parts(value) if name not in parts]
    if absent:
        raise ValueError(f"quotes {', '.join(absent)}, which is no part of it")
    return _MARK.sub(lambda mark: mark[0][0] if mark[1] is None else parts[mark[1]], value)


def literal(text: str) -> str:
    """Return the value that stands for a text as it is."""
    return text.replace("{", "{{").replace("}", "}}")
