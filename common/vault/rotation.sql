-- name: lock
-- Keeps other rotations out until this session ends or unlocks.
SELECT pg_try_advisory_lock(%(lock)s) AS locked

-- name: unlock
-- Lets other rotations in.
SELECT pg_advisory_unlock(%(lock)s)

-- name: unfinished
-- The rotation that was begun and not finished, if there is one.
SELECT rotation_id, master_key_id, reseal, begun_at FROM key_rotation WHERE finished_at IS NULL

-- name: begin
-- Begins a rotation, with its event.
WITH begun AS (
    INSERT INTO key_rotation (master_key_id, reseal, begun_by)
    VALUES (%(master_key_id)s, %(reseal)s, %(actor)s)
    RETURNING *
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, detail)
    SELECT begun_by, 'key rotation begun', '-', '-',
           jsonb_build_object('rotation', rotation_id, 'master_key', master_key_id, 'reseal', reseal)
    FROM begun
)
SELECT rotation_id, master_key_id, reseal, begun_at FROM begun

-- name: widen
-- Makes an unfinished rotation seal every value again too.
UPDATE key_rotation SET reseal = true WHERE rotation_id = %(rotation_id)s AND finished_at IS NULL AND NOT reseal

-- name: finish
-- Ends a rotation, with its event, unless a data key was wrapped by another master key meanwhile.
WITH finished AS (
    UPDATE key_rotation SET finished_at = clock_timestamp()
    WHERE rotation_id = %(rotation_id)s AND finished_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM data_key d WHERE d.master_key_id <> key_rotation.master_key_id)
    RETURNING *
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, detail)
    SELECT %(actor)s, 'key rotation finished', '-', '-',
           jsonb_build_object('rotation', rotation_id, 'master_key', master_key_id, 'reseal', reseal,
                              'rewrapped', %(rewrapped)s::integer, 'resealed', %(resealed)s::bigint)
    FROM finished
)
SELECT rotation_id FROM finished

-- name: to_rewrap
-- Data keys that another master key wraps.
SELECT data_key_id, purpose, master_key_id, wrapped FROM data_key
WHERE master_key_id <> %(master_key_id)s ORDER BY data_key_id LIMIT %(limit)s

-- name: rewrap
-- Puts a data key under another master key, unless it was rewrapped since it was read.
UPDATE data_key SET wrapped = %(wrapped)s, master_key_id = %(master_key_id)s, wrapped_at = clock_timestamp()
WHERE data_key_id = %(data_key_id)s AND wrapped = %(seen)s

-- name: purposes
-- What data keys are for.
SELECT DISTINCT purpose FROM data_key ORDER BY purpose

-- name: begun_since
-- The data keys that were begun since then: what is sealed with them need not be sealed again.
SELECT data_key_id FROM data_key WHERE created_at > %(since)s

-- name: master_keys
-- The master keys that wrap data keys.
SELECT DISTINCT master_key_id FROM data_key ORDER BY master_key_id
