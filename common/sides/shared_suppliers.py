"""Suppliers on both sides: how each side's is found, compared and told what it lacks.

A supplier of JAGGAER's own has no ERP number. It is the one of Oracle that has its tax id, its DUNS number or exactly
its name; if several have, a person must say which, and if none has, it is added to Oracle (oracle-fusion.md, 4).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from common.connections.exchange import Answer, Exchange, Request
from common.connections.source import Row, SourceRefused, SourceUnreadable
from common.connections.target import Outgoing, TargetVerdict
from common.flows import suppliers as flow
from common.jaggaer import answers as jaggaer_answers
from common.jaggaer import filters as jaggaer_filters
from common.jaggaer.source import rows
from common.ledger.pairs import Pair
from common.ledger.verdicts import Dead, DeadClass, Delivered
from common.oracle import filters, writes
from common.oracle.client import OracleClient
from common.settings import J1pSettings
from common.sides.shared_documents import Both, Names, Towards
from schemas import exact_json
from schemas.convergence import Converged, Seen
from schemas.j1p import supplier as j1p
from schemas.j1p.fields import UnreadableOrder
from schemas.j1p.supplier_merge import merged
from schemas.oracle import supplier as oracle
from schemas.oracle import supplier_changes
from schemas.oracle.supplier_changes import Change
from schemas.shared_reference import SharedReference
from schemas.shared_supplier import of_jaggaer, of_oracle
from schemas.supplier import Supplier
from schemas.supplier_reading import SupplierReading, same_content

_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
_JAGGAERS_NUMBER = "sqIntegrationNumber"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPairs:
    """What the ledger knows of pairs, by either side's key."""

    of_oracle: Callable[[str], Pair | None]
    of_jaggaer: Callable[[str], Pair | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppliers:
    """Suppliers as shared documents; see `shared_documents.Kind`."""

    client: OracleClient
    jaggaer: Exchange
    profile: J1pSettings
    pairs: KnownPairs
    version: str
    tax_organization: str
    name: str = flow.FLOW.name

    @property
    def noun(self) -> str:
        """What a person calls it."""
        return "supplier"

    def look(self, reference: SharedReference) -> Both | Dead:
        """Read both sides."""
        if reference.oracle_key is not None:
            return self._from_oracle(reference.oracle_key)
        return self._from_jaggaer(reference.jaggaer_key or "")

    def _from_oracle(self, key: str) -> Both | Dead:
        pair = self.pairs.of_oracle(key)
        found = self._of_oracle(f"SupplierId = {int(key)}")
        if not found:
            return _gone("Oracle", key)
        supplier = oracle.parse(found[0])
        if pair is not None and pair.jaggaer_key is not None:
            theirs = self._listed(_JAGGAERS_NUMBER, pair.jaggaer_key)
        else:
            theirs = self._listed(self._layout.erp_number, supplier.number) or self._unnumbered(supplier)
        if len(theirs) > 1:
            return _ambiguous(supplier.name, "JAGGAER", [self._read(row).jaggaer_number or "" for row in theirs])
        return Both(oracle=found[0], jaggaer=next(iter(theirs), None), pair=pair)

    def _from_jaggaer(self, key: str) -> Both | Dead:
        theirs = self._listed(_JAGGAERS_NUMBER, key)
        if not theirs:
            return _gone("JAGGAER", key)
        reading, pair = self._read(theirs[0]), self.pairs.of_jaggaer(key)
        if pair is not None:
            found = self._of_oracle(f"SupplierId = {int(pair.oracle_key)}")
        elif reading.number is not None:
            found = self._of_oracle(filters.equals("SupplierNumber", reading.number))
        else:
            found = self._candidates(reading)
        if len(found) > 1:
            numbers = [str(row.get("SupplierNumber")) for row in found]
            return _ambiguous(reading.name or key, "Oracle", numbers)
        ours = next(iter(found), None)
        known = pair or (self.pairs.of_oracle(str(ours.get("SupplierId"))) if ours is not None else None)
        if known is not None and known.jaggaer_key not in (None, key):
            return _taken(reading.name or key, known)
        return Both(oracle=ours, jaggaer=theirs[0], pair=known)

    def _candidates(self, reading: SupplierReading) -> list[Row]:
        """Return the suppliers of Oracle that may be the one of JAGGAER, each once."""
        by = (
            ("TaxpayerId", reading.tax_identification),
            ("DUNSNumber", reading.duns),
            ("Supplier", reading.name),
        )
        found: dict[str, Row] = {}
        for attribute, value in by:
            for row in self._matching(attribute, value) if value else ():
                found.setdefault(str(row.get("SupplierId")), row)
        return list(found.values())

    def _matching(self, attribute: str, value: str) -> list[Row]:
        try:
            return self._of_oracle(filters.equals(attribute, value))
        except (SourceRefused, filters.NotQuotable):  # not every tenant's suppliers can be asked for by it (1.3)
            return []

    def _unnumbered(self, supplier: Supplier) -> list[Row]:
        """Return JAGGAER's own suppliers without an ERP number that may be the one of Oracle, each once."""
        by = (
            ("taxIdentificationNumber", supplier.taxpayer_id),
            ("duns", supplier.duns),
            ("name", supplier.name),
        )
        found: dict[str, Row] = {}
        for name, value in by:
            for row in self._asked(name, value) if value else ():
                reading = self._read(row)
                if reading.number is None and reading.jaggaer_number is not None:
                    found.setdefault(reading.jaggaer_number, row)
        return list(found.values())

    def _asked(self, name: str, value: str) -> list[Row]:
        try:
            return self._listed(name, value)
        except (SourceRefused, jaggaer_filters.NotFilterable):
            return []

    def seen(self, both: Both) -> tuple[Seen, Seen]:
        """Return both sides' fields."""
        supplier = oracle.parse(both.oracle) if both.oracle is not None else None
        ours = Seen(fields={}, changed_at=_NEVER)
        theirs = ours
        if supplier is not None:
            ours = Seen(fields=of_oracle(supplier), changed_at=supplier.changed_at)
        if both.jaggaer is not None:
            changed = j1p.changed_at(both.jaggaer, self._layout) or _NEVER
            theirs = Seen(fields=of_jaggaer(self._read(both.jaggaer), supplier), changed_at=changed)
        return ours, theirs

    def names(self, both: Both) -> Names | None:
        """Return what the supplier is called, None while Oracle does not have it."""
        if both.oracle is None:
            return None
        supplier = oracle.parse(both.oracle)
        own = self._read(both.jaggaer).jaggaer_number if both.jaggaer is not None else None
        return Names(oracle_key=str(supplier.key), oracle_number=supplier.number, jaggaer_key=own)

    def to_oracle(self, both: Both, found: Converged, outgoing: Outgoing) -> Iterator[Request]:
        """Yield what Oracle is to be told."""
        ours, _ = self.seen(both)
        wanted, on = found.wanted_of(ours.fields), outgoing.intent.stated_at.date()
        if both.oracle is None:
            new = supplier_changes.header_of_new(wanted, tax_organization=self.tax_organization, on=on)
            yield self._write(writes.post("/suppliers", new.attributes))
            return
        key = str(oracle.parse(both.oracle).key)
        for change in supplier_changes.changes(wanted, on=on):
            yield self._write(_request(key, change))

    def to_jaggaer(self, both: Both, found: Converged, outgoing: Outgoing) -> Iterator[Request]:
        """Yield what JAGGAER is to be told: the supplier whole, unless it has just that."""
        if both.oracle is None:
            return
        body = j1p.build(oracle.parse(both.oracle), layout=self._layout)
        undecided = {conflict.field: conflict.jaggaer for conflict in found.conflicts}
        body = merged(body, both.jaggaer, {**found.fields, **undecided}, self._layout)
        wanted = j1p.parse(exact_json.loads(body), self._layout)
        _, theirs = self.seen(both)
        has_all = not found.missing_from(theirs.fields, both.pair.agreed if both.pair else {})
        if both.jaggaer is not None and has_all and same_content(wanted, self._read(both.jaggaer)):
            return
        content = j1p.address(body, outgoing.intent, self._layout)
        yield Request(method="POST", path=self.profile.suppliers_path, headers=_JSON, content=content)

    def judge(self, towards: Towards, answer: Answer, number: str) -> TargetVerdict | None:
        """Return what an answer means where it is no success."""
        if towards is Towards.ORACLE:
            return writes.refusal(answer, f"supplier {number}")
        verdict = jaggaer_answers.j1p_import(answer, number, noun="supplier")
        return None if isinstance(verdict, Delivered) else verdict

    @property
    def _layout(self) -> j1p.SupplierLayout:
        return self.profile.layouts.supplier

    def _of_oracle(self, condition: str) -> list[Row]:
        return self.client.matching(flow.RESOURCE, condition)

    def _listed(self, name: str, value: str) -> list[Row]:
        query = {
            self.profile.filter_parameter: jaggaer_filters.equals(name, value),
            self.profile.start_parameter: str(self.profile.first_row),
        }
        path = self.profile.suppliers_path
        return rows(self.jaggaer.send(Request(method="GET", path=path, query=query, headers=_JSON)))

    def _read(self, row: Row) -> SupplierReading:
        try:
            return j1p.parse(dict(row), self._layout)
        except UnreadableOrder as error:
            raise SourceUnreadable(f"JAGGAER's supplier cannot be read: {error}") from error

    def _write(self, request: Request) -> Request:
        return writes.at(self.version, request)


def _request(supplier: str, change: Change) -> Request:
    path = f"/suppliers/{supplier}"
    if not change.part:
        return writes.patch(path, change.attributes)
    below = f"{path}/child/{change.part}"
    if change.key is None:
        return writes.post(below, change.attributes)
    return writes.patch(f"{below}/{change.key}", change.attributes)


def _gone(system: str, key: str) -> Dead:
    return Dead(
        category=DeadClass.CONFLICT,
        reason=f"{system} does not show supplier {key} any more.",
        next_step=f"Find out who removed it. If it is really gone, discard this; if not, give {system}'s user access.",
    )


def _ambiguous(name: str, system: str, candidates: list[str]) -> Dead:
    return Dead(
        category=DeadClass.CONFLICT,
        reason=f"Several suppliers of {system} may be {name}: {', '.join(candidates)}.",
        next_step="Say which it is: `ml-connector conflicts pair`, or give both the same number, then replay.",
        field="name",
        value=name,
    )


def _taken(name: str, pair: Pair) -> Dead:
    return Dead(
        category=DeadClass.CONFLICT,
        reason=f"{name} is supplier {pair.oracle_number} of Oracle, but that is {pair.jaggaer_key} in JAGGAER already.",
        next_step="Merge both suppliers in JAGGAER, or correct the tax id, DUNS number or name of one, then replay.",
        field="name",
        value=name,
    )
