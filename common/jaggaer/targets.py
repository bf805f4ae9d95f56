"""What can be delivered to one JAGGAER instance: a target for each flow, in the dialect that its settings choose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from common.connections.exchange import Exchange
from common.connections.target import Target
from common.jaggaer import j1p_doors
from common.jaggaer.cxml import CxmlDoor, CxmlTarget
from common.jaggaer.dialects import Dialects
from common.jaggaer.indirect import IndirectDoor, IndirectTarget
from common.jaggaer.j1p import J1pTarget
from common.jaggaer.j1p_door import J1pDoor
from common.settings import Dialect, IndirectSettings, J1pSettings, JaggaerSettings
from schemas.cxml import order_status_update
from schemas.cxml.envelope import Credentials
from schemas.identity import Action, Intent
from schemas.indirect import buyer_invoice, purchase_order, supplier_sync
from schemas.indirect.frame import IndirectCredentials


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedSecrets:
    """What documents carry to be let in, where they carry it themselves; None for a dialect that is not described."""

    cxml: Callable[[], Credentials] | None
    indirect: Callable[[], IndirectCredentials] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """The doors of one kind of document, one for each dialect that it is spoken of in."""

    j1p: Callable[[J1pSettings], J1pDoor]
    cxml: CxmlDoor | None = None
    indirect: Callable[[IndirectSettings], IndirectDoor] | None = None


def _orders(settings: IndirectSettings) -> IndirectDoor:
    layout = settings.layout
    return IndirectDoor(
        noun="order",
        path=settings.purchase_orders_path,
        address=lambda body, intent, by: purchase_order.address(body, intent, by, layout),
    )


def _suppliers(settings: IndirectSettings) -> IndirectDoor:
    layout = settings.layout

    def address(body: bytes, intent: Intent, by: IndirectCredentials) -> bytes:
        # A supplier is never taken away: to be inactive is a part of its content.
        known = replace(intent, action=Action.UPDATE) if intent.action is Action.CANCEL else intent
        return supplier_sync.address(body, known, by, layout)

    return IndirectDoor(noun="supplier", path=settings.suppliers_path, address=address)


def _invoices(settings: IndirectSettings) -> IndirectDoor:
    layout = settings.layout
    return IndirectDoor(
        noun="invoice",
        path=settings.invoices_path,
        address=lambda body, intent, by: buyer_invoice.address(body, intent, by, layout),
    )


_KINDS = {
    "purchase_orders": _Kind(
        j1p=j1p_doors.purchase_orders, cxml=CxmlDoor(noun="order", request="OrderRequest"), indirect=_orders
    ),
    "order_status": _Kind(
        j1p=j1p_doors.order_statuses,
        cxml=CxmlDoor(noun="status of order", request="StatusUpdateRequest", address=order_status_update.address),
    ),
    "invoices": _Kind(
        j1p=j1p_doors.invoices, cxml=CxmlDoor(noun="invoice", request="InvoiceDetailRequest"), indirect=_invoices
    ),
    "invoice_status": _Kind(
        j1p=j1p_doors.invoice_statuses, cxml=CxmlDoor(noun="payment of invoice", request="StatusUpdateRequest")
    ),
    "suppliers": _Kind(j1p=j1p_doors.suppliers, indirect=_suppliers),
}


def open_targets(
    exchange: Exchange,
    jaggaer: JaggaerSettings,
    dialects: Mapping[str, Dialect],
    custom_fields: Mapping[str, str],
    secrets: SharedSecrets,
) -> dict[str, Target]:
    """Return the target of each flow in `dialects`; `custom_fields` names the field that a flow brings values of."""
    values = {
        flow: _Kind(j1p=partial(j1p_doors.custom_field_values, custom_field=name))
        for flow, name in custom_fields.items()
    }
    kinds = {**_KINDS, **values}
    return {flow: _target(exchange, jaggaer, kinds[flow], chosen, secrets) for flow, chosen in dialects.items()}


def _target(
    exchange: Exchange, jaggaer: JaggaerSettings, kind: _Kind, chosen: Dialect, secrets: SharedSecrets
) -> Target:
    j1p = J1pTarget(
        exchange,
        jaggaer.j1p,
        kind.j1p(jaggaer.j1p),
        absent_reads=jaggaer.absent_reads,
        absent_first_wait_seconds=jaggaer.absent_first_wait_seconds,
    )
    targets: dict[Dialect, Target] = {Dialect.J1P: j1p}
    cxml, indirect = jaggaer.cxml, jaggaer.indirect
    if cxml is not None and secrets.cxml is not None and kind.cxml is not None:
        targets[Dialect.CXML] = CxmlTarget(exchange, cxml.layout, secrets.cxml, path=cxml.path, door=kind.cxml)
    if indirect is not None and secrets.indirect is not None and kind.indirect is not None:
        targets[Dialect.INDIRECT] = IndirectTarget(exchange, kind.indirect(indirect), secrets.indirect, j1p)
    return Dialects(chosen=chosen, targets=targets)
