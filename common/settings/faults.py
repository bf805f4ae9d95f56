"""What pydantic finds wrong with a settings file, said to the person who wrote it: line, key, expected, found.

Values of keys that look secret, and of keys that do not exist, are never shown. Pure.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Annotated, Any, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from common.settings import section
from common.settings.lines import line_of
from common.settings.section import Fault, Section, nearest

_SECRET = re.compile(r"secret|passw|token|key|credential|private", re.IGNORECASE)
_LONGEST_SHOWN = 60
_EXPECTED = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "a section",
    "model_type": "a section",
    "model_attributes_type": "a section",
    "path_type": "a path",
    "string_too_short": "text that is not empty",
    "too_short": "at least one",
}
_BOUNDS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}

Place = tuple[str | int, ...]


def faults(error: ValidationError, model: type[Section], text: str, file: str) -> tuple[Fault, ...]:
    """Return everything that is wrong, in the order of the file."""
    told = [
        Fault(file=file, line=line_of(text, place), key=_dotted(place), reason=reason)
        for details in error.errors(include_url=False)
        for place, reason in _told(details, model)
    ]
    return tuple(sorted(told, key=lambda fault: (fault.line, fault.key)))


def _told(details: ErrorDetails, model: type[Section]) -> Iterator[tuple[Place, str]]:
    """Yield place and reason of everything that one error says."""
    place = tuple(part for part in details["loc"] if part != "[key]")
    context: Mapping[str, Any] = details.get("ctx", {})
    match details["type"]:
        case section.CONTRADICTION:
            for key, reason in context["found"]:
                yield (*place, *(key.split(".") if key else ())), reason
        case "extra_forbidden":
            yield place, _unknown(str(place[-1]), _keys_at(model, place[:-1]))
        case section.UNKNOWN_NAME:
            yield place, _unknown(str(place[-1]), context["known"])
        case "missing":
            yield place, "is missing"
        case _:
            yield place, _wrong(details, place, context)


def _unknown(name: str, known: list[str]) -> str:
    sources = [key for key in (f"{name}_file", f"{name}_env") if key in known]
    if sources:
        return f"secrets never stand in this file: give {' or '.join(sources)}"
    return f"unknown key{nearest(name, known)}"


def _wrong(details: ErrorDetails, place: Place, context: Mapping[str, Any]) -> str:
    kind, found = details["type"], details["input"]
    if kind in _BOUNDS:
        words, bound = _BOUNDS[kind]
        return f"expected {words} {context[bound]:g}, found {_shown(place, found)}"
    if kind == "enum":
        known = [word.strip("'") for word in re.split(r", | or ", str(context["expected"]))]
        guess = nearest(found, known) if isinstance(found, str) and not _secret(place) else ""
        meant = guess if guess.startswith("; did") else ""
        return f"expected {context['expected']}, found {_shown(place, found)}{meant}"
    if kind in _EXPECTED:
        return f"expected {_EXPECTED[kind]}, found {_shown(place, found)}"
    reason = str(context.get("error") or details["msg"])
    return f"{reason}, found {_shown(place, found)}" if kind == "string_pattern_mismatch" else reason


def _shown(place: Place, found: object) -> str:
    """Name what was found; its value only where that cannot be a secret."""
    match found:
        case dict():
            return "a section"
        case list():
            return "a list" if found else "an empty list"
        case bool():
            word, value = "", "true" if found else "false"
        case str():
            word, value = "the text ", f'"{found[:_LONGEST_SHOWN]}"'
        case int() | float():
            word, value = "the number ", f"{found}"
        case date() | time():
            word, value = "the time ", f"{found}"
        case _:
            return "something else"
    if _secret(place):
        return f"{word.removeprefix('the ').strip() or 'something else'} (not shown)"
    return word + value


def _secret(place: Place) -> bool:
    return any(isinstance(part, str) and _SECRET.search(part) for part in place)


def _dotted(place: Place) -> str:
    """Write a place as TOML does: dots between keys, quotes where a key needs them, [0] for the first of a list."""
    written = ""
    for part in place:
        if isinstance(part, int):
            written += f"[{part}]"
        else:
            bare = re.fullmatch(r"[A-Za-z0-9_-]+", part)
            written += ("." if written else "") + (part if bare else '"' + part.replace('"', '\\"') + '"')
    return written


def _keys_at(model: type[Section], place: Place) -> list[str]:
    """Return the keys that the section at a place may have."""
    at: Any = model
    for part in place:
        at = _below(at, part)
    return sorted(at.model_fields) if isinstance(at, type) and issubclass(at, Section) else []


def _below(at: Any, part: str | int) -> Any:
    if isinstance(at, type) and issubclass(at, Section):
        field = at.model_fields.get(str(part))
        return _bare(field.annotation) if field else None
    return _bare(get_args(at)[-1]) if get_origin(at) in (dict, list) else None


def _bare(annotation: Any) -> Any:
    """Take `Annotated` and `| None` off a type."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    some = [one for one in get_args(annotation) if one is not type(None)]
    optional = type(None) in get_args(annotation) and len(some) == 1
    return _bare(some[0]) if optional else annotation
