-- name: delivered
-- Which documents of a flow the target has or had, by number, and whether what it was told last was to cancel.
SELECT document_number, bool_or(delivered_action = 'put') AS active
FROM document
WHERE integration = %(integration)s AND flow = %(flow)s AND delivered_action IS NOT NULL
GROUP BY document_number ORDER BY document_number

-- name: newest_sources
-- The next documents of a flow after a key, each with the payload of the version that was read last.
SELECT d.document_key, d.document_number, d.newest_record_id AS record_id, p.sealed
FROM document d JOIN payload p ON p.record_id = d.newest_record_id AND p.part = 'source'
WHERE d.integration = %(integration)s AND d.flow = %(flow)s AND d.document_key > %(after)s
ORDER BY d.document_key LIMIT %(limit)s
