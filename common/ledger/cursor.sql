-- name: advance
-- Moves a cursor forward to where a finished job proved everything is in the ledger; never back.
WITH recent AS (
    SELECT max(lateness) AS lateness FROM job
    WHERE integration = %(integration)s AND flow = %(flow)s AND opened_at > clock_timestamp() - interval '7 days'
)
UPDATE cursor c
SET position = greatest(c.position, %(position)s), moved_at = clock_timestamp(), job_id = %(job_id)s,
    overlap = least(greatest(%(overlap)s, 2 * recent.lateness), %(max_overlap)s)
FROM recent
WHERE (c.integration, c.flow) = (%(integration)s, %(flow)s)

-- name: all
-- Where each flow's cursor stands, and the proof of it.
SELECT c.integration, c.flow, c.position, c.overlap, c.moved_at, c.job_id, clock_timestamp() - c.position AS behind,
       j.pages, j.rows_seen, j.rows_late, j.lateness
FROM cursor c LEFT JOIN job j USING (job_id) ORDER BY c.integration, c.flow
