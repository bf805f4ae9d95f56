"""What can be delivered to one JAGGAER instance: a target for each flow, in the dialect that its settings choose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from common.connections.exchange import Exchange
from common.connections.target import Target
from common.jaggaer import j1p_doors
from common.jaggaer.cxml import CxmlTarget
from common.jaggaer.dialects import Dialects
from common.jaggaer.j1p import J1pTarget
from common.jaggaer.j1p_door import J1pDoor
from common.settings import Dialect, J1pSettings, JaggaerSettings
from schemas.cxml.envelope import Credentials


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """One kind of document: its door in J1P, and the name of its cXML request where it has one."""

    door: Callable[[J1pSettings], J1pDoor]
    request: str | None = None


_KINDS = {
    "purchase_orders": _Kind(door=j1p_doors.purchase_orders, request="OrderRequest"),
}


def open_targets(
    exchange: Exchange,
    jaggaer: JaggaerSettings,
    dialects: Mapping[str, Dialect],
    credentials: Callable[[], Credentials] | None,
) -> dict[str, Target]:
    """Return the target of each flow in `dialects`. `credentials` are those of cXML, None where it is not spoken."""
    return {flow: _target(exchange, jaggaer, _KINDS[flow], chosen, credentials) for flow, chosen in dialects.items()}


def _target(
    exchange: Exchange,
    jaggaer: JaggaerSettings,
    kind: _Kind,
    chosen: Dialect,
    credentials: Callable[[], Credentials] | None,
) -> Target:
    door = kind.door(jaggaer.j1p)
    targets: dict[Dialect, Target] = {
        Dialect.J1P: J1pTarget(
            exchange,
            jaggaer.j1p,
            door,
            absent_reads=jaggaer.absent_reads,
            absent_first_wait_seconds=jaggaer.absent_first_wait_seconds,
        )
    }
    cxml = jaggaer.cxml
    if cxml is not None and credentials is not None and kind.request is not None:
        targets[Dialect.CXML] = CxmlTarget(
            exchange, cxml.layout, credentials, path=cxml.path, request=kind.request, noun=door.noun
        )
    return Dialects(chosen=chosen, targets=targets)
