"""The demonstration company's chart of accounts: its segments, their values, and the combinations of them.

All that generated orders charge is there; more accounts, cost centers and combinations are made as far as asked for.
Keys are those of the published samples where a value or a combination is in one.
"""

from collections.abc import Iterator
from itertools import islice, product
from typing import NamedTuple

from simulators.oracle.demonstration import ACCOUNTS, COMBINATION_IDS, LIABILITY

CHART_NUMBER = 5237
"""StructureInstanceNumber of the chart, which combinations call _CHART_OF_ACCOUNTS_ID."""
CHART_CODE = "OPERATIONS_US_COA"
DELIMITER = "."


class Segment(NamedTuple):
    """A segment: its attribute in combinations, its value set, and the values that the demonstration company uses."""

    attribute: str
    value_set: str
    known: tuple[str, ...]


class Combination(NamedTuple):
    """A combination: its key, and the value of every segment in the chart's order."""

    key: int
    values: tuple[str, ...]


def _used(position: int, *more: str) -> tuple[str, ...]:
    """Return the values of a segment that come first, and those that orders charge."""
    return tuple(dict.fromkeys((*more, *(account.split(DELIMITER)[position] for account in (*ACCOUNTS, LIABILITY[1])))))


SEGMENTS = (
    Segment("company", "Operations Company", _used(0)),
    Segment("lineOfBusiness", "Operations Line of Business", _used(1)),
    Segment("account", "Operations Account", _used(2, "60230", "13101")),
    Segment("costCenter", "Operations Cost Center", _used(3, "462", "463", "299")),
    Segment("product", "Operations Product", _used(4)),
    Segment("intercompany", "Operations Intercompany", _used(5)),
)
ACCOUNT, COST_CENTER = SEGMENTS[2], SEGMENTS[3]
DESCRIPTIONS = {
    ("Operations Account", "60230"): "Office supplies expense",
    ("Operations Account", "13101"): "Inventory",
    ("Operations Account", "60540"): "Büromaterial",
    ("Operations Account", "71200"): "消耗品費",
    ("Operations Cost Center", "462"): "IT Operations",
    ("Operations Cost Center", "463"): "Facilities",
    ("Operations Cost Center", "299"): "Closed cost center",
}
DISABLED = frozenset({("Operations Cost Center", "299")})
"""Values that cannot be used any more."""
_FIRST_KEY = {ACCOUNT.value_set: 300_100_051_002_001, COST_CENTER.value_set: 300_100_051_001_001}
_ROOM = 1_000_000
_PUBLISHED = {"101.20.60230.462.000.000": 300100063274019, "101.10.13101.462.000.000": 300100063274020}
"""The other combinations of the published samples."""
_KEYS = COMBINATION_IDS | _PUBLISHED | {LIABILITY[1]: LIABILITY[0]}
_FIRST_COMBINATION = 300_100_063_300_000


def values_of(segment: Segment, count: int) -> list[str]:
    """Return the values of a segment: those that are used, and made ones until there are `count`."""
    made = (str(600_001 + number) for number in range(count - len(segment.known)))
    return [*segment.known, *made]


def value_key(segment: Segment, position: int) -> int:
    """Return the ValueId of a segment's value by its position, from 0."""
    if position < len(segment.known) and segment.value_set in _FIRST_KEY:
        return _FIRST_KEY[segment.value_set] + position
    return 300_100_052_000_001 + SEGMENTS.index(segment) * _ROOM + position


def account_type(account: str) -> str:
    """Return whether an account is an asset, a liability or an expense: `A`, `L` or `E`."""
    return {"1": "A", "2": "L"}.get(account[:1], "E")


def combinations(accounts: int, cost_centers: int, count: int) -> Iterator[Combination]:
    """Return at least the combinations that orders charge or samples show, `count` in all if that is more.

    Raises ValueError if the values of the segments do not give as many.
    """
    known = {tuple(account.split(DELIMITER)): key for account, key in _KEYS.items()}
    yield from (Combination(key, one) for one, key in known.items())
    sizes = {ACCOUNT: accounts, COST_CENTER: cost_centers}
    values = (values_of(segment, sizes.get(segment, 0)) for segment in SEGMENTS)
    further = (one for one in product(*values) if one not in known)
    wanted = max(count - len(known), 0)
    made = [Combination(_FIRST_COMBINATION + number, one) for number, one in enumerate(islice(further, wanted))]
    if len(made) < wanted:
        raise ValueError(f"{count} combinations need more accounts and cost centers: these give {len(made)}")
    yield from made
