"""Requests that have an effect at Oracle, and what the answers to them mean. Pure.

Sources: oracle-fusion.md, 1.7 (methods and media types) and 1.8 (statuses). What a 200 or 201 says is the door's to
read: Oracle reports business failures inside them (3.6).
"""

from collections.abc import Mapping
from dataclasses import replace

from common.connections import retry_after
from common.connections.exchange import Answer, Request
from common.ledger.verdicts import Dead, DeadClass, Unclear, Wait
from common.oracle import answers
from common.telemetry import redaction
from schemas import exact_json
from schemas.exact_json import JsonValue

API = "/fscmRestApi/resources"
FRAMEWORK = {"REST-Framework-Version": "4", "Accept": "application/json"}
_ACTION = "application/vnd.oracle.adf.action+json"
_NOT_LET_IN_SECONDS = 60.0
_CONFLICT_SECONDS = 5.0
_NEXT_STEP = "Remove the cause in Oracle or in the document, then replay the dead letter."


def at(version: str, request: Request) -> Request:
    """Return a request of below at the API of a version."""
    return replace(request, path=f"{API}/{version}{request.path}")


def post(path: str, fields: Mapping[str, JsonValue]) -> Request:
    """Return the request that creates an item; `path` begins after the API's version."""
    return _write("POST", path, fields, "application/json")


def patch(path: str, fields: Mapping[str, JsonValue]) -> Request:
    """Return the request that changes an item."""
    return _write("PATCH", path, fields, "application/json")


def delete(path: str) -> Request:
    """Return the request that removes an item."""
    return Request(method="DELETE", path=path, headers=FRAMEWORK)


def action(path: str, parameters: Mapping[str, JsonValue]) -> Request:
    """Return the request that performs an action; its media type is its own (1.7)."""
    return _write("POST", path, parameters, _ACTION)


def refusal(answer: Answer, what: str) -> Dead | Wait | Unclear | None:
    """Return what a write's answer means where it is not a success, None for one that is. `what` names the document."""
    status = answer.status
    if status in (200, 201, 204):
        return None
    said = redaction.mask(answers.reason(answer.content))
    if status == 429:
        return Wait(seconds=retry_after.seconds(answer.headers), reason="Oracle asks us to slow down (HTTP 429).")
    if status in (401, 403):
        reason = f"Oracle does not let our user write {what} (HTTP {status}): {said}"
        return Wait(seconds=_NOT_LET_IN_SECONDS, reason=reason)
    if status == 409:
        return Wait(seconds=_CONFLICT_SECONDS, reason=f"Oracle has {what} changed by another at the moment (HTTP 409).")
    if 400 <= status < 500 and status != 408:
        return Dead(
            category=DeadClass.REFUSED,
            reason=f"Oracle refuses {what} with HTTP {status}: {said}",
            next_step=_NEXT_STEP,
            field="HTTP status",
            value=str(status),
            refused_by_target=True,
        )
    return Unclear(reason=f"Oracle answers HTTP {status} to {what}: {said}")


def _write(method: str, path: str, fields: Mapping[str, JsonValue], media_type: str) -> Request:
    content = exact_json.dumps(dict(fields))
    return Request(method=method, path=path, headers={**FRAMEWORK, "Content-Type": media_type}, content=content)
