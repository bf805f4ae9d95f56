"""JSON without loss: every number keeps the digits its sender wrote, and what is not JSON is refused.

Numbers with a fraction or an exponent are read as Decimal, the others as int; no number ever passes through a float.
Refused (`NotExactJson`): NaN and Infinity, numbers of more than 100 digits when written out (`1e999` would be), a name
that occurs twice in one object, nesting deeper than 200, text that UTF-8 cannot carry, anything after the value.
RFC 8259 leaves all of these to the reader; each has another meaning in another reader, and money must have one.

Limits: the whole document is held in memory; the size of a document is bounded where it is received. A 60 kB order is
read in about one millisecond.
"""

import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

import orjson

from schemas.money import plain

JsonValue: TypeAlias = "bool | int | Decimal | str | list[JsonValue] | dict[str, JsonValue] | None"
"""What `loads` returns and `dumps` takes."""

NATIVE_INTEGERS = range(-(2**63), 2**64)
"""The integers that orjson writes by itself."""

_WRITTEN_AS_THEY_ARE: frozenset[type] = frozenset({str, bool, type(None)})
_WITH_INTEGERS: frozenset[type] = _WRITTEN_AS_THEY_ARE | {int}
_NESTING: frozenset[type] = frozenset({dict, list})
_DEEPEST = 200
_MOST_DIGITS = 100
_SHOWN_CHARACTERS = 40
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_STRICT_TYPES = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS


class Inexact(str):
    """What stands where a value could not be read without loss, in a document that was read tolerantly: its text.

    `dumps` refuses it, so it cannot go anywhere unnoticed.
    """

    __slots__ = ()


class NotExactJson(ValueError):
    """What was given cannot be read, or written, without loss; the message says what and where."""


def loads(data: bytes) -> JsonValue:
    """Read one JSON document in UTF-8. Raises NotExactJson."""
    try:
        value: JsonValue = _DECODER.decode(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotExactJson(f"byte {error.start} is not UTF-8 ({error.reason})") from None
    except json.JSONDecodeError as error:
        raise NotExactJson(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise NotExactJson(f"nested deeper than {_DEEPEST}") from None
    if data.count(b"{") + data.count(b"[") >= _DEEPEST:  # most documents have fewer brackets than that in all
        _check_depth(value)
    if _SURROGATE_ESCAPE.search(data):
        _check_text(value)
    return value


def loads_tolerantly(data: bytes) -> JsonValue:
    """Read one JSON document, with `Inexact` for each number and name that `loads` would refuse.

    One bad row must not hide the others of its page: `flaw` tells which rows are affected. Text that UTF-8 cannot carry
    stays as lone surrogates. Raises NotExactJson only for what is not JSON at all, or nested too deeply.
    """
    try:
        return loads(data)
    except NotExactJson:
        text = data.decode("utf-8", "surrogateescape")
    try:
        value: JsonValue = _TOLERANT.decode(text)
    except json.JSONDecodeError as error:
        raise NotExactJson(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise NotExactJson(f"nested deeper than {_DEEPEST}") from None
    _check_depth(value)
    return value


def flaw(value: JsonValue, path: str = "") -> tuple[str, str] | None:
    """Return where a tolerantly read value is not exact and what stands there, None if it is exact throughout."""
    match value:
        case Inexact():
            return path, str(value)
        case str():
            return None if _encodable(value) else (path, _legible(value))
        case list():
            parts = [(f"{path}[{index}]", child) for index, child in enumerate(value)]
        case dict():
            if not all(_encodable(name) for name in value):
                return path, "a name that UTF-8 cannot carry"
            parts = [(f"{path}.{name}" if path else name, child) for name, child in value.items()]
        case _:
            return None
    return next((found for place, child in parts if (found := flaw(child, place)) is not None), None)


def dumps_flawed(value: JsonValue) -> bytes:
    """Write what is not exact so that a person can read it, and that `loads` refuses or reads as text."""
    return json.dumps(value, ensure_ascii=True, default=str).encode("ascii")


def dumps(value: JsonValue) -> bytes:
    """Write compact JSON in UTF-8, names in their given order, numbers in plain digits without exponent.

    Raises NotExactJson for a float, for a number that `loads` would refuse, and for text that UTF-8 cannot carry.
    """
    try:
        return orjson.dumps(_writable(value, _WITH_INTEGERS), option=_STRICT_TYPES)
    except TypeError:  # an integer that is too wide for orjson, if nothing worse
        return _dumps_wide(value)


def _dumps_wide(value: JsonValue) -> bytes:
    try:
        return orjson.dumps(_writable(value, _WRITTEN_AS_THEY_ARE), option=_STRICT_TYPES)
    except TypeError as error:
        raise NotExactJson(f"cannot be written as JSON: {error}") from None


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotExactJson(f"the name {_shown(twice)} occurs twice in one object")
    return result


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > _MOST_DIGITS:
        raise NotExactJson(f"the number {_shown(digits)} has more than {_MOST_DIGITS} digits")
    return int(digits)


def _decimal(digits: str) -> Decimal:
    if len(digits) <= _MOST_DIGITS and "e" not in digits and "E" not in digits:
        return Decimal(digits)
    try:
        return _bounded(Decimal(digits))
    except InvalidOperation:  # an exponent beyond what even Decimal holds
        raise NotExactJson(f"the number {_shown(digits)} is out of range") from None


def _bounded(number: Decimal) -> Decimal:
    """Refuse what would not be a number in JSON, or would fill pages when written without an exponent."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise NotExactJson(f"{number} is not a number in JSON")
    if max(number.adjusted(), 0) + max(-exponent, 0) >= _MOST_DIGITS:
        raise NotExactJson(f"the number {_shown(str(number))} has more than {_MOST_DIGITS} digits when written out")
    return number


def _constant(name: str) -> JsonValue:
    raise NotExactJson(f"{name} is not a number in JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_decimal, parse_int=_integer, parse_constant=_constant
)


def _or_inexact(read: Callable[[str], JsonValue]) -> Callable[[str], JsonValue]:
    def tolerant(digits: str) -> JsonValue:
        try:
            return read(digits)
        except NotExactJson:
            return Inexact(digits[:_SHOWN_CHARACTERS])

    return tolerant


def _tolerant_object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        result |= {name: Inexact("occurs twice") for name in result if names.count(name) > 1}
    return result


_TOLERANT = json.JSONDecoder(
    object_pairs_hook=_tolerant_object,
    parse_float=_or_inexact(_decimal),
    parse_int=_or_inexact(_integer),
    parse_constant=_or_inexact(_constant),
)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _legible(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _check_depth(value: JsonValue) -> None:
    level, depth = _nested([value]), 0
    while level := [child for parent in level for child in _nested(parent)]:
        depth += 1
        if depth >= _DEEPEST:
            raise NotExactJson(f"nested deeper than {_DEEPEST}")


def _nested(parent: Any) -> list[JsonValue]:
    children = parent.values() if isinstance(parent, dict) else parent
    return [child for child in children if type(child) in _NESTING]


def _check_text(value: JsonValue, path: str = "$") -> None:
    """Refuse half a surrogate pair: an escape can spell it, but no text can hold it."""
    match value:
        case str():
            _check_encodable(value, path)
        case list():
            for index, child in enumerate(value):
                _check_text(child, f"{path}[{index}]")
        case dict():
            for name, child in value.items():
                _check_encodable(name, path)
                _check_text(child, f"{path}.{name}")


def _check_encodable(text: str, path: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotExactJson(f"{path}: character {error.start} is half a surrogate pair") from None


def _writable(value: object, as_they_are: frozenset[type]) -> object:
    """Return the value as orjson writes it exactly: alone it writes floats and knows no Decimal or wide integer.

    Every document passes through here several times: what most of its values are is asked first.
    """
    if isinstance(value, dict):
        return {
            name: child if type(child) in as_they_are else _writable(child, as_they_are)
            for name, child in value.items()
        }
    if isinstance(value, list):
        return [child if type(child) in as_they_are else _writable(child, as_they_are) for child in value]
    if isinstance(value, Decimal):
        return orjson.Fragment(_digits(value))
    if isinstance(value, int):
        return value if value in NATIVE_INTEGERS else orjson.Fragment(str(value))
    if isinstance(value, float):
        raise NotExactJson(f"{value!r} is a float: amounts and quantities are Decimal")
    return value


def _digits(number: Decimal) -> str:
    written = str(number)
    if len(written) <= _MOST_DIGITS and "E" not in written and number.is_finite():
        return written
    return plain(_bounded(number))


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…")
