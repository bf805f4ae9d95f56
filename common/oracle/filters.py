"""Oracle's `q` and `finder` expressions: the one place where a value becomes part of one.

Row-match expressions quote texts and dates (oracle-fusion.md, 1.3); no way to escape a quote inside one is published,
so a text is put between the kind of quote that it does not hold, and a text that holds both is refused. Numbers are
written from whole numbers only, names are checked: nothing that came from outside can end its quotes and go on as an
expression (messaging-and-reliability.md, A22).
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

_ATTRIBUTE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class NotQuotable(ValueError):
    """A value cannot be written into an expression without changing its meaning."""


def quoted(text: str) -> str:
    """Return a text as a literal. Raises NotQuotable."""
    if _CONTROL.search(text):
        raise NotQuotable(f"{text[:40]!r} has a control character, which no filter can hold")
    for quote in "'\"":
        if quote not in text:
            return f"{quote}{text}{quote}"
    raise NotQuotable(f"{text[:40]!r} has both kinds of quotes, and Oracle's filters cannot escape one")


def equals(attribute: str, text: str) -> str:
    """Return the condition that an attribute is a text. Raises NotQuotable."""
    return f"{_name(attribute)} = {quoted(text)}"


def differs(attribute: str, text: str) -> str:
    """Return the condition that an attribute is another text; one without a value is none. Raises NotQuotable."""
    return f"{_name(attribute)} != {quoted(text)}"


def one_of(attribute: str, texts: Iterable[str]) -> str:
    """Return the condition that an attribute is one of some texts. Raises NotQuotable."""
    return f"{_name(attribute)} in ({', '.join(map(quoted, texts))})"


def unset(attribute: str) -> str:
    """Return the condition that an attribute has no value."""
    return f"{_name(attribute)} is null"


def greater(attribute: str, number: int) -> str:
    """Return the condition that an attribute is greater than a whole number."""
    return f"{_name(attribute)} > {int(number)}"


def equals_number(attribute: str, number: int) -> str:
    """Return the condition that an attribute is a whole number."""
    return f"{_name(attribute)} = {int(number)}"


def since(attribute: str, moment: datetime) -> str:
    """Return the condition that an attribute is at a moment or later. Dates stand in double quotes."""
    return f'{_name(attribute)} >= "{moment.astimezone(UTC).isoformat(timespec="milliseconds")}"'


def every(*conditions: str) -> str:
    """Return the expression that all conditions hold."""
    return " and ".join(conditions)


def some(*conditions: str) -> str:
    """Return the expression, in parentheses, that one of the conditions holds."""
    return f"({' or '.join(conditions)})"


def finder(name: str, attribute: str, key: int) -> str:
    """Return a `finder` parameter with one whole number: `;`, `,` and `=` part it, and it knows no quotes."""
    return f"{_name(name)};{_name(attribute)}={int(key)}"


def _name(name: str) -> str:
    if not _ATTRIBUTE.fullmatch(name):
        raise NotQuotable(f"{name[:40]!r} is not the name of an attribute")
    return name
