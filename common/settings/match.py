"""What the match preview puts up with: tolerances of an integration, and of business units that have others."""

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

from common.settings.section import Section, Text
from schemas.match_values import Allowance, Tolerances

_DIGITS_OF_A_FLOAT = 15


def _exact(number: object) -> object:
    """Take a number as it is written: a float of so many digits is told by its shortest spelling."""
    written = isinstance(number, int | float) and not isinstance(number, bool)
    exact = Decimal(repr(number)) if written else Decimal("nan")
    if not exact.is_finite() or exact < 0 or len(exact.as_tuple().digits) > _DIGITS_OF_A_FLOAT:
        raise ValueError(f"expected a number from 0 with at most {_DIGITS_OF_A_FLOAT} digits")
    return exact


Tolerance = Annotated[Decimal, BeforeValidator(_exact)]
"""A number from 0, exactly as it is written."""


class ToleranceSettings(Section):
    """By how much numbers may be apart. Where a percentage and a number are set, both must hold; neither: exact."""

    quantity_percent: Tolerance | None = None
    """How much more than ordered, or than received, may be billed or received, in percent of what was ordered."""
    quantity: Tolerance | None = None
    """The same as a number, in the order line's unit."""
    price_percent: Tolerance | None = None
    """How much dearer than ordered may be billed, in percent."""
    price: Tolerance | None = None
    """The same as an amount per unit, in the order's currency."""
    amount_percent: Tolerance | None = None
    """As `quantity_percent`, of lines that buy an amount."""
    amount: Tolerance | None = None
    """The same as an amount, in the order's currency."""
    short_after_days: Annotated[int, Field(ge=0, strict=True)] | None = None
    """After how many days what is billed and not received counts as not coming any more; 30 if unset."""


class MatchSettings(ToleranceSettings):
    """Tolerances of the match preview."""

    business_units: dict[Text, ToleranceSettings] = Field(default_factory=dict)
    """Tolerances of procurement business units by name; what one leaves out is as above."""

    def tolerances(self, business_unit: str | None) -> Tolerances:
        """Return what holds for a business unit."""
        usual = self.model_dump(exclude={"business_units"}, exclude_none=True)
        own = self.business_units.get(business_unit or "")
        of_unit = {**usual, **(own.model_dump(exclude_none=True) if own else {})}
        return Tolerances(
            quantity=Allowance(percent=of_unit.get("quantity_percent"), absolute=of_unit.get("quantity")),
            price=Allowance(percent=of_unit.get("price_percent"), absolute=of_unit.get("price")),
            amount=Allowance(percent=of_unit.get("amount_percent"), absolute=of_unit.get("amount")),
            short_after_days=of_unit.get("short_after_days", Tolerances().short_after_days),
        )
