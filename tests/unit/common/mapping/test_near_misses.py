"""What is said of rules that almost applied."""

from datetime import date

from common.mapping.near_misses import near_misses
from tests.unit.common.mapping.sets import accounts, combination, rule, units


def test_the_nearest_rules_say_what_kept_them_from_it() -> None:
    rules = accounts(
        rule(1, {"account": "5210", "company": "02"}, Account="x"),
        rule(2, {"account": "5000..5199"}, Account="x", business_unit="BU2", chart="DE"),
        rule(3, {"account": "5210"}, Account="x", valid_to=date(2025, 12, 31)),
        rule(4, {"account": "5210"}, Account="x", valid_from=date(2027, 1, 1)),
        rule(5, Account="x"),
        rule(6, {"fund": "=5*"}, Account="x"),
        rule(7, {"account": "5210"}, Account="applies"),
        rule(8, {"account": "9"}, Fund="of no interest"),
    )
    found = near_misses(rules, combination("01-110-5210"), most=9)
    assert [(miss.rule, miss.because) for miss in found] == [
        (1, ("it asks for company 02, not 01",)),
        (3, ("it was valid until 2025-12-31, no longer on 2026-03-01",)),
        (4, ("it is valid from 2027-01-01, not yet on 2026-03-01",)),
        (5, ("it would match everything and is not marked as a default",)),
        (6, ("it asks for fund, which 01-110-5210 does not have",)),
        (
            2,
            (
                "it is for business unit BU2, not for BU1",
                "it is for chart DE, not US",
                "it asks for account 5000..5199, not 5210",
            ),
        ),
    ]
    assert [miss.rule for miss in near_misses(rules, combination("01-110-5210"))] == [1, 3, 4]


def test_a_set_without_rules_has_none() -> None:
    assert near_misses(units(), combination("01-110-5210")) == ()
