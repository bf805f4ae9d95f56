"""Text that XML 1.0 cannot carry, carried all the same: a visible escape that reads back to exactly what it was.

XML 1.0 has no way to write most control characters, lone surrogates, U+FFFE and U+FFFF, not even as a reference
(production `Char`). Each is written as the lead character U+241B (a picture of ESC), its code in four hexadecimal
digits and a semicolon; the lead itself is written the same way, so that no text can look like an escape of another.
All other text, tab, line feed and carriage return included, stays as it is. Why not otherwise:
docs/decisions/0002-text-that-xml-cannot-carry.md.

Limits: a receiver that does not know the escape shows it. Nothing is ever dropped.
"""

import re

_LEAD = "\u241b"
# Everything outside the production Char of XML 1.0, and the lead.
_ESCAPED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|" + _LEAD)
_ESCAPE = re.compile(_LEAD + "([0-9A-F]{4});")


def encode(text: str) -> str:
    """Return text that XML can carry; `decode` gives back exactly what went in, whatever it was."""
    return _ESCAPED.sub(lambda found: f"{_LEAD}{ord(found[0]):04X};", text)


def decode(text: str) -> str:
    """Return the text that `encode` was given. What only looks like an escape, as others may write it, stays."""
    return _ESCAPE.sub(_decoded, text)


def _decoded(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if _ESCAPED.fullmatch(character) else found[0]
