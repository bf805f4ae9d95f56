-- name: newest
-- The newest versions of a flow's next documents after a key, each with its source's payload.
SELECT d.document_key, r.record_id, r.document_number, r.business_unit, r.state, r.captured_at, r.dead_class, r.outcome,
       r.next_step, p.sealed
FROM document d
JOIN record r ON r.record_id = d.newest_record_id
LEFT JOIN payload p ON p.record_id = r.record_id AND p.part = 'source'
WHERE d.integration = %(integration)s AND d.flow = %(flow)s AND d.document_key > %(after)s
  AND (%(numbers)s::text[] IS NULL OR d.document_number = ANY (%(numbers)s::text[]))
ORDER BY d.document_key LIMIT %(limit)s
