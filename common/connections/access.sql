-- name: look
-- What is known of a connection's access. The times come as seconds from now, because clocks differ.
SELECT generation, sealed, refused, stopped_because, COALESCE(claimed_until > clock_timestamp(), false) AS fetching,
       extract(epoch FROM renew_at - clock_timestamp())::float8 AS renew_in,
       extract(epoch FROM expires_at - clock_timestamp())::float8 AS expires_in,
       extract(epoch FROM retry_at - clock_timestamp())::float8 AS retry_in
FROM access WHERE connection = %(connection)s

-- name: claim
-- Gives the fetching of the next token to one worker. Nothing happens if somebody has it, if the generation moved on,
-- if the last try failed just now, or if a token that is not due was renewed by force less than a minute ago.
INSERT INTO access AS a (connection, claim, claimed_until)
VALUES (%(connection)s, %(claim)s, clock_timestamp() + %(lease)s)
ON CONFLICT (connection) DO UPDATE
    SET claim = EXCLUDED.claim, claimed_until = EXCLUDED.claimed_until,
        forced_at = CASE WHEN a.renew_at > clock_timestamp() THEN clock_timestamp() ELSE a.forced_at END
    WHERE a.generation = %(generation)s
      AND (a.claimed_until IS NULL OR a.claimed_until <= clock_timestamp())
      AND (a.retry_at IS NULL OR a.retry_at <= clock_timestamp() OR %(changed)s)
      AND (a.renew_at IS NULL OR a.renew_at <= clock_timestamp()
           OR (%(forced)s AND (a.forced_at IS NULL OR a.forced_at <= clock_timestamp() - %(force_every)s)))
RETURNING generation

-- name: keep
-- Keeps a new token, if the claim still holds, and ends a stop.
WITH before AS (
    SELECT connection, stopped_because FROM access
    WHERE connection = %(connection)s AND claim = %(claim)s FOR UPDATE
), kept AS (
    UPDATE access a
    SET generation = generation + 1, sealed = %(sealed)s,
        renew_at = clock_timestamp() + %(renew_in)s, expires_at = clock_timestamp() + %(expires_in)s,
        claim = NULL, claimed_until = NULL, failures = 0, retry_at = NULL, stopped_because = NULL, refused = NULL
    FROM before WHERE a.connection = before.connection
    RETURNING a.generation, before.stopped_because
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, detail)
    SELECT %(actor)s, CASE WHEN stopped_because IS NULL THEN 'token renewed' ELSE 'connection resumed' END,
           %(integration)s, '-', jsonb_build_object('connection', %(connection)s::text, 'generation', generation, 'life', %(expires_in)s::interval)
    FROM kept
)
SELECT generation FROM kept

-- name: fail
-- Gives the claim back after a try that got no answer; the next one waits, longer each time.
UPDATE access
SET claim = NULL, claimed_until = NULL, failures = failures + 1,
    retry_at = clock_timestamp() + least(%(longest)s, %(first)s * power(2, least(failures, 20)))
WHERE connection = %(connection)s AND claim = %(claim)s

-- name: stop
-- Stops the connection: its client is refused. Nobody asks again before `retry` has passed, or with another secret.
WITH stopped AS (
    INSERT INTO access AS a (connection, stopped_because, refused, retry_at)
    VALUES (%(connection)s, %(because)s, %(refused)s, clock_timestamp() + %(retry)s)
    ON CONFLICT (connection) DO UPDATE
        SET claim = NULL, claimed_until = NULL, failures = a.failures + 1, sealed = NULL, renew_at = NULL,
            expires_at = NULL, stopped_because = EXCLUDED.stopped_because, refused = EXCLUDED.refused,
            retry_at = EXCLUDED.retry_at
        WHERE a.claim IS NOT DISTINCT FROM %(claim)s
    RETURNING connection
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, detail)
    SELECT %(actor)s, 'connection stopped', %(integration)s, '-',
           jsonb_build_object('connection', connection, 'reason', %(because)s::text)
    FROM stopped
)
SELECT connection FROM stopped

-- name: resume
-- Ends the stop of a connection that has no tokens: a user was let in again.
WITH resumed AS (
    UPDATE access SET failures = 0, retry_at = NULL, stopped_because = NULL, refused = NULL
    WHERE connection = %(connection)s AND stopped_because IS NOT NULL
    RETURNING connection
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, detail)
    SELECT %(actor)s, 'connection resumed', %(integration)s, '-', jsonb_build_object('connection', connection)
    FROM resumed
)
SELECT connection FROM resumed

-- name: everywhere
-- How each connection is let in. A user who was let in again has no token, and nobody fetches one or failed to.
SELECT connection, generation, expires_at, stopped_because,
       CASE WHEN stopped_because IS NOT NULL THEN 'stopped'
            WHEN expires_at > clock_timestamp() THEN 'open'
            WHEN generation = 0 AND claim IS NULL AND retry_at IS NULL THEN 'open'
            ELSE 'no token' END AS access
FROM access ORDER BY connection

-- name: sealed_last
-- The key of the last sealed value there is now.
SELECT connection AS last_connection, part AS last_part
FROM access CROSS JOIN LATERAL (VALUES ('refused', refused), ('sealed', sealed)) v (part, value)
WHERE value IS NOT NULL ORDER BY connection DESC, part DESC LIMIT 1

-- name: sealed_page
-- The next sealed values after a key: how each begins, and whole where it is wanted and sealed with none of the keys.
SELECT connection, part, substring(value for 48) AS beginning,
       CASE WHEN %(whole)s AND substring(value for 17) <> ALL (%(fresh)s::bytea[]) THEN value END AS sealed
FROM access CROSS JOIN LATERAL (VALUES ('refused', refused), ('sealed', sealed)) v (part, value)
WHERE value IS NOT NULL
  AND (connection, part) > (%(connection)s, %(part)s) AND (connection, part) <= (%(last_connection)s, %(last_part)s)
ORDER BY connection, part LIMIT %(limit)s

-- name: reseal
-- Puts a value under another data key, unless it was written since it was read.
UPDATE access
SET sealed = CASE WHEN %(part)s = 'sealed' THEN %(new)s ELSE sealed END,
    refused = CASE WHEN %(part)s = 'refused' THEN %(new)s ELSE refused END
WHERE connection = %(connection)s
  AND substring(CASE %(part)s WHEN 'sealed' THEN sealed ELSE refused END for 48) = %(beginning)s
