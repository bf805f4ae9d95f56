"""Actions on an item: `cancel` and `close` of an order, `close` of a line or a schedule (oracle-fusion.md, 3.1).

Limits: the parameters that an action is sent are read and not used.
"""

from dataclasses import dataclass
from typing import Any

from simulators.oracle.attributes import LINES, PURCHASE_ORDERS, SCHEDULES
from simulators.oracle.errors import not_found
from simulators.oracle.generator import Order
from simulators.oracle.keys import key_of
from simulators.oracle.simulator import OracleSimulator


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An action and what it is done to: an order, a line of it, or a schedule of that, by their numbers."""

    name: str
    key: int
    line: int | None = None
    schedule: int | None = None

    @classmethod
    def read(cls, simulator: OracleSimulator, path: list[str], name: str) -> "Target":
        """Read the path of an item. Raises FusionError (404) for an item or an action that is not there."""
        allowed = ("cancel", "close") if len(path) == 1 else ("close",)
        shape = [part for position, part in enumerate(path) if position % 3]
        shapes: tuple[list[str], ...] = ([], ["child", "lines"], ["child", "lines", "child", "schedules"])
        if name not in allowed or len(path) % 3 != 1 or shape not in shapes:
            raise not_found()
        key = key_of(path[0], PURCHASE_ORDERS)
        if key not in simulator.orders or not simulator.may_see(PURCHASE_ORDERS):
            raise not_found()
        if len(path) == 1:
            return cls(name=name, key=key)
        line = _with_key(simulator.visible(key)["lines"], LINES.key, key_of(path[3], LINES))
        if len(path) == 4:
            return cls(name=name, key=key, line=int(line["LineNumber"]))
        schedule = _with_key(line["schedules"], SCHEDULES.key, key_of(path[6], SCHEDULES))
        return cls(name=name, key=key, line=int(line["LineNumber"]), schedule=int(schedule["ScheduleNumber"]))

    def act(self, simulator: OracleSimulator) -> dict[str, Any]:
        """Do it and return the answer (1.7). Raises FusionError (400) where the life cycle does not allow it."""
        if self.line is not None:
            simulator.settle(self.key, self.name, self.line, self.schedule)
        elif self.name == "cancel":
            simulator.cancel(self.key)
        else:
            simulator.close(self.key)
        return {"result": f"The {self.name} action has completed successfully."}


def _with_key(rows: list[Order], name: str, key: int) -> Order:
    for row in rows:
        if row[name] == key:
            return row
    raise not_found()
