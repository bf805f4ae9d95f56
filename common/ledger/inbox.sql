-- name: lock
-- Makes whoever has to do with the same name wait until this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0))

-- name: find
-- What came before under a payloadID from this sender, and what it was answered: NULL if that was pruned.
SELECT content_hash, code, answer FROM inbox
WHERE integration = %(integration)s AND sender = %(sender)s AND payload_id = %(payload_id)s

-- name: newest_of_number
-- The newest taken request about a business number, unless the record that it became waits dead for a person.
SELECT i.payload_id, i.operation, i.content_hash, i.record_id, COALESCE(r.state = 'dead', false) AS dead
FROM inbox i LEFT JOIN record r USING (record_id)
WHERE (i.integration, i.request, i.origin, i.number) = (%(integration)s, %(request)s, %(origin)s, %(number)s)
  AND i.code < 300
ORDER BY i.received_at DESC LIMIT 1

-- name: known_orders
-- Which of these order numbers, and of these records, the ledger has.
SELECT document_number AS number, NULL::bigint AS record_id FROM document
WHERE integration = %(integration)s AND flow = %(flow)s AND document_number = ANY(%(numbers)s::text[])
UNION ALL
SELECT NULL, record_id FROM record
WHERE integration = %(integration)s AND flow = %(flow)s AND record_id = ANY(%(record_ids)s::bigint[])

-- name: sent
-- A record that may have been sent under a payloadID, with what its payloadIDs are made of.
SELECT r.record_id, r.job_id, r.flow, r.state, r.body_hash, d.delivered_key
FROM record r JOIN document d USING (integration, flow, document_key)
WHERE r.record_id = %(record_id)s AND r.integration = %(integration)s

-- name: note
-- Keeps what the other side says of a record that we sent.
INSERT INTO audit_event (actor, event, integration, flow, job_id, record_id, from_state, to_state, detail)
SELECT %(actor)s, 'status received', integration, flow, job_id, record_id, state, state, %(detail)s
FROM record WHERE record_id = %(record_id)s

-- name: keep
-- Keeps a request and its answer.
INSERT INTO inbox (inbox_id, integration, sender, payload_id, request, origin, number, operation, content_hash,
                   content_type, sealed, deviations, code, answer, job_id, record_id)
VALUES (%(inbox_id)s, %(integration)s, %(sender)s, %(payload_id)s, %(request)s, %(origin)s, %(number)s, %(operation)s,
        %(content_hash)s, %(content_type)s, %(sealed)s, %(deviations)s, %(code)s, %(answer)s, %(job_id)s, %(record_id)s)

-- name: of_records
-- The requests that these records came in, or that said something about them.
SELECT record_id, request, payload_id, sender, origin, received_at, code, deviations
FROM inbox WHERE record_id = ANY(%(ids)s) ORDER BY received_at

-- name: one
-- One sealed body, unless it was pruned.
SELECT inbox_id, content_type, sealed FROM inbox
WHERE integration = %(integration)s AND sender = %(sender)s AND payload_id = %(payload_id)s AND sealed IS NOT NULL

-- name: prune
-- Drops body and answer of the next requests after a place that are older than they are kept, with one event for all of
-- them. Where the record has not reached its end, a person may still ask for the original: it stays. The age is compared
-- with statement_timestamp(), not clock_timestamp(): PostgreSQL looks up an index by the first only.
WITH old AS (
    SELECT inbox_id, received_at, record_id FROM inbox
    WHERE integration = %(integration)s AND sealed IS NOT NULL AND received_at < statement_timestamp() - %(kept_for)s
      AND (received_at, inbox_id) > (%(received_at)s, %(inbox_id)s)
    ORDER BY received_at, inbox_id LIMIT %(limit)s
), pruned AS (
    UPDATE inbox i SET sealed = NULL, answer = NULL FROM old
    WHERE i.inbox_id = old.inbox_id AND i.sealed IS NOT NULL  -- asked again of a row that another has just pruned
      AND (old.record_id IS NULL
           OR EXISTS (SELECT FROM record r WHERE r.record_id = old.record_id AND r.state = ANY(%(at_their_end)s)))
    RETURNING i.inbox_id
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, detail)
    SELECT %(actor)s, 'inbox pruned', %(integration)s, '-',
           jsonb_build_object('requests', count(*), 'received_before', statement_timestamp() - %(kept_for)s)
    FROM pruned HAVING count(*) > 0
)
SELECT received_at, inbox_id, count(*) OVER () AS seen, (SELECT count(*) FROM pruned) AS pruned
FROM old ORDER BY received_at DESC, inbox_id DESC LIMIT 1

-- name: sealed_last
-- The key of the last sealed body there is now.
SELECT inbox_id AS last_inbox_id FROM inbox WHERE sealed IS NOT NULL ORDER BY inbox_id DESC LIMIT 1

-- name: sealed_page
-- The next sealed bodies after a key: how each begins, and whole where it is wanted and sealed with none of the keys.
SELECT inbox_id, substring(sealed for 48) AS beginning,
       CASE WHEN %(whole)s AND substring(sealed for 17) <> ALL (%(fresh)s::bytea[]) THEN sealed END AS sealed
FROM inbox
WHERE inbox_id > %(inbox_id)s AND inbox_id <= %(last_inbox_id)s AND sealed IS NOT NULL
ORDER BY inbox_id LIMIT %(limit)s

-- name: reseal
-- Puts a body under another data key, unless it was written since it was read.
UPDATE inbox SET sealed = %(new)s WHERE inbox_id = %(inbox_id)s AND substring(sealed for 48) = %(beginning)s
