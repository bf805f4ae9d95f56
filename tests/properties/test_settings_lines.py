"""On which line a key stands, for any document whose lines are known because it was written line by line."""

import tomllib
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from common.settings.lines import line_of

KEYS = st.text("abcdefgh-_", min_size=1, max_size=4)
VALUES = st.sampled_from(
    [
        ["1"],
        ['"text # no comment = 3 [x]"'],
        ["'''", "[not.a.header]", "a = 1", "'''"],
        ['"""first', "second \\", '   third"""'],
        ["[", "  1, # one", "", "  2,", "]"],
        ["{ a = 1, b = { c = 2 } }"],
        ["2024-01-01T00:00:00Z"],
    ]
)
FILLER = st.lists(st.sampled_from(["", "# a comment", "# [a.header]", "   "]), max_size=2)


@dataclass(slots=True)
class Written:
    """A TOML text in lines, and on which line each path is first mentioned."""

    lines: list[str] = field(default_factory=list)
    places: dict[tuple[str | int, ...], int] = field(default_factory=dict)

    def add(self, path: tuple[str | int, ...], text: list[str]) -> None:
        for length in range(1, len(path) + 1):
            self.places.setdefault(path[:length], len(self.lines) + 1)
        self.lines += text


@st.composite
def documents(draw: st.DrawFn) -> Written:
    written = Written()
    for name in draw(st.lists(KEYS, min_size=1, max_size=5, unique=True)):
        kind = draw(st.sampled_from(["table", "subtable", "list"]))
        for position in range(draw(st.integers(1, 3)) if kind == "list" else 1):
            written.lines += draw(FILLER)
            inner = {"table": (name,), "subtable": (name, "sub"), "list": (name, position)}[kind]
            header = {"table": f"[{name}]", "subtable": f'[ {name} . "sub" ]', "list": f"[[{name}]]"}[kind]
            written.add(inner, [header])
            for key in draw(st.lists(KEYS, max_size=4, unique=True)):
                written.lines += draw(FILLER)
                first, *rest = draw(VALUES)
                written.add((*inner, key), [f"{key} = {first}", *rest])
    return written


@given(written=documents())
def test_every_key_is_found_on_its_line(written: Written) -> None:
    text = "\n".join(written.lines) + "\n"
    tomllib.loads(text)

    assert {path: line_of(text, path) for path in written.places} == written.places


@given(written=documents(), missing=KEYS.map(str.upper))
def test_a_key_that_is_not_there_is_looked_for_in_its_section(written: Written, missing: str) -> None:
    text = "\n".join(written.lines) + "\n"

    assert {path: line_of(text, (*path, f"{missing}!")) for path in written.places} == written.places
    assert line_of(text, (f"{missing}!",)) == 0


@given(text=st.text("a=[]{}\"'#\n.1 ", max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    assert 0 <= line_of(text, ("a", "1")) <= text.count("\n") + 1
