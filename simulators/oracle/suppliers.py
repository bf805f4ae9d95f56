"""The suppliers of a pod, and what is done to them (oracle-fusion.md, 3.5).

There is no DELETE: a supplier, an address, a site or a contact ends by its `InactiveDate`; what that makes of `Status`
is said by the same change [assumed: the page says that both exist].
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from simulators.oracle.changes import Changes
from simulators.oracle.changing_store import ChangingStore, Clock
from simulators.oracle.errors import FusionError
from simulators.oracle.options import Switches
from simulators.oracle.resource import STAMP, Row
from simulators.oracle.supplier_attributes import SUPPLIERS
from simulators.oracle.supplier_generator import GeneratedSuppliers, key_at, supplier, supplier_number


class Suppliers(ChangingStore):
    """The store of suppliers."""

    noun = "supplier"

    def __init__(self, count: int, changes: Changes, switches: Switches, now: Clock) -> None:
        generated = GeneratedSuppliers(count=count)
        super().__init__(SUPPLIERS, generated, changes, now)
        self._switches = switches
        self._generated = len(generated.keys())

    def add(self, count: int = 1, **attributes: Any) -> list[int]:
        """Add new suppliers, with attributes that differ from the generated ones; return their keys."""
        self._check_known(attributes, self.resource)
        keys = []
        for _ in range(count):
            row = supplier(key_at(self._generated), self.now())
            self._generated += 1
            keys.append(int(self._add(row | attributes)[self.resource.key]))
        return keys

    def next_key(self) -> tuple[int, str]:
        """Return the key and the number for a new supplier."""
        with self._changes.lock:
            key = key_at(self._generated)
            self._generated += 1
        return key, supplier_number(key)

    def having(self, name: str, value: Any) -> list[Row]:
        """Return the suppliers that have a value of an attribute, visible or not, as they are."""
        waiting = self._changes.waiting(self)
        keys = [key for key in self.keys() if key not in waiting and self.value(key, name) == value]
        return [self.get(key) for key in keys] + [row for row in waiting.values() if row[name] == value]

    def deactivate(self, key: int, on: date | None = None) -> Row:
        """End a supplier: today, or on a day; one in the future leaves it active until then."""
        return self._change(key, "deactivated", lambda row: self._end(row, on or self.now().date()))

    def activate(self, key: int) -> Row:
        """Take a supplier's end away."""
        return self._change(key, "activated", lambda row: row.update(InactiveDate=None, Status="ACTIVE"))

    def change_child(self, key: int, child: str, child_key: int, **attributes: Any) -> Row:
        """Change an address, a site, a contact, or a site's assignment (`sites.assignments`), and its stamp.

        The supplier's own stamp moves only if the pod is switched so (1.11).
        """

        def apply(row: Row) -> None:
            found, resource = self._child(row, child, child_key)
            self._check_known(attributes, resource)
            found.update(attributes)
            found[STAMP] = self.now()

        return self._change_below(key, "child_changed", apply)

    def deactivate_child(self, key: int, child: str, child_key: int, on: date | None = None) -> Row:
        """End an address, a site, a contact or an assignment; its own stamp moves."""

        def apply(row: Row) -> None:
            found, _ = self._child(row, child, child_key)
            self._end(found, on or self.now().date())
            found[STAMP] = self.now()

        return self._change_below(key, "child_deactivated", apply)

    def described(self, row: Row) -> dict[str, Any]:
        """Return what the journal says of a supplier."""
        return {"number": row["SupplierNumber"], "supplier": row["Supplier"], "status": row["Status"]}

    def _change_below(self, key: int, what: str, apply: Callable[[Row], None]) -> Row:
        return self._change(key, what, apply, moves=self._switches.parent_moves_with_children)

    def _end(self, row: Row, on: date) -> None:
        row["InactiveDate"] = on
        if "Status" in row:
            row["Status"] = "INACTIVE" if on <= self.now().date() else "ACTIVE"

    def _child(self, row: Row, path: str, key: int) -> tuple[Row, Any]:
        rows, resource = [row], self.resource
        for accessor in path.split("."):
            below = resource.below(accessor)
            if below is None:
                raise FusionError(400, f"A supplier has no {path}.")
            rows, resource = [child for parent in rows for child in parent[accessor]], below
        for found in rows:
            if found[resource.key] == key:
                return found, resource
        raise FusionError(400, f"The supplier {row['SupplierNumber']} has no {path} {key}.")
