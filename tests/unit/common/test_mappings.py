"""How often the ledger is asked while one document is written."""

from pathlib import Path
from typing import Any

import pytest

from common.settings import read_file
from common.sides import Mappings, known_acknowledgments, usual_codes

EXAMPLE = Path(__file__).parents[3] / "connector.example.toml"
NOBODY: Any = None


def test_what_suppliers_said_of_an_order_is_read_once_for_each_document(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def of_order(*asked: Any) -> tuple[()]:
        read.append(asked[-1])
        return ()

    integration = read_file(EXAMPLE).integrations["main"]
    monkeypatch.setattr(known_acknowledgments, "of_order", of_order)
    monkeypatch.setattr(Mappings, "_codes", lambda _: usual_codes(integration))
    mappings = Mappings(integration, NOBODY, NOBODY, "main")

    for document in ("first", "second"):
        mapping = mappings.of("acknowledgments")
        assert mapping.acknowledged(document) == mapping.acknowledged(document) == ()

    assert read == ["first", "second"]
    assert mappings.of("acknowledgments").acknowledged("first") == ()
    assert read == ["first", "second", "first"]
