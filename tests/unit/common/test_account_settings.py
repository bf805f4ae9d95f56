"""What the section of the accounts may say, and what a wrong one is answered."""

from pathlib import Path

import pytest

from common.settings import AccountMapping, read_file
from tests.fixtures.settings_text import ACCOUNTS, MINIMAL, after
from tests.unit.common.settings_refusal import refusal


@pytest.mark.parametrize(
    ("line", "added", "says"),
    [
        (ACCOUNTS, 'segment = ["a"]', "accounts.segment: unknown key; did you mean segments?"),
        (ACCOUNTS, 'segments = ["company", "cost center"]', "segments[1]: a segment's name has letters, digits and _"),
        (ACCOUNTS, 'segments = ["company", "company"]', "accounts.segments: names company twice"),
        (ACCOUNTS, 'fields = ["Account", "Account"]', "accounts.fields: names Account twice"),
        (ACCOUNTS, "fields = []", "accounts.fields: expected at least one"),
        (ACCOUNTS, 'delimiter = "--"', "accounts.delimiter: expected one sign that is no letter"),
        (ACCOUNTS, 'delimiter = "0"', "accounts.delimiter: expected one sign that is no letter"),
        (ACCOUNTS, 'account_segment = "acount"', "accounts.account_segment: acount is none of the segments"),
        (ACCOUNTS, 'value_sets = { acount = "X" }', "accounts.value_sets.acount: is none of the segments"),
        (
            ACCOUNTS,
            'reference_flows = { Acount = "gl_accounts" }',
            "accounts.reference_flows.Acount: is none of the fields; did you mean Account?",
        ),
        (
            ACCOUNTS,
            'reference_flows = { Account = "gl_acounts" }',
            "accounts.reference_flows.Account: expected 'gl_accounts' or 'cost_centers', found the text",
        ),
        (
            ACCOUNTS,
            'charts.usual = { segments = ["account"], business_units = ["Norway"] }',
            "accounts.charts.usual: is the name of the chart in the section accounts itself",
        ),
        (
            ACCOUNTS,
            'charts."a.b" = { segments = ["a"], business_units = ["b"] }',
            'accounts.charts."a.b": a chart\'s name has letters, digits, - and _',
        ),
        (ACCOUNTS, 'charts.no = { segments = ["account"] }', "accounts.charts.no.business_units: is missing"),
        (
            ACCOUNTS,
            'charts.no = { segments = ["account", "account"], business_units = ["Norway"] }',
            "accounts.charts.no.segments: names account twice",
        ),
    ],
)
def test_a_chart_that_makes_no_sense_is_refused_with_line_key_and_reason(
    tmp_path: Path, line: int, added: str, says: str
) -> None:
    (found,) = refusal(tmp_path, after(line, added))

    assert found.startswith(f"connector.toml:{line + 1}: integrations.main.")
    assert says in found


def test_a_business_unit_has_one_chart(tmp_path: Path) -> None:
    added = (f'charts.{name} = {{ segments = ["a"], business_units = ["Norway", "{name}"] }}' for name in ("x", "y"))
    found = refusal(tmp_path, after(ACCOUNTS, *added))

    assert [line.split(": ", 2)[1:] for line in found] == [
        ["integrations.main.accounts.charts.x.business_units", "Norway is in more than one chart"],
        ["integrations.main.accounts.charts.y.business_units", "Norway is in more than one chart"],
    ]


def test_a_mapping_that_is_required_needs_the_names_of_the_segments(tmp_path: Path) -> None:
    (found,) = refusal(tmp_path, MINIMAL.replace('mapping = "as_in_oracle"', ""))

    assert found.startswith(f"connector.toml:{ACCOUNTS}: integrations.main.accounts.segments: is missing: name your")
    assert refusal(tmp_path, MINIMAL[: MINIMAL.index("[integrations.main.accounts]")]) != []
    path = tmp_path / "connector.toml"
    path.write_text(MINIMAL.replace('mapping = "as_in_oracle"', 'segments = ["account"]'))
    assert read_file(path).integrations["main"].accounts.mapping is AccountMapping.REQUIRED
