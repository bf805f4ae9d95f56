"""Tables of the commands: whatever a narrow terminal, or none, makes of them, nothing is left out."""

from io import StringIO

import pytest
from rich.console import Console

from console import output

ROW = {
    "connection": "main.jaggaer",
    "access": "stopped",
    "stopped_because": "client refused",
    "breaker": "half open",
    "away_since": "2026-11-29 04:57",
    "because": "It answers HTTP 503.",
}


@pytest.mark.parametrize("width", [20, 60, 80, 200])
def test_a_table_that_is_wider_than_its_place_loses_nothing(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    said = StringIO()
    monkeypatch.setattr(output, "OUT", Console(file=said, width=width))

    output.table("Connections", list(ROW), [ROW], empty="None.")

    cells = [line.strip("│").split("│") for line in said.getvalue().splitlines() if line.startswith("│")]
    shown = ["".join(column).replace(" ", "") for column in zip(*cells, strict=True)]
    assert shown == [value.replace(" ", "") for value in ROW.values()]
