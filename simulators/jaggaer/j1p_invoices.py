"""The J1P invoices: import, list of headers, one invoice with its lines, and payment status (2.1, 2.3, 2.4).

Nothing is promised about a batchId: what comes again is judged again, and the supplier's number is what refuses a
second import.
"""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.jaggaer import j1p_fields, j1p_invoice, j1p_payment
from simulators.jaggaer.filters import Fields
from simulators.jaggaer.invoice import Invoice, InvoiceKey
from simulators.jaggaer.j1p_answers import BASE, J1pAnswers, Listing, spoiled
from simulators.jaggaer.order import DocumentKind, Door, Reason, Refusal
from simulators.jaggaer.simulator import JaggaerSimulator

INVOICES_PATH = BASE + "/invoices"
IMPORT_PATH = INVOICES_PATH + "/ocr"

_FIELDS: Fields[Invoice] = Fields(
    texts={
        "SUPPLIERINVOICENUMBER": lambda invoice: invoice.number,
        "INVOICEID": lambda invoice: str(invoice.invoice_id),
        "INVOICENUMBER": lambda invoice: f"INV{invoice.invoice_id}",
        "SUPPLIERNUMBER": lambda invoice: invoice.supplier,
        "INVOICETYPE": lambda invoice: str(invoice.kind),
        "PAYMENTSTATUS": lambda invoice: str(invoice.payment_status),
        "CURRENCY": lambda invoice: invoice.currency,
        "BUSINESSUNIT": lambda invoice: invoice.business_unit or "",
        "INVOICESOURCE": lambda invoice: invoice.channel,
        "ORIGINALREQUESTMESSAGEID": lambda invoice: invoice.last_key,
    }
)


class InvoicesResource:
    """The endpoints of one instance."""

    def __init__(self, simulator: JaggaerSimulator) -> None:
        self._simulator = simulator
        self._answers = J1pAnswers(simulator)
        self._listing: Listing[InvoiceKey, Invoice] = Listing(
            outer="jiinvoiceList",
            inner="jiinvoice",
            fields=_FIELDS,
            keys=self._keys,
            row=lambda invoice: j1p_invoice.read_back(invoice, with_lines=False),
            without_optional=j1p_invoice.without_optional,
        )

    def routes(self) -> list[Route]:
        """Return the routes of this resource; the import is known with and without a slash at its end."""
        guarded = self._answers.guarded
        return [
            Route(INVOICES_PATH, guarded(self.invoices), methods=["GET"]),
            Route(IMPORT_PATH, guarded(self.imported), methods=["POST"]),
            Route(IMPORT_PATH + "/", guarded(self.imported), methods=["POST"]),
            Route(INVOICES_PATH + "/{invoice}/payments", guarded(self.payment), methods=["POST"]),
            Route(INVOICES_PATH + "/{invoice}", guarded(self.invoice), methods=["GET"]),
        ]

    async def invoices(self, request: Request) -> Response:
        """List the headers of invoices."""
        return self._answers.listed(request, self._simulator.invoices, self._listing)

    async def invoice(self, request: Request) -> Response:
        """Read one invoice with its lines, by JAGGAER's invoiceId: `{header, lineList}` in the wrapper."""
        stated = request.path_params["invoice"]
        key = self._key_of(stated)
        found = self._simulator.invoices.read(key, self._simulator.options.clock()) if key else None
        if found is None:
            return self._answers.not_found(f"Invoice {stated}")
        document = j1p_invoice.read_back(found, with_lines=True)
        return self._answers.wrapped(content=self._answers.as_shown(document, j1p_invoice.without_optional))

    async def imported(self, request: Request) -> Response:
        """Import an invoice."""
        answers, kind = self._answers, DocumentKind.INVOICE
        message = answers.opened(await request.body(), kind)
        if isinstance(message, Response):
            return message
        try:
            draft = j1p_invoice.draft_from(message.body.get("invoiceOcr"))
        except j1p_invoice.NotAnInvoice as error:
            return answers.not_understood(error, kind, message.batch)
        return answers.taken(
            kind,
            draft.number,
            message.batch,
            lambda: self._simulator.take_invoice(draft, message.batch),
            lambda invoice: answers.wrapped(content={"invoiceId": invoice.invoice_id}),
        )

    async def payment(self, request: Request) -> Response:
        """Apply a payment status to an invoice: `{"batchId", "status", "amountPaid"}` (`j1p_payment`)."""
        answers, kind, stated = self._answers, DocumentKind.STATUS, request.path_params["invoice"]
        message = answers.opened(await request.body(), kind)
        if isinstance(message, Response):
            return message
        invoice = self._held(stated)
        if invoice is None:
            text = f"Invoice {stated} is not known here: a payment names the invoiceId that JAGGAER gave."
            return answers.refused(Refusal(reason=Reason.UNKNOWN_INVOICE, text=text), kind, stated, message.batch)
        number = invoice.number
        fault = answers.fault(kind, number)
        refused = answers.refused_by_fault(fault, kind, number, message.batch)
        if refused is not None:
            return refused
        payment = j1p_payment.understood(message.body, invoice)
        if isinstance(payment, Refusal):
            return answers.refused(payment, kind, number, message.batch)
        outcome = self._simulator.take_invoice_status(
            invoice.key, payment.status, door=Door.J1P, key=message.batch, paid=payment.paid
        )
        if isinstance(outcome, Refusal):
            return spoiled(answers.refused(outcome, kind, number, message.batch), fault)
        return spoiled(answers.wrapped(), fault)

    def _held(self, stated: str) -> Invoice | None:
        key = self._key_of(stated)
        return self._simulator.invoices.get(key) if key else None

    def _key_of(self, stated: str) -> InvoiceKey | None:
        invoice_id = j1p_fields.whole(stated)
        return None if invoice_id is None else self._simulator.invoices.key_of(invoice_id)

    def _keys(self, equal: Mapping[str, str]) -> Sequence[InvoiceKey] | None:
        if "SUPPLIERINVOICENUMBER" in equal:
            return self._simulator.invoices.numbered(equal["SUPPLIERINVOICENUMBER"])
        if "INVOICEID" in equal:
            key = self._key_of(equal["INVOICEID"])
            return [key] if key else []
        return None
