"""Telephone numbers as Indirect messages carry them: four parts, digits only (jaggaer-cxml.md, 3.2)."""

from schemas.cxml.elements import add
from schemas.cxml.safe_xml import Element
from schemas.indirect.frame import trimmed
from schemas.supplier import Telephone


def digits_of(telephone: Telephone | None) -> Telephone | None:
    """Return the number with its digits alone, None where none are left."""
    if telephone is None:
        return None
    digits = Telephone(
        country_code=_digits(telephone.country_code),
        area_code=_digits(telephone.area_code),
        number=_digits(telephone.number),
        extension=_digits(telephone.extension),
    )
    return digits if digits != Telephone() else None


def add_telephone(parent: Element, name: str, telephone: Telephone | None) -> None:
    """Append a number, or nothing where it has no digit; all parts but the extension are there, maybe empty."""
    digits = digits_of(telephone)
    if digits is None:
        return
    parts = add(add(parent, name), "TelephoneNumber")
    add(parts, "CountryCode", digits.country_code or "")
    add(parts, "AreaCode", digits.area_code or "")
    add(parts, "Number", digits.number or "")
    if digits.extension:
        add(parts, "Extension", digits.extension)


def read_telephone(parent: Element, name: str) -> Telephone | None:
    """Return the number as it stands there, None where nothing does."""
    at = f"{name}/TelephoneNumber"
    telephone = Telephone(
        country_code=trimmed(parent, f"{at}/CountryCode"),
        area_code=trimmed(parent, f"{at}/AreaCode"),
        number=trimmed(parent, f"{at}/Number"),
        extension=trimmed(parent, f"{at}/Extension"),
    )
    return telephone if telephone != Telephone() else None


def _digits(text: str | None) -> str | None:
    return "".join(character for character in text or "" if character in "0123456789") or None
