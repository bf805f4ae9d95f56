-- name: claim_transform
-- Claims a captured record, with its source payload and what is known of its document.
WITH claimed AS (
    UPDATE record
    SET state = 'transforming', fence = fence + 1, attempts = attempts + 1, next_attempt_at = NULL,
        lease_until = clock_timestamp() + %(lease)s, lease_owner = %(actor)s
    WHERE record_id = %(record_id)s AND state = 'captured'
      AND (next_attempt_at IS NULL OR next_attempt_at <= clock_timestamp())
    RETURNING *
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, job_id, record_id, from_state, to_state, detail)
    SELECT %(actor)s, 'claimed', integration, flow, job_id, record_id, 'captured', state,
           jsonb_build_object('attempt', attempts, 'fence', fence)
    FROM claimed
)
SELECT c.*, d.delivered_record_id, d.delivered_hash, d.delivered_action, d.delivered_key, d.target_id, d.serial,
       v.*, p.sealed
FROM claimed c
JOIN document d USING (integration, flow, document_key)
CROSS JOIN LATERAL (
    SELECT max(o.record_id) FILTER (WHERE o.record_id > c.record_id AND (
               o.state IN ('ready', 'sending', 'unknown', 'checking', 'delivered')
               OR o.state = 'unchanged' AND o.body_hash IS NOT NULL)) AS heir,
           COALESCE(bool_or(o.record_id > c.record_id AND o.state IN ('captured', 'transforming')), false) AS undecided,
           min(o.record_id) FILTER (WHERE o.state = 'dead' AND o.may_be_applied AND o.dead_class <> 'discarded') AS doubtful
    FROM record o
    WHERE (o.integration, o.flow, o.document_key) = (c.integration, c.flow, c.document_key)
      AND o.record_id <> c.record_id) v
LEFT JOIN payload p ON p.record_id = c.record_id AND p.part = 'source'

-- name: claim_deliver
-- Claims a ready record for sending, or an unknown one for reading back. `sending` is committed before a byte leaves.
-- The crosswalk row is locked, so that it is read as it is now: while this statement waited for the version before to
-- settle (record_under_way), that version wrote it.
WITH before AS (
    SELECT record_id, state FROM record
    WHERE record_id = %(record_id)s AND state IN ('ready', 'unknown')
      AND (next_attempt_at IS NULL OR next_attempt_at <= clock_timestamp())
    FOR UPDATE
), claimed AS (
    UPDATE record r
    SET state = CASE before.state WHEN 'ready' THEN 'sending' ELSE 'checking' END,
        fence = fence + 1, attempts = attempts + 1, next_attempt_at = NULL,
        lease_until = clock_timestamp() + %(lease)s, lease_owner = %(actor)s,
        sending_since = COALESCE(sending_since, clock_timestamp())
    FROM before
    WHERE r.record_id = before.record_id
    RETURNING r.*, before.state AS state_before
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, job_id, record_id, from_state, to_state, detail)
    SELECT %(actor)s, 'claimed', integration, flow, job_id, record_id, state_before, state,
           jsonb_build_object('attempt', attempts, 'fence', fence)
    FROM claimed
)
SELECT c.*, d.delivered_record_id, d.delivered_hash, d.delivered_action, d.delivered_key, d.target_id, d.serial,
       v.*, p.sealed
FROM claimed c
JOIN document d USING (integration, flow, document_key)
CROSS JOIN LATERAL (
    SELECT max(o.record_id) FILTER (WHERE o.record_id > c.record_id AND (
               o.state IN ('ready', 'sending', 'unknown', 'checking', 'delivered')
               OR o.state = 'unchanged' AND o.body_hash IS NOT NULL)) AS heir,
           COALESCE(bool_or(o.record_id > c.record_id AND o.state IN ('captured', 'transforming')), false) AS undecided,
           min(o.record_id) FILTER (WHERE o.state = 'dead' AND o.may_be_applied AND o.dead_class <> 'discarded') AS doubtful
    FROM record o
    WHERE (o.integration, o.flow, o.document_key) = (c.integration, c.flow, c.document_key)
      AND o.record_id <> c.record_id) v
LEFT JOIN payload p ON p.record_id = c.record_id AND p.part = 'target'
FOR UPDATE OF d

-- name: rest
-- Lets a record rest that nobody has claimed, because its target must be left alone for a while.
UPDATE record SET next_attempt_at = clock_timestamp() + %(rest)s
WHERE record_id = %(record_id)s AND state IN ('ready', 'unknown')
  AND (next_attempt_at IS NULL OR next_attempt_at <= clock_timestamp())
RETURNING record_id

-- name: earlier_open
-- Whether a document that goes before a record is still on its way: one of the same flow that was read before it, or one
-- of a flow before that was there when that flow was first read after the record was captured. What waits and what is
-- worked on are asked apart, each by the index that keeps nothing else: what is settled is not read.
WITH bounds (integration, flow, before_id, captured_until) AS (
    SELECT integration, flow, record_id, NULL::timestamptz FROM record WHERE record_id = %(record_id)s
    UNION ALL
    SELECT r.integration, f.flow, NULL, COALESCE((
        SELECT min(j.finished_at) FROM job j
        WHERE (j.integration, j.flow) = (r.integration, f.flow) AND j.state = 'done'
          AND j.opened_at > r.captured_at), '-infinity')
    FROM record r CROSS JOIN unnest(%(before)s::text[]) AS f (flow) WHERE r.record_id = %(record_id)s
)
SELECT EXISTS (
    SELECT FROM bounds b
    CROSS JOIN LATERAL (
        (SELECT integration, flow, record_id, captured_at FROM record o
         WHERE o.flow = b.flow AND o.state IN ('captured', 'ready', 'unknown') OFFSET 0)
        UNION ALL
        (SELECT integration, flow, record_id, captured_at FROM record o
         WHERE o.lease_until > '-infinity' AND o.state IN ('transforming', 'sending', 'checking') OFFSET 0)) AS o
    WHERE (o.integration, o.flow) = (b.integration, b.flow)
      AND (o.record_id < b.before_id OR o.captured_at <= b.captured_until))
    OR EXISTS (SELECT FROM bounds WHERE captured_until = '-infinity') AS open

-- name: step_aside
-- Lets a ready record rest while another version of its document is under way.
UPDATE record SET next_attempt_at = clock_timestamp() + %(rest)s
WHERE record_id = %(record_id)s AND state = 'ready'

-- name: state_of
-- The state of one record.
SELECT state, dead_class, next_attempt_at FROM record WHERE record_id = %(record_id)s

-- name: settle
-- The only statement that moves a claimed record: state, budget, body, crosswalk, ticket and event, all or nothing.
-- Nothing happens unless the claim (fence and state) still holds.
WITH moved AS (
    UPDATE record
    SET state = %(to)s, lease_until = NULL, lease_owner = NULL,
        attempts = %(attempts)s, readbacks = %(readbacks)s, refusals = %(refusals)s,
        may_be_applied = %(may_be_applied)s,
        next_attempt_at = clock_timestamp() + %(rest)s::interval,
        settled_at = CASE WHEN %(settled)s THEN clock_timestamp() END,
        ticket_at = CASE WHEN %(queue)s::text IS NULL THEN ticket_at ELSE clock_timestamp() END,
        needs = CASE WHEN %(from)s = 'transforming' THEN %(needs)s::jsonb ELSE needs END,
        mapping_version = CASE WHEN %(from)s = 'transforming' THEN %(mapping_version)s ELSE mapping_version END,
        lane = CASE WHEN %(from)s = 'transforming' THEN %(lane)s ELSE lane END,
        action = COALESCE(%(action)s, action), body_hash = COALESCE(%(body_hash)s::bytea, body_hash),
        sending_since = CASE WHEN %(refusals)s = refusals AND COALESCE(%(body_hash)s::bytea, body_hash) = body_hash
                             THEN sending_since END,
        outcome = %(outcome)s, dead_class = %(dead_class)s, dead_field = %(dead_field)s, dead_value = %(dead_value)s,
        next_step = %(next_step)s
    WHERE record_id = %(record_id)s AND fence = %(fence)s AND state = %(from)s
    RETURNING *
), outlived AS (  -- earlier versions that waited for a person: the target has what came after them
    UPDATE record r
    SET state = 'superseded', settled_at = clock_timestamp(), dead_class = NULL, dead_field = NULL, dead_value = NULL,
        next_step = NULL, outcome = 'Version ' || moved.record_id || ' of the document was delivered after it died.'
    FROM moved
    WHERE %(to)s = 'delivered' AND r.state = 'dead' AND r.dead_class <> 'discarded' AND NOT r.may_be_applied
      AND (r.integration, r.flow, r.document_key) = (moved.integration, moved.flow, moved.document_key)
      AND r.record_id < moved.record_id
    RETURNING r.*
), outlived_event AS (
    INSERT INTO audit_event (actor, event, integration, flow, job_id, record_id, from_state, to_state, detail)
    SELECT %(actor)s, 'superseded', integration, flow, job_id, record_id, 'dead', state,
           jsonb_build_object('reason', outcome)
    FROM outlived
), body AS (
    INSERT INTO payload (record_id, part, sealed)
    SELECT record_id, 'target', %(body)s FROM moved WHERE %(body)s::bytea IS NOT NULL
    ON CONFLICT (record_id, part) DO UPDATE SET sealed = EXCLUDED.sealed
), crosswalk AS (
    UPDATE document d
    SET delivered_record_id = moved.record_id, delivered_hash = moved.body_hash, delivered_action = moved.action,
        delivered_key = %(dedupe_key)s, target_id = %(target_id)s, serial = %(serial)s
    FROM moved
    WHERE %(to)s = 'delivered'
      AND (d.integration, d.flow, d.document_key) = (moved.integration, moved.flow, moved.document_key)
), other AS (  -- the target has something else under our number: whatever is sent from now on is an update of it
    UPDATE document d
    SET delivered_hash = NULL, delivered_action = NULL, target_id = %(target_id)s, serial = %(serial)s
    FROM moved
    WHERE %(to)s = 'dead' AND %(target_id)s::text IS NOT NULL
      AND (d.integration, d.flow, d.document_key) = (moved.integration, moved.flow, moved.document_key)
), ticket AS (
    INSERT INTO outbox (queue, job_id, record_id, integration, flow, document)
    SELECT %(queue)s, job_id, record_id, integration, flow, document_number FROM moved
    WHERE %(queue)s::text IS NOT NULL
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, job_id, record_id, from_state, to_state, detail)
    SELECT %(actor)s, %(event)s, integration, flow, job_id, record_id, %(from)s, state, %(detail)s FROM moved
), waiting AS MATERIALIZED (  -- those who waited for this document: asked by what record_needs keeps, and nothing else
    SELECT record_id, integration, state, dead_class FROM record
    WHERE %(to)s = 'delivered' AND state IN ('ready', 'dead') AND needs IS NOT NULL AND needs ?| %(names)s::text[]
)
SELECT ARRAY(SELECT w.record_id FROM waiting w
             WHERE w.integration = moved.integration AND w.state = 'ready' ORDER BY w.record_id) AS resting,
       ARRAY(SELECT w.record_id FROM waiting w
             WHERE w.integration = moved.integration AND w.state = 'dead' AND w.dead_class IN ('dependence', 'mapping')
             ORDER BY w.record_id) AS died_waiting
FROM moved

-- name: wake
-- Ends the rest of records that wait for nothing more; the sweeper writes their tickets.
UPDATE record SET next_attempt_at = clock_timestamp()
WHERE record_id = ANY(%(ids)s) AND state = 'ready' AND next_attempt_at > clock_timestamp()
