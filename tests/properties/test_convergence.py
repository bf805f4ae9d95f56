"""Two sides that are edited at will: both come to have the same, nothing is sent in circles, conflicts are the same."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schemas.convergence import Conflict, Converged, Fields, Rule, Seen, converge

NAMES = ("name", "duns", "active", "contacts/1/email", "contacts/2/email")
FIELDS = st.dictionaries(st.sampled_from(NAMES), st.none() | st.sampled_from(("a", "b", "c")))
RULES = st.fixed_dictionaries({name: st.sampled_from(Rule) for name in NAMES})
MORNING = datetime(2026, 11, 28, 8, tzinfo=UTC)


@dataclass(slots=True)
class Side:
    """A system: what it has, and when it was changed."""

    fields: dict[str, str | None]
    changed_at: datetime = MORNING

    @property
    def seen(self) -> Seen:
        return Seen(fields=dict(self.fields), changed_at=self.changed_at)

    def write(self, fields: Fields, at: datetime) -> None:
        if fields:
            self.fields.update(fields)
            self.changed_at = at


@dataclass(slots=True)
class Pair:
    """Both systems and what was agreed, with a sync that runs in either direction."""

    oracle: Side
    jaggaer: Side
    rule_of: Callable[[str], Rule]
    agreed: dict[str, str | None] = field(default_factory=dict)
    now: datetime = MORNING

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def decide(self) -> Converged:
        return converge(self.agreed, self.oracle.seen, self.jaggaer.seen, self.rule_of)

    def sync(self, target: Side) -> dict[str, str | None]:
        """Tell one side what it lacks; what both have then is agreed. Returns what was sent."""
        found = self.decide()
        other = self.jaggaer if target is self.oracle else self.oracle
        sent = found.wanted_of(target.fields)
        self.agreed = found.agreed(self.agreed, other.fields)
        target.write(sent, self.tick())
        return sent


@given(oracle=FIELDS, jaggaer=FIELDS, agreed=FIELDS, rules=RULES)
def test_both_sides_come_to_have_the_same_but_for_conflicts(
    oracle: dict[str, str | None], jaggaer: dict[str, str | None], agreed: dict[str, str | None], rules: dict[str, Rule]
) -> None:
    pair = Pair(Side(oracle), Side(jaggaer), rules.__getitem__, dict(agreed))
    conflicts = {conflict.field for conflict in pair.decide().conflicts}

    pair.sync(pair.jaggaer)
    pair.sync(pair.oracle)

    different = {name for name in NAMES if pair.oracle.fields.get(name) != pair.jaggaer.fields.get(name)}
    assert different == conflicts
    assert pair.sync(pair.jaggaer) == pair.sync(pair.oracle) == {}


@st.composite
def edits(draw: st.DrawFn) -> list[tuple[str, str, str | None]]:
    """A course of edits and syncs: (side or sync, field, value)."""
    step = st.tuples(
        st.sampled_from(("oracle", "jaggaer", "to oracle", "to jaggaer")),
        st.sampled_from(NAMES),
        st.none() | st.sampled_from(("a", "b", "c")),
    )
    return draw(st.lists(step, max_size=25))


@given(course=edits(), rules=RULES)
def test_any_edits_in_any_order_end_in_agreement_and_quiet(
    course: list[tuple[str, str, str | None]], rules: dict[str, Rule]
) -> None:
    pair = Pair(Side({}), Side({}), rules.__getitem__)
    for what, name, value in course:
        match what:
            case "oracle":
                pair.oracle.write({name: value}, pair.tick())
            case "jaggaer":
                pair.jaggaer.write({name: value}, pair.tick())
            case "to oracle":
                pair.sync(pair.oracle)
            case _:
                pair.sync(pair.jaggaer)

    for _ in range(2):
        pair.sync(pair.jaggaer)
        pair.sync(pair.oracle)
    conflicts = pair.decide().conflicts

    assert all(rules[conflict.field] is Rule.BOTH for conflict in conflicts)
    assert pair.sync(pair.jaggaer) == pair.sync(pair.oracle) == {}
    assert pair.decide().conflicts == conflicts
    for name in {*pair.oracle.fields, *pair.jaggaer.fields} - {conflict.field for conflict in conflicts}:
        assert pair.oracle.fields[name] == pair.jaggaer.fields[name]


def both(oracle: Fields, jaggaer: Fields, rule: Rule = Rule.BOTH, agreed: Fields | None = None) -> Converged:
    older, newer = (Seen(fields=one, changed_at=MORNING) for one in (oracle, jaggaer))
    return converge(agreed or {}, older, newer, lambda _: rule)


def test_a_change_on_one_side_goes_to_the_other_and_comes_back_as_nothing() -> None:
    found = both({"name": "new"}, {"name": "old"}, agreed={"name": "old"})

    assert found.wanted_of({"name": "old"}) == {"name": "new"}
    assert found.wanted_of({"name": "new"}) == {}


def test_changes_of_both_are_a_conflict_that_tells_nobody_anything() -> None:
    found = both({"name": "here", "duns": "1"}, {"name": "there"}, agreed={"name": "old"})

    assert found.conflicts == (Conflict(field="name", oracle="here", jaggaer="there", agreed="old"),)
    assert found.wanted_of({"name": "there"}) == {"duns": "1"}
    assert found.wanted_of({"name": "here", "duns": "1"}) == {}


def test_what_a_side_does_not_state_is_not_taken_away() -> None:
    assert both({"duns": "1"}, {}, agreed={"duns": "1"}).wanted_of({}) == {"duns": "1"}
    assert both({}, {"duns": "1"}, Rule.ORACLE).wanted_of({"duns": "1"}) == {}


def test_a_person_decides_a_conflict_in_either_direction() -> None:
    here, there = (Seen(fields={"name": name}, changed_at=MORNING) for name in ("here", "there"))
    found = converge({"name": "old"}, here, there, lambda _: Rule.BOTH, {"name": Rule.JAGGAER})

    assert found.conflicts == ()
    assert found.wanted_of(here.fields) == {"name": "there"}


def test_what_is_left_out_is_lacking_unless_it_was_agreed_on() -> None:
    found = both({"duns": "1", "name": "new"}, {"name": "old"}, agreed={"name": "old"})

    assert found.missing_from({"name": "old"}, {"name": "old"}) == {"duns", "name"}
    assert found.missing_from({"name": "new"}, {"duns": "1"}) == set()
