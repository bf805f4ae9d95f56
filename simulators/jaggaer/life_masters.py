"""Suppliers and custom-field values that people add and edit in JAGGAER itself (2.4, 3.3, 3.5)."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulators.jaggaer import exact_json, j1p_fields, j1p_supplier
from simulators.jaggaer.exact_json import JsonObject
from simulators.jaggaer.field_value import FieldValue
from simulators.jaggaer.life_acts import Acts
from simulators.jaggaer.order import Door
from simulators.jaggaer.supplier import Supplier

_PARTS = (("addressList", "address", "A"), ("contactList", "contact", "C"), ("locationList", "location", "L"))
_OWN = frozenset({"erpNumber", "sqIntegrationNumber", "jaggaerId", "lastUpdate", "originalRequestMessageId"})


class Masters(Acts):
    """What people edit. Fields of suppliers are named as J1P names them (3.3 in camelCase)."""

    def add_supplier(self, name: str, **fields: Any) -> Supplier:
        """Add a supplier that the ERP does not know yet: it has no erpNumber."""
        self._check(fields)
        with self._simulator.lock:
            supplier_id = self._simulator.suppliers.next_id
            content = _with_ids({"name": name, "active": True, **fields}, supplier_id)
            supplier = Supplier(
                supplier_id=supplier_id,
                number="",
                name=name,
                active=j1p_supplier.is_active(content, ""),
                source=Door.JAGGAER,
                names=j1p_supplier.names_of(content),
                content=exact_json.dumps(content),
                updated_at=self._simulator.moment(),
                last_key="",
                change_count=1,
            )
            self._hold_supplier("supplier_added", supplier, fields)
            return supplier

    def edit_supplier(self, supplier: str | int, **fields: Any) -> Supplier:
        """Change fields of a supplier, named by ERP number or, as an integer, by JAGGAER's id; None takes one away."""
        self._check(fields)
        with self._simulator.lock:
            store = self._simulator.suppliers
            known = store.of_id(supplier) if isinstance(supplier, int) else store.get(supplier)
            if known is None:
                raise ValueError(f"there is no supplier {supplier}")
            merged: JsonObject = exact_json.loads(known.content) | fields
            content = _with_ids({name: value for name, value in merged.items() if value is not None}, known.supplier_id)
            if not j1p_fields.text(content.get("name")):
                raise ValueError(f"supplier {supplier} needs a name")
            edited = replace(
                known,
                name=j1p_fields.text(content["name"]),
                active=j1p_supplier.is_active(content, known.number),
                names=j1p_supplier.names_of(content),
                content=exact_json.dumps(content),
                updated_at=self._simulator.moment(),
                change_count=known.change_count + 1,
            )
            self._hold_supplier("supplier_edited", edited, fields)
            return edited

    def add_value(
        self, custom_field: str, value: str, *, description: str = "", parent: str | None = None, active: bool = True
    ) -> FieldValue:
        """Add an allowed value of a custom field."""
        with self._simulator.lock:
            if (custom_field, value) in self._simulator.values:
                raise ValueError(f"value {value} of custom field {custom_field} is there already")
            added = FieldValue(
                custom_field=custom_field,
                value=value,
                description=description,
                active=active,
                parent=parent,
                updated_at=self._simulator.moment(),
                last_key="",
            )
            return self._hold_value("value_added", added)

    def edit_value(
        self,
        custom_field: str,
        value: str,
        *,
        description: str | None = None,
        parent: str | None = None,
        active: bool | None = None,
    ) -> FieldValue:
        """Change a value of a custom field; what is None stays as it is."""
        with self._simulator.lock:
            known = self._simulator.values.get((custom_field, value))
            if known is None:
                raise ValueError(f"there is no value {value} of custom field {custom_field}")
            edited = replace(
                known,
                description=known.description if description is None else description,
                parent=known.parent if parent is None else parent,
                active=known.active if active is None else active,
                updated_at=self._simulator.moment(),
            )
            return self._hold_value("value_edited", edited)

    @staticmethod
    def _check(fields: Mapping[str, Any]) -> None:
        refused = sorted(_OWN & set(fields))
        if refused:
            raise ValueError(f"{', '.join(refused)} can not be edited in JAGGAER")

    def _hold_supplier(self, kind: str, supplier: Supplier, fields: Mapping[str, Any]) -> None:
        self._simulator.hold(self._simulator.suppliers, supplier.key, supplier)
        self._simulator.journal.write(
            kind,
            supplier.key,
            supplier_id=supplier.supplier_id,
            erp_number=supplier.number or None,
            name=supplier.name,
            active=supplier.active,
            fields=sorted(fields),
            digest=hashlib.sha256(supplier.content).hexdigest(),
        )

    def _hold_value(self, kind: str, value: FieldValue) -> FieldValue:
        self._simulator.hold(self._simulator.values, value.key, value)
        self._simulator.journal.write(
            kind,
            f"{value.custom_field}={value.value}",
            custom_field=value.custom_field,
            value=value.value,
            description=value.description,
            active=value.active,
            parent=value.parent,
        )
        return value


def _with_ids(content: JsonObject, supplier_id: int) -> JsonObject:
    """Give addresses, contacts and locations that were made in JAGGAER an id: it has one on every level (3.3)."""
    shown = dict(content)
    for outer, inner, letter in _PARTS:
        rows = j1p_fields.rows(content, outer, inner)
        if rows is not None:
            keyed = [
                {"sqIntegrationNumber": f"{supplier_id}-{letter}{position}", **row}
                for position, row in enumerate(rows, start=1)
            ]
            shown[outer] = {inner: keyed}
    return shown
