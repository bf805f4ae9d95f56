-- name: version
-- The version of a credential, as far as there is one.
SELECT version FROM credential WHERE connection = %(connection)s AND name = %(name)s

-- name: put
-- Keeps a credential and its event, unless it was changed since its version was read.
WITH kept AS (
    INSERT INTO credential AS c (connection, name, version, sealed, set_by)
    VALUES (%(connection)s, %(name)s, %(version)s, %(sealed)s, %(actor)s)
    ON CONFLICT (connection, name) DO UPDATE
    SET version = EXCLUDED.version, sealed = EXCLUDED.sealed, set_at = clock_timestamp(), set_by = EXCLUDED.set_by
    WHERE c.version = EXCLUDED.version - 1
    RETURNING *
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, detail)
    SELECT set_by, 'credential set', %(integration)s, '-',
           jsonb_build_object('connection', connection, 'name', name, 'version', version)
    FROM kept
)
SELECT version FROM kept

-- name: read
-- One sealed credential.
SELECT connection, name, version, sealed FROM credential WHERE connection = %(connection)s AND name = %(name)s

-- name: list
-- Every credential, without its value.
SELECT connection, name, version, set_at, set_by FROM credential ORDER BY connection, name

-- name: sealed_last
-- The key of the last sealed credential there is now.
SELECT connection AS last_connection, name AS last_name FROM credential ORDER BY connection DESC, name DESC LIMIT 1

-- name: sealed_page
-- The next sealed credentials after a key: how each begins, and whole where it is wanted and sealed with none of the keys.
SELECT connection, name, version, substring(sealed for 48) AS beginning,
       CASE WHEN %(whole)s AND substring(sealed for 17) <> ALL (%(fresh)s::bytea[]) THEN sealed END AS sealed
FROM credential
WHERE (connection, name) > (%(connection)s, %(name)s) AND (connection, name) <= (%(last_connection)s, %(last_name)s)
ORDER BY connection, name LIMIT %(limit)s

-- name: reseal
-- Puts a credential under another data key, unless it was written since it was read.
UPDATE credential SET sealed = %(new)s
WHERE connection = %(connection)s AND name = %(name)s AND substring(sealed for 48) = %(beginning)s
