"""How commands show things: a table on a terminal, JSON for programs. Money is exact text in both."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import orjson
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from schemas.money import plain

_NARROWEST = 12
"""Characters that a column of text keeps, however narrow the terminal is."""

OUT = Console()
ERR = Console(stderr=True)


def show_json(value: Any) -> None:
    """Print a value as one JSON document."""
    print(orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2).decode())  # noqa: T201 - the command's output


def table(title: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, empty: str) -> None:
    """Print rows as a table of these columns, or one sentence if there is none."""
    listed = list(rows)
    if not listed:
        OUT.print(f"[dim]{empty}[/dim]")
        return
    drawn = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for column in columns:
        numeric = all(isinstance(row.get(column), int | Decimal) for row in listed)
        longest = max(len(shown(row.get(column))) for row in listed)
        drawn.add_column(
            column.replace("_", " "),
            justify="right" if numeric else "left",
            overflow="fold",
            no_wrap=numeric,
            min_width=min(longest, _NARROWEST),
        )
    for row in listed:
        drawn.add_row(*(Text(shown(row.get(column))) for column in columns))
    narrowest = Measurement.get(OUT, OUT.options, drawn).minimum
    OUT.print(drawn, width=max(OUT.width, narrowest), crop=False)  # a terminal may wrap it, but nothing is lost


def shown(value: Any) -> str:
    """Return a value as a person reads it. Control characters are shown, not obeyed."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case Decimal():
            return f"{value:,f}"
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z")
        case timedelta():
            return str(timedelta(seconds=round(value.total_seconds())))
        case dict():
            return ", ".join(f"{key}={shown(part)}" for key, part in value.items() if part not in (None, "", [], {}))
        case list() | tuple():
            return "; ".join(shown(part) for part in value)
        case _:
            return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in str(value))


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return plain(value)
        case timedelta():
            return value.total_seconds()
        case datetime() | date():
            return value.isoformat()
        case UUID() | Enum():
            return str(value)
        case bytes():
            return value.hex()
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form")
