"""Named SQL: each statement lives in a `.sql` file beside the module that owns the table.

A file is a list of statements, each under a line `-- name: what_it_does` and, below it, a comment that says what it
does. `load` reads the file that lies beside a module and returns the statements by name: each with the first line of
its comment, which is what a person sees of it in `pg_stat_activity`, without other remarks and indentation. psycopg
takes a statement of up to 4,096 bytes apart once, and a longer one each time it is run.
"""

import re
from importlib import resources
from types import MappingProxyType

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)
_REMARK = re.compile(r"\s+-- .*$", re.MULTILINE)
_INDENTATION = re.compile(r"\n\s+")


class Statements:
    """The statements of one file. Raises KeyError with the known names for a name that is not there."""

    def __init__(self, source: str, by_name: dict[str, bytes]) -> None:
        self._source = source
        self._by_name = MappingProxyType(by_name)

    def __getitem__(self, name: str) -> bytes:
        try:
            return self._by_name[name]
        except KeyError:
            raise KeyError(f"{self._source} has no statement {name!r}; it has {', '.join(self._by_name)}") from None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name in the file, in its order."""
        return tuple(self._by_name)


def load(module: str) -> Statements:
    """Return the statements of the `.sql` file of the same name as the module (`common.ledger.jobs`: `jobs.sql`)."""
    package, _, name = module.rpartition(".")
    text = resources.files(package).joinpath(f"{name}.sql").read_text(encoding="utf-8")
    return Statements(f"{name}.sql", split(text))


def split(text: str) -> dict[str, bytes]:
    """Split a file into its named statements. psycopg takes bytes as a query that is not built from input."""
    parts = _NAME.split(text)[1:]
    found: dict[str, bytes] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        if name in found:
            raise ValueError(f"statement {name} is defined twice")
        found[name] = _INDENTATION.sub("\n", _REMARK.sub("", body.strip())).encode()
    return found
