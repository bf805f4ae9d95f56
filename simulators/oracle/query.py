"""`q`, in both of its syntaxes, read into one kind of condition (oracle-fusion.md, 1.3).

Framework 1: conditions joined with `;`. Framework 2 and later: `and`, `or`, `not`, parentheses, and attributes of
children with dots. A condition is asked of a row by `holds`; a child attribute holds if it does for any child.
Whatever cannot be read, is not queryable or does not exist is a 400.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from simulators.oracle.attributes import PURCHASE_ORDERS
from simulators.oracle.errors import bad_parameter
from simulators.oracle.resource import Kind, Resource

Path = tuple[str, ...]
Value = int | Decimal | str | bool | date | datetime | None

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>'(?:[^']|'')*'|"(?:[^"]|"")*")|(?P<op><>|!=|<=|>=|=|<|>)|(?P<paren>[(),])|(?P<word>[^\s()=<>!,'"]+))"""
)
_WORDS = frozenset({"and", "or", "not", "like", "between", "in", "is", "null"})
_AND_ANOTHER = re.compile(r"\band\s+[A-Za-z_]\w*(\s*[=<>!]|\s+(like|in|between|is|not)\b)", re.IGNORECASE)
"""In framework 1: an `and` before another attribute. Quoted values are blanked before it is looked for."""
_QUOTED = frozenset({Kind.STRING, Kind.DATE, Kind.DATE_TIME})
"""What a row-match expression takes in quotes only (1.3)."""
_DEEPEST = 50


class Row(Protocol):
    """What a condition is asked of."""

    def values(self, path: Path) -> Iterable[Value]:
        """Return every value of an attribute: one for the row itself, any number for children."""
        ...


class Condition(Protocol):
    """Something that holds for a row or does not."""

    def holds(self, row: Row) -> bool:
        """Whether it does."""
        ...


@dataclass(frozen=True, slots=True)
class Compared:
    """An attribute against a test of its value."""

    path: Path
    operator: str
    operand: Value | tuple[Value, ...]
    test: Callable[[Any], bool]

    def holds(self, row: Row) -> bool:
        """Whether any value passes; a null passes nothing but a test for null."""
        return any(self.test(value) for value in row.values(self.path))


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]

    def holds(self, row: Row) -> bool:
        """Whether all do."""
        return all(part.holds(row) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Either:
    """Some part holds."""

    parts: tuple[Condition, ...]

    def holds(self, row: Row) -> bool:
        """Whether any does."""
        return any(part.holds(row) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition

    def holds(self, row: Row) -> bool:
        """Whether it does not."""
        return not self.part.holds(row)


EVERYTHING = All(())
NOTHING = Either(())


def parse(text: str, framework: int, *, child_filters: bool, resource: Resource = PURCHASE_ORDERS) -> Condition:
    """Read `q` on a resource. Raises FusionError (400)."""
    if framework == 1:
        return _by_example(text, resource)
    return _RowMatch(text, resource, child_filters=child_filters).whole()


def _by_example(text: str, resource: Resource) -> Condition:
    """Framework 1. An ` and ` between two attributes is accepted and finds nothing, as users report."""
    parts = []
    for piece in _split(text):
        if _AND_ANOTHER.search(re.sub(r"'[^']*'|\"[^\"]*\"", "''", piece)):
            return NOTHING
        parts.append(_RowMatch(_with_range(piece), resource, child_filters=False, by_example=True).whole())
    return All(tuple(parts))


def _split(text: str) -> list[str]:
    pieces = re.findall(r"""(?:'[^']*'|"[^"]*"|[^;'"])+|['"]""", text)
    return [piece.strip() for piece in pieces if piece.strip()]


def _with_range(piece: str) -> str:
    """Write `X >= a and <= b`, a range on one attribute, as two conditions."""
    name = re.match(r"\s*(\w+)", piece)
    return re.sub(r"\band\s+(<=|>=|<|>)", rf"and {name[1] if name else ''} \1", piece, flags=re.IGNORECASE)


class _RowMatch:
    """A row-match expression, read by recursive descent."""

    def __init__(self, text: str, resource: Resource, *, child_filters: bool, by_example: bool = False) -> None:
        self._resource = resource
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0
        self._child_filters = child_filters
        self._by_example = by_example

    def whole(self) -> Condition:
        condition = self._or()
        if self._at < len(self._tokens):
            raise bad_parameter("q", f"Unexpected {self._tokens[self._at][1]!r}.")
        return condition

    def _or(self) -> Condition:
        parts = [self._and()]
        while self._word("or"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _and(self) -> Condition:
        parts = [self._not()]
        while self._word("and"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _not(self) -> Condition:
        if self._word("not"):
            return Not(self._deeper(self._not))
        if self._symbol("("):
            inside = self._deeper(self._or)
            self._expect(")")
            return inside
        return self._comparison()

    def _deeper(self, read: Callable[[], Condition]) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise bad_parameter("q", f"It is nested deeper than {_DEEPEST} levels.")
        condition = read()
        self._depth -= 1
        return condition

    def _comparison(self) -> Condition:
        path, kind = _attribute(self._next("word"), self._resource, child_filters=self._child_filters)
        if self._word("is"):
            negated = self._word("not")
            self._expect("null")
            return Compared(path, "is", None, (lambda v: v is not None) if negated else (lambda v: v is None))
        if self._word("not"):
            passes = self._tested(path, kind).test
            return Compared(path, "not", None, lambda v: v is not None and not passes(v))
        return self._tested(path, kind)

    def _tested(self, path: Path, kind: Kind) -> Compared:
        if self._word("between"):
            low = self._value(kind)
            self._expect("and")
            high = self._value(kind)
            return Compared(path, "between", low, lambda v: v is not None and low <= v <= high)
        if self._word("in"):
            listed = self._listed(kind)
            return Compared(path, "in", tuple(listed), lambda v: v in listed)
        if self._word("like"):
            return _like(path, self._value(Kind.STRING))
        return self._ordered(path, self._next("op"), self._value(kind))

    def _ordered(self, path: Path, operator: str, operand: Any) -> Compared:
        if operator == "=" and self._by_example and isinstance(operand, str) and "*" in operand:
            return _like(path, operand)
        tests: dict[str, Callable[[Any], bool]] = {
            "=": lambda v: v is not None and v == operand,
            "!=": lambda v: v is not None and v != operand,
            "<>": lambda v: v is not None and v != operand,
            "<": lambda v: v is not None and v < operand,
            "<=": lambda v: v is not None and v <= operand,
            ">": lambda v: v is not None and v > operand,
            ">=": lambda v: v is not None and v >= operand,
        }
        return Compared(path, operator, operand, tests[operator])

    def _listed(self, kind: Kind) -> list[Value]:
        self._expect("(")
        listed = [self._value(kind)]
        while self._symbol(","):
            listed.append(self._value(kind))
        self._expect(")")
        return listed

    def _value(self, kind: Kind) -> Any:
        if self._at == len(self._tokens) or self._tokens[self._at][0] not in ("string", "word"):
            raise bad_parameter("q", "A value is missing.")
        form, text = self._tokens[self._at]
        if form == "word" and kind in _QUOTED and not self._by_example:
            raise bad_parameter("q", f"{text!r} is not in quotes.")
        self._at += 1
        return _literal(_unquoted(text), kind)

    def _next(self, kind: str) -> str:
        if self._at < len(self._tokens) and self._tokens[self._at][0] == kind:
            self._at += 1
            return self._tokens[self._at - 1][1]
        raise bad_parameter("q", "The expression can't be parsed.")

    def _word(self, word: str) -> bool:
        return self._take(lambda kind, text: kind == "word" and text.lower() == word)

    def _symbol(self, symbol: str) -> bool:
        return self._take(lambda kind, text: kind == "paren" and text == symbol)

    def _take(self, wanted: Callable[[str, str], bool]) -> bool:
        if self._at < len(self._tokens) and wanted(*self._tokens[self._at]):
            self._at += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not (self._symbol(text) or self._word(text)):
            raise bad_parameter("q", f"{text!r} is missing.")


def _tokens(text: str) -> list[tuple[str, str]]:
    found = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise bad_parameter("q", f"It can't be parsed at position {at}.")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def _attribute(text: str, resource: Resource, *, child_filters: bool) -> tuple[Path, Kind]:
    *accessors, name = text.split(".")
    level: Resource | None = resource
    for accessor in accessors:
        level = level.below(accessor) if level is not None else None
        if level is None or not child_filters:
            raise bad_parameter("q", f"The attribute {text} is not queryable.")
    if level is None or name not in level.attributes or name in level.not_queryable or name.lower() in _WORDS:
        raise bad_parameter("q", f"The attribute {text} is not queryable.")
    return (*accessors, name), level.attributes[name]


def _literal(text: str, kind: Kind) -> Any:
    try:
        match kind:
            case Kind.INTEGER:
                return int(text)
            case Kind.NUMBER:
                return _finite(Decimal(text))
            case Kind.BOOLEAN:
                return {"true": True, "false": False}[text.lower()]
            case Kind.DATE:
                return date.fromisoformat(text)
            case Kind.DATE_TIME:
                return _stamp(text)
            case Kind.STRING:
                return text
    except (ValueError, InvalidOperation, KeyError, OverflowError):
        raise bad_parameter("q", f"{text!r} is not a value of the attribute's type.") from None


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise ValueError("not a number")
    return number


def _stamp(text: str) -> datetime:
    """Read a date-time. A `+` that was not encoded arrives as a blank, and then the zone cannot be read."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _like(path: Path, text: str) -> Compared:
    pattern = _pattern(text)
    return Compared(path, "like", None, lambda v: v is not None and pattern.fullmatch(str(v)) is not None)


def _pattern(text: str) -> re.Pattern[str]:
    """Read `*` and `%` as any text, `_` as one character. Atomic groups: many wildcards must not take forever."""
    first, *rest = (".".join(re.escape(part) for part in piece.split("_")) for piece in re.split(r"[*%]+", text))
    found = first + "".join(f"(?>.*?{piece})" for piece in rest[:-1]) + "".join(f".*{piece}" for piece in rest[-1:])
    return re.compile(found, re.DOTALL)


def _unquoted(text: str) -> str:
    if text[0] in "'\"":
        return text[1:-1].replace(text[0] * 2, text[0])
    return text
