-- name: list
-- The records that wait for a person, oldest first.
SELECT record_id, integration, flow, document_number, business_unit, currency, amount, dead_class, outcome AS reason,
       dead_field AS field, dead_value AS value, next_step, settled_at AS dead_since, generation, refusals
FROM record
WHERE state = 'dead' AND (%(all)s OR dead_class <> 'discarded')
  AND (%(class)s::text IS NULL OR dead_class = %(class)s)
ORDER BY record_id LIMIT %(limit)s

-- name: waiting
-- The next dead records of one class and integration after a record, each with its reason and its source's payload.
SELECT r.record_id, r.flow, r.outcome AS reason, p.sealed
FROM record r JOIN payload p ON p.record_id = r.record_id AND p.part = 'source'
WHERE r.state = 'dead' AND r.dead_class = %(class)s AND r.integration = %(integration)s AND r.record_id > %(after)s
ORDER BY r.record_id LIMIT %(limit)s

-- name: show
-- One dead record.
SELECT record_id, integration, flow, document_key, document_number, changed_at, business_unit, currency, amount,
       dead_class, outcome AS reason, dead_field AS field, dead_value AS value, next_step, settled_at AS dead_since,
       generation, refusals, job_id
FROM record WHERE record_id = %(record_id)s AND state = 'dead'

-- name: replay
-- Brings a dead record back to its beginning, with a fresh budget. Nothing happens unless it is dead.
WITH moved AS (
    UPDATE record
    SET state = 'captured', generation = generation + 1, attempts = 0, readbacks = 0,
        settled_at = NULL, next_attempt_at = NULL, ticket_at = clock_timestamp(), outcome = NULL,
        dead_class = NULL, dead_field = NULL, dead_value = NULL, next_step = NULL
    WHERE record_id = %(record_id)s AND state = 'dead'
    RETURNING *
), ticket AS (
    INSERT INTO outbox (queue, job_id, record_id, integration, flow, document)
    SELECT 'transform', job_id, record_id, integration, flow, document_number FROM moved
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, job_id, record_id, from_state, to_state, detail)
    SELECT %(actor)s, 'replayed', integration, flow, job_id, record_id, 'dead', state,
           jsonb_build_object('how', %(how)s::text, 'generation', generation)
    FROM moved
)
SELECT record_id FROM moved

-- name: discard
-- Notes that a dead record need not go. It stays dead, in the books and replayable, but waits for nobody.
WITH moved AS (
    UPDATE record
    SET dead_class = 'discarded', outcome = %(reason)s, next_step = 'Nothing. It can still be replayed.'
    WHERE record_id = %(record_id)s AND state = 'dead' AND dead_class <> 'discarded'
    RETURNING *
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, job_id, record_id, from_state, to_state, detail)
    SELECT %(actor)s, 'discarded', integration, flow, job_id, record_id, 'dead', state,
           jsonb_build_object('reason', outcome)
    FROM moved
)
SELECT record_id FROM moved

-- name: restate
-- Says anew why a record is dead: the mapping has changed, and what it lacks now is something else.
WITH moved AS (
    UPDATE record
    SET outcome = %(reason)s, dead_field = %(field)s, dead_value = %(value)s, next_step = %(next_step)s
    WHERE record_id = %(record_id)s AND state = 'dead' AND dead_class = %(class)s
      AND (outcome, dead_field, dead_value) IS DISTINCT FROM (%(reason)s, %(field)s, %(value)s)
    RETURNING *
)
INSERT INTO audit_event (actor, event, integration, flow, job_id, record_id, from_state, to_state, detail)
SELECT %(actor)s, 'restated', integration, flow, job_id, record_id, 'dead', state,
       jsonb_build_object('reason', outcome, 'field', dead_field, 'value', dead_value)
FROM moved

-- name: still_waiting
-- Which of these records wait for a person: the others' tickets do not belong in a dead-letter queue any more.
SELECT record_id FROM record
WHERE record_id = ANY(%(ids)s) AND state = 'dead' AND dead_class <> 'discarded'

-- name: reissue_lost
-- Writes a ticket for each record that waits for a person and whose ticket was in no dead-letter queue: it was purged
-- there, or the broker was lost. The ticket finds the record dead and so goes where it belongs.
WITH lost AS (
    SELECT r.record_id, CASE WHEN r.action IS NULL THEN 'transform' ELSE f.deliver_queue END AS queue
    FROM record r
    JOIN unnest(%(flows)s::text[], %(deliver_queues)s::text[]) AS f (flow, deliver_queue) USING (flow)
    WHERE r.state = 'dead' AND r.dead_class <> 'discarded' AND r.record_id <> ALL (%(seen)s)
      AND greatest(r.ticket_at, r.settled_at) < clock_timestamp() - %(lost_after)s
      AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.record_id = r.record_id)
    ORDER BY r.record_id LIMIT %(limit)s FOR UPDATE OF r SKIP LOCKED
), moved AS (
    UPDATE record r SET ticket_at = clock_timestamp() FROM lost WHERE r.record_id = lost.record_id
    RETURNING r.*, lost.queue
)
INSERT INTO outbox (queue, job_id, record_id, integration, flow, document)
SELECT queue, job_id, record_id, integration, flow, document_number FROM moved
