-- name: balance
-- Per day of capture, business unit, flow and currency: what was seen, and where all of it is, in count and amount.
-- `seen` is counted from the audit events of capture, the other places from the records: two books that must agree.
WITH entries AS (
    SELECT integration, flow, detail ->> 'business_unit' AS business_unit, detail ->> 'currency' AS currency,
           date(at AT TIME ZONE 'UTC') AS day, 'seen' AS place, count(*) AS records,
           sum((detail ->> 'amount')::numeric) AS amount
    FROM audit_event WHERE event = 'captured'
    GROUP BY 1, 2, 3, 4, 5
    UNION ALL
    SELECT integration, flow, business_unit, currency, date(captured_at AT TIME ZONE 'UTC'),
           CASE WHEN state IN ('captured', 'transforming', 'ready', 'sending') THEN 'in flight'
                WHEN state IN ('unknown', 'checking') THEN 'unknown' ELSE state END,
           count(*), sum(amount)
    FROM record GROUP BY 1, 2, 3, 4, 5, 6
)
SELECT integration, flow, business_unit, currency, day,
       jsonb_object_agg(place, jsonb_build_object('records', records, 'amount', amount::text)) AS places
FROM entries GROUP BY 1, 2, 3, 4, 5
ORDER BY day, integration, flow, business_unit, currency

-- name: states
-- How many records are in each state, by flow, and since when the oldest of them rests there.
SELECT integration, flow, state, count(*) AS records, min(captured_at) AS oldest,
       clock_timestamp() - min(captured_at) AS age
FROM record GROUP BY 1, 2, 3 ORDER BY 1, 2, 3

-- name: dead
-- How many records wait for a person, by flow and class, and for how long the first of them does.
SELECT integration, flow, dead_class AS class, count(*) AS records, clock_timestamp() - min(settled_at) AS age
FROM record WHERE state = 'dead' GROUP BY 1, 2, 3

-- name: oldest_open
-- The oldest record of each flow that has something before it. By the indexes of what waits and of what is leased: what
-- has reached its end is not read.
SELECT DISTINCT ON (integration, flow) integration, flow, state, clock_timestamp() - captured_at AS age
FROM (SELECT integration, flow, state, captured_at FROM record WHERE state IN ('captured', 'ready', 'unknown')
      UNION ALL
      SELECT integration, flow, state, captured_at FROM record WHERE lease_until IS NOT NULL) AS open
ORDER BY integration, flow, captured_at

-- name: versions
-- Every version of the documents of one number, oldest first.
SELECT record_id, integration, flow, document_key, document_number, changed_at, read_at, job_id, business_unit,
       currency, amount, state, generation, attempts, refusals, action, outcome, dead_class, dead_field AS field,
       dead_value AS value, next_step, captured_at, settled_at, next_attempt_at, encode(content_hash, 'hex') AS content_hash
FROM record WHERE document_number = %(number)s ORDER BY integration, flow, document_key, record_id

-- name: newest_delivered
-- The newest document of a flow that the target has.
SELECT document_key, document_number FROM document
WHERE integration = %(integration)s AND flow = %(flow)s AND delivered_record_id IS NOT NULL
ORDER BY delivered_record_id DESC LIMIT 1

-- name: events
-- Everything that happened to some records, in order.
SELECT event_id, at, actor, event, job_id, record_id, from_state, to_state, detail
FROM audit_event WHERE record_id = ANY(%(ids)s) ORDER BY event_id

-- name: payload
-- One sealed payload.
SELECT sealed FROM payload WHERE record_id = %(record_id)s AND part = %(part)s

-- name: newest_number
-- The number of the document that a flow read last; with `delivered`, of the one that it delivered last.
SELECT document_number FROM record
WHERE integration = %(integration)s AND flow = %(flow)s
  AND (NOT %(delivered)s OR (state = 'delivered' AND action = 'put'))
ORDER BY record_id DESC LIMIT 1

-- name: newest_sources
-- The sealed source payload of the newest version of each document of a number.
SELECT p.record_id, p.sealed
FROM document d JOIN payload p ON p.record_id = d.newest_record_id AND p.part = 'source'
WHERE (d.integration, d.flow, d.document_number) = (%(integration)s, %(flow)s, %(number)s)
ORDER BY p.record_id

-- name: every_source
-- The sealed source payload of every version of the documents of a number, but what a person discarded.
SELECT p.record_id, p.sealed
FROM record r JOIN payload p ON p.record_id = r.record_id AND p.part = 'source'
WHERE (r.integration, r.flow, r.document_number) = (%(integration)s, %(flow)s, %(number)s)
  AND r.dead_class IS DISTINCT FROM 'discarded'
ORDER BY p.record_id
