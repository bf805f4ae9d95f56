"""The example of docs/mapping.md does what the page says."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from common.mapping import checks, resolve
from common.mapping.charts import charts
from common.mapping.resolve import Resolved
from common.mapping.rules import MappingKind
from common.mapping.sheets import read_csv
from common.settings import FileSettings
from common.settings.reading import read_text
from tests.fixtures.settings_text import MINIMAL

PAGE = (Path(__file__).parents[4] / "docs" / "mapping.md").read_text()


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def settings() -> FileSettings:
    return read_text((MINIMAL[: MINIMAL.index("[integrations.main.accounts]")] + block("toml")).encode(), "mapping.md")


def coded(combination: str, business_unit: str | None = None) -> list[tuple[Decimal, list[str]]]:
    known = charts(settings().integrations["main"].accounts)
    rules = read_csv(block("csv").encode(), kind=MappingKind.ACCOUNTS, segments=known.segments)
    asked = resolve.subject(combination, known.of(business_unit), business_unit, date(2026, 11, 2))
    found = resolve.resolve(rules, asked)
    assert isinstance(found, Resolved), found
    return [(share.percent, [value.value for value in share.values]) for share in found.shares]


def test_the_example_has_no_faults_and_no_findings() -> None:
    accounts = settings().integrations["main"].accounts
    known = charts(accounts)
    rules = read_csv(block("csv").encode(), kind=MappingKind.ACCOUNTS, segments=known.segments)

    assert set(rules.fields) == set(accounts.fields)
    assert checks.validate(rules, lambda *_: True, known.all) == []


def test_each_field_is_resolved_for_itself() -> None:
    assert coded("01-110-5210-0000") == [(Decimal(100), ["5210", "MARKETING"])]
    assert coded("01-110-5300-0000") == [(Decimal(60), ["5300", "SALES"]), (Decimal(40), ["5300", "MARKETING"])]
    assert coded("01-120-5300-0000") == [(Decimal(100), ["5300", "CC-120"])]
    assert coded("01-220-7000-0000") == [(Decimal(100), ["9999", "OTHER"])]
    assert coded("01.7.5210", "Norway Business Unit") == [(Decimal(100), ["N-5210", "NORWAY"])]
