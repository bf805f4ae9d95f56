"""Orders in a ledger with their payloads, and what other flows would have delivered: what mappings are about."""

from dataclasses import replace

from common.ledger import payload_place
from common.ledger.records import Stage
from common.ledger.verdicts import Dead, DeadClass
from schemas import exact_json
from schemas.identity import RecordId
from schemas.purchase_order import PurchaseOrder
from tests.factories import purchase_order
from tests.integration.bench import LedgerBench, version
from tests.oracle_orders import as_oracle

UNMAPPED = Dead(category=DeadClass.MAPPING, reason="no such code", next_step="map it", field="UOMCode", value="Crate")


def order_in(unit: str, order: PurchaseOrder | None = None) -> bytes:
    """Return an order as Oracle gives it, every line in one unit."""
    given = order or purchase_order()
    return as_source(replace(given, lines=tuple(replace(line, uom=unit) for line in given.lines)))


def as_source(order: PurchaseOrder) -> bytes:
    """Return the payload of an order as Oracle gives it."""
    return exact_json.dumps(as_oracle(order))


def seen(bench: LedgerBench, key: int, payload: bytes) -> RecordId:
    """Take an order with its payload into the ledger."""
    (record_id,) = bench.see(version(key))
    sealed = bench.vault.seal(payload, payload_place.place(record_id, "source"))
    with bench.database.connection() as connection:
        connection.execute("UPDATE payload SET sealed = %s WHERE record_id = %s", [sealed, record_id])
    return record_id


def dead(bench: LedgerBench, key: int, payload: bytes, verdict: Dead = UNMAPPED) -> RecordId:
    """Take an order into the ledger that dies of a verdict."""
    record_id = seen(bench, key, payload)
    bench.settle(bench.claim(Stage.TRANSFORM, record_id), verdict)
    return record_id


def delivered(bench: LedgerBench, flow: str, number: str, *, action: str = "put", description: str = "") -> None:
    """Note a document of another flow as delivered, with a payload that describes it."""
    key = bench.count(b"SELECT count(*) + 1000 AS n FROM record")
    record_id = seen(bench, key, exact_json.dumps({"Value": number, "Description": description}))
    with bench.database.connection() as connection:
        connection.execute(
            "UPDATE document SET flow = %s, document_number = %s, delivered_action = %s WHERE newest_record_id = %s",
            [flow, number, action, record_id],
        )
