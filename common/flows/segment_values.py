"""Values of a segment's value set, from Oracle to the custom field that takes them in JAGGAER.

Source: `valueSets/{code}/child/values` by stamp, the only reference data that has one (oracle-fusion.md, 3.7). Target:
J1P custom-field values (jaggaer-cxml.md, 2.4 and 3.5). A value is never taken away: one that may not be used any more
is sent as inactive, and one that was never sent is not sent for that. A value whose dates begin or end is a new version
on the day on which a poll or the rescan reads it.
"""

from dataclasses import replace
from urllib.parse import quote

from common.connections.source import Row, SourceRefused
from common.flows.flow import Flow, FromOracle, Mapping, SourceNames
from common.ledger.verdicts import SendAs, Transformed, Unchanged
from common.oracle.resource import Resource
from schemas.identity import body_hash
from schemas.j1p import custom_field_value as j1p
from schemas.oracle import segment_value as oracle
from schemas.reference_value import ReferenceValue
from schemas.shared_reference import SharedReference


def sent(value: ReferenceValue, mapping: Mapping) -> Transformed:
    """Return what is to be sent of a code. Raises Refused."""
    body = j1p.build(value, custom_field=mapping.custom_field, on=mapping.on, layout=mapping.j1p.value)
    send_as = SendAs.PUT if value.usable(mapping.on) else SendAs.CANCEL
    return Transformed(body=body, body_hash=body_hash(body), send_as=send_as)


def segment_values(name: str, segment: str) -> Flow:
    """Return the flow of one segment's values; `segment` is a key of `SourceNames.value_sets`."""

    def resource(names: SourceNames) -> Resource:
        code = names.value_sets.get(segment)
        if code is None:
            raise SourceRefused(f"the settings name no value set of segment {segment}: add it to accounts.value_sets")
        code = quote(code, safe="")
        return Resource(path=f"valueSets/{code}/child/values", key="ValueId", number="Value")

    def transform(row: Row, mapping: Mapping) -> Transformed | Unchanged:
        value = oracle.parse(row)
        reference = SharedReference(oracle_key=str(value.key), number=value.number)
        written = sent(value, mapping)
        return replace(written, body=reference.encode()) if mapping.shared else written

    return Flow(
        name=name,
        source=FromOracle(resource=resource, cut=oracle.cut_children),
        identify=lambda row, told: oracle.identify(row, on=told.on),
        transform=transform,
    )
