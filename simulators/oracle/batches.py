"""A batch: parts that run in order, all of them or none (oracle-fusion.md, 1.9).

A part reads (`get`), writes (`create`, `update`), acts (`cancel`, `close`), or asks for what no resource here allows. A
part that fails ends the batch: nothing is kept and only that part is described. A read whose `ifNoneMatch` holds the
tag comes without its payload, `preconditionSucceeded` false; a tag that `ifMatch` does not hold fails the batch with
412 [assumed].

Limits: an item of an order, a supplier or an invoice that a part reads shows what earlier parts did to it, a collection
does not; what a part looks up by a number it does not find among them either. Deleting is not enabled for batches.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from simulators.oracle import actions, framework, invoice_processing, writes
from simulators.oracle.attributes import PURCHASE_ORDERS
from simulators.oracle.entity_tags import is_among
from simulators.oracle.errors import UNPARSEABLE, FusionError, not_found
from simulators.oracle.framework import Asked, Shown
from simulators.oracle.invoice_attributes import INVOICES
from simulators.oracle.simulator import OracleSimulator

BATCH_TYPE = "application/vnd.oracle.adf.batch+json"
_WRITES = {"create": "POST", "update": "PATCH"}
_NOT_ENABLED = frozenset({"replace", "delete", "upsert"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One part as it was sent; `path` begins behind the address of the API's version."""

    number: str
    path: str
    operation: str
    payload: Any
    if_match: str | None
    if_none_match: str | None

    @property
    def segments(self) -> list[str]:
        return [segment for segment in self.path.partition("?")[0].split("/") if segment]


def run(simulator: OracleSimulator, body: dict[str, Any], version: int, base: str) -> dict[str, Any]:
    """Run a batch and return its answer. Raises FusionError for the part that fails, and nothing has happened then."""
    parts = body.get("parts")
    if not isinstance(parts, list):
        raise _unreadable("/parts")
    read = [_part(sent, position, base) for position, sent in enumerate(parts)]
    answers = []
    with simulator.all_or_none():
        for position, part in enumerate(read):
            try:
                answers.append(_answered(simulator, part, version, base))
            except FusionError as error:
                raise _of_part(error, position) from error
    simulator.journal.write("batch_applied", base, parts=[f"{part.operation} {part.path}" for part in read])
    return {"parts": answers}


def _part(sent: Any, position: int, base: str) -> _Part:
    where = f"/parts/{position}"
    if not isinstance(sent, dict):
        raise _unreadable(where)
    texts = {name: sent.get(name) for name in ("id", "path", "operation", "ifMatch", "ifNoneMatch")}
    for name, text in texts.items():
        if not isinstance(text, str) and not (text is None and name in ("ifMatch", "ifNoneMatch")):
            raise _unreadable(f"{where}/{name}")
    return _Part(
        number=str(texts["id"]),
        path=str(texts["path"]).removeprefix(base),
        operation=str(texts["operation"]),
        payload=sent.get("payload"),
        if_match=texts["ifMatch"],
        if_none_match=texts["ifNoneMatch"],
    )


def _answered(simulator: OracleSimulator, part: _Part, version: int, base: str) -> dict[str, Any]:
    answer: dict[str, Any] = {"id": part.number, "path": base + part.path, "operation": part.operation}
    if not part.segments:
        raise not_found()
    simulator.rows(part.segments[0])
    if part.operation in _WRITES:
        return answer | _written(simulator, part, version, base)
    if part.operation in _NOT_ENABLED:
        raise FusionError(405, f"The operation {part.operation} is not allowed on this resource.")
    if part.segments == [INVOICES.name] and part.operation in invoice_processing.ACTIONS:
        payload = part.payload if isinstance(part.payload, dict) else {}
        return answer | {"payload": simulator.invoice_processing.act(part.operation, payload)}
    act = None
    if part.operation != "get" and part.segments[0] != PURCHASE_ORDERS.name:
        raise not_found()
    if part.operation != "get":
        act = actions.Target.read(simulator, part.segments[1:], part.operation)
    shown = _shown(simulator, part, version, base)
    held = _precondition(part, shown)
    if held is not None:
        answer["preconditionSucceeded"] = held
    if held is False and part.if_match is not None:
        raise _changed_since(part)
    if held is not False:
        answer["payload"] = shown.body if act is None else act.act(simulator)
    return answer


def _written(simulator: OracleSimulator, part: _Part, version: int, base: str) -> dict[str, Any]:
    """Create or update what a part says, and return its payload."""
    writes.check_allowed(simulator, _WRITES[part.operation], part.segments)
    if not isinstance(part.payload, dict):
        raise FusionError(400, "The request payload can't be parsed.", code=UNPARSEABLE, path="")
    held = None
    if part.operation == "update":
        held = _precondition(part, _shown(simulator, part, version, base))
        if held is False:
            raise _changed_since(part)
    write = writes.create if part.operation == "create" else writes.update
    shown = writes.shown(write(simulator, part.segments, part.payload), base, version)
    return {"payload": shown.body} | ({} if held is None else {"preconditionSucceeded": held})


def _of_part(error: FusionError, position: int) -> FusionError:
    """Return the error of a part with its path in the batch (1.9)."""
    whole = [
        FusionError(error.status, one.detail, code=one.code, path=_path_in_part(one.path, position))
        for one in (error, *error.also)
    ]
    return FusionError.of(whole)


def _path_in_part(path: str | None, position: int) -> str:
    return f"/parts/{position}" if path is None else f"/parts/{position}/payload{path}"


def _changed_since(part: _Part) -> FusionError:
    return FusionError(412, f"The item of part {part.number} was changed: its tag is not among those of ifMatch.")


def _shown(simulator: OracleSimulator, part: _Part, version: int, base: str) -> Shown:
    query = dict(parse_qsl(part.path.partition("?")[2], keep_blank_values=True))
    asked = Asked(parameters=query, framework=version, base=base, resource=part.segments[0])
    if len(part.segments) == 1:
        return framework.collection(simulator, asked)
    return framework.item(simulator, asked, part.segments[1:])


def _precondition(part: _Part, shown: Shown) -> bool | None:
    """Whether the tags of a part let it through; None if it names none, or the item has none."""
    if shown.etag is None or (part.if_match is None and part.if_none_match is None):
        return None
    matches = part.if_match is None or is_among(part.if_match, shown.etag, weakly=False)
    return matches and not is_among(part.if_none_match, shown.etag, weakly=True)


def _unreadable(path: str) -> FusionError:
    return FusionError(400, "The request payload can't be parsed.", code=UNPARSEABLE, path=path)
