"""Accounts and cost centers on both sides: a segment's value in Oracle, an allowed value of a custom field in JAGGAER.

A code is the same code on both sides, so nothing need be learned; what either side may change is its description and
whether it may be used. Whether a value may be used in Oracle depends on more than its flag (dates, posting, summary):
what is not used for another reason than the flag cannot be switched on from JAGGAER (oracle-fusion.md, 3.7).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from common.connections.exchange import Answer, Exchange, Request
from common.connections.source import Row, SourceUnreadable
from common.connections.target import Outgoing, TargetVerdict
from common.jaggaer import answers as jaggaer_answers
from common.jaggaer import filters as jaggaer_filters
from common.jaggaer.source import rows
from common.ledger.verdicts import Dead, DeadClass, Delivered
from common.oracle import filters, writes
from common.oracle.client import OracleClient
from common.oracle.resource import Resource
from common.settings import J1pSettings
from common.sides.shared_documents import Both, Names, Towards
from common.sides.shared_suppliers import KnownPairs
from schemas import exact_json
from schemas.convergence import Converged, Seen
from schemas.exact_json import JsonValue
from schemas.j1p import custom_field_value as j1p
from schemas.j1p.fields import UnreadableOrder
from schemas.oracle import segment_value as oracle
from schemas.reference_value import ReferenceValue
from schemas.refusals import Refusal, RefusalClass, Refused
from schemas.shared_reference import SharedReference

_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The values of one segment as shared documents; see `shared_documents.Kind`."""

    name: str
    custom_field: str
    resource: Callable[[], Resource]
    client: OracleClient
    jaggaer: Exchange
    profile: J1pSettings
    pairs: KnownPairs
    version: str
    today: Callable[[], date]

    @property
    def noun(self) -> str:
        """What a person calls it."""
        return f"value of {self.custom_field}"

    def look(self, reference: SharedReference) -> Both | Dead:
        """Read both sides: the code names the value on both."""
        code = reference.number
        ours = self.client.matching(self.resource(), filters.equals("Value", code))
        theirs = self._listed(code)
        if reference.oracle_key is not None and not ours:
            return _gone("Oracle", code, self.noun)
        if reference.jaggaer_key is not None and not theirs:
            return _gone("JAGGAER", code, self.noun)
        found = next(iter(ours), None)
        pair = self.pairs.of_oracle(str(found.get("ValueId"))) if found is not None else None
        return Both(oracle=found, jaggaer=next(iter(theirs), None), pair=pair)

    def seen(self, both: Both) -> tuple[Seen, Seen]:
        """Return both sides' fields."""
        ours = theirs = Seen(fields={}, changed_at=_NEVER)
        if both.oracle is not None:
            value = oracle.parse(both.oracle)
            ours = Seen(fields=_fields(value.description, value.usable(self.today())), changed_at=value.changed_at)
        if both.jaggaer is not None:
            reading = self._read(both.jaggaer)
            changed = j1p.changed_at(both.jaggaer, self._layout) or _NEVER
            theirs = Seen(fields=_fields(reading.description, reading.active), changed_at=changed)
        return ours, theirs

    def names(self, both: Both) -> Names | None:
        """Return what the value is called, None while Oracle does not have it."""
        if both.oracle is None:
            return None
        value = oracle.parse(both.oracle)
        return Names(oracle_key=str(value.key), oracle_number=value.number, jaggaer_key=value.number)

    def to_oracle(self, both: Both, found: Converged, outgoing: Outgoing) -> Iterator[Request]:
        """Yield what Oracle is to be told."""
        ours, _ = self.seen(both)
        wanted = found.wanted_of(ours.fields)
        path = f"/{self.resource().path}"
        if both.oracle is None:
            named = {"Value": outgoing.number, "EnabledFlag": "Y", **_attributes(wanted)}
            yield writes.at(self.version, writes.post(path, named))
        elif wanted:
            value = oracle.parse(both.oracle)
            _check_flag(value, wanted)
            yield writes.at(self.version, writes.patch(f"{path}/{value.key}", _attributes(wanted)))

    def to_jaggaer(self, both: Both, found: Converged, outgoing: Outgoing) -> Iterator[Request]:
        """Yield what JAGGAER is to be told: the value, unless it has just that."""
        if both.oracle is None:
            return
        undecided = {conflict.field: conflict.jaggaer for conflict in found.conflicts}
        body = j1p.build(
            oracle.parse(both.oracle), custom_field=self.custom_field, on=self.today(), layout=self._layout
        )
        body = j1p.with_fields(body, {**found.fields, **undecided}, self._layout)
        wanted = j1p.parse(exact_json.loads(body), self._layout)
        _, theirs = self.seen(both)
        has_all = not found.missing_from(theirs.fields, both.pair.agreed if both.pair else {})
        if both.jaggaer is not None and has_all and j1p.same_content(wanted, self._read(both.jaggaer)):
            return
        content = j1p.address(body, outgoing.intent, self._layout)
        yield Request(method="POST", path=self.profile.custom_field_values_path, headers=_JSON, content=content)

    def judge(self, towards: Towards, answer: Answer, number: str) -> TargetVerdict | None:
        """Return what an answer means where it is no success."""
        if towards is Towards.ORACLE:
            return writes.refusal(answer, f"{self.noun} {number}")
        verdict = jaggaer_answers.j1p_import(answer, number, noun=self.noun)
        return None if isinstance(verdict, Delivered) else verdict

    @property
    def _layout(self) -> j1p.CustomFieldLayout:
        return self.profile.layouts.value

    def _listed(self, code: str) -> list[Row]:
        named = jaggaer_filters.equals(self._layout.custom_field, self.custom_field)
        query = {
            self.profile.filter_parameter: f"{named};{jaggaer_filters.equals('value', code)}",
            self.profile.start_parameter: str(self.profile.first_row),
        }
        path = self.profile.custom_field_values_path
        return rows(self.jaggaer.send(Request(method="GET", path=path, query=query, headers=_JSON)))

    def _read(self, row: Row) -> j1p.CustomFieldValue:
        try:
            return j1p.parse(dict(row), self._layout)
        except UnreadableOrder as error:
            raise SourceUnreadable(f"JAGGAER's {self.noun} cannot be read: {error}") from error


def _fields(description: str | None, active: bool | None) -> dict[str, str | None]:  # noqa: FBT001 - a value, no switch
    stated = {"description": description or None, "active": None if active is None else str(active).lower()}
    return {name: value for name, value in stated.items() if value is not None}


def _attributes(wanted: dict[str, str | None]) -> dict[str, JsonValue]:
    written: dict[str, JsonValue] = {}
    if "description" in wanted:
        written["Description"] = wanted["description"]
    if "active" in wanted:
        written["EnabledFlag"] = "Y" if wanted["active"] == "true" else "N"
    return written


def _check_flag(value: ReferenceValue, wanted: dict[str, str | None]) -> None:
    """Refuse to switch on what is off for another reason than its flag: writing the flag would change nothing."""
    if wanted.get("active") == "true" and value.enabled:
        raise Refused(
            Refusal(
                category=RefusalClass.CONFLICT,
                field="active",
                value=value.number,
                reason="JAGGAER has it in use, but in Oracle its dates, or that it is a parent or not posted to, "
                "keep it from that.",
                next_step="Change its dates in Oracle, or switch it off in JAGGAER; then replay.",
            )
        )


def _gone(system: str, code: str, noun: str) -> Dead:
    return Dead(
        category=DeadClass.CONFLICT,
        reason=f"{system} does not show the {noun} {code} any more.",
        next_step=f"Find out who removed it. If it is really gone, discard this; if not, give {system}'s user access.",
    )
