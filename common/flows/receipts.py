"""Receipts, from JAGGAER to Oracle: what was received, sent back, corrected, cancelled.

Source: J1P receipts (jaggaer-cxml.md, 2.4), or cXML ReceiptRequests that are pushed to the gateway (6.4); one of the
two, because nothing says that a receipt of one is the receipt of the other. Target: Oracle's receiving
(oracle-fusion.md, 3.6), which is brought to what the receipt says by `common/oracle/doors/receipts.py`.

A receipt waits for its orders, and for the lines of them that it names: they may be read after it. What is cancelled
needs neither: nothing can have been received of an order that nobody knows.
"""

from common.connections.source import Row
from common.flows import purchase_orders
from common.flows.flow import Flow, FromJaggaer, Lacking, Mapping, Reading
from common.jaggaer.listing import Listing
from common.ledger.verdicts import Need, SendAs, Transformed, Unchanged
from common.settings import J1pSettings
from schemas import pushed, receipt_matching
from schemas.cxml import receipt_request
from schemas.identity import Identity
from schemas.j1p import receipt as j1p
from schemas.j1p.layouts import J1pLayouts
from schemas.oracle import receipt_wanted
from schemas.receipt import Receipt, ReceiptKind, ReceiptLine
from schemas.receipt_matching import Matched


def identify(row: Row, told: Reading) -> Identity:
    """Return who a listed or pushed receipt is. Raises Refused."""
    document = pushed.of_row(row)
    return j1p.identify(row, told.names.j1p.receipt) if document is None else receipt_request.identify(document)


def transform(row: Row, mapping: Mapping) -> Transformed | Unchanged:
    """Return what Oracle should show because of a receipt. Raises Refused or Lacking."""
    receipt = _read(row, mapping.j1p)
    matched = [found for line in receipt.lines if (found := _matched(receipt, line, mapping)) is not None]
    if not matched:
        return Unchanged(reason="It is cancelled, and its orders are not known: nothing was received of them.")
    wanted = receipt_matching.wanted(receipt, matched, mapping.units)
    return Transformed(
        body=receipt_wanted.encode(wanted),
        body_hash=receipt_wanted.content_hash(wanted),
        send_as=SendAs.PUT,
        mapping_version=mapping.version,
        lane=min(line.order_number for line, _, _ in matched),
    )


def _read(row: Row, layouts: J1pLayouts) -> Receipt:
    document = pushed.of_row(row)
    return j1p.parse(row, layouts.receipt) if document is None else receipt_request.parse(document)


def _matched(receipt: Receipt, line: ReceiptLine, mapping: Mapping) -> Matched | None:
    """Return a line with the order line that it is about, None for one that is cancelled and about nothing known."""
    orders = mapping.orders(line.order_number)
    order = receipt_matching.order_of(receipt, line, orders) if orders else None
    ordered = next((one for one in order.lines if one.number == line.order_line), None) if order else None
    if order is not None and ordered is not None:
        return line, order, ordered
    if line.kind is ReceiptKind.CANCELED:
        return None
    noun = "order" if order is None else f"line {line.order_line} of order"
    raise Lacking(
        Need(flow=purchase_orders.FLOW.name, number=line.order_number, field=f"{line.path}.poNumber", noun=noun)
    )


def _listing(profile: J1pSettings) -> Listing:
    settings, layout = profile.receipts, profile.layouts.receipt
    return Listing(
        noun="receipt",
        path=settings.path,
        setting="jaggaer.j1p.receipts.path",
        changed_since=settings.changed_since,
        by_key=settings.by_key,
        date_format=profile.date_format,
        key=lambda row: j1p.key(row, layout),
    )


FLOW = Flow(
    name="receipts",
    source=FromJaggaer(listing=_listing, requests=frozenset({receipt_request.REQUEST})),
    identify=identify,
    transform=transform,
    after=("acknowledgments",),
)
