-- name: of_oracle
-- The pair of a document of Oracle, with what was decided of its open conflicts.
SELECT p.integration, p.kind, p.oracle_key, p.oracle_number, p.jaggaer_key, p.agreed, p.version,
       (SELECT jsonb_object_agg(c.field, c.decision) FROM conflict c
        WHERE (c.integration, c.kind, c.oracle_key) = (p.integration, p.kind, p.oracle_key)
          AND c.closed_at IS NULL AND c.decision IS NOT NULL) AS decided
FROM pair p WHERE (p.integration, p.kind, p.oracle_key) = (%(integration)s, %(kind)s, %(key)s)

-- name: of_jaggaer
-- The pair of a document of JAGGAER, likewise.
SELECT p.integration, p.kind, p.oracle_key, p.oracle_number, p.jaggaer_key, p.agreed, p.version,
       (SELECT jsonb_object_agg(c.field, c.decision) FROM conflict c
        WHERE (c.integration, c.kind, c.oracle_key) = (p.integration, p.kind, p.oracle_key)
          AND c.closed_at IS NULL AND c.decision IS NOT NULL) AS decided
FROM pair p WHERE (p.integration, p.kind, p.jaggaer_key) = (%(integration)s, %(kind)s, %(key)s)

-- name: keep
-- Keeps what both sides agree on, unless the other direction kept something since the pair was read. JAGGAER's id is
-- learned once, and not where another pair has it.
WITH kept AS (
    INSERT INTO pair AS p (integration, kind, oracle_key, oracle_number, jaggaer_key, agreed)
    SELECT %(integration)s, %(kind)s, %(oracle_key)s, %(oracle_number)s,
           (SELECT %(jaggaer_key)s::text WHERE NOT EXISTS (
                SELECT FROM pair o WHERE (o.integration, o.kind, o.jaggaer_key)
                                       = (%(integration)s, %(kind)s, %(jaggaer_key)s))), %(agreed)s
    ON CONFLICT (integration, kind, oracle_key) DO UPDATE
        SET oracle_number = EXCLUDED.oracle_number, jaggaer_key = COALESCE(p.jaggaer_key, EXCLUDED.jaggaer_key),
            agreed = EXCLUDED.agreed, version = p.version + 1, agreed_at = clock_timestamp()
        WHERE p.version = %(seen_version)s
    RETURNING *
)
INSERT INTO audit_event (actor, event, integration, flow, record_id, detail)
SELECT %(actor)s, 'agreed', integration, kind, %(record_id)s,
       jsonb_build_object('oracle_key', oracle_key, 'jaggaer_key', jaggaer_key, 'version', version)
FROM kept

-- name: keep_conflicts
-- Lists the conflicts of one document as they are now: new ones are added, and those that are no more are closed.
WITH found AS (
    SELECT * FROM unnest(%(fields)s::text[], %(oracle)s::text[], %(jaggaer)s::text[], %(before)s::text[])
        AS f (field, oracle, jaggaer, agreed)
), closed AS (
    UPDATE conflict c SET closed_at = clock_timestamp()
    WHERE (c.integration, c.kind, c.oracle_key) = (%(integration)s, %(kind)s, %(oracle_key)s)
      AND c.closed_at IS NULL AND c.field NOT IN (SELECT field FROM found)
    RETURNING *
), listed AS (
    INSERT INTO conflict AS c (integration, kind, oracle_key, oracle_number, field, oracle, jaggaer, agreed, record_id)
    SELECT %(integration)s, %(kind)s, %(oracle_key)s, %(oracle_number)s, field, oracle, jaggaer, agreed, %(record_id)s
    FROM found
    ON CONFLICT (integration, kind, oracle_key, field) WHERE closed_at IS NULL DO UPDATE
        SET oracle = EXCLUDED.oracle, jaggaer = EXCLUDED.jaggaer, record_id = EXCLUDED.record_id
        WHERE (c.oracle, c.jaggaer) IS DISTINCT FROM (EXCLUDED.oracle, EXCLUDED.jaggaer)
    RETURNING *
)
INSERT INTO audit_event (actor, event, integration, flow, record_id, detail)
SELECT %(actor)s, event, integration, kind, %(record_id)s,
       jsonb_build_object('field', field, 'oracle', oracle, 'jaggaer', jaggaer)
FROM (SELECT 'conflict found' AS event, * FROM listed UNION ALL SELECT 'conflict closed', * FROM closed) AS told

-- name: of_number
-- The documents of Oracle that have a number.
SELECT document_key FROM document
WHERE (integration, flow, document_number) = (%(integration)s, %(kind)s, %(number)s) ORDER BY document_key LIMIT 2

-- name: bind
-- Notes which document of JAGGAER is which of Oracle, unless one of them is paired with another.
WITH bound AS (
    INSERT INTO pair AS p (integration, kind, oracle_key, oracle_number, jaggaer_key, agreed)
    SELECT %(integration)s, %(kind)s, %(oracle_key)s, %(number)s, %(jaggaer_key)s, %(agreed)s
    WHERE NOT EXISTS (SELECT FROM pair o WHERE (o.integration, o.kind, o.jaggaer_key)
                                             = (%(integration)s, %(kind)s, %(jaggaer_key)s)
                                           AND o.oracle_key <> %(oracle_key)s)
    ON CONFLICT (integration, kind, oracle_key) DO UPDATE SET jaggaer_key = EXCLUDED.jaggaer_key
        WHERE p.jaggaer_key IS NULL OR p.jaggaer_key = EXCLUDED.jaggaer_key
    RETURNING *
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, detail)
    SELECT %(actor)s, 'paired', integration, kind,
           jsonb_build_object('oracle_key', oracle_key, 'oracle_number', oracle_number, 'jaggaer_key', jaggaer_key)
    FROM bound
)
SELECT oracle_key FROM bound

-- name: conflicts
-- The conflicts, oldest first.
SELECT conflict_id, integration, kind, oracle_key, oracle_number, field, oracle, jaggaer, agreed, found_at, decision,
       decided_at, decided_by, closed_at, record_id
FROM conflict
WHERE (%(all)s OR closed_at IS NULL) AND (%(integration)s::text IS NULL OR integration = %(integration)s)
ORDER BY conflict_id

-- name: undecided
-- How many conflicts wait for a decision, and for how long the first of them does.
SELECT integration, kind, count(*) AS conflicts, clock_timestamp() - min(found_at) AS age
FROM conflict WHERE closed_at IS NULL AND decision IS NULL GROUP BY 1, 2

-- name: decide
-- Keeps whose value counts in an open conflict, with its event.
WITH decided AS (
    UPDATE conflict SET decision = %(decision)s, decided_at = clock_timestamp(), decided_by = %(actor)s
    WHERE conflict_id = %(conflict_id)s AND closed_at IS NULL
    RETURNING *
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, record_id, detail)
    SELECT %(actor)s, 'conflict decided', integration, kind, record_id,
           jsonb_build_object('field', field, 'decision', decision)
    FROM decided
)
SELECT conflict_id, integration, kind, oracle_key, oracle_number, field, decision, record_id FROM decided

-- name: sealed_last
-- The key of the last pair there is now.
SELECT integration AS last_integration, kind AS last_kind, oracle_key AS last_oracle_key
FROM pair ORDER BY integration DESC, kind DESC, oracle_key DESC LIMIT 1

-- name: sealed_page
-- The next pairs after a key: how each begins, and whole where it is wanted and sealed with none of the keys.
SELECT integration, kind, oracle_key, substring(agreed for 48) AS beginning,
       CASE WHEN %(whole)s AND substring(agreed for 17) <> ALL (%(fresh)s::bytea[]) THEN agreed END AS sealed
FROM pair
WHERE (integration, kind, oracle_key) > (%(integration)s, %(kind)s, %(oracle_key)s)
  AND (integration, kind, oracle_key) <= (%(last_integration)s, %(last_kind)s, %(last_oracle_key)s)
ORDER BY integration, kind, oracle_key LIMIT %(limit)s

-- name: reseal
-- Puts a pair under another data key, unless it was written since it was read.
UPDATE pair SET agreed = %(new)s
WHERE (integration, kind, oracle_key) = (%(integration)s, %(kind)s, %(oracle_key)s)
  AND substring(agreed for 48) = %(beginning)s
