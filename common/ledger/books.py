"""The books: what the ledger says of counts, amounts and of one document's whole story. Reads only.

The balance holds two independent counts against each other: the audit events of capture, which are never changed, and
the records' present states. A record that vanished, or one that nobody saw, leaves a difference.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from common.database import statements
from common.database.pool import Database
from common.ledger import payload_place
from common.vault.seal import Vault
from schemas.identity import RecordId

_SQL = statements.load(__name__)
PLACES = ("delivered", "unchanged", "superseded", "in flight", "unknown", "dead")
"""Where a record that was seen can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """So many records, worth so much: currencies are never added, so an entry belongs to one."""

    records: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the balance: a day, a business unit, a flow and a currency. None where the source left it out."""

    day: date
    integration: str
    flow: str
    business_unit: str | None
    currency: str | None
    seen: Entry
    places: dict[str, Entry]

    @property
    def difference(self) -> Entry:
        """Seen less accounted for: zero in both when the books balance."""
        return Entry(
            records=self.seen.records - sum(entry.records for entry in self.places.values()),
            amount=self.seen.amount - sum((entry.amount for entry in self.places.values()), Decimal(0)),
        )

    @property
    def balances(self) -> bool:
        """Whether everything seen is accounted for, in count and in amount."""
        return self.difference == Entry(records=0, amount=Decimal(0))


def balance(database: Database) -> list[Line]:
    """Return the balance, one line per day, business unit, flow and currency."""
    return [_line(row) for row in database.fetch_all(_SQL["balance"])]


def states(database: Database) -> list[dict[str, Any]]:
    """Return how many records are in each state, by integration and flow."""
    return database.fetch_all(_SQL["states"])


def dead(database: Database) -> list[dict[str, Any]]:
    """Return how many records wait for a person, and how long, by integration, flow and class."""
    return database.fetch_all(_SQL["dead"])


def oldest_open(database: Database) -> list[dict[str, Any]]:
    """Return the state and the age of the oldest record of each flow that has not reached its end."""
    return database.fetch_all(_SQL["oldest_open"])


def versions(database: Database, number: str) -> list[dict[str, Any]]:
    """Return every version of the documents of this number, oldest first."""
    return database.fetch_all(_SQL["versions"], {"number": number})


def events(database: Database, record_ids: list[RecordId]) -> list[dict[str, Any]]:
    """Return the audit events of these records, in order."""
    return database.fetch_all(_SQL["events"], {"ids": list(record_ids)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A document that the source has shown: its key there, and its number."""

    key: str
    number: str


def newest_delivered(database: Database, integration: str, flow: str) -> Known | None:
    """Return the newest document of a flow that the target has, None if it has none."""
    row = database.fetch_one(_SQL["newest_delivered"], {"integration": integration, "flow": flow})
    return Known(key=row["document_key"], number=row["document_number"]) if row else None


def payload(database: Database, vault: Vault, record_id: RecordId, part: str) -> bytes | None:
    """Return a record's `source` or `target` payload as it was sealed; None if it has none."""
    row = database.fetch_one(_SQL["payload"], {"record_id": record_id, "part": part})
    return vault.open(bytes(row["sealed"]), payload_place.place(record_id, part)) if row else None


def newest_sources(database: Database, vault: Vault, integration: str, flow: str, number: str) -> list[bytes]:
    """Return the source payload of the newest version of each document of a number. Raises DoesNotOpen."""
    parameters = {"integration": integration, "flow": flow, "number": number}
    rows = database.fetch_all(_SQL["newest_sources"], parameters)
    return [vault.open(bytes(row["sealed"]), payload_place.place(RecordId(row["record_id"]), "source")) for row in rows]


def every_source(
    database: Database, vault: Vault, integration: str, flow: str, number: str
) -> list[tuple[RecordId, bytes]]:
    """Return the source payload of every version of a number's documents, but discarded ones. Raises DoesNotOpen."""
    parameters = {"integration": integration, "flow": flow, "number": number}
    rows = [(RecordId(row["record_id"]), row["sealed"]) for row in database.fetch_all(_SQL["every_source"], parameters)]
    return [
        (record_id, vault.open(bytes(sealed), payload_place.place(record_id, "source"))) for record_id, sealed in rows
    ]


def newest_number(database: Database, integration: str, flow: str, *, delivered: bool) -> str | None:
    """Return the number of the document that a flow read (or delivered) last, None if there is none."""
    row = database.fetch_one(_SQL["newest_number"], {"integration": integration, "flow": flow, "delivered": delivered})
    return str(row["document_number"]) if row else None


def _line(row: dict[str, Any]) -> Line:
    nothing = Entry(records=0, amount=Decimal(0))
    places = {
        name: Entry(records=place["records"], amount=Decimal(place["amount"] or 0))
        for name, place in row["places"].items()
    }
    return Line(
        day=row["day"],
        integration=row["integration"],
        flow=row["flow"],
        business_unit=row["business_unit"],
        currency=row["currency"],
        seen=places.get("seen", nothing),
        places={name: places.get(name, nothing) for name in PLACES},
    )
