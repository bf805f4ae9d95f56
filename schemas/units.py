"""Units of measure: the source's code to the UN/CEFACT Recommendation 20 code that the other side reads, and back.

Oracle's codes are each customer's own (`Ea`, `Box`, `kg`; oracle-fusion.md, 3.1 and 3.7), cXML and J1P carry standard
codes (jaggaer-cxml.md, 6.1). The table below holds the usual spellings; a customer's mapping goes over it. Packages are
written with the two letters trading partners use (`BX`), without the `X` that later revisions put before them.

A JAGGAER keeps a list of units of its own and maps the standard codes to it (jaggaer-cxml.md, 4 and 6.1). Where its
list does not know a standard code, a second table says what it calls that unit, whichever code the source had for it.

Limits: codes only, never a conversion of quantities: a dozen stays one dozen. Codes are compared without regard to case
and surrounding blanks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from schemas.refusals import Refusal, RefusalClass, Refused

# Standard code: the spellings it is known by, the most usual first (that one is given when reading back).
_SPELLINGS = {
    "EA": "Ea Each Piece Pcs Pc",
    "C62": "Unit Un One",
    "PR": "Pair Pr",
    "SET": "Set",
    "DZN": "Dozen Dz Doz",
    "CEN": "Hundred",
    "MIL": "Thousand Mille",
    "BX": "Box Bx",
    "CS": "Case Cs",
    "CT": "Carton Ctn Ct",
    "PK": "Pack Pk Pkg Package",
    "PA": "Packet",
    "BG": "Bag Bg",
    "BO": "Bottle Btl",
    "CA": "Can",
    "DR": "Drum Dr",
    "PF": "Pallet Plt",
    "RL": "Reel",
    "RO": "Roll",
    "ST": "Sheet",
    "RM": "Ream",
    "TU": "Tube",
    "KGM": "kg Kilogram",
    "GRM": "g Gram Gm",
    "MGM": "mg Milligram",
    "TNE": "t Tonne MT",
    "LBR": "lb Lbs Pound",
    "ONZ": "oz Ounce",
    "LTR": "l Liter Litre Ltr",
    "MLT": "ml Milliliter Millilitre",
    "GLL": "gal Gallon",
    "MTR": "m Meter Metre",
    "CMT": "cm Centimeter Centimetre",
    "MMT": "mm Millimeter Millimetre",
    "KMT": "km Kilometer Kilometre",
    "FOT": "ft Foot Feet",
    "INH": "in Inch",
    "YRD": "yd Yard",
    "MTK": "m2 Sqm",
    "FTK": "ft2 Sqft",
    "MTQ": "m3 Cbm",
    "MIN": "Minute Mn",
    "HUR": "Hour Hr H Hrs",
    "DAY": "Day Dy",
    "WEE": "Week Wk",
    "MON": "Month Mo Mth",
    "ANN": "Year Yr",
    "KWH": "Kilowatt-hour",
    "LS": "Lot Lump-sum",
    "E48": "Service",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMap:
    """Which code stands for which, both ways. Made by `unit_map`; keys are in the form of `_key`.

    `to_theirs` holds the standard codes that the other side calls otherwise, `from_theirs` the way back.
    """

    to_standard: Mapping[str, str]
    to_source: Mapping[str, str]
    to_theirs: Mapping[str, str] = field(default_factory=dict)
    from_theirs: Mapping[str, str] = field(default_factory=dict)

    def standard(self, code: str | None, *, line: int) -> str:
        """Return what the other side calls a source code's unit: its Recommendation 20 code, or its own for that.

        Raises Refused (MAPPING) naming the line and the code.
        """
        found = self.to_standard.get(_key(code or ""))
        if found is None:
            raise _unmapped(code, line, "is in a unit without a UN/CEFACT Recommendation 20 code")
        return self.theirs(found)

    def theirs(self, standard: str) -> str:
        """Return what the other side calls the unit of a standard code: that code, unless it has its own for it."""
        return self.to_theirs.get(_key(standard), standard)

    def names(self, code: str | None) -> frozenset[str]:
        """Return all that the unit of a source's code is called, in small letters; of an unmapped one that code."""
        standard = self.to_standard.get(_key(code or ""))
        if standard is None:
            return frozenset({_key(code)} if code else ())
        theirs = self.theirs(standard)
        alike = (one for one, other in self.to_standard.items() if self.theirs(other) == theirs)
        return frozenset((_key(theirs), *alike))

    def source(self, code: str | None, *, line: int) -> str:
        """Return the source's code for the other side's. Raises Refused (MAPPING) naming the line and the code."""
        key = _key(code or "")
        found = self.to_source.get(self.from_theirs.get(key, key))
        if found is None:
            raise _unmapped(code, line, "is in a unit that the source system has no code for")
        return found


def unit_map(
    overrides: Mapping[str, str] = MappingProxyType({}), theirs: Mapping[str, str] = MappingProxyType({})
) -> UnitMap:
    """Return the usual table with a customer's own codes over it: `{"CRT": "CT", "Ea": "C62"}` (source to standard).

    Standard codes are kept as given, so a customer may use one that this table does not know. Reading back prefers
    the customer's own codes. `theirs` gives the other side's own codes: `{"DZN": "DZ"}` (standard to its own); where it
    calls two units the same, reading back prefers the first. Raises ValueError for an empty code.
    """
    if not all(_key(one) and other.strip() for pairs in (overrides, theirs) for one, other in pairs.items()):
        raise ValueError("a unit mapping needs a code on both sides")
    own = [(source.strip(), standard.strip()) for source, standard in overrides.items()]
    usual = [(source, standard) for standard, sources in _SPELLINGS.items() for source in sources.split()]
    to_standard = {_key(standard): standard for standard in _SPELLINGS}
    to_source: dict[str, str] = {}
    to_standard |= {_key(source): standard for source, standard in usual + own}
    for source, standard in own + usual:
        to_source.setdefault(_key(standard), source)
    from_theirs: dict[str, str] = {}
    for standard, code in theirs.items():
        from_theirs.setdefault(_key(code), _key(standard))
    return UnitMap(
        to_standard=to_standard,
        to_source=to_source,
        to_theirs={_key(standard): code.strip() for standard, code in theirs.items()},
        from_theirs=from_theirs,
    )


def _key(code: str) -> str:
    return code.strip().casefold()


def _unmapped(code: str | None, line: int, reason: str) -> Refused:
    if not code:
        category, reason = RefusalClass.INVALID, "has a quantity but names no unit of measure"
        next_step = "Give the line a unit of measure at its source."
    else:
        category, next_step = RefusalClass.MAPPING, "Add the code to the unit mapping, then release the document."
    field = f"lines[LineNumber={line}].UOMCode"
    return Refused(
        Refusal(category=category, field=field, value=code or "", reason=f"line {line} {reason}.", next_step=next_step)
    )


DEFAULT_UNITS = unit_map()
"""The usual table alone."""
