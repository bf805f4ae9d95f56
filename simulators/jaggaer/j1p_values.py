"""The J1P custom-field values, which are JAGGAER's accounting codes: import with a result per value, list (2.4, 3.5).

`{"results": [{"value", "returnCode", "returnMessage"}]}` tells what became of every value, and the usual list of errors
names those that failed. The import as a whole fails only if no value of it was applied [assumed].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.jaggaer import j1p_field_value
from simulators.jaggaer.business_faults import BusinessFault, BusinessFaultKind
from simulators.jaggaer.field_value import FieldValue, ValueKey
from simulators.jaggaer.filters import Fields
from simulators.jaggaer.j1p_answers import (
    BASE,
    DEFAULT_FAULT_CODE,
    RETURN_CODES,
    J1pAnswers,
    Listing,
    object_errors,
    spoiled,
)
from simulators.jaggaer.j1p_field_value import Mode, ValueDraft
from simulators.jaggaer.j1p_fields import NotUnderstood
from simulators.jaggaer.order import DocumentKind, Door, Reason, Refusal
from simulators.jaggaer.simulator import JaggaerSimulator

VALUES_PATH = BASE + "/customfieldvalues"


def _keys(equal: Mapping[str, str]) -> Sequence[ValueKey] | None:
    return [(equal["CUSTOMFIELD"], equal["VALUE"])] if {"CUSTOMFIELD", "VALUE"} <= set(equal) else None


_LISTING: Listing[ValueKey, FieldValue] = Listing(
    outer="jicustomfieldvalueList",
    inner="jicustomfieldvalue",
    fields=Fields(
        texts={
            "CUSTOMFIELD": lambda value: value.custom_field,
            "VALUE": lambda value: value.value,
            "ACTIVE": lambda value: str(value.active).lower(),
            "PARENT": lambda value: value.parent or "",
            "ORIGINALREQUESTMESSAGEID": lambda value: value.last_key,
        }
    ),
    keys=_keys,
    row=j1p_field_value.read_back,
    without_optional=j1p_field_value.without_optional,
)


_REFUSING = (BusinessFaultKind.REFUSE, BusinessFaultKind.PARTIAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """What became of one value: code 0 and no text if it was applied, and the fault that hit it."""

    value: str
    code: int
    text: str
    fault: BusinessFault | None


class ValuesResource:
    """The endpoints of one instance."""

    def __init__(self, simulator: JaggaerSimulator) -> None:
        self._simulator = simulator
        self._answers = J1pAnswers(simulator)

    def routes(self) -> list[Route]:
        """Return the route of this resource."""
        return [Route(VALUES_PATH, self._answers.guarded(self.values), methods=["GET", "POST"])]

    async def values(self, request: Request) -> Response:
        """Import values (POST) or list them (GET)."""
        if request.method == "POST":
            return self._imported(await request.body())
        return self._answers.listed(request, self._simulator.values, _LISTING)

    def _imported(self, body: bytes) -> Response:
        answers, kind = self._answers, DocumentKind.VALUE
        message = answers.opened(body, kind)
        if isinstance(message, Response):
            return message
        try:
            draft = j1p_field_value.draft_from(message.body)
        except NotUnderstood as error:
            return answers.not_understood(error, kind, message.batch)
        results = [self._applied(draft.custom_field, value, row, message.batch) for value, row in draft.rows]
        if draft.mode is Mode.REPLACE:
            self._simulator.retire_values(draft.custom_field, {value for value, _ in draft.rows}, key=message.batch)
        spoiling = next((one.fault for one in results if one.fault and one.fault.kind not in _REFUSING), None)
        return spoiled(self._answer(results), spoiling)

    def _applied(self, custom_field: str, value: str, row: ValueDraft | Refusal, batch: str) -> _Result:
        """Apply one value, or note why it was not."""
        fault = self._answers.fault(DocumentKind.VALUE, f"{custom_field}={value}")
        if isinstance(row, ValueDraft) and (fault is None or fault.kind not in _REFUSING):
            self._simulator.take_value(custom_field, row, key=batch)
            return _Result(value=value, code=0, text="", fault=fault)
        if isinstance(row, Refusal):
            refusal, code = row, RETURN_CODES[row.reason]
        else:
            text = f"Value {value} of custom field {custom_field}: {fault.text if fault else ''}"
            refusal, code = Refusal(reason=Reason.FAULT, text=text), (fault and fault.code) or DEFAULT_FAULT_CODE
        number = f"{custom_field}={value}"
        self._simulator.refused(refusal, kind=DocumentKind.VALUE, door=Door.J1P, number=number, key=batch, code=code)
        return _Result(value=value, code=code, text=refusal.text, fault=fault)

    def _answer(self, results: Sequence[_Result]) -> Response:
        failed = [one for one in results if one.code]
        rows = [{"value": one.value, "returnCode": one.code, "returnMessage": one.text} for one in results]
        errors = object_errors(DocumentKind.VALUE, [(one.value, one.text) for one in failed]) if failed else {}
        counts = f"attempted={len(results)}, Total documents completed={len(results) - len(failed)}"
        hidden = any(one.fault and one.fault.kind is BusinessFaultKind.PARTIAL for one in failed)
        none_applied = bool(failed) and len(failed) == len(results) and not hidden
        said = f"{'All documents failed.' if none_applied else 'Success'} (Counts: Total documents {counts})"
        code = failed[0].code if none_applied else 0
        return self._answers.wrapped(code, said if failed else "", {"results": rows, **errors})
