"""What every section of the settings file is made of: frozen, closed to unknown keys, strict about types.

A section that contradicts itself says so in `contradictions`, all of it at once, each with the key at fault.
"""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError

CONTRADICTION = "contradiction"
"""The type of a validation error whose context lists contradictions as (key, reason)."""

UNKNOWN_NAME = "unknown_name"
"""The type of a validation error whose context lists the names there are, as `known`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with a settings file: where (line 0: unknown), which key, and why."""

    file: str
    line: int
    key: str
    reason: str

    def __str__(self) -> str:
        """`connector.toml:14: integrations.main.jaggaer.dialct: unknown key`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.reason}" if self.key else f"{place}: {self.reason}"


class SettingsRefused(Exception):
    """The settings cannot be used; the message has one fault per line, with file, line, key and reason."""

    def __init__(self, message: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class Section(BaseModel):
    """A section of the file. A field's docstring says what it is for."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Yield each contradiction inside this section as the key (relative to the section) and the reason."""
        yield from ()

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        found = list(self.contradictions())
        if found:
            raise PydanticCustomError(CONTRADICTION, "the section contradicts itself", {"found": found})
        return self


def known_as(names: Iterable[str]) -> AfterValidator:
    """Return a check that a key of a table is one of these names."""
    known = sorted(names)

    def check(name: str) -> str:
        if name not in known:
            raise PydanticCustomError(UNKNOWN_NAME, "unknown key", {"known": known})
        return name

    return AfterValidator(check)


def holding(place: str) -> AfterValidator:
    """Return a check that a template has a place for one value, and no other braces: `{number}`."""

    def check(template: str) -> str:
        rest = template.replace(place, "")
        if template.count(place) != 1 or "{" in rest or "}" in rest:
            raise ValueError(f"expected {place} once, in the place of the value, and no other braces")
        return template

    return AfterValidator(check)


def nearest(name: str, known: Sequence[str]) -> str:
    """Return ` did you mean ..` for the nearest of the known names, or all of them where they are few."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; there is: {', '.join(sorted(known))}" if 0 < len(known) <= 12 else ""


def repeated(names: Iterable[str]) -> list[str]:
    """Return the names that occur more than once, in the order of their first occurrence."""
    return [name for name, times in Counter(names).items() if times > 1]


def _address(url: str) -> str:
    """Refuse what is no address of a system, and whatever could carry a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("expected an address such as https://host, found something that is none") from None
    if "@" in parts.netloc:
        raise ValueError("an address with a user or password in it: secrets never stand in this file")
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        raise ValueError("expected an address that begins with https:// and names a host")
    if parts.query or parts.fragment or any(character.isspace() for character in url):
        raise ValueError("expected an address without ?, # and blanks")
    return url


def _path(path: str) -> str:
    if not path.startswith("/") or path.startswith("//") or any(c.isspace() or c in "?#" for c in path):
        raise ValueError("expected a path that begins with one /, without ?, # and blanks")
    return path


Seconds = Annotated[float, Field(gt=0, strict=True, allow_inf_nan=False)]
"""A duration in seconds."""

RequestSeconds = Annotated[float, Field(gt=0, le=600, strict=True, allow_inf_nan=False)]
"""How long a request may take, in seconds."""

Rate = Annotated[float, Field(gt=0, strict=True, allow_inf_nan=False)]
"""So many per second."""

Switch = Annotated[bool, Field(strict=True)]
"""true or false, and not a word for it."""

Count = Annotated[int, Field(ge=1, strict=True)]
"""A whole number from 1."""

Text = Annotated[str, Field(min_length=1)]
"""Text that is not empty."""

Address = Annotated[str, AfterValidator(_address)]
"""Where a system is: https:// and a host; a port and a path may follow."""

UrlPath = Annotated[str, AfterValidator(_path)]
"""A path on a system's host."""


def in_one_place(name: str, file: Path | None, variable: str | None) -> Iterator[tuple[str, str]]:
    """Yield what contradicts itself about a secret that is said to be in two places."""
    if file is not None and variable is not None:
        yield f"{name}_file", f"give at most one of {name}_file and {name}_env"


def secret(name: str, file: Path | None, variable: str | None, environment: Mapping[str, str]) -> SecretStr | None:
    """Return a secret from its file or environment variable, None if neither is named.

    Raises SettingsRefused when it is not there.
    """
    if file is None and variable is None:
        return None
    if file is not None:
        try:
            return SecretStr(file.read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise SettingsRefused(f"{name}_file {file} cannot be read: {reason}") from None
    value = environment.get(variable or "")
    if not value:
        raise SettingsRefused(f"{name}_env names the environment variable {variable}, which is not set.")
    return SecretStr(value)
