"""A ledger as it is after years: written by SQL, because it would take years otherwise."""

from common.database.pool import Database

_JOBS = """
INSERT INTO job (job_id, integration, flow, kind, due_at, state, opened_at, finished_at, ticket_at)
SELECT gen_random_uuid(), 'main', 'purchase_orders', CASE WHEN mod(n, 20) = 0 THEN 'rescan' ELSE 'scheduled' END,
       now() - n * interval '5 minutes', 'done', now() - n * interval '5 minutes', now() - n * interval '5 minutes',
       now() - n * interval '5 minutes'
FROM generate_series(1, %(jobs)s) AS n
"""
# Of a thousand records 970 are settled, 10 are captured and 10 ready with tickets that are new, 10 rest for an hour.
_RECORDS = """
INSERT INTO record (integration, flow, document_key, document_number, changed_at, content_hash, read_at, job_id,
                    currency, amount, state, settled_at, captured_at, ticket_at, next_attempt_at, action, body_hash)
SELECT 'main', 'purchase_orders', n::text, 'US' || n, now(), sha256(n::text::bytea), now(),
       (SELECT job_id FROM job LIMIT 1), 'USD', n,
       CASE WHEN mod(n, 1000) >= 30 THEN 'delivered' WHEN mod(n, 1000) < 10 THEN 'captured' ELSE 'ready' END,
       CASE WHEN mod(n, 1000) >= 30 THEN now() END, now() - n * interval '1 minute',
       now() - CASE WHEN mod(n, 1000) < 20 THEN interval '1 second' ELSE interval '1 day' END,
       CASE WHEN mod(n, 1000) BETWEEN 20 AND 29 THEN now() + interval '1 hour' END, 'put', sha256('')
FROM generate_series(1, %(records)s) AS n
"""
_TICKETS = """
INSERT INTO outbox (queue, job_id, record_id, integration, flow, document)
SELECT 'jaggaer.deliver', job_id, record_id, integration, flow, document_number FROM record LIMIT %(tickets)s
"""
_EVENTS = """
INSERT INTO audit_event (actor, event, integration, flow, record_id, from_state, to_state)
SELECT 'test', 'claimed', 'main', 'purchase_orders', record_id, 'ready', 'sending' FROM record
"""


def write(database: Database, *, records: int, jobs: int, tickets: int) -> None:
    """Fill an empty ledger: so many records and jobs, nearly all of them settled, and tickets for one queue."""
    with database.transaction() as connection:
        connection.execute("SET LOCAL statement_timeout = 0")
        connection.execute(_JOBS.encode(), {"jobs": jobs})
        connection.execute(_RECORDS.encode(), {"records": records})
        connection.execute(_TICKETS.encode(), {"tickets": tickets})
        connection.execute(_EVENTS.encode())
    with database.connection() as connection:
        connection.execute("ANALYZE")
