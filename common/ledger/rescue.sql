-- Times are compared with statement_timestamp(), not clock_timestamp(): PostgreSQL looks up an index by the first only.

-- name: expire_leases
-- Takes records back from workers that are gone. What was being sent may have arrived: it is read back first.
WITH gone AS (
    SELECT record_id, state FROM record WHERE lease_until < statement_timestamp()
    ORDER BY lease_until LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), moved AS (
    UPDATE record r
    SET state = CASE gone.state WHEN 'transforming' THEN 'captured' ELSE 'unknown' END,
        lease_until = NULL, next_attempt_at = clock_timestamp(),
        may_be_applied = may_be_applied OR gone.state = 'sending',
        outcome = 'The worker ' || lease_owner || ' was gone before it finished.', lease_owner = NULL
    FROM gone WHERE r.record_id = gone.record_id
    RETURNING r.*, gone.state AS state_before
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, job_id, record_id, from_state, to_state, detail)
    SELECT %(actor)s, 'lease ran out', integration, flow, job_id, record_id, state_before, state,
           jsonb_build_object('reason', outcome)
    FROM moved
)
SELECT record_id FROM moved

-- name: reissue_rested
-- Writes a ticket for each record that has rested long enough.
WITH rested AS (
    SELECT r.record_id, CASE WHEN r.state = 'captured' THEN 'transform' ELSE f.deliver_queue END AS queue
    FROM record r
    JOIN unnest(%(flows)s::text[], %(deliver_queues)s::text[]) AS f (flow, deliver_queue) USING (flow)
    WHERE r.state IN ('captured', 'ready', 'unknown') AND r.ticket_at < r.next_attempt_at
      AND r.next_attempt_at <= statement_timestamp()
    ORDER BY r.next_attempt_at LIMIT %(limit)s FOR UPDATE OF r SKIP LOCKED
), moved AS (
    UPDATE record r SET ticket_at = clock_timestamp() FROM rested WHERE r.record_id = rested.record_id
    RETURNING r.*, rested.queue
)
INSERT INTO outbox (queue, job_id, record_id, integration, flow, document)
SELECT queue, job_id, record_id, integration, flow, document_number FROM moved ORDER BY record_id

-- name: stale_records
-- How many records should have been worked on long ago and have no ticket in the outbox; no more than asked for.
SELECT count(*) AS found
FROM (SELECT FROM record r
      WHERE r.state IN ('captured', 'ready', 'unknown') AND r.flow = ANY(%(flows)s)
        AND CASE WHEN r.state = 'captured' THEN 'transform' ELSE 'deliver' END = %(stage)s
        AND GREATEST(r.ticket_at, r.next_attempt_at) < statement_timestamp() - %(lost_after)s
        AND NOT EXISTS (SELECT FROM outbox o WHERE o.record_id = r.record_id)
      LIMIT %(limit)s) AS stale

-- name: reissue_stale_records
-- Writes tickets for some of these records, those of each flow that wait longest first.
WITH stale AS (
    SELECT longest.record_id
    FROM unnest(%(flows)s::text[]) AS f (flow) CROSS JOIN LATERAL (
        SELECT r.record_id FROM record r
        WHERE r.state IN ('captured', 'ready', 'unknown') AND r.flow = f.flow
          AND CASE WHEN r.state = 'captured' THEN 'transform' ELSE 'deliver' END = %(stage)s
          AND GREATEST(r.ticket_at, r.next_attempt_at) < statement_timestamp() - %(lost_after)s
          AND NOT EXISTS (SELECT FROM outbox o WHERE o.record_id = r.record_id)
        ORDER BY GREATEST(r.ticket_at, r.next_attempt_at) LIMIT %(limit)s FOR UPDATE SKIP LOCKED) AS longest
), moved AS (
    UPDATE record r SET ticket_at = clock_timestamp() FROM stale WHERE r.record_id = stale.record_id RETURNING r.*
)
INSERT INTO outbox (queue, job_id, record_id, integration, flow, document)
SELECT %(queue)s, job_id, record_id, integration, flow, document_number FROM moved ORDER BY record_id

-- name: reissue_jobs
-- Writes a poll command for each unfinished job that has rested, or whose worker is gone: once, for it is then newer
-- than the rest or the lease.
WITH idle AS (
    SELECT j.job_id, f.poll_queue
    FROM job j JOIN unnest(%(flows)s::text[], %(poll_queues)s::text[]) AS f (flow, poll_queue) USING (flow)
    WHERE j.state IN ('open', 'reading') AND j.ticket_at < GREATEST(j.lease_until, j.next_attempt_at)
      AND GREATEST(j.lease_until, j.next_attempt_at) < statement_timestamp()
    LIMIT %(limit)s FOR UPDATE OF j SKIP LOCKED
), moved AS (
    UPDATE job j SET ticket_at = clock_timestamp() FROM idle WHERE j.job_id = idle.job_id
    RETURNING j.*, idle.poll_queue
)
INSERT INTO outbox (queue, job_id, integration, flow) SELECT poll_queue, job_id, integration, flow FROM moved

-- name: stale_jobs
-- How many unfinished jobs should have been read on long ago and have no poll command in the outbox.
SELECT count(*) AS found
FROM (SELECT FROM job j
      WHERE j.state IN ('open', 'reading') AND j.flow = ANY(%(flows)s)
        AND GREATEST(j.ticket_at, j.lease_until, j.next_attempt_at) < statement_timestamp() - %(lost_after)s
        AND NOT EXISTS (SELECT FROM outbox o WHERE o.job_id = j.job_id AND o.record_id IS NULL)
      LIMIT %(limit)s) AS stale

-- name: reissue_stale_jobs
-- Writes poll commands for these jobs.
WITH stale AS (
    SELECT j.job_id FROM job j
    WHERE j.state IN ('open', 'reading') AND j.flow = ANY(%(flows)s)
      AND GREATEST(j.ticket_at, j.lease_until, j.next_attempt_at) < statement_timestamp() - %(lost_after)s
      AND NOT EXISTS (SELECT FROM outbox o WHERE o.job_id = j.job_id AND o.record_id IS NULL)
    ORDER BY j.ticket_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), moved AS (
    UPDATE job j SET ticket_at = clock_timestamp() FROM stale WHERE j.job_id = stale.job_id RETURNING j.*
)
INSERT INTO outbox (queue, job_id, integration, flow) SELECT %(queue)s, job_id, integration, flow FROM moved
