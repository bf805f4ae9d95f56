-- name: newest
-- The data key that seals a purpose's new values, and whether it is still young enough for that.
SELECT data_key_id, purpose, master_key_id, wrapped,
       created_at > clock_timestamp() - %(longest_use)s AS young
FROM data_key
WHERE purpose = %(purpose)s
ORDER BY created_at DESC, data_key_id DESC LIMIT 1

-- name: find
-- One data key.
SELECT data_key_id, purpose, master_key_id, wrapped FROM data_key WHERE data_key_id = %(data_key_id)s

-- name: wrapping
-- The master key that wraps new data keys: the one that the last rotation went to, whatever newer ones a source has.
SELECT master_key_id FROM data_key ORDER BY wrapped_at DESC, data_key_id DESC LIMIT 1

-- name: add
-- Keeps a new data key, unless the purpose already has one that is young enough (in a rotation: begun since it began).
INSERT INTO data_key (data_key_id, purpose, master_key_id, wrapped)
SELECT %(data_key_id)s, %(purpose)s, %(master_key_id)s, %(wrapped)s
WHERE NOT EXISTS (
    SELECT 1 FROM data_key
    WHERE purpose = %(purpose)s
      AND created_at > COALESCE(%(since)s::timestamptz, clock_timestamp() - %(longest_use)s)
)
