"""The J1P suppliers: import by ERP number, list, and one supplier (2.4, 3.3).

An import creates the supplier or replaces it, whole, as often as it comes [assumed]; nothing is promised about a
batchId.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.jaggaer import j1p_supplier
from simulators.jaggaer.filters import Fields
from simulators.jaggaer.j1p_answers import BASE, J1pAnswers, Listing
from simulators.jaggaer.order import DocumentKind
from simulators.jaggaer.simulator import JaggaerSimulator
from simulators.jaggaer.supplier import Supplier

SUPPLIERS_PATH = BASE + "/suppliers"
_KEYS = ("ERPNUMBER", "EXTERNALID", "SUPPLIERNUMBER")
_LISTING: Listing[str, Supplier] = Listing(
    outer="jisupplierList",
    inner="jisupplier",
    fields=Fields(
        texts={
            **dict.fromkeys(_KEYS, lambda supplier: supplier.number),
            "SQINTEGRATIONNUMBER": lambda supplier: str(supplier.supplier_id),
            "NAME": lambda supplier: supplier.name,
            "ACTIVE": lambda supplier: str(supplier.active).lower(),
            "ORIGINALREQUESTMESSAGEID": lambda supplier: supplier.last_key,
        }
    ),
    keys=lambda equal: next(([equal[name]] for name in _KEYS if name in equal), None),
    row=j1p_supplier.read_back,
    without_optional=j1p_supplier.without_optional,
)


class SuppliersResource:
    """The endpoints of one instance."""

    def __init__(self, simulator: JaggaerSimulator) -> None:
        self._simulator = simulator
        self._answers = J1pAnswers(simulator)

    def routes(self) -> list[Route]:
        """Return the routes of this resource."""
        guarded = self._answers.guarded
        return [
            Route(SUPPLIERS_PATH, guarded(self.suppliers), methods=["GET", "POST"]),
            Route(SUPPLIERS_PATH + "/{number:path}", guarded(self.supplier), methods=["GET"]),
        ]

    async def suppliers(self, request: Request) -> Response:
        """Import a supplier (POST) or list suppliers (GET)."""
        if request.method == "POST":
            return self._imported(await request.body())
        return self._answers.listed(request, self._simulator.suppliers, _LISTING)

    async def supplier(self, request: Request) -> Response:
        """Read one supplier by its ERP number."""
        number = request.path_params["number"]
        found = self._simulator.suppliers.read(number, self._simulator.options.clock())
        if found is None:
            return self._answers.not_found(f"Supplier {number}")
        return self._answers.page([found], _LISTING, total=1, start=1)

    def _imported(self, body: bytes) -> Response:
        answers, kind = self._answers, DocumentKind.SUPPLIER
        message = answers.opened(body, kind)
        if isinstance(message, Response):
            return message
        try:
            draft = j1p_supplier.draft_from(message.body.get("supplier"))
        except j1p_supplier.NotASupplier as error:
            return answers.not_understood(error, kind, message.batch)
        return answers.taken(
            kind,
            draft.number,
            message.batch,
            lambda: self._simulator.take_supplier(draft, message.batch),
            lambda _: answers.wrapped(),
        )
