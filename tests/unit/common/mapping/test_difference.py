"""What two versions of a set differ in."""

from common.mapping.difference import Changed, difference
from tests.unit.common.mapping.sets import accounts, combination, rule

KEPT = rule(1, {"account": "1"}, Account="1")
OLD, NEW = rule(2, {"account": "2"}, Account="2"), rule(2, {"account": "2"}, Account="other")
GONE, COME = rule(3, {"account": "3"}, Account="3"), rule(4, {"account": "4"}, Account="4")


def test_rules_are_told_apart_by_number_and_subjects_by_their_coding() -> None:
    subjects = [combination(f"01-110-{account}") for account in "12345"]
    found = difference(accounts(KEPT, OLD, GONE), accounts(COME, NEW, KEPT), subjects)
    assert (found.added, found.removed, found.changed) == ((COME,), (GONE,), (Changed(before=OLD, after=NEW),))
    assert [one.subject for one in found.recoded] == subjects[1:4]


def test_a_rule_that_gives_the_same_under_another_number_recodes_nothing() -> None:
    moved = rule(9, {"account": "1"}, Account="1")
    found = difference(accounts(KEPT), accounts(moved), [combination("01-110-1"), combination("01-110-9")])
    assert (found.added, found.removed, found.recoded) == ((moved,), (KEPT,), ())
