"""Transformation: from the payload as the source gave it to the body that will be sent. No I/O.

Whether the document has to be sent at all is decided at delivery, where only one version of it can be under way; here
only a version that is already outdated is let go, because mapping it would be for nothing.
"""

from dataclasses import replace

from common.connections.source import Row
from common.flows.flow import Flow, Lacking, Mapping
from common.ledger.records import Claim
from common.ledger.verdicts import Dead, DeadClass, Need, Superseded, Transformed, Unchanged, dead_by
from common.settings import SPOKEN
from schemas import exact_json
from schemas.refusals import Refused

TransformVerdict = Transformed | Unchanged | Superseded | Dead


def transform(held: Claim, flow: Flow, mapping: Mapping) -> TransformVerdict:
    """Judge a captured record."""
    heir = held.standing.heir
    if heir is not None and not held.budget.may_be_applied:
        return Superseded(by=heir)
    if not held.budget.may_be_applied and (other := overruled(held.payload, flow, mapping)) is not None:
        return other
    return _as_sent(held, flow, mapping) or written(held.payload, flow, mapping)


def overruled(payload: bytes, flow: Flow, mapping: Mapping) -> Superseded | None:
    """Return which record has taken the place of a payload of the source, None while it counts. Pure."""
    if flow.overruled is None:
        return None
    try:
        return flow.overruled(_row(payload), mapping)
    except (exact_json.NotExactJson, Refused):
        return None  # `written` says why


def written(payload: bytes, flow: Flow, mapping: Mapping) -> Transformed | Unchanged | Dead:
    """Return what a payload of the source becomes under a mapping, or why it cannot. Pure."""
    try:
        return flow.transform(_row(payload), mapping)
    except exact_json.NotExactJson as error:
        return Dead(
            category=DeadClass.INVALID,
            reason=f"The document cannot be read exactly: {error}",
            next_step="Correct it at its source; its next version arrives by itself.",
        )
    except Lacking as lacking:
        return _lacking(lacking.need)
    except Refused as refused:
        return dead_by(refused.refusal)


def _lacking(need: Need) -> Dead:
    return Dead(
        category=DeadClass.DEPENDENCE,
        reason=f"{need} is not in the ledger. {need.why}".strip(),
        next_step=f"Make flow {need.flow} deliver it: this document is then released by itself.",
        field=need.field,
        value=need.key or need.number,
        needs=(need,),
    )


def _as_sent(held: Claim, flow: Flow, mapping: Mapping) -> Transformed | None:
    """Return the body that may be at the target already, where only the dialect was changed since it was sent.

    It is looked for as it was sent. Only when it is proved absent is it written in the new dialect.
    """
    if not held.budget.may_be_applied or held.body_hash is None:
        return None
    for dialect in SPOKEN[flow.name] - {mapping.dialect}:
        sent = written(held.payload, flow, replace(mapping, dialect=dialect))
        if isinstance(sent, Transformed) and sent.body_hash == held.body_hash:
            return sent
    return None


def _row(payload: bytes) -> Row:
    row = exact_json.loads(payload)
    if not isinstance(row, dict):
        raise exact_json.NotExactJson("it is not a JSON object")
    return row
