"""JSON with exact numbers: decimals come in as Decimal and go out as plain numbers with the same digits (2.2, amounts).

Limits: a number must fit what an order can mean (`exact`); integers beyond 18 digits are carried as Decimal, because
the writer takes 64 bits at most. Nesting beyond 200 levels is refused on the way in, the writer would refuse it later.
"""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

JsonObject = dict[str, Any]

_DEEPEST = 200
_LONGEST_INTEGER = 18
_MOST_DIGITS = 30
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


class NotJson(ValueError):
    """The bytes are not a JSON document that can be kept."""


def loads(body: bytes) -> Any:
    """Read a JSON document, numbers with a fraction or exponent as Decimal. Raises NotJson."""
    try:
        # The strict reader first: it refuses NaN, lone surrogates and bytes that are not UTF-8.
        if _depth(orjson.loads(body)) > _DEEPEST:
            raise NotJson(f"nested deeper than {_DEEPEST} levels")
        return json.loads(body, parse_float=Decimal, parse_int=_integer)
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise NotJson(f"not JSON: {error}") from error


def dumps(value: Any) -> bytes:
    """Write a JSON document; Decimal goes out as a plain number."""
    # A copy, because the writer's own bytes keep its whole buffer alive: kilobytes for every stored line.
    return bytes(memoryview(orjson.dumps(value, default=_written)))


def exact(value: object) -> Decimal | None:
    """Return a JSON number, or a string that holds one, as Decimal; None for anything else.

    Numbers beyond 30 digits, in either direction, are no amounts or quantities: None.
    """
    if isinstance(value, str):
        value = Decimal(value.strip()) if _NUMBER.fullmatch(value.strip()) and len(value) < 2 * _MOST_DIGITS else None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    if len(number.as_tuple().digits) > _MOST_DIGITS or abs(int(number.as_tuple().exponent)) > _MOST_DIGITS:
        return None
    return number


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= _LONGEST_INTEGER else Decimal(text)


def _written(value: object) -> orjson.Fragment:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no place in JSON")
    return orjson.Fragment(format(value, "f" if abs(value.adjusted()) < _MOST_DIGITS else "").encode())


def _depth(value: object) -> int:
    """Return how deep the document is nested, without recursion; counting stops one level past the limit."""
    level, depth = [value], 0
    while level and depth <= _DEEPEST:
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        level, depth = below, depth + 1
    return depth
