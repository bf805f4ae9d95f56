"""The J1P supplier as JSON: the fields of the XML message in camelCase (2.4, 3.3), understood in and given back.

Only what decides something is looked at: `erpNumber` (or `externalId`, or `supplierNumber`), `name`, `active`, and
`sqIntegrationNumber` (or `jaggaerId`), which names a supplier that JAGGAER already has; all other fields are kept as
they came. `active` may be a boolean, "true"/"false" or "Yes"/"No".
"""

import hashlib

from simulators.jaggaer import exact_json, j1p_fields
from simulators.jaggaer.exact_json import JsonObject
from simulators.jaggaer.j1p_fields import NotUnderstood
from simulators.jaggaer.order import Door, Reason
from simulators.jaggaer.supplier import Supplier, SupplierDraft

_NUMBERS = ("erpNumber", "externalId", "supplierNumber")
_IDS = ("sqIntegrationNumber", "jaggaerId")
_NAMES = (*_NUMBERS, "thirdPartyRefNumber", "name", "duns")
_YES_NO = {"yes": True, "no": False}


class NotASupplier(NotUnderstood):
    """The body can not be understood as a supplier; the refusal says which field and why."""

    def __init__(self, reason: Reason, number: str, text: str) -> None:
        super().__init__(reason, number, text, what="Supplier")


def draft_from(supplier: object, *, door: Door = Door.J1P) -> SupplierDraft:
    """Understand the value of `supplier`. Raises NotASupplier."""
    if not isinstance(supplier, dict):
        raise NotASupplier(Reason.MISSING, "", "supplier is missing or no object")
    number = next(filter(None, (j1p_fields.text(supplier.get(name)) for name in _NUMBERS)), "")
    if not number:
        raise NotASupplier(Reason.MISSING, "", "erpNumber is missing or empty: it is the key of a supplier")
    name = j1p_fields.text(supplier.get("name"))
    if not name:
        raise NotASupplier(Reason.MISSING, number, "name is missing or empty")
    return SupplierDraft(
        door=door,
        number=number,
        name=name,
        active=is_active(supplier, number),
        names=names_of(supplier),
        content=exact_json.dumps(supplier),
        digest=hashlib.sha256(exact_json.dumps(supplier)).hexdigest(),
        supplier_id=_supplier_id(supplier, number),
    )


def names_of(supplier: JsonObject) -> frozenset[str]:
    """Return whatever documents may call a supplier by."""
    return frozenset(filter(None, (j1p_fields.text(supplier.get(one)) for one in _NAMES)))


def read_back(supplier: Supplier) -> JsonObject:
    """Return a supplier as reads give it back: what came, with what JAGGAER itself adds."""
    content: JsonObject = exact_json.loads(supplier.content)
    return content | {
        "sqIntegrationNumber": str(supplier.supplier_id),
        "jaggaerId": str(supplier.supplier_id),
        "originalRequestMessageId": supplier.last_key or None,
        "lastUpdate": j1p_fields.timestamp(supplier.updated_at),
    }


OPTIONAL = frozenset({"doingBusinessAs", "otherNames", "webSiteURL", "duns", "countryOfOrigin", "legalStructure"})
"""Fields that a read may lack [assumed]."""


def without_optional(document: JsonObject) -> JsonObject:
    """Return a supplier as a read gives it that leaves out what is optional."""
    return {name: value for name, value in document.items() if name not in OPTIONAL}


def _supplier_id(supplier: JsonObject, number: str) -> int | None:
    stated = next(filter(None, (supplier.get(name) for name in _IDS)), None)
    value = j1p_fields.whole(stated)
    if stated is not None and value is None:
        raise NotASupplier(Reason.INVALID, number, f"sqIntegrationNumber {j1p_fields.shown(stated)} is no whole number")
    return value


def is_active(supplier: JsonObject, number: str) -> bool:
    """Tell whether a supplier is active; one that does not say is. Raises NotASupplier for another word."""
    stated = supplier.get("active", True)
    found = _YES_NO.get(stated.strip().casefold()) if isinstance(stated, str) else None
    active = j1p_fields.truth(stated) if found is None else found
    if active is None:
        raise NotASupplier(Reason.INVALID, number, f"active {j1p_fields.shown(stated)} is neither true nor false")
    return active
