-- name: mark_seen
-- Notes that a job has seen some documents.
UPDATE document SET seen_job_id = %(job_id)s
WHERE integration = %(integration)s AND flow = %(flow)s AND document_key = ANY(%(keys)s::text[])

-- name: unseen
-- The documents that a job has not seen, with the newest that is known of each.
SELECT d.document_key, d.newest_record_id AS record_id, p.sealed
FROM document d JOIN payload p ON p.record_id = d.newest_record_id AND p.part = 'source'
WHERE d.integration = %(integration)s AND d.flow = %(flow)s AND d.seen_job_id IS DISTINCT FROM %(job_id)s
  AND d.document_key NOT LIKE 'unidentified:%%'
ORDER BY d.document_key

-- name: known
-- How many documents of a flow there are.
SELECT count(*) AS documents FROM document
WHERE integration = %(integration)s AND flow = %(flow)s AND document_key NOT LIKE 'unidentified:%%'
