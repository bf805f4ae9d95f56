"""Acknowledgments of purchase orders, from JAGGAER to Oracle.

Source: J1P's confirmations, a row for each line (jaggaer-cxml.md, 2.4), and the ConfirmationRequests that are pushed
(6.2). Target: `purchaseOrderAcknowledgments` (oracle-fusion.md, 3.3).

An update that was pushed is complete: it takes the place of what it replaces, and a new answer to the whole order that
of all before it (`schemas/acknowledgment_precedence.py`). What lost its place goes no further if it has not been sent,
also where what took it waits for a person. Rows that answer one line in parts are one answer, given by the last of them
(`schemas/acknowledgment_parts.py`). What was sent cannot be taken back in Oracle: an update that says otherwise
ends as a conflict.

Limits: a part that is read before the others of its line is a conflict until they are; their answer is the line's, and
a replay then settles what was dead.
"""

from dataclasses import replace
from functools import partial

from common.connections.source import Row
from common.flows import purchase_orders
from common.flows.flow import Flow, FromJaggaer, Lacking, Mapping, Reading
from common.jaggaer.listing import Listing
from common.ledger.verdicts import Need, SendAs, Superseded, Transformed, Unchanged
from common.settings import J1pSettings
from schemas import acknowledgment_outcome, acknowledgment_parts, pushed
from schemas.acknowledgment import Acknowledgment
from schemas.acknowledgment_precedence import Said, overruling
from schemas.cxml import confirmation_request
from schemas.identity import Identity
from schemas.j1p import confirmation
from schemas.j1p.confirmation import ConfirmationLayout
from schemas.oracle import acknowledgment as oracle
from schemas.purchase_order import PurchaseOrder
from schemas.refusals import Refusal, RefusalClass, Refused


def identify(row: Row, told: Reading) -> Identity:
    """Return who an acknowledgment is. Raises Refused."""
    document = pushed.of_row(row)
    if document is None:
        return confirmation.identify(row, told.names.j1p.confirmation)
    return confirmation_request.identify(document.cxml.encode())


def transform(row: Row, mapping: Mapping) -> Transformed | Unchanged:
    """Return what Oracle is to be told of an acknowledgment. Raises Refused or Lacking."""
    acknowledgment = acknowledgment_parts.together(acknowledgment_parts.parts(*_among(row, mapping)))
    order = _order(acknowledgment, mapping)
    outcome = acknowledgment_outcome.outcome(
        acknowledgment,
        order,
        mapping.units(order.business_unit),
        accept_changed_dates=mapping.accept_changed_dates,
    )
    if not outcome.answers:
        return Unchanged(reason=" ".join(("It answers no line that is still to come.", *outcome.remarks)))
    said = oracle.told(acknowledgment, order, outcome)
    return Transformed(
        body=oracle.build(said),
        body_hash=oracle.content_hash(said),
        send_as=SendAs.PUT,
        mapping_version=mapping.version,
    )


def said(row: Row, layout: ConfirmationLayout, *, arrived: int) -> Said:
    """Return a version of an acknowledgment among others. Raises Refused."""
    document = pushed.of_row(row)
    if document is None:
        identity = confirmation.identify(row, layout)
    else:
        identity = confirmation_request.identify(document.cxml.encode())
    return Said(
        arrived=arrived,
        key=identity.key,
        pushed=document is not None,
        changed_at=identity.changed_at,
        acknowledgment=_read(row, layout),
    )


def overruled(row: Row, mapping: Mapping) -> Superseded | None:
    """Return which acknowledgment has taken the place of one, None while it counts. Raises Refused."""
    mine, known = _among(row, mapping)
    found = overruling(mine, known)
    if found is not None:
        name = found.acknowledgment.confirmation_id or found.acknowledgment.payload_id or "without a name"
        reason = f"Record {found.arrived} takes its place: confirmation {name} of {found.acknowledgment.noticed_at}."
        return Superseded(by=found.arrived, reason=reason)
    last = acknowledgment_parts.parts(mine, known)[-1]
    if (last.key, last.acknowledgment) == (mine.key, mine.acknowledgment):
        return None
    return Superseded(by=last.arrived, reason=f"Record {last.arrived} speaks for all parts of the line.")


def _among(row: Row, mapping: Mapping) -> tuple[Said, tuple[Said, ...]]:
    """Return an acknowledgment and all that the ledger knows of its order, itself among them. Raises Refused."""
    mine = said(row, mapping.j1p.confirmation, arrived=0)
    known = mapping.acknowledged(mine.acknowledgment.order_number)
    same = [one for one in known if replace(one, arrived=0) == mine]
    return (same[-1], known) if same else (mine, ())


def _read(row: Row, layout: ConfirmationLayout) -> Acknowledgment:
    document = pushed.of_row(row)
    return confirmation.parse(row, layout) if document is None else confirmation_request.parse(document.cxml.encode())


def _order(acknowledgment: Acknowledgment, mapping: Mapping) -> PurchaseOrder:
    """Return the order that is acknowledged. Raises Lacking for none of its number, Refused for several."""
    number, unit = acknowledgment.order_number, acknowledgment.business_unit
    found = mapping.orders(number)
    if not found:
        raise Lacking(Need(flow=purchase_orders.FLOW.name, number=number, field="orderID", noun="order"))
    meant = [order for order in found if unit is None or order.business_unit == unit] if len(found) > 1 else found
    if len(meant) != 1:
        raise _ambiguous(number, found)
    return meant[0]


def _ambiguous(number: str, found: tuple[PurchaseOrder, ...]) -> Refused:
    owners = ", ".join(f"{order.legal_entity} (id {order.key})" for order in found)
    return Refused(
        Refusal(
            category=RefusalClass.CONFLICT,
            field="orderID",
            value=number,
            reason=f"several orders have this number, and nothing tells which one is acknowledged: {owners}.",
            next_step="Acknowledge the one that the supplier means in Oracle by hand, then discard this.",
        )
    )


def listing(profile: J1pSettings) -> Listing:
    """Return where confirmations are listed."""
    listed = profile.confirmations
    return Listing(
        noun="confirmation",
        path=listed.path,
        setting="jaggaer.j1p.confirmations.path",
        changed_since=listed.changed_since,
        by_key=listed.by_key,
        date_format=profile.date_format,
        key=partial(confirmation.key, layout=profile.layouts.confirmation),
    )


FLOW = Flow(
    name="acknowledgments",
    source=FromJaggaer(listing=listing, requests=frozenset({"ConfirmationRequest"})),
    identify=identify,
    transform=transform,
    overruled=overruled,
)
