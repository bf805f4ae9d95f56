"""J1P's lists as values: where documents of one kind are listed, and how a changed one is asked for.

Every path and filter is the customer's own (jaggaer-cxml.md, 2.4). What `source.py` reads, it reads by one of these;
what a row means is read by `schemas/j1p`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from common.connections.source import Row
from schemas.j1p.layout import DateFormat

SINCE = "{since}"
"""Stands for a time in a filter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list.

    `changed_since` is the filter for what changed, with `{since}` in it; `by_key` the one for a single document, with
    `{number}`. `key` returns who a row is, None if it cannot be told. Where a list shows headers only, `one_path`
    returns where the document is shown whole. `setting` names the list's path to a person.
    """

    noun: str
    path: str
    setting: str
    changed_since: str
    by_key: str
    date_format: DateFormat
    key: Callable[[Row], str | None]
    one_path: Callable[[Row], str] | None = None
