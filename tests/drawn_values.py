"""What single values of a source may be, for hypothesis: any text, any day, or none.

Text is anything UTF-8 can carry, but short; long texts have tests of their own.
"""

from datetime import date

from hypothesis import strategies as st


def texts(min_size: int = 1, max_size: int = 30) -> st.SearchStrategy[str]:
    """Draw any text that UTF-8 can carry: control characters, quotes, markup and astral characters included."""
    marks = st.sampled_from(["]]>", "<a&b>", '"quoted" \\ ', "Größe 10 µm", "🛒𐐷", "line\r\nline", "\x00\x1b"])
    return st.text(st.characters(codec="utf-8"), min_size=min_size, max_size=max_size) | marks


def optional_texts() -> st.SearchStrategy[str | None]:
    """Draw a text or none."""
    return st.none() | texts()


def optional_days() -> st.SearchStrategy[date | None]:
    """Draw a day or none."""
    return st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31))
