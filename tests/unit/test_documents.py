"""The documents say what the code says."""

import importlib
import re
from pathlib import Path

import pytest

from common.ledger.states import State

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "ARCHITECTURE.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "deploy").rglob("*.md")),
]
_PLACE = re.compile(r"`((?:[a-z_]+/)+[a-z_0-9]+)\.py:([A-Za-z_]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)#]+?)(?:#[^)]*)?\)")


def places() -> list[tuple[str, str]]:
    return sorted(set(_PLACE.findall((ROOT / "ARCHITECTURE.md").read_text())))


@pytest.mark.parametrize(("file", "name"), places())
def test_every_place_that_the_architecture_names_is_there(file: str, name: str) -> None:
    assert hasattr(importlib.import_module(file.replace("/", ".")), name)


def test_every_file_that_the_architecture_names_is_there() -> None:
    named = re.findall(r"`((?:[a-z_0-9]+/)+[a-z_0-9]+\.py)`", (ROOT / "ARCHITECTURE.md").read_text())

    assert [file for file in named if not (ROOT / file).is_file()] == []


def test_the_architecture_follows_an_order_to_its_end() -> None:
    assert len(places()) > 20


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_within_the_project_leads_somewhere(document: Path) -> None:
    links = [link for link in _LINK.findall(document.read_text()) if "://" not in link]

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("state", State)
def test_every_state_is_explained_and_drawn(state: State) -> None:
    assert f"| {state} |" in (ROOT / "docs" / "glossary.md").read_text()
    assert state in (ROOT / "ARCHITECTURE.md").read_text()
