"""What Oracle has billed of a schedule, from its row in `purchaseOrderLifeCycleDetails` (oracle-fusion.md, 3.1).

That the row has ordered, received and invoiced figures is documented; how they are called is not [assumed], so the
likely names are tried, and a row that has none of them says nothing.
"""

from collections.abc import Mapping
from decimal import Decimal

from schemas.exact_json import JsonValue
from schemas.oracle.row import Row

_QUANTITIES = ("InvoicedQuantity", "BilledQuantity", "QuantityInvoiced", "QuantityBilled")
_AMOUNTS = ("InvoicedAmount", "BilledAmount", "AmountInvoiced", "AmountBilled")


def billed(schedule: Mapping[str, JsonValue], *, by_amount: bool) -> Decimal | None:
    """Return the quantity, or amount, that was billed of a schedule; None if the row does not say. Raises Refused."""
    row = Row(raw=schedule)
    numbers = (row.number(name) for name in (_AMOUNTS if by_amount else _QUANTITIES))
    return next((number for number in numbers if number is not None), None)
