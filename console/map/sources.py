"""What a mapping is needed for, as the ledger knows it: combinations, open orders, and the values that JAGGAER has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from common.database.pool import Database
from common.ledger import crosswalk
from common.mapping.checks import Known
from common.vault.seal import Vault
from schemas import exact_json
from schemas.coding import Account, FieldValue
from schemas.money import Money
from schemas.oracle import purchase_order as oracle
from schemas.purchase_order import OrderStatus, PurchaseOrder
from schemas.refusals import Refused

_COMBINATIONS = "account_combinations"
_ORDERS = "purchase_orders"
_OPEN = (OrderStatus.OPEN, OrderStatus.ON_HOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """An order that JAGGAER has or is to get: its total, and the accounts that pay for it."""

    number: str
    total: Money
    accounts: tuple[Account, ...]


def active_combinations(database: Database, integration: str) -> list[str]:
    """Return the account combinations that are active in Oracle, as far as the flow that reads them has run."""
    found = crosswalk.delivered(database, integration, _COMBINATIONS)
    return [combination for combination, active in found.items() if active]


def open_orders(database: Database, vault: Vault, integration: str) -> Iterator[OpenOrder]:
    """Yield every order whose newest version is open. One that cannot be read is left out: it is stopped anyway."""
    for _, _, source in crosswalk.newest_sources(database, vault, integration, _ORDERS):
        try:
            row = exact_json.loads(source)
            if isinstance(row, dict) and oracle.status(row) in _OPEN:
                yield _order(oracle.parse(row))
        except (exact_json.NotExactJson, Refused):
            continue


def known_values(database: Database, integration: str, reference_flows: Mapping[str, str]) -> Known:
    """Return what tells whether JAGGAER has a value: `reference_flows` names the flow that brings each field's values.

    Where that flow has not delivered anything yet, nobody knows.
    """
    values = {field: crosswalk.delivered(database, integration, flow) for field, flow in reference_flows.items()}

    def known(field: str, value: str) -> bool | None:
        of_field = values.get(field)
        return of_field.get(value, False) if of_field else None

    return known


def target_values(
    database: Database, vault: Vault, integration: str, reference_flows: Mapping[str, str]
) -> list[FieldValue]:
    """Return the values that JAGGAER has of each field, with the descriptions that they came with."""
    found = []
    for field, flow in reference_flows.items():
        described = descriptions(database, vault, integration, flow)
        active = crosswalk.delivered(database, integration, flow)
        found += [
            FieldValue(field=field, value=value, description=described.get(value))
            for value, is_active in active.items()
            if is_active
        ]
    return found


def descriptions(database: Database, vault: Vault, integration: str, flow: str) -> dict[str, str]:
    """Return what Oracle calls each value of a value set that a flow reads (`Description`; oracle-fusion.md, 3.7)."""
    found = {}
    for _, value, source in crosswalk.newest_sources(database, vault, integration, flow):
        try:
            row = exact_json.loads(source)
        except exact_json.NotExactJson:
            continue
        described = row.get("Description") if isinstance(row, dict) else None
        if isinstance(described, str):
            found[value] = described
    return found


def _order(order: PurchaseOrder) -> OpenOrder:
    accounts = {
        share.account: Account(
            combination=share.account,
            business_unit=order.business_unit,
            on=order.ordered_at.date(),
            place=f"lines[LineNumber={line.number}]",
        )
        for line in order.lines
        if not line.canceled
        for part in line.schedules
        if not part.canceled
        for share in part.distributions
    }
    return OpenOrder(
        number=order.number,
        total=order.total,
        accounts=tuple(accounts.values()),
    )
