"""Text as PostgreSQL can hold it."""


def storable(text: str | None) -> str | None:
    """Show a NUL, which PostgreSQL's text cannot hold; the sealed payload keeps the original."""
    return text.replace("\x00", "␀") if text else text
