"""Rule sets and subjects for property tests: few codes, so that rules meet, overlap and hide each other often."""

import string
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from common.mapping.patterns import pattern
from common.mapping.rules import MappingKind, Pattern, PatternKind, Rule, RuleSet, Subject, TargetShare
from schemas.coding import FieldValue

PARTS = ("company", "account", "default")  # the last is a word of the sheet as well
FIELDS = ("Account", "Fund")
CODES = st.sampled_from(["", "1", "01", "5210", "5299", "52", "999", "1A", "A1", "*", "=", "a..b", "'1"])
PATTERN_TEXTS = st.sampled_from(
    "1 01 5210 52* *10 5?10 ? ?? * ** = =* == =a..b '1 +1 -1 @x 1..5 01..5299 5210..5299 1A..A1 A* [12]*".split()
)
DAYS = st.none() | st.sampled_from([date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 2), date(2026, 3, 1)])
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), min_size=1, max_size=12).filter(
    lambda text: text == text.strip()
)

PATTERNS = st.builds(
    lambda parts, texts: tuple(pattern(part, text) for part, text in zip(parts, texts, strict=False)),
    st.lists(st.sampled_from(PARTS), unique=True, max_size=3).map(lambda parts: sorted(parts, key=PARTS.index)),
    st.lists(PATTERN_TEXTS, min_size=3, max_size=3),
)
PERCENTS = st.sampled_from([["100"]] * 6 + [["60", "40"], ["33.3333", "33.3333", "33.3334"], ["50", "49"], ["99.5"]])
VALUES = st.sampled_from(["A", "B", "CC-{account}", "{company}{default}", "{{x}}", "=1+1", "0110"])


@st.composite
def targets(draw: st.DrawFn) -> tuple[TargetShare, ...]:
    shares = []
    fields = draw(st.lists(st.sampled_from(FIELDS), unique=True, min_size=1))
    for percent in draw(PERCENTS):
        values = tuple(FieldValue(field=field, value=draw(VALUES)) for field in sorted(fields))
        shares.append(TargetShare(percent=Decimal(percent), values=values))
    return tuple(shares)


def rules_of(number: int) -> st.SearchStrategy[Rule]:
    return st.builds(
        Rule,
        number=st.just(number),
        precedence=st.integers(0, 3),
        patterns=PATTERNS,
        targets=targets(),
        business_unit=st.none() | st.sampled_from(["BU1", "BU2"]),
        chart=st.none() | st.sampled_from(["US", "DE"]),
        valid_from=DAYS,
        valid_to=DAYS,
        default=st.booleans(),
    )


RULE_SETS = (
    st.lists(st.integers(1, 99), unique=True, max_size=8)
    .flatmap(lambda numbers: st.tuples(*map(rules_of, numbers)))
    .map(lambda rules: RuleSet(kind=MappingKind.ACCOUNTS, fields=FIELDS, rules=rules))
)

SUBJECTS = st.builds(
    lambda codes, unit, chart, on: Subject(
        text="-".join(codes),
        parts=tuple(zip(PARTS, codes, strict=True)),
        business_unit=unit,
        chart=chart,
        on=on,
    ),
    st.tuples(CODES, CODES, CODES),
    st.none() | st.sampled_from(["BU1", "BU2"]),
    st.none() | st.sampled_from(["US", "DE"]),
    st.sampled_from([date(2025, 12, 31), date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 15), date(2026, 4, 1)]),
)

FREE_PATTERNS = st.text(string.digits[:3] + "ab*?.=", max_size=6)
"""Texts of which many are patterns and some are faults."""


def readable(text: str) -> Pattern:
    """Return a text as a pattern, and one that is a fault as the code that it looks like."""
    try:
        return pattern("account", text)
    except ValueError:
        return Pattern(part="account", kind=PatternKind.EXACT, text=text)


def crowded(number: int) -> st.SearchStrategy[Rule]:
    texts = st.sampled_from(["*", "5*", "52*", "5210", "5200..5299"])
    return st.builds(
        Rule,
        number=st.just(number),
        precedence=st.integers(0, 2),
        patterns=texts.map(lambda text: (pattern("account", text),)),
        targets=st.sampled_from(["A", "B"]).map(
            lambda value: (TargetShare(percent=Decimal(100), values=(FieldValue(field="Account", value=value),)),)
        ),
        business_unit=st.sampled_from([None, None, "BU1"]),
        chart=st.sampled_from([None, None, "US"]),
        valid_from=st.none() | DAYS,
        valid_to=st.none() | DAYS,
        default=st.sampled_from([True, True, False]),
    )


CROWDED_SETS = st.tuples(*map(crowded, range(5))).map(
    lambda rules: RuleSet(kind=MappingKind.ACCOUNTS, fields=("Account",), rules=rules)
)
"""Sets in which rules hide one another, wholly or but for a unit, a chart or some days."""
