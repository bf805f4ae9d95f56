"""Suppliers, from JAGGAER to Oracle: what people add and change there.

Source: J1P's list of suppliers (jaggaer-cxml.md, 2.4), by its stamp. Target: Oracle's `suppliers` and its children
(oracle-fusion.md, 3.5), told what they lack when both sides are compared (`common/sides/shared_documents.py`).
"""

import hashlib

from common.connections.source import Row
from common.flows.flow import Flow, FromJaggaer, Mapping, Reading
from common.flows.jaggaer_rows import JaggaerRows
from common.jaggaer.listing import Listing
from common.ledger.verdicts import SendAs, Transformed
from common.settings import J1pSettings
from schemas.convergence import Fields
from schemas.exact_json import dumps
from schemas.identity import Identity
from schemas.j1p import supplier as j1p
from schemas.j1p.layout import in_our_words
from schemas.shared_reference import SharedReference
from schemas.shared_supplier import of_jaggaer
from schemas.supplier_reading import SupplierReading

_OWN_KEY = "sqIntegrationNumber"
_ROWS = JaggaerRows("supplier")


def identify(row: Row, told: Reading) -> Identity:
    """Return who a supplier of JAGGAER is; its content is what both sides share. Raises Refused."""
    layout = told.names.j1p.supplier
    reading, fields = _read(row, layout)
    changed_at = _ROWS.changed_at(lambda: j1p.changed_at(row, layout))
    return Identity(
        key=_key(reading),
        number=reading.number or reading.name or _key(reading),
        changed_at=changed_at,
        content_hash=_hash(fields),
        business_unit=None,
        currency=None,
        amount=None,
    )


def transform(row: Row, mapping: Mapping) -> Transformed:
    """Return which supplier is to be compared. Raises Refused."""
    reading, fields = _read(row, mapping.j1p.supplier)
    body = SharedReference(jaggaer_key=_key(reading), number=reading.number or reading.name or _key(reading)).encode()
    return Transformed(body=body, body_hash=_hash(fields), send_as=SendAs.PUT)


def _hash(fields: Fields) -> bytes:
    return hashlib.sha256(dumps(dict(sorted(fields.items())))).digest()


def _read(row: Row, layout: j1p.SupplierLayout) -> tuple[SupplierReading, Fields]:
    reading = _ROWS.read(lambda: j1p.parse(dict(row), layout))
    return reading, of_jaggaer(reading, None)


def _key(reading: SupplierReading) -> str:
    if reading.jaggaer_number is None:
        raise _ROWS.refused(_OWN_KEY, "JAGGAER's own number is the key of a supplier, and it is missing.")
    return reading.jaggaer_number


def _listing(profile: J1pSettings) -> Listing:
    layout = profile.layouts.supplier
    own = layout.names.get(_OWN_KEY, _OWN_KEY)
    return Listing(
        noun="supplier",
        path=profile.suppliers_path,
        setting="jaggaer.j1p.suppliers_path",
        changed_since=profile.changed_since,
        by_key=f"{own}=={{number}}",
        date_format=layout.date_format,
        key=lambda row: str(in_our_words(row, layout).get(_OWN_KEY)),
    )


FLOW = Flow(name="jaggaer_suppliers", source=FromJaggaer(listing=_listing), identify=identify, transform=transform)
