"""The gateway over real HTTP and a real ledger: what is answered when, and that nothing comes of it twice."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from common.database.pool import Database
from common.installation import SEALED_TABLES
from common.ledger import inbox
from common.vault import rotation
from common.vault.rotation import Pace
from schemas.cxml import profile_response
from schemas.identity import dedupe_key
from tests.fixtures import gateway
from tests.fixtures.gateway import OTHER_SECRET, RunningGateway
from tests.fixtures.received import Pushed, confirmation, receipt
from tests.integration.bench import LedgerBench, version
from tests.integration.shared_gateway.gateway_bench import inbox_takes_a_while

RECEIPT = Pushed(content=receipt())


def counts(database: Database) -> tuple[int, int, int, int]:
    """Return how many pushed records, tickets for them, jobs and inbox rows there are."""
    row = database.fetch_one(
        b"""SELECT (SELECT count(*) FROM record WHERE flow LIKE 'pushed%%') AS records,
                   (SELECT count(*) FROM outbox WHERE flow LIKE 'pushed%%' AND record_id IS NOT NULL) AS tickets,
                   (SELECT count(*) FROM job WHERE kind = 'pushed' AND state = 'done') AS jobs,
                   (SELECT count(*) FROM inbox) AS requests""",
        {},
    )
    assert row is not None
    return row["records"], row["tickets"], row["jobs"], row["requests"]


def test_a_document_is_in_the_ledger_when_it_is_answered(door: RunningGateway, database: Database) -> None:
    answer = door.post(RECEIPT.document())

    assert (answer.http, answer.code, answer.status.detail) == (200, 200, "Received R1.")
    assert counts(database) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("pushed", "code", "said"),
    [
        (replace(RECEIPT, secret="wrong-secret"), 401, "not known here"),
        (replace(RECEIPT, secret=gateway.SECRET + "x"), 401, "not known here"),
        (replace(RECEIPT, secret=""), 401, "not known here"),
        (replace(RECEIPT, secret=OTHER_SECRET), 401, "not known here"),
        (replace(RECEIPT, sender=("NetworkID", "another")), 401, "not known here"),
        (replace(RECEIPT, to=("DUNS", "1")), 403, "for DUNS 1"),
        (replace(RECEIPT, sender=("DUNS", "999"), secret=OTHER_SECRET), 403, "speak for itself"),
        (replace(RECEIPT, mode="test"), 400, "production only"),
        (replace(RECEIPT, content="<OrderRequest/>"), 450, "OrderRequest is not taken"),
        (replace(RECEIPT, content=receipt(order="US9")), 417, "order US9 is not known"),
        (replace(RECEIPT, content=receipt("bad-1")), 400, "begins with bad. Give it another one."),
        (replace(RECEIPT, content=receipt(quantity="many")), 406, "ReceiptItem (line 7)"),
        (replace(RECEIPT, content=receipt(more="<x")), 406, "line 7"),
        (replace(RECEIPT, content="<ReceiptRequest/>"), 406, "ReceiptRequest takes"),
        (replace(RECEIPT, payload_id=" "), 406, "payloadID"),
        (replace(RECEIPT, payload_id="p" * 256), 406, "payloadID"),
        (replace(RECEIPT, content=receipt("n" * 101)), 400, "over 100 characters"),
        (replace(RECEIPT, sender=("NetworkID", "n" * 101)), 406, "over 100 characters"),
    ],
)
def test_what_is_not_taken_is_told_exactly(
    door: RunningGateway, database: Database, pushed: Pushed, code: int, said: str
) -> None:
    answer = door.post(pushed.document())

    assert (answer.http, answer.code) == (200, code)
    assert said in answer.status.detail
    assert counts(database)[0] == 0


def test_parties_are_the_same_however_they_are_written(door: RunningGateway) -> None:
    one = replace(RECEIPT, sender=(" networkid ", "\n hub \n"), to=("duns", "12-345-6789"))
    assert door.post(one.document()).code == 200


def test_a_sender_speaks_for_itself(door: RunningGateway) -> None:
    own = replace(RECEIPT, sender=("DUNS", "999"), origin=("DUNS", "9-99"), secret=OTHER_SECRET)
    assert door.post(own.document()).code == 200


def test_a_repetition_gets_the_first_answer_to_the_byte(door: RunningGateway, database: Database) -> None:
    first = door.post(RECEIPT.document())
    again = door.post(replace(RECEIPT, attributes='timestamp="2026-11-03T00:00:00Z"').document())

    assert again.body == first.body
    assert counts(database) == (1, 1, 1, 1)


def test_a_hundred_copies_at_once_have_one_effect_and_one_answer(door: RunningGateway, database: Database) -> None:
    document = RECEIPT.document()
    with inbox_takes_a_while(database, "AFTER INSERT", seconds=0.5), ThreadPoolExecutor(100) as senders:
        answers = [future.result() for future in [senders.submit(door.post, document) for _ in range(100)]]

    assert len({answer.body for answer in answers}) == 1
    assert {answer.code for answer in answers} == {200}
    assert counts(database) == (1, 1, 1, 1)


def test_numbers_at_once_are_compared_one_after_the_other(door: RunningGateway, database: Database) -> None:
    documents = [replace(RECEIPT, payload_id=f"{n}@hub", content=receipt(quantity=str(n))).document() for n in range(4)]
    with inbox_takes_a_while(database, "AFTER INSERT", seconds=0.5), ThreadPoolExecutor(4) as senders:
        codes = Counter(answer.code for answer in senders.map(door.post, documents))

    assert codes == {200: 1, 409: 3}


def test_other_content_under_a_known_payload_id_is_a_conflict(door: RunningGateway, database: Database) -> None:
    door.post(RECEIPT.document())
    answer = door.post(replace(RECEIPT, content=receipt("R2")).document())

    assert answer.code == 409
    assert "needs a new one" in answer.status.detail
    assert counts(database)[0] == 1
    assert door.post(RECEIPT.document()).code == 200


def test_two_senders_may_use_the_same_payload_id(door: RunningGateway, database: Database) -> None:
    door.post(RECEIPT.document())
    other = replace(RECEIPT, sender=("DUNS", "999"), origin=("DUNS", "999"), secret=OTHER_SECRET)

    assert door.post(other.document()).code == 200
    assert counts(database)[0] == 2


def test_a_number_that_comes_again_with_other_content_is_a_conflict(door: RunningGateway, database: Database) -> None:
    door.post(RECEIPT.document())
    changed = replace(RECEIPT, payload_id="2@hub", content=receipt(quantity="6"))
    answer = door.post(changed.document())

    assert answer.code == 409
    assert "R1 came before under the payloadID 1@hub" in answer.status.detail
    assert counts(database)[0] == 1
    assert door.post(replace(changed, origin=("DUNS", "supplier-2")).document()).code == 409  # the same payloadID
    assert door.post(replace(changed, payload_id="3@hub", origin=("DUNS", "supplier-2")).document()).code == 200


def test_a_number_that_comes_again_with_the_same_content_is_received_once(
    door: RunningGateway, database: Database
) -> None:
    door.post(RECEIPT.document())
    answer = door.post(replace(RECEIPT, payload_id="2@hub").document())

    assert answer.code == 200
    assert "came before, under the payloadID 1@hub" in answer.status.detail
    assert counts(database)[:2] == (1, 1)


def test_an_update_of_a_number_is_a_new_version(door: RunningGateway, database: Database) -> None:
    first = Pushed(content=confirmation())
    update = Pushed(payload_id="2@hub", content=confirmation(more='operation="update" invoiceID="7"'))

    assert [door.post(one.document()).code for one in (first, update)] == [200, 200]
    assert counts(database)[0] == 2


def test_a_number_may_be_corrected_when_what_it_became_is_dead(door: RunningGateway, database: Database) -> None:
    door.post(RECEIPT.document())
    door.post(replace(RECEIPT, payload_id="2@hub").document())
    database.fetch_all(
        b"""UPDATE record SET state = 'dead', settled_at = now(), dead_class = 'rejected', outcome = 'no',
            next_step = 'x' WHERE flow LIKE 'pushed%%' RETURNING record_id""",
        {},
    )
    corrected = replace(RECEIPT, payload_id="3@hub", content=receipt(quantity="6"))

    assert door.post(corrected.document()).code == 200


def test_what_is_refused_for_an_order_is_taken_when_the_order_is_there(
    door: RunningGateway, bench: LedgerBench
) -> None:
    early = replace(RECEIPT, content=receipt(order="US7")).document()
    assert door.post(early).code == 417
    bench.admit(bench.page(), version(7))

    assert door.post(early).code == 200


def test_a_refusal_of_the_content_is_repeated_too(door: RunningGateway, database: Database) -> None:
    wrong = replace(RECEIPT, content=receipt(quantity="many")).document()

    assert door.post(wrong).body == door.post(wrong).body
    assert counts(database) == (0, 0, 0, 1)


def test_oddities_are_taken_and_recorded(door: RunningGateway, database: Database) -> None:
    odd = receipt("R & D", quantity=" 1,000.50 ", more='operation="update"').replace("x@y", " ")
    answer = door.post(b"\n" + replace(RECEIPT, content=odd, attributes="").document())
    row = database.fetch_one(b"SELECT number, deviations FROM inbox", {})

    assert answer.code == 200
    assert row is not None
    assert row["number"] == "R & D"
    assert [sentence.split()[:3] for sentence in row["deviations"]] == [
        ["There", "are", "blanks"],
        ["1", "&", "stood"],
        ["The", "cXML", "has"],
        ["The", "receipt", "is"],
        ["A", "reference", "in"],
        ["The", "quantity", "in"],
    ]


def test_the_body_is_kept_as_it_came_and_sealed(door: RunningGateway, bench: LedgerBench) -> None:
    database, vault = bench.database, bench.vault
    document = RECEIPT.document()
    door.post(document)
    kept = inbox.body(database, vault, integration="main", sender="network", payload_id="1@hub")
    row = database.fetch_one(b"SELECT sealed FROM inbox", {})

    assert kept == ("text/xml; charset=UTF-8", document)
    assert row is not None
    assert gateway.SECRET.encode() not in bytes(row["sealed"])


def test_a_rotation_of_keys_goes_through_the_bodies(door: RunningGateway, bench: LedgerBench) -> None:
    document, sealed = RECEIPT.document(), b"SELECT sealed FROM inbox"
    door.post(document)
    before = bench.database.fetch_all(sealed)
    pace = Pace(batch=1, rest=lambda _: None)
    rotation.rotate(bench.database, bench.vault, SEALED_TABLES, reseal=True, actor="person:test", pace=pace)

    assert bench.database.fetch_all(sealed) != before
    kept = inbox.body(bench.database, bench.vault, integration="main", sender="network", payload_id="1@hub")
    assert kept == ("text/xml; charset=UTF-8", document)
    assert door.post(replace(RECEIPT, payload_id="2@hub", content=receipt("R2")).document()).code == 200


def test_a_document_comes_with_its_attachments(door: RunningGateway, database: Database) -> None:
    body = (
        b"preamble\r\n--cut\r\nContent-Type: text/xml\r\n\r\n<other/>\r\n--cut\r\nContent-Type: text/xml\r\n"
        b"Content-ID: <doc@x>\r\n\r\n" + RECEIPT.document() + b"\r\n--cut\r\nContent-Type: application/pdf\r\n"
        b"Content-ID: <a@x>\r\n\r\n%PDF\x00\xff\r\n--cut--\r\n"
    )
    content_type = 'multipart/related; boundary=cut; type="text/xml"; start="<doc@x>"'

    assert door.post(body, content_type=content_type).code == 200
    assert door.post(body.replace(b"%PDF", b"%PDG"), content_type=content_type).code == 409


def test_the_documents_own_encoding_counts(door: RunningGateway, database: Database) -> None:
    latin = replace(RECEIPT, prolog='<?xml version="1.0" encoding="ISO-8859-1"?>', content=receipt("Rü"))
    bare = replace(RECEIPT, payload_id="2@hub", prolog="", content=receipt("Rä"))

    assert door.post(latin.document().decode().encode("latin-1")).code == 200
    header = "application/xml; charset=iso-8859-1"
    assert door.post(bare.document().decode().encode("latin-1"), content_type=header).code == 200
    numbers = {row["number"] for row in database.fetch_all(b"SELECT number FROM inbox", {})}
    assert numbers == {"Rü", "Rä"}


def test_a_profile_tells_what_is_taken(door: RunningGateway, database: Database) -> None:
    answer = door.post(replace(RECEIPT, content="<ProfileRequest/>").document())
    profile = profile_response.parse(answer.body)

    assert profile is not None
    assert {one.request_name for one in profile.transactions} == {
        *gateway.NUMBERS,
        "StatusUpdateRequest",
        "ProfileRequest",
    }
    assert {one.url for one in profile.transactions} == {f"{door.url}/cxml/main"}
    assert counts(database)[3] == 0


def test_a_status_of_a_document_of_ours_is_in_its_history(
    door: RunningGateway, database: Database, bench: LedgerBench
) -> None:
    record_id = bench.admit(bench.page(), version(3)).record_ids[0]
    database.fetch_all(
        b"UPDATE record SET body_hash = '\\x01' WHERE record_id = %(id)s RETURNING 1 AS one", {"id": record_id}
    )
    key = dedupe_key(integration="main", flow="purchase_orders", record_id=record_id, refusals=0, body_hash=b"\x01")
    status = (
        '<StatusUpdateRequest><DocumentReference payloadID="{key}"/><Status code="200" text="OK" xml:lang="en">'
        "Forwarded</Status></StatusUpdateRequest>"
    )
    ours = replace(RECEIPT, content=status.format(key=key))
    forged = replace(RECEIPT, payload_id="2@hub", content=status.format(key=key.replace(".0.", ".1.")))

    assert door.post(ours.document()).code == 200
    assert door.post(ours.document()).code == 200
    assert door.post(forged.document()).code == 417
    events = database.fetch_all(b"SELECT actor, record_id, detail FROM audit_event WHERE event = 'status received'", {})
    assert [(event["actor"], event["record_id"], event["detail"]["code"]) for event in events] == [
        ("gateway:network", record_id, 200)
    ]


def test_addresses_that_are_nobodys(door: RunningGateway) -> None:
    assert door.get("/cxml/main").status_code == 405
    assert door.get("/elsewhere").status_code == 404
    with pytest.raises(Exception, match="answer"):
        door.post(RECEIPT.document(), integration="another")


def test_health_is_that_of_the_ledger(door: RunningGateway) -> None:
    assert door.get("/health").status_code == 200


def test_different_documents_at_once_are_all_received(door: RunningGateway, database: Database) -> None:
    documents = [
        replace(RECEIPT, payload_id=f"{n}@hub", content=receipt(f"R{n}")).document() for n in range(40) for _ in "ab"
    ]
    with ThreadPoolExecutor(20) as senders:
        codes = Counter(answer.code for answer in senders.map(door.post, documents))

    assert codes == {200: 80}
    assert counts(database) == (40, 40, 40, 40)
    assert threading.active_count() < 80
