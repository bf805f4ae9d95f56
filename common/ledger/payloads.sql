-- name: sealed_last
-- The key of the last sealed payload there is now.
SELECT record_id AS last_record_id, part AS last_part FROM payload ORDER BY record_id DESC, part DESC LIMIT 1

-- name: sealed_page
-- The next sealed payloads after a key: how each begins, and whole where it is wanted and sealed with none of the keys.
SELECT record_id, part, substring(sealed for 48) AS beginning,
       CASE WHEN %(whole)s AND substring(sealed for 17) <> ALL (%(fresh)s::bytea[]) THEN sealed END AS sealed
FROM payload
WHERE (record_id, part) > (%(record_id)s, %(part)s) AND (record_id, part) <= (%(last_record_id)s, %(last_part)s)
ORDER BY record_id, part LIMIT %(limit)s

-- name: reseal
-- Puts a payload under another data key, unless it was written since it was read.
UPDATE payload SET sealed = %(new)s
WHERE record_id = %(record_id)s AND part = %(part)s AND substring(sealed for 48) = %(beginning)s
