"""Whether an XML document is one that we let out or take in: our own RELAX NG, and errors that name the element.

Threads share the compiled grammar. lxml gives every call a validation context of its own and lets other threads run
meanwhile, and libxml2 only reads the grammar, so the verdict is each call's own (lxml 6.1, relaxng.pxi; libxml2,
thread safety). But one validator object has one error log, which any other thread may clear or fill. So the log is
never read from the shared validator: a document that fails is validated again by a validator of its own, which costs
about a millisecond on a path that ends in a refusal. What was expected is said in the grammar, beside each
element, because libxml2 says only that something was not.
"""

import re
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from lxml import etree

from schemas.cxml.safe_xml import Element, parse
from schemas.refusals import Refusal, RefusalClass, Refused

_RELAXNG = "{http://relaxng.org/ns/structure/1.0}"
_DOCUMENTATION = "{http://relaxng.org/ns/compatibility/annotations/1.0}documentation"
# How libxml2 names the element that it speaks of.
_NAMED = re.compile(r"Element (\S+) (failed to validate|has extra content)|for element (\S+)$")
_ABOUT_ATTRIBUTES = ("RELAXNG_ERR_ATTRVALID", "RELAXNG_ERR_INVALIDATTR")
_ABOUT_A_CHILD = ("RELAXNG_ERR_ELEMWRONG", "RELAXNG_ERR_ELEMNAME")


@dataclass(frozen=True, slots=True)
class Grammar:
    """Where a RELAX NG grammar is: a file in the folder `relaxng` of a package, and the parts that go into it."""

    package: str
    file: str
    parts: tuple[str, ...] = ()


CXML = Grammar(__package__, "cxml.rng", ("invoice_detail.rng", "status_update.rng"))
"""What we let out: our requests, and our answers."""

RECEIVED = Grammar(
    __package__,
    "received.rng",
    (
        "received_parts.rng",
        "received_amounts.rng",
        "confirmation.rng",
        "ship_notice.rng",
        "receipt.rng",
        "received_invoice.rng",
        "received_invoice_lines.rng",
    ),
)
"""The requests that the gateway takes."""


class InvalidCxml(Exception):
    """A document that our grammar does not take.

    `element` is its path (`/cXML/Request/OrderRequest/ItemOut[2]`), `line` where it stands, 0 for one that was built
    and not parsed, `found` the attributes or the text at fault, `reason` what is wrong and what was expected.
    """

    def __init__(self, *, element: str, line: int, found: str, reason: str) -> None:
        super().__init__(f"{element}{f' (line {line})' if line else ''}: {reason}")
        self.element = element
        self.line = line
        self.found = found
        self.reason = reason

    def refused(self, document: str) -> Refused:
        """Return the refusal of a document that we would have sent, by what it is called."""
        return Refused(
            Refusal(
                category=RefusalClass.INVALID,
                field=self.element,
                value=self.found,
                reason=f"{document} is not valid: {self.reason}",
                next_step="Correct the value at its source. If it is right there, report this as a defect.",
            )
        )


def validate(element: Element, grammar: Grammar = CXML) -> None:
    """Take an element as it is. Raises InvalidCxml with the element's path, its line and what was expected."""
    if not _shared(grammar).validate(element):
        raise _explained(element, grammar)


@cache
def _shared(grammar: Grammar) -> etree.RelaxNG:
    return etree.RelaxNG(_read(grammar))


def _read(grammar: Grammar) -> Element:
    """Return one grammar: the parts' definitions are put into it, so that they share those that it has."""
    folder = resources.files(grammar.package).joinpath("relaxng")
    whole = parse(folder.joinpath(grammar.file).read_bytes())
    for part in grammar.parts:
        whole.extend(parse(folder.joinpath(part).read_bytes()))
    return whole


def _explained(root: Element, chosen: Grammar) -> InvalidCxml:
    grammar = _read(chosen)
    own = etree.RelaxNG(grammar)
    own.validate(root)
    entry = next((entry for entry in own.error_log if entry.path), own.error_log[0])
    named = _NAMED.search(entry.message)
    blamed = _first_wrong(grammar, root, named[1] or named[3]) if named else _pointed_at(root, entry)
    name = str(blamed.tag)
    line: Any = blamed.sourceline  # lxml-stubs do not say that it is int or None
    return InvalidCxml(
        element=root.getroottree().getpath(blamed),
        line=line or 0,
        found=_found(blamed, entry.type_name),
        reason=f"{entry.message}. {name} takes: {_documented(grammar, name)}.",
    )


def _first_wrong(grammar: Element, root: Element, name: str) -> Element:
    """Return the first element of this name that is wrong by itself; libxml2 names it without saying which one."""
    pattern, start = grammar.find(f".//{_RELAXNG}element[@name='{name}']"), grammar.find(f"{_RELAXNG}start")
    if pattern is None or start is None:
        return root
    start[:] = [deepcopy(pattern)]
    alone = etree.RelaxNG(grammar)
    return next((one for one in root.iter(name) if not alone.validate(one)), root)


def _pointed_at(root: Element, entry: Any) -> Element:
    """Return the element at the path of an error, or the one around it where it should not be there at all."""
    below = (entry.path or "").split("/", 2)[2:]
    found = root.find(below[0]) if below else None
    element = root if found is None else found
    parent = element.getparent()
    return parent if parent is not None and entry.type_name in _ABOUT_A_CHILD else element


def _found(element: Element, error_type: str) -> str:
    """Return what an error is about, and nothing else of the element: its text may be a secret."""
    if error_type in _ABOUT_ATTRIBUTES:
        return " ".join(f'{name}="{element.get(name)}"' for name in map(str, element.attrib))
    return element.text or "" if error_type == "RELAXNG_ERR_DATATYPE" else ""


def _documented(grammar: Element, name: str) -> str:
    """Return what the grammar says of an element."""
    said = grammar.findtext(f".//*[@name='{name}']/{_DOCUMENTATION}") or "nothing of this name"
    return " ".join(said.split())
