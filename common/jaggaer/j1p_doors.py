"""The doors of J1P: purchase orders and their status, invoices and their payment, suppliers, accounting values."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar

from common.connections.target import Outgoing, TargetVerdict
from common.jaggaer.answers import j1p_read_back
from common.jaggaer.j1p_door import J1pDoor, filled_path
from common.ledger.verdicts import Absent, Dead, DeadClass, Delivered
from common.settings import J1pSettings
from schemas import exact_json
from schemas.exact_json import JsonValue
from schemas.identity import Intent
from schemas.j1p import custom_field_value, invoice, invoice_status, order_status, purchase_order, supplier
from schemas.j1p.fields import UnreadableOrder


class _Read(Protocol):
    """A document as JAGGAER has it."""

    @property
    def original_request_id(self) -> str | None:
        """The batch id that it came with, if JAGGAER gives it back."""
        ...


R = TypeVar("R", bound=_Read)

_Address = Callable[[bytes, Intent], bytes]
_Parse = Callable[[JsonValue], R]


def purchase_orders(profile: J1pSettings) -> J1pDoor:
    """Return the door of purchase orders."""
    layout = profile.layout
    address = partial(purchase_order.address, layout=layout)
    parse = partial(purchase_order.parse, layout=layout)
    return J1pDoor(
        noun="order",
        post_path=profile.purchase_orders_path,
        list_path=profile.purchase_orders_path,
        filter=profile.filter_by_number,
        setting="jaggaer.j1p.purchase_orders_path",
        address=address,
        judge=lambda found, outgoing: j1p_read_back(parse(found), _sent(address, parse, outgoing), outgoing),
        one_path=lambda _, number: filled_path(profile.purchase_order_path, number),
    )


def order_statuses(profile: J1pSettings) -> J1pDoor:
    """Return the door of the status of orders: what is found is the order itself."""
    layout = profile.layouts.order
    address = partial(order_status.address, layout=layout)
    parse = partial(order_status.parse, layout=layout)
    return replace(
        purchase_orders(profile),
        noun="status of order",
        post_path=profile.order_status_path,
        address=address,
        judge=_overwritten(address, parse, order_status.same_content),
    )


def suppliers(profile: J1pSettings) -> J1pDoor:
    """Return the door of suppliers, which are created and updated by the same message."""
    layout = profile.layouts.supplier
    address = partial(supplier.address, layout=layout)
    parse = partial(supplier.parse, layout=layout)
    return J1pDoor(
        noun="supplier",
        post_path=profile.suppliers_path,
        list_path=profile.suppliers_path,
        filter=f"{layout.erp_number}=={{number}}",
        setting="jaggaer.j1p.suppliers_path",
        address=address,
        judge=_overwritten(address, parse, supplier.same_content),
    )


def custom_field_values(profile: J1pSettings, custom_field: str) -> J1pDoor:
    """Return the door of one custom field's values."""
    layout = profile.layouts.value
    address = partial(custom_field_value.address, layout=layout)
    parse = partial(custom_field_value.parse, layout=layout)
    return J1pDoor(
        noun=f"value of {custom_field}",
        post_path=profile.custom_field_values_path,
        list_path=profile.custom_field_values_path,
        filter=f"{layout.custom_field}=={custom_field};value=={{number}}",
        setting="jaggaer.j1p.custom_field_values_path",
        address=address,
        judge=_overwritten(address, parse, custom_field_value.same_content),
    )


def invoices(profile: J1pSettings) -> J1pDoor:
    """Return the door of invoices. A list gives headers only, so that a found one is read whole by JAGGAER's id."""
    layout = profile.layouts.invoice
    address = partial(invoice.address, layout=layout)
    parse = partial(invoice.parse, layout=layout)

    def judge(found: JsonValue, outgoing: Outgoing) -> TargetVerdict | None:
        read, sent = parse(found), _sent(address, parse, outgoing)
        if sent is not None and invoice.other_owner(read, sent) is not None:
            return None
        return _known(read, sent, outgoing, invoice.same_content) or _another("invoice", outgoing)

    return J1pDoor(
        noun="invoice",
        post_path=profile.invoice_import_path,
        list_path=profile.invoices_path,
        filter=f"{layout.number}=={{number}}",
        setting="jaggaer.j1p.invoices_path",
        address=address,
        judge=judge,
        one_path=lambda found, number: filled_path(profile.invoice_path, parse(found).jaggaer_id or number),
    )


def invoice_statuses(profile: J1pSettings) -> J1pDoor:
    """Return the door of the payment of invoices, which JAGGAER knows by its own id."""
    layout = profile.layouts.invoice
    address = partial(invoice_status.address, layout=layout)
    parse = partial(invoice_status.parse, layout=layout)

    def id_of(found: JsonValue, outgoing: Outgoing) -> str | None:
        sent, listed = _sent(address, parse, outgoing), parse(found)
        return listed.jaggaer_id if sent is None or invoice_status.same_invoice(sent, listed) else None

    def named(outgoing: Outgoing) -> str | None:
        sent = _sent(address, parse, outgoing)
        return None if sent is None else sent.jaggaer_id

    overwritten = _overwritten(address, parse, invoice_status.same_content)
    return replace(
        invoices(profile),
        noun="payment of invoice",
        post_path=profile.invoice_status_path,
        address=address,
        judge=lambda found, outgoing: overwritten(found, outgoing) if id_of(found, outgoing) is not None else None,
        one_path=None,
        id_of=id_of,
        named=named,
        named_path=profile.invoice_path,
    )


def _sent(address: _Address, parse: _Parse[R], outgoing: Outgoing) -> R | None:
    """Return what was sent; None if it was built before the layout was changed, and cannot be read any more."""
    try:
        return parse(exact_json.loads(address(outgoing.body, outgoing.intent)))
    except UnreadableOrder:
        return None


def _known(found: R, sent: R | None, outgoing: Outgoing, same: Callable[[R, R], bool]) -> Delivered | None:
    if found.original_request_id == outgoing.intent.dedupe_key:
        return Delivered(target_id=outgoing.number, how="Read back: JAGGAER has it under our request id.")
    if sent is not None and same(found, sent):
        return Delivered(target_id=outgoing.number, how="Read back: JAGGAER has the same content.")
    return None


def _overwritten(
    address: _Address, parse: _Parse[R], same: Callable[[R, R], bool]
) -> Callable[[JsonValue, Outgoing], TargetVerdict]:
    """Return how that is judged of which JAGGAER has one state: another one than ours is what it had before."""

    def judge(found: JsonValue, outgoing: Outgoing) -> TargetVerdict:
        known = _known(parse(found), _sent(address, parse, outgoing), outgoing, same)
        return known or Absent(reason="Read back: JAGGAER has what it had before.", proved=False)

    return judge


def _another(noun: str, outgoing: Outgoing) -> Dead:
    return Dead(
        category=DeadClass.CONFLICT,
        reason=f"JAGGAER has another {noun} {outgoing.number} of this supplier than the one that was sent.",
        next_step="Compare both. Correct JAGGAER's and discard this, or remove it there and replay.",
        field="number",
        value=outgoing.number,
        refused_by_target=True,
    )
