"""Suppliers, their addresses, sites, assignments and contacts, through the API (oracle-fusion.md, 3.5).

A site names an address of its supplier; a supplier's number is given by the system. A name, a tax number or a DUNS
number that another supplier has is a 400, as is a child that is there already [assumed]. A change of a child moves its
own stamp, and the supplier's where the pod is switched so (1.11).
"""

import copy
from collections.abc import Callable, Mapping
from datetime import date
from itertools import count
from typing import Any

from simulators.oracle import demonstration, payloads
from simulators.oracle.changes import Changes
from simulators.oracle.errors import not_found
from simulators.oracle.options import Switches
from simulators.oracle.payloads import Body, Payload
from simulators.oracle.resource import STAMP, Resource, Row, blank
from simulators.oracle.supplier_attributes import ADDRESSES, ASSIGNMENTS, CONTACTS, SITES, SUPPLIERS
from simulators.oracle.supplier_generator import BLANK_SITE, BLANK_SUPPLIER, NO_END, audit
from simulators.oracle.suppliers import Suppliers

_SYSTEM = frozenset(
    """SupplierId SupplierPartyId SupplierNumber Status CreationDate CreatedBy LastUpdateDate LastUpdatedBy
    CreationSourceCode CreationSource RegistryId TaxpayerIdExistsFlag OnOFACListFlag OFACSources SupplierAddressId
    SupplierSiteId AssignmentId SupplierContactId""".split()
)
_SUPPLIER_LENGTHS = {"Supplier": 360}
_ORGANIZATIONS = {
    "CORPORATION": "Corporation",
    "PARTNERSHIP": "Partnership",
    "INDIVIDUAL": "Individual",
    "GOVERNMENT_AGENCY": "Government Agency",
    "FOREIGN_CORPORATION": "Foreign Corporation",
}
_RELATIONSHIPS = {"PROSPECTIVE": "Prospective", "SPEND_AUTHORIZED": "Spend Authorized"}
_UNITS = {name: key for key, name in demonstration.BUSINESS_UNITS}
_FIRST_CHILD = 300_100_190_000_001


class SupplierWrites:
    """What is done to suppliers through the API."""

    def __init__(self, suppliers: Suppliers, changes: Changes, switches: Switches) -> None:
        self._suppliers = suppliers
        self._changes = changes
        self._switches = switches
        self._keys = count(_FIRST_CHILD)
        self.now = suppliers.now

    def create(self, body: Body) -> Row:
        """Take the POST of a supplier, with its children where the pod honours them. Raises FusionError (400)."""
        payload = payloads.read(body, SUPPLIERS, writable=_writable(SUPPLIERS), longest=_SUPPLIER_LENGTHS)
        with self._changes.lock:
            payload.need("Supplier")
            _need_either(payload, "BusinessRelationshipCode", "BusinessRelationship")
            _need_either(payload, "TaxOrganizationTypeCode", "TaxOrganizationType")
            self._check(payload, payload.row, None)
            key, number = self._suppliers.next_key()
            row = BLANK_SUPPLIER | {"SupplierId": key, "SupplierPartyId": key - 3, "SupplierNumber": number}
            row |= {"RegistryId": f"CDRM_{number}", "SupplierTypeCode": None, "SupplierType": None}
            row |= _given(payload) | audit(self.now()) | {"addresses": [], "sites": [], "contacts": []}
            row["TaxpayerIdExistsFlag"] = row["TaxpayerId"] is not None
            if self._switches.nested_supplier_children:
                self._add_nested(row, payload)
            payload.check()
            _end(row, self.now().date())
            self._suppliers.publish(row, "created", children=_counted(row))
            return row

    def update(self, key: int, body: Body) -> Row:
        """Take the PATCH of a supplier. Raises FusionError (400 and 404)."""
        payload = payloads.read(body, SUPPLIERS, writable=_writable(SUPPLIERS), longest=_SUPPLIER_LENGTHS)
        with self._changes.lock:
            row = self._known(key)
            self._check(payload, row | payload.row, key)
            payload.check()
            changed = payloads.changed(row, payload.row)
            row |= payload.row | {STAMP: self.now()}
            _end(row, self.now().date())
            self._suppliers.publish(row, "updated", changed=changed)
            return row

    def create_child(self, key: int, path: tuple[str, ...], parents: list[int], body: Body) -> Row:
        """Take the POST of a child: of the supplier (`("sites",)`), or of a site of it. Raises FusionError."""
        resource = _RESOURCES[path]
        payload = payloads.read(body, resource, writable=_writable(resource))
        with self._changes.lock:
            supplier = self._known(key)
            parent = _below(supplier, path[:-1], parents)
            row = self._new_child(resource, payload, parent)
            payload.check()
            parent[resource.name].append(row)
            self._publish(supplier, resource, row, "child_created")
            return row

    def update_child(self, key: int, path: tuple[str, ...], keys: list[int], body: Body) -> Row:
        """Take the PATCH of a child. Raises FusionError (400 and 404)."""
        resource = _RESOURCES[path]
        payload = payloads.read(body, resource, writable=_writable(resource))
        with self._changes.lock:
            supplier = self._known(key)
            parent, row = _below(supplier, path[:-1], keys[:-1]), _below(supplier, path, keys)
            _CHECKS[resource.name](payload, row | payload.row, parent, row)
            payload.check()
            changed = payloads.changed(row, payload.row)
            row |= payload.row | {STAMP: self.now()}
            _end(row, self.now().date())
            self._publish(supplier, resource, row, "child_updated", changed=changed)
            return row

    def _check(self, payload: Payload, row: Row, own: int | None) -> None:
        """Note what is wrong with a supplier as it would be, and whose name or numbers another one has."""
        _pair(payload, "TaxOrganizationType", _ORGANIZATIONS)
        _pair(payload, "BusinessRelationship", _RELATIONSHIPS)
        authorized = payload.row.get("BusinessRelationshipCode") == "SPEND_AUTHORIZED"
        taxed = row.get("DUNSNumber") or (row.get("TaxpayerId") and row.get("TaxpayerCountryCode"))
        if authorized and self._switches.authorized_needs_tax_id and not taxed:
            payload.refuse(
                "TaxpayerId", "You must provide a taxpayer ID with its country, or a D-U-N-S number, to spend."
            )
        for name, said in (("Supplier", "name"), ("TaxpayerId", "taxpayer ID"), ("DUNSNumber", "D-U-N-S number")):
            value = payload.row.get(name)
            others = [] if value is None else self._suppliers.having(name, value)
            if name == "TaxpayerId":
                others = [one for one in others if one["TaxpayerCountryCode"] == row.get("TaxpayerCountryCode")]
            if any(one["SupplierId"] != own for one in others):
                payload.refuse(name, f"A supplier with the {said} {value} already exists.")

    def _add_nested(self, row: Row, payload: Payload) -> None:
        for resource in (ADDRESSES, SITES, CONTACTS):
            for child in payload.children(resource.name, resource, writable=_writable(resource)):
                row[resource.name].append(made := self._new_child(resource, child, row))
                for below in child.children("assignments", ASSIGNMENTS, writable=_writable(ASSIGNMENTS)):
                    made["assignments"].append(self._new_child(ASSIGNMENTS, below, made))

    def _new_child(self, resource: Resource, payload: Payload, parent: Row) -> Row:
        """Return a new child; what is wrong with it is noted in the payload."""
        payload.need(*_NEEDED[resource.name])
        _CHECKS[resource.name](payload, payload.row, parent, None)
        row = _DEFAULTS[resource.name] | _given(payload) | {resource.key: next(self._keys)} | audit(self.now())
        row |= {child.name: [] for child in resource.children}
        _end(row, self.now().date())
        return row

    def _publish(self, supplier: Row, resource: Resource, row: Row, kind: str, **told: Any) -> None:
        if self._switches.parent_moves_with_children:
            supplier[STAMP] = self.now()
        name = row[resource.number] if resource.number else row["ClientBU"]
        self._suppliers.publish(
            supplier, kind, child=resource.name, child_key=row[resource.key], child_name=name, **told
        )

    def _known(self, key: int) -> Row:
        try:
            return copy.deepcopy(self._suppliers.latest(key))
        except KeyError:
            raise not_found() from None


def _writable(resource: Resource) -> frozenset[str]:
    return frozenset(resource.attributes.keys() - _SYSTEM)


def _given(payload: Payload) -> Row:
    return {name: value for name, value in payload.row.items() if value is not None}


def _need_either(payload: Payload, code: str, name: str) -> None:
    if payload.row.get(name) is None:
        payload.need(code)


def _pair(payload: Payload, name: str, values: Mapping[str, str]) -> None:
    """Complete a code by its display text or the other way round; note one that is in no list (1.8)."""
    row, code = payload.row, f"{name}Code"
    if row.get(code) is not None and row[code] not in values:
        payload.mismatch(code, binding=name)
    elif row.get(code) is not None:
        row[name] = values[row[code]]
    elif row.get(name) is not None and row[name] not in values.values():
        payload.mismatch(name)
    elif row.get(name) is not None:
        row[code] = next(one for one, text in values.items() if text == row[name])


def _check_address(payload: Payload, row: Row, parent: Row, own: Row | None) -> None:
    _unique(payload, parent["addresses"], own, row, "AddressName")


def _check_site(payload: Payload, row: Row, parent: Row, own: Row | None) -> None:
    _unit(payload, "ProcurementBU")
    _unique(payload, parent["sites"], own, row | payload.row, "SupplierSite", "ProcurementBU")
    name = payload.row.get("SupplierAddressName")
    addresses = {address["AddressName"]: address["SupplierAddressId"] for address in parent["addresses"]}
    if name is not None and name not in addresses:
        payload.mismatch("SupplierAddressName")
    elif name is not None:
        payload.row["SupplierAddressId"] = addresses[name]


def _check_assignment(payload: Payload, row: Row, parent: Row, own: Row | None) -> None:
    _unit(payload, "ClientBU")
    _unit(payload, "BillToBU")
    _unique(payload, parent["assignments"], own, row, "ClientBU")


def _check_contact(payload: Payload, row: Row, parent: Row, own: Row | None) -> None:
    if row.get("Email") is not None:
        _unique(payload, parent["contacts"], own, row, "Email")


def _unit(payload: Payload, name: str) -> None:
    unit = payload.row.get(name)
    if unit is not None and unit not in _UNITS:
        payload.mismatch(name)
    elif unit is not None:
        payload.row[f"{name}Id"] = _UNITS[unit]


def _unique(payload: Payload, rows: list[Row], own: Row | None, row: Row, *names: str) -> None:
    if any(one is not own and all(one[name] == row.get(name) for name in names) for one in rows):
        payload.refuse(names[0], f"The {names[0]} {row.get(names[0])} already exists for this supplier.")


def _below(supplier: Row, path: tuple[str, ...], keys: list[int]) -> Row:
    """Return what the accessors and keys lead to. Raises FusionError (404)."""
    row, resource = supplier, SUPPLIERS
    for accessor, key in zip(path, keys, strict=True):
        below = resource.below(accessor)
        found = [] if below is None else [one for one in row[accessor] if one[below.key] == key]
        if below is None or not found:
            raise not_found()
        row, resource = found[0], below
    return row


def _end(row: Row, today: date) -> None:
    if "Status" in row:
        ended = row["InactiveDate"] is not None and row["InactiveDate"] <= today
        row["Status"] = "INACTIVE" if ended else "ACTIVE"


def _counted(row: Row) -> dict[str, int]:
    return {name: len(row[name]) for name in ("addresses", "sites", "contacts")}


_RESOURCES = {
    ("addresses",): ADDRESSES,
    ("sites",): SITES,
    ("sites", "assignments"): ASSIGNMENTS,
    ("contacts",): CONTACTS,
}
_NEEDED = {
    "addresses": ("AddressName", "CountryCode"),
    "sites": ("SupplierSite", "ProcurementBU", "SupplierAddressName"),
    "assignments": ("ClientBU",),
    "contacts": ("LastName",),
}
"""What a new child has to name [assumed]."""
_CHECKS: dict[str, Callable[[Payload, Row, Row, Row | None], None]] = {
    "addresses": _check_address,
    "sites": _check_site,
    "assignments": _check_assignment,
    "contacts": _check_contact,
}
_DEFAULTS: dict[str, Row] = {
    "addresses": blank(ADDRESSES) | {"InactiveDate": NO_END, "Status": "ACTIVE"},
    "sites": BLANK_SITE,
    "assignments": blank(ASSIGNMENTS),
    "contacts": blank(CONTACTS) | {"AdministrativeContactFlag": False, "Status": "ACTIVE"},
}
