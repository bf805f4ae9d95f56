"""cXML documents with one thing wrong, for holding our grammar against the published DTDs."""

from collections.abc import Iterator
from copy import deepcopy

from schemas.cxml.safe_xml import Element
from schemas.cxml.validation import InvalidCxml, validate


def taken(root: Element) -> bool:
    """Tell whether our grammar takes a document."""
    try:
        validate(root)
    except InvalidCxml:
        return False
    return True


def mutants(root: Element) -> Iterator[Element]:
    """Yield the document with one change: an element removed, doubled, renamed or moved, an attribute dropped."""
    for index, (_, kind) in enumerate(list(changes(root))):
        mutant = deepcopy(root)
        element, _ = list(changes(mutant))[index]
        change(element, kind)
        yield mutant


def changes(root: Element) -> Iterator[tuple[Element, str]]:
    """Yield every single change that can be made: the element and what is done to it."""
    for element in root.iter():
        yield from ((element, f"drop {name}") for name in map(str, element.attrib))
        if element.getparent() is not None:
            yield from ((element, kind) for kind in ("remove", "double", "rename"))
        if element.getnext() is not None:
            yield element, "move"


def change(element: Element, kind: str) -> None:
    """Make one of `changes`."""
    parent, following = element.getparent(), element.getnext()
    if kind.startswith("drop "):
        del element.attrib[kind.removeprefix("drop ")]
    elif kind == "rename":
        element.tag = "Renamed"
    elif parent is not None and kind == "remove":
        parent.remove(element)
    elif parent is not None and kind == "double":
        parent.insert(parent.index(element), deepcopy(element))
    elif following is not None:
        following.addnext(element)
