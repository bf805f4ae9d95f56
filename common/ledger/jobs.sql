-- name: open
-- Opens a job that is due, with its poll command and event; nothing if it was opened before or one of its kind still
-- runs. The cursor row is made with the flow's first job.
WITH place AS (
    INSERT INTO cursor (integration, flow, overlap) VALUES (%(integration)s, %(flow)s, %(overlap)s)
    ON CONFLICT (integration, flow) DO NOTHING
), opened AS (
    INSERT INTO job (job_id, integration, flow, kind, due_at, state)
    SELECT %(job_id)s, %(integration)s, %(flow)s, %(kind)s, %(due_at)s, 'open'
    WHERE NOT EXISTS (
        SELECT 1 FROM job WHERE integration = %(integration)s AND flow = %(flow)s AND kind = %(kind)s
                            AND state IN ('open', 'reading'))
    ON CONFLICT (integration, flow, kind, due_at) DO NOTHING
    RETURNING *
), ticket AS (
    INSERT INTO outbox (queue, job_id, integration, flow)
    SELECT %(queue)s, job_id, integration, flow FROM opened
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, job_id, to_state, detail)
    SELECT %(actor)s, 'job opened', integration, flow, job_id, state, jsonb_build_object('kind', kind, 'due_at', due_at)
    FROM opened
)
SELECT job_id FROM opened

-- name: last_due
-- The database's time, and when each kind of job of these flows was last due: what the next due time is counted from.
-- A due time that lies ahead was written by a clock that went wrong, and counts for nothing. One look into the index
-- for each flow and kind, however many jobs there were.
SELECT clock.now, f.integration, f.flow, k.kind, latest.due_at
FROM (SELECT statement_timestamp() AS now) AS clock
CROSS JOIN unnest(%(kinds)s::text[]) AS k (kind)
LEFT JOIN unnest(%(integrations)s::text[], %(flows)s::text[]) AS f (integration, flow) ON true
LEFT JOIN LATERAL (
    SELECT j.due_at FROM job j
    WHERE (j.integration, j.flow, j.kind) = (f.integration, f.flow, k.kind) AND j.due_at <= statement_timestamp()
    ORDER BY j.due_at DESC LIMIT 1) AS latest ON true

-- name: overdue
-- For how long these flows wait to be read: since the first poll was opened after the last one that came to its end.
-- Nothing waits where nothing is due, as at night. Two looks into the index for each flow, past what failed since.
SELECT f.integration, f.flow, COALESCE(clock_timestamp() - waiting.opened_at, interval '0') AS overdue
FROM unnest(%(integrations)s::text[], %(flows)s::text[]) AS f (integration, flow)
LEFT JOIN LATERAL (
    SELECT j.due_at FROM job j
    WHERE (j.integration, j.flow, j.kind) = (f.integration, f.flow, 'scheduled') AND j.state = 'done'
      AND j.due_at <= statement_timestamp()
    ORDER BY j.due_at DESC LIMIT 1) AS ended ON true
LEFT JOIN LATERAL (
    SELECT j.opened_at FROM job j
    WHERE (j.integration, j.flow, j.kind) = (f.integration, f.flow, 'scheduled')
      AND j.due_at > COALESCE(ended.due_at, '-infinity')
    ORDER BY j.due_at LIMIT 1) AS waiting ON true

-- name: claim_page
-- Claims the next page of a job. The first claim fixes the window from the cursor.
WITH claimed AS (
    UPDATE job j
    SET state = 'reading', fence = j.fence + 1, attempts = j.attempts + 1, next_attempt_at = NULL,
        lease_until = clock_timestamp() + %(lease)s, lease_owner = %(actor)s,
        cursor_before = CASE WHEN j.state = 'open' THEN c.position ELSE j.cursor_before END,
        window_from = CASE WHEN j.state = 'open' AND j.kind <> 'rescan' THEN c.position - c.overlap
                           ELSE j.window_from END
    FROM cursor c
    WHERE j.job_id = %(job_id)s AND j.state IN ('open', 'reading')
      AND (j.lease_until IS NULL OR j.lease_until < clock_timestamp())
      AND (j.next_attempt_at IS NULL OR j.next_attempt_at <= clock_timestamp())
      AND (c.integration, c.flow) = (j.integration, j.flow)
    RETURNING j.*
)
SELECT *, clock_timestamp() AS read_at FROM claimed

-- name: step_aside
-- Lets a job rest while another job of its flow reads.
UPDATE job SET next_attempt_at = clock_timestamp() + %(rest)s WHERE job_id = %(job_id)s AND state = 'open'

-- name: renew
-- Keeps the claim on a page that takes longer than its lease to read.
UPDATE job SET lease_until = clock_timestamp() + %(lease)s
WHERE job_id = %(job_id)s AND fence = %(fence)s AND state = 'reading' AND lease_until > clock_timestamp()
RETURNING job_id

-- name: rest
-- Lets a job rest that nobody has claimed, because its source must be left alone for a while.
UPDATE job SET next_attempt_at = clock_timestamp() + %(rest)s
WHERE job_id = %(job_id)s AND state IN ('open', 'reading')
  AND (lease_until IS NULL OR lease_until < clock_timestamp())
  AND (next_attempt_at IS NULL OR next_attempt_at <= clock_timestamp())
RETURNING job_id

-- name: put_off
-- Gives a page back: nothing was read. The attempt is given back too unless it counts; a reason that comes again and
-- costs nothing is told once.
WITH before AS (
    SELECT job_id, reason FROM job WHERE job_id = %(job_id)s
), moved AS (
    UPDATE job SET lease_until = NULL, lease_owner = NULL, next_attempt_at = clock_timestamp() + %(rest)s,
                   attempts = attempts - %(give_back)s, reason = %(reason)s
    WHERE job_id = %(job_id)s AND fence = %(fence)s AND state = 'reading'
    RETURNING *
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, job_id, from_state, to_state, detail)
    SELECT %(actor)s, 'page put off', integration, flow, job_id, state, state, jsonb_build_object('reason', moved.reason)
    FROM moved JOIN before USING (job_id)
    WHERE %(give_back)s = 0 OR moved.reason IS DISTINCT FROM before.reason
)
SELECT job_id FROM moved

-- name: fail
-- Ends a job that the source refuses. The cursor stays, so the next job reads the same window again.
WITH moved AS (
    UPDATE job SET state = 'failed', lease_until = NULL, lease_owner = NULL, finished_at = clock_timestamp(),
                   reason = %(reason)s
    WHERE job_id = %(job_id)s AND fence = %(fence)s AND state = 'reading'
    RETURNING *
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, job_id, from_state, to_state, detail)
    SELECT %(actor)s, 'job failed', integration, flow, job_id, 'reading', state, jsonb_build_object('reason', reason)
    FROM moved
)
SELECT job_id FROM moved

-- name: move_on
-- Keeps what a page showed, and goes on to the next page (with a new lease if the same worker stays, else with a poll
-- command), or ends the job. Belongs into the page's transaction.
WITH moved AS (
    UPDATE job
    SET state = CASE WHEN %(more)s THEN 'reading' ELSE 'done' END,
        finished_at = CASE WHEN %(more)s THEN NULL ELSE clock_timestamp() END,
        lease_until = CASE WHEN %(more)s AND %(stay)s THEN clock_timestamp() + %(lease)s END,
        lease_owner = CASE WHEN %(more)s AND %(stay)s THEN lease_owner END,
        attempts = 0, reason = NULL, ticket_at = clock_timestamp(),
        window_to = COALESCE(window_to, %(window_to)s),
        after_key = %(after_key)s, pages = pages + 1, rows_seen = rows_seen + %(rows_seen)s,
        rows_new = rows_new + %(rows_new)s, rows_late = rows_late + %(rows_late)s,
        lateness = greatest(lateness, %(lateness)s), walks = walks + %(walked_again)s,
        contradictions = contradictions || %(contradictions)s::text[]
    WHERE job_id = %(job_id)s AND fence = %(fence)s AND state = 'reading'
    RETURNING *
), ticket AS (
    INSERT INTO outbox (queue, job_id, integration, flow)
    SELECT %(queue)s, job_id, integration, flow FROM moved WHERE state = 'reading' AND NOT %(stay)s
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, job_id, from_state, to_state, detail)
    SELECT %(actor)s, CASE WHEN state = 'reading' THEN 'page read' ELSE 'job done' END, integration, flow, job_id,
           'reading', state,
           jsonb_build_object('page', pages, 'rows', %(rows_seen)s::int, 'new', %(rows_new)s::int,
                              'late', %(rows_late)s::int, 'after_key', after_key,
                              'contradictions', %(contradictions)s::text[])
    FROM moved
)
SELECT *, clock_timestamp() AS read_at FROM moved

-- name: open_pushed
-- Opens a job that is done: the document that it is for was pushed, there is nothing to read.
WITH opened AS (
    INSERT INTO job (job_id, integration, flow, kind, due_at, state, finished_at, pages, rows_seen)
    VALUES (%(job_id)s, %(integration)s, %(flow)s, 'pushed', clock_timestamp(), 'done', clock_timestamp(), 1, 1)
    ON CONFLICT (integration, flow, kind, due_at) DO NOTHING
    RETURNING *
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, job_id, to_state, detail)
    SELECT %(actor)s, 'job opened', integration, flow, job_id, state, jsonb_build_object('kind', kind) FROM opened
)
SELECT job_id, opened_at FROM opened

-- name: count_pushed
-- Keeps what a pushed document brought.
UPDATE job SET rows_new = %(rows_new)s WHERE job_id = %(job_id)s

-- name: recent
-- The newest jobs, with what each showed.
SELECT job_id, integration, flow, kind, due_at, state, opened_at, finished_at, reason, cursor_before, window_from,
       window_to, pages, rows_seen, rows_new, rows_late, lateness, walks, contradictions
FROM job ORDER BY opened_at DESC LIMIT %(limit)s
