"""The J1P list of PO confirmations: one row per confirmed line and answer (2.4).

`confirmationId` is the key of a row; `confirmationNumber` is the supplier's and the same for all rows of a document.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.jaggaer import j1p_fields
from simulators.jaggaer.confirmation import ConfirmedLine
from simulators.jaggaer.exact_json import JsonObject
from simulators.jaggaer.filters import Fields
from simulators.jaggaer.j1p_answers import BASE, J1pAnswers, Listing
from simulators.jaggaer.simulator import JaggaerSimulator

CONFIRMATIONS_PATH = BASE + "/purchaseorders/confirmations"
OPTIONAL = frozenset({"deliveryDate", "unitPrice", "comments", "businessUnit", "unitOfMeasure"})
"""Fields that a read may lack [assumed]."""


def read_back(row: ConfirmedLine) -> JsonObject:
    """Return a row as reads give it; quantities and line numbers come as strings (2.2)."""
    price = row.unit_price
    day = row.delivery_date
    return {
        "confirmationId": row.confirmation_id,
        "confirmationNumber": row.number,
        "poNumber": row.po_number,
        "poLineNumber": str(row.po_line),
        "status": str(row.answer),
        "quantity": f"{row.quantity:f}",
        "unitOfMeasure": row.uom,
        "unitPrice": None if price is None else {"currency": row.currency, "money": price},
        "deliveryDate": None if day is None else f"{day:%Y-%m-%d}T00:00:00.000Z",
        "noticeDate": j1p_fields.timestamp(row.noticed_at),
        "comments": row.comments or None,
        "businessUnit": None if row.business_unit is None else {"internalName": row.business_unit},
        "lastUpdate": j1p_fields.timestamp(row.updated_at),
    }


def without_optional(document: JsonObject) -> JsonObject:
    """Return a row as a read gives it that leaves out what is optional."""
    return {name: value for name, value in document.items() if name not in OPTIONAL}


_LISTING: Listing[int, ConfirmedLine] = Listing(
    outer="jiconfirmationList",
    inner="jiconfirmation",
    fields=Fields(
        texts={
            "CONFIRMATIONID": lambda row: str(row.confirmation_id),
            "CONFIRMATIONNUMBER": lambda row: row.number,
            "PONUMBER": lambda row: row.po_number,
            "STATUS": lambda row: str(row.answer),
            "BUSINESSUNIT": lambda row: row.business_unit or "",
        }
    ),
    keys=lambda _: None,
    row=read_back,
    without_optional=without_optional,
)


class ConfirmationsResource:
    """The endpoint of one instance."""

    def __init__(self, simulator: JaggaerSimulator) -> None:
        self._simulator = simulator
        self._answers = J1pAnswers(simulator)

    def routes(self) -> list[Route]:
        """Return the route of this resource."""
        return [Route(CONFIRMATIONS_PATH, self._answers.guarded(self.confirmations), methods=["GET"])]

    async def confirmations(self, request: Request) -> Response:
        """List confirmed lines."""
        return self._answers.listed(request, self._simulator.confirmations, _LISTING)
