"""The J1P receipts: a list with lines, and one receipt (2.4); `lineList.line` as in invoices [assumed]."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.jaggaer import j1p_fields
from simulators.jaggaer.exact_json import JsonObject
from simulators.jaggaer.filters import Fields
from simulators.jaggaer.j1p_answers import BASE, J1pAnswers, Listing
from simulators.jaggaer.receipt import Receipt, ReceiptLine
from simulators.jaggaer.simulator import JaggaerSimulator

RECEIPTS_PATH = BASE + "/receipts"
OPTIONAL = frozenset({"packingSlipNumber", "trackingNumber", "businessUnit", "receivedBy"})
"""Fields of a header that a read may lack [assumed]."""


def read_back(receipt: Receipt) -> JsonObject:
    """Return a receipt as reads give it: `{header, lineList}`."""
    unit = receipt.business_unit
    header = {
        "receiptId": receipt.receipt_id,
        "receiptNumber": receipt.number,
        "receiptDate": j1p_fields.timestamp(receipt.received_at),
        "receivedBy": receipt.received_by,
        "packingSlipNumber": receipt.packing_slip,
        "trackingNumber": receipt.tracking_number,
        "businessUnit": None if unit is None else {"internalName": unit},
        "lastUpdate": j1p_fields.timestamp(receipt.updated_at),
    }
    return {"header": header, "lineList": {"line": [_line(line) for line in receipt.lines]}}


def without_optional(document: JsonObject) -> JsonObject:
    """Return a receipt as a read gives it that leaves out what is optional."""
    header = {name: value for name, value in document["header"].items() if name not in OPTIONAL}
    return document | {"header": header}


def _line(line: ReceiptLine) -> JsonObject:
    """Return a line: a quantity as a string (2.2) with its unit, or the amount of a cost receipt."""
    shown = {
        "lineNumber": line.number,
        "poNumber": line.po_number,
        "poLineNumber": str(line.po_line),
        "action": str(line.action),
    }
    if line.quantity is None:
        return shown | {"amount": line.amount, "currency": line.currency}
    return shown | {"quantity": f"{line.quantity:f}", "unitOfMeasure": line.uom}


_LISTING: Listing[int, Receipt] = Listing(
    outer="jireceiptList",
    inner="jireceipt",
    fields=Fields(
        texts={
            "RECEIPTID": lambda receipt: str(receipt.receipt_id),
            "RECEIPTNUMBER": lambda receipt: receipt.number,
            "BUSINESSUNIT": lambda receipt: receipt.business_unit or "",
        }
    ),
    keys=lambda _: None,
    row=read_back,
    without_optional=without_optional,
)


class ReceiptsResource:
    """The endpoints of one instance."""

    def __init__(self, simulator: JaggaerSimulator) -> None:
        self._simulator = simulator
        self._answers = J1pAnswers(simulator)

    def routes(self) -> list[Route]:
        """Return the routes of this resource."""
        guarded = self._answers.guarded
        return [
            Route(RECEIPTS_PATH, guarded(self.receipts), methods=["GET"]),
            Route(RECEIPTS_PATH + "/{receipt}", guarded(self.receipt), methods=["GET"]),
        ]

    async def receipts(self, request: Request) -> Response:
        """List receipts."""
        return self._answers.listed(request, self._simulator.receipts, _LISTING)

    async def receipt(self, request: Request) -> Response:
        """Read one receipt by JAGGAER's receiptId: `{header, lineList}` in the wrapper."""
        stated = request.path_params["receipt"]
        key, now = j1p_fields.whole(stated), self._simulator.options.clock()
        found = None if key is None else self._simulator.receipts.read(key, now)
        if found is None:
            return self._answers.not_found(f"Receipt {stated}")
        return self._answers.wrapped(content=self._answers.as_shown(read_back(found), without_optional))
