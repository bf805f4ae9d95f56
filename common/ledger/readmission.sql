-- name: newest
-- The newest version of a document, with its sealed source, unless it was taken again for this reason. Nobody else
-- readmits it meanwhile.
SELECT d.newest_record_id AS record_id, p.sealed
FROM document d JOIN payload p ON p.record_id = d.newest_record_id AND p.part = 'source'
WHERE (d.integration, d.flow, d.document_key) = (%(integration)s, %(flow)s, %(key)s)
  AND NOT EXISTS (SELECT FROM audit_event e
                  WHERE e.record_id = d.newest_record_id AND e.event = 'captured again'
                    AND e.detail ->> 'because' = %(because)s)
FOR UPDATE OF d

-- name: readmit
-- Takes a version again as the newest, with its ticket and event. What was delivered counts as not known.
WITH fresh AS (
    INSERT INTO record (integration, flow, document_key, document_number, changed_at, content_hash, read_at, job_id,
                        business_unit, currency, amount, state)
    SELECT integration, flow, document_key, document_number, changed_at, content_hash, clock_timestamp(), job_id,
           business_unit, currency, amount, 'captured'
    FROM record WHERE record_id = %(of)s
    RETURNING *
), crosswalk AS (
    UPDATE document d SET newest_record_id = fresh.record_id, delivered_hash = NULL
    FROM fresh
    WHERE (d.integration, d.flow, d.document_key) = (fresh.integration, fresh.flow, fresh.document_key)
), ticket AS (
    INSERT INTO outbox (queue, job_id, record_id, integration, flow, document)
    SELECT 'transform', job_id, record_id, integration, flow, document_number FROM fresh
), event AS (
    INSERT INTO audit_event (at, actor, event, integration, flow, job_id, record_id, to_state, detail)
    SELECT captured_at, %(actor)s, 'captured again', integration, flow, job_id, record_id, state,
           jsonb_build_object('of', %(of)s::bigint, 'because', %(because)s::text)
    FROM fresh
)
SELECT record_id FROM fresh

-- name: keep_payload
-- Keeps the sealed source payload of a readmitted version.
INSERT INTO payload (record_id, part, sealed) VALUES (%(record_id)s, 'source', %(sealed)s)
