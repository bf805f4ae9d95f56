"""The match preview of an integration: what the ledger knows of orders, receipts, ship notices and invoices, judged.

Of every document the newest version counts, as JAGGAER or Oracle gave it, whatever became of it; what a person has
discarded counts for nothing. Invoices that were never JAGGAER's (entered in Oracle by hand) are not in it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from common.connections.source import Row
from common.database.pool import Database
from common.flows import purchase_orders, receipts, ship_notices, supplier_invoices
from common.ledger import documents
from common.ledger.documents import Newest
from common.ledger.states import OPEN, State
from common.ledger.verdicts import DeadClass
from common.settings import Integration
from common.sides.mappings import Mappings
from common.vault.seal import Vault
from schemas import exact_json, match_documents, match_preview, pushed
from schemas.cxml import receipt_request, ship_notice_request
from schemas.cxml import supplier_invoice as cxml_invoice
from schemas.j1p import receipt as j1p_receipt
from schemas.j1p import supplier_invoice as j1p_invoice
from schemas.j1p.layouts import J1pLayouts
from schemas.match_documents import UnitNames
from schemas.match_values import Document, Movement, OrderedLine, Preview, Standing, Stop
from schemas.oracle import purchase_order as oracle
from schemas.purchase_order import OrderStatus, PurchaseOrder
from schemas.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What a document says: its day, the business unit that it names, and its movements once it has a standing."""

    at: datetime | None
    business_unit: str | None
    movements: Callable[[Document], Iterator[Movement]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moved:
    """All that moved, and the documents that say nothing that can be read."""

    movements: list[Movement]
    unread: list[Document]


class MatchBook:
    """What the ledger says of one integration's orders, and what its settings put up with."""

    def __init__(self, database: Database, vault: Vault, name: str, integration: Integration) -> None:
        self._database, self._vault, self._name = database, vault, name
        self._settings = integration.match
        self._layouts = integration.jaggaer.j1p.layouts
        self._mappings = Mappings(integration, database, vault, name)

    def preview(self, now: datetime, *, order: str | None = None, moved_only: bool = False) -> Preview:
        """Return the preview of all orders, of one number, or of those only on which something moved.

        Raises DatabaseUnavailable.
        """
        moved = self._moved()
        movements = [one for one in moved.movements if order in (None, one.order)]
        named = {one.order for one in movements}
        numbers = [order] if order is not None else sorted(named) if moved_only else None
        return match_preview.preview(
            self._lines(numbers, named),
            movements,
            self._settings.tolerances,
            now,
            unread=moved.unread if order is None else (),
        )

    def _lines(self, numbers: list[str] | None, named: set[str]) -> Iterator[OrderedLine]:
        """Yield the lines of orders; of one that is not released only if something moved on it: it was, before."""
        names = _unit_names(self._mappings)
        for found in documents.newest(
            self._database, self._vault, self._name, purchase_orders.FLOW.name, numbers=numbers
        ):
            order = _order(found)
            if order is not None and (order.status is not OrderStatus.NOT_RELEASED or order.number in named):
                yield from match_documents.ordered_lines(order, names)

    def _moved(self) -> _Moved:
        moved = _Moved(movements=[], unread=[])
        for flow, read in _READERS.items():
            for found in documents.newest(self._database, self._vault, self._name, flow):
                if found.dead_class == DeadClass.DISCARDED:
                    continue
                said = _said(found, read, self._layouts)
                if said is not None:
                    document = _document(
                        flow, found, said.at or found.captured_at, said.business_unit or found.business_unit
                    )
                    moved.movements.extend(said.movements(document))
                elif found.state is not State.UNCHANGED:
                    moved.unread.append(_document(flow, found, found.captured_at, found.business_unit))
        return moved


def _said(found: Newest, read: Callable[[Row, J1pLayouts], _Read], layouts: J1pLayouts) -> _Read | None:
    """Return what a document says, None if it cannot be read: it is a dead letter of its own, or will be."""
    row = _row(found)
    try:
        return None if row is None else read(row, layouts)
    except Refused:
        return None


def _receipt(row: Row, layouts: J1pLayouts) -> _Read:
    document = pushed.of_row(row)
    receipt = j1p_receipt.parse(row, layouts.receipt) if document is None else receipt_request.parse(document)
    return _Read(
        at=receipt.received_at,
        business_unit=receipt.business_unit,
        movements=lambda document: match_documents.of_receipt(document, receipt),
    )


def _invoice(row: Row, layouts: J1pLayouts) -> _Read:
    """Read an invoice. One that is withdrawn, or for information only, bills nothing."""
    document = pushed.of_row(row)
    if document is None:
        bills = not j1p_invoice.is_withdrawn(row, layouts.invoice)
        invoice = j1p_invoice.parse(row, layouts.invoice)
    else:
        read = cxml_invoice.read(document)
        bills = not (cxml_invoice.is_withdrawn(read) or read.is_information_only)
        invoice = cxml_invoice.parse(read)
    return _Read(
        at=match_documents.invoiced_at(invoice),
        business_unit=invoice.business_unit,
        movements=lambda document: match_documents.of_invoice(document, invoice) if bills else iter(()),
    )


def _ship_notice(row: Row, _: J1pLayouts) -> _Read:
    document = pushed.of_row(row)
    notice = None if document is None else ship_notice_request.parse(document)
    return _Read(
        at=notice.deliver_at if notice else None,
        business_unit=None,
        movements=lambda document: match_documents.of_ship_notice(document, notice) if notice else iter(()),
    )


_READERS: dict[str, Callable[[Row, J1pLayouts], _Read]] = {
    receipts.FLOW.name: _receipt,
    ship_notices.FLOW.name: _ship_notice,
    supplier_invoices.FLOW.name: _invoice,
}


def _order(found: Newest) -> PurchaseOrder | None:
    row = _row(found)
    try:
        return None if row is None else oracle.parse(row)
    except Refused:
        return None  # such a version is a dead letter of its own


def _row(found: Newest) -> Row | None:
    try:
        row = None if found.source is None else exact_json.loads(found.source)
    except exact_json.NotExactJson:
        return None
    return row if isinstance(row, dict) else None


def _document(flow: str, found: Newest, at: datetime, business_unit: str | None) -> Document:
    return Document(
        flow=flow,
        number=found.number,
        record_id=found.record_id,
        business_unit=business_unit,
        at=at,
        standing=_standing(found.state),
        stop=_stop(found),
    )


def _standing(state: State) -> Standing:
    if state is State.DEAD:
        return Standing.STOPPED
    return Standing.IN_FLIGHT if state in OPEN else Standing.ARRIVED


def _stop(found: Newest) -> Stop | None:
    if found.state is not State.DEAD:
        return None
    return Stop(category=found.dead_class or "", reason=found.reason or "", next_step=found.next_step or "")


def _unit_names(mappings: Mappings) -> UnitNames:
    units = mappings.of(purchase_orders.FLOW.name).units
    return cache(lambda business_unit, unit: units(business_unit).names(unit))
