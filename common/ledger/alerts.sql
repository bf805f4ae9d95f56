-- name: open
-- What is open, oldest first, and what was told of it.
SELECT alert_id, name AS alert, integration, subject, summary, action, since, raised_at,
       raised_told_at AS told_at, trouble
FROM alert WHERE resolved_at IS NULL ORDER BY raised_at

-- name: raise
-- Raises an alert with its event, unless it is open.
WITH raised AS (
    INSERT INTO alert (name, integration, subject, summary, action, since)
    VALUES (%(name)s, %(integration)s, %(subject)s, %(summary)s, %(action)s, clock_timestamp() - %(lasts)s)
    ON CONFLICT (name, integration, subject) WHERE resolved_at IS NULL DO NOTHING
    RETURNING *
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, detail)
    SELECT %(actor)s, 'alert raised', integration, '-',
           jsonb_build_object('id', alert_id, 'alert', name, 'subject', subject, 'summary', summary)
    FROM raised
)
SELECT alert_id FROM raised

-- name: resolve
-- Resolves an open alert with its event. What nobody can have been told of is not told.
WITH resolved AS (
    UPDATE alert
    SET resolved_at = clock_timestamp(), untold = CASE WHEN sent_at IS NOT NULL THEN 'resolved' END
    WHERE alert_id = %(alert_id)s AND resolved_at IS NULL
    RETURNING *
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, detail)
    SELECT %(actor)s, 'alert resolved', integration, '-',
           jsonb_build_object('id', alert_id, 'alert', name, 'subject', subject)
    FROM resolved
)
SELECT alert_id FROM resolved

-- name: claim
-- Takes what is to be told next for a while, and notes first that the webhook may know of it from now on.
WITH due AS (
    SELECT alert_id, sent_at FROM alert
    WHERE untold IS NOT NULL AND (next_attempt_at IS NULL OR next_attempt_at <= clock_timestamp())
    ORDER BY raised_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE alert a
SET tellings = a.tellings + 1, next_attempt_at = clock_timestamp() + %(lease)s,
    sent_at = COALESCE(a.sent_at, clock_timestamp())
FROM due WHERE a.alert_id = due.alert_id
RETURNING a.alert_id, a.name, a.integration, a.subject, a.summary, a.action, a.since, a.untold AS state, a.tellings,
          due.sent_at IS NULL AS first

-- name: told
-- Notes that something was told. It may have been resolved meanwhile: then that is to be told next.
UPDATE alert
SET untold = CASE WHEN untold <> %(state)s THEN untold END, failures = 0, next_attempt_at = NULL, trouble = NULL,
    raised_told_at = CASE WHEN %(state)s = 'raised' THEN clock_timestamp() ELSE raised_told_at END,
    resolved_told_at = CASE WHEN %(state)s = 'resolved' THEN clock_timestamp() ELSE resolved_told_at END
WHERE alert_id = %(alert_id)s AND tellings = %(tellings)s

-- name: failed
-- Notes that something could not be told; the next try waits, longer each time. `unknown_there`: nobody can have been
-- told that it was raised.
UPDATE alert
SET failures = failures + 1, trouble = %(trouble)s,
    next_attempt_at = clock_timestamp() + least(%(longest)s, %(first)s * power(2, least(failures, 20))),
    sent_at = CASE WHEN NOT %(unknown_there)s THEN sent_at END,
    untold = CASE WHEN NOT (%(unknown_there)s AND resolved_at IS NOT NULL) THEN untold END
WHERE alert_id = %(alert_id)s AND tellings = %(tellings)s
