"""From a version that was activated to the records that waited for it."""

import threading

from common.flows.registry import FLOWS
from common.mapping import table
from common.mapping.current import LOOK_AGAIN_SECONDS
from common.mapping.table import MappingVersion
from common.sides import Mappings
from console.actor import person
from console.map.ground import Ground
from console.map.release import Released, release

_MAPPED_WITHIN_SECONDS = 0.5
"""How long an activation may take to commit, and a worker to settle what it mapped by the version before."""


def set_free(ground: Ground, version: MappingVersion) -> Released:
    """Replay the records that waited for a version, once every worker maps by it.

    Until then a worker would refuse them again by the version before.
    """
    young = LOOK_AGAIN_SECONDS + _MAPPED_WITHIN_SECONDS - table.seconds_active(ground.database, version)
    if young > 0:
        threading.Event().wait(young)
    return release(
        ground.database,
        ground.vault,
        ground.integration,
        Mappings(ground.of_integration, ground.database, ground.vault, ground.integration).of,
        running=frozenset(name for name in FLOWS if ground.of_integration.flow(name).enabled),
        how=f"{version.kind} mapping version {version.version}",
        actor=person(),
    )
