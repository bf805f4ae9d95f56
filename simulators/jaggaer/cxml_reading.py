"""Reading parts of a cXML request, so that every complaint names the document, the part and what was wanted (5.3).

A part that the content model asks for and that is not there is status 406; a part that is there and says something
impossible is 400.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lxml import etree

from simulators.jaggaer import exact_json


class NotReadable(ValueError):
    """The request can not be understood: the status to answer (406 or 400), the document and the field."""

    def __init__(self, code: int, number: str, text: str, *, what: str) -> None:
        super().__init__(f"{what} {number or '(no number)'}: {text}.")
        self.code = code
        self.number = number


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads parts of one document: an `Order` or `Invoice` of this number."""

    what: str
    number: str = ""

    def unfit(self, text: str) -> NotReadable:
        """Return the complaint that the structure is not what the content model says."""
        return NotReadable(406, self.number, text, what=self.what)

    def missing(self, what: str) -> NotReadable:
        """Return the complaint about a part that is not there."""
        return self.unfit(f"{what} is missing")

    def wrong(self, what: str, value: object, wanted: str) -> NotReadable:
        """Return the complaint about a part that says something impossible."""
        return NotReadable(400, self.number, f"{what} {value!r} is no {wanted}", what=self.what)

    def part(self, element: etree._Element, path: str) -> etree._Element:
        """Return a part that must be there."""
        found = element.find(path)
        if found is None:
            raise self.missing(f"element {element.tag!s}/{path}")
        return found

    def attribute(self, element: etree._Element, name: str) -> str:
        """Return an attribute that must be there."""
        value = element.get(name)
        if value is None:
            raise self.missing(f"attribute {name} of {element.tag!s}")
        return value.strip()

    def key(self, element: etree._Element, name: str) -> str:
        """Return an attribute that must be there and say something."""
        value = self.attribute(element, name)
        if not value:
            text = f"attribute {name} of {element.tag!s} is empty"
            raise NotReadable(400, self.number, text, what=self.what)
        return value

    def choice(self, element: etree._Element, name: str, known: dict[str, str]) -> str:
        """Return an attribute that has one of some values, by what stands for it; the first is the default."""
        stated = element.get(name, next(iter(known)))
        if stated not in known:
            raise self.unfit(f"attribute {name} {stated!r} is none of {', '.join(known)}")
        return known[stated]

    def money(self, element: etree._Element, what: str) -> tuple[Decimal, str]:
        """Return amount and currency of a Money element: a decimal with a point, an ISO 4217 code."""
        stated, currency = (element.text or "").strip(), self.attribute(element, "currency")
        amount = exact_json.exact(stated)
        if amount is None:
            raise self.wrong(f"{what}/Money", stated, "amount; write digits with a decimal point")
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
            raise self.wrong(f"{what}/Money/@currency", currency, "ISO 4217 code")
        return amount, currency

    def decimal(self, text: str, what: str) -> Decimal:
        """Return a decimal number."""
        number = exact_json.exact(text)
        if number is None:
            raise self.wrong(what, text, "decimal number")
        return number

    def basis(self, holder: etree._Element, name: str) -> Fraction:
        """Return how many units a price buys: PriceBasisQuantity's quantity divided by its conversionFactor."""
        basis = holder.find("PriceBasisQuantity")
        if basis is None:
            return Fraction(1)
        quantity, factor = (
            self.decimal(self.attribute(basis, attribute), f"{name} PriceBasisQuantity/@{attribute}")
            for attribute in ("quantity", "conversionFactor")
        )
        if quantity <= 0 or factor <= 0:
            raise self.wrong(f"{name} PriceBasisQuantity", f"{quantity} x {factor}", "positive quantity and factor")
        return Fraction(quantity) / Fraction(factor)


def accounts(document: etree._Element) -> frozenset[tuple[str, str]]:
    """Return the custom-field values of all splits, by name of the field: AccountingSegment, or the older Segment."""
    found = [(segment.findtext("Name"), segment.get("id")) for segment in document.iter("AccountingSegment")]
    found += [(segment.get("type"), segment.get("id")) for segment in document.iter("Segment")]
    stripped = (((name or "").strip(), (value or "").strip()) for name, value in found)
    return frozenset((name, value) for name, value in stripped if name and value)
