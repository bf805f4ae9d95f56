"""Whether two readings of one document agree: what only one of them states contradicts nothing. Pure."""


def agree(a: object, b: object) -> bool:
    """Tell whether two values are the same, where both are stated."""
    return a is None or b is None or a == b


def alike(a: str | None, b: str | None) -> bool:
    """Tell whether two names are the same but for case and blanks, where both are stated."""
    return a is None or b is None or " ".join(a.split()).casefold() == " ".join(b.split()).casefold()
