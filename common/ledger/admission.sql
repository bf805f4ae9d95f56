-- name: admit
-- Takes the versions of one page that are not the newest known ones, with their crosswalk rows, tickets and events.
-- What was read last is the newest: the pages of a flow are read one after the other, and a stamp need not move when a
-- joined value (a supplier's name) changes, even back to what it was. Versions that a page shows side by side can be
-- seen again in the same page, so they are held against every version that is known.
WITH sighted AS (
    SELECT * FROM unnest(%(keys)s::text[], %(numbers)s::text[], %(stamps)s::timestamptz[], %(hashes)s::bytea[],
                         %(business_units)s::text[], %(currencies)s::text[], %(amounts)s::numeric[])
        WITH ORDINALITY
        AS s (document_key, document_number, changed_at, content_hash, business_unit, currency, amount, place)
), known AS (
    SELECT d.document_key, r.changed_at, r.content_hash
    FROM document d JOIN record r ON r.record_id = d.newest_record_id
    WHERE d.integration = %(integration)s AND d.flow = %(flow)s AND d.document_key = ANY(%(keys)s::text[])
    UNION ALL
    SELECT document_key, changed_at, content_hash FROM record
    WHERE integration = %(integration)s AND flow = %(flow)s AND document_key = ANY(%(side_by_side)s::text[])
), changed AS (
    SELECT DISTINCT ON (document_key, changed_at, content_hash) s.*
    FROM sighted s
    WHERE NOT EXISTS (SELECT FROM known k WHERE (k.document_key, k.changed_at, k.content_hash)
                                              = (s.document_key, s.changed_at, s.content_hash))
    ORDER BY document_key, changed_at, content_hash, place
), fresh AS (
    INSERT INTO record (integration, flow, document_key, document_number, changed_at, content_hash, read_at, job_id,
                        business_unit, currency, amount, state)
    SELECT %(integration)s, %(flow)s, document_key, document_number, changed_at, content_hash, %(read_at)s, %(job_id)s,
           business_unit, currency, amount, 'captured'
    FROM changed ORDER BY place
    RETURNING *
), crosswalk AS (
    INSERT INTO document (integration, flow, document_key, document_number, newest_record_id)
    SELECT DISTINCT ON (document_key) integration, flow, document_key, document_number, record_id
    FROM fresh ORDER BY document_key, record_id DESC
    ON CONFLICT (integration, flow, document_key) DO UPDATE
        SET document_number = EXCLUDED.document_number, newest_record_id = EXCLUDED.newest_record_id
), ticket AS (
    INSERT INTO outbox (queue, job_id, record_id, integration, flow, document)
    SELECT 'transform', job_id, record_id, integration, flow, document_number FROM fresh ORDER BY record_id
), event AS (
    INSERT INTO audit_event (at, actor, event, integration, flow, job_id, record_id, to_state, detail)
    SELECT captured_at, %(actor)s, 'captured', integration, flow, job_id, record_id, state,
           jsonb_build_object('changed_at', changed_at, 'content_hash', encode(content_hash, 'hex'),
                              'business_unit', business_unit, 'currency', currency, 'amount', amount)
    FROM fresh
)
SELECT record_id, document_key, changed_at, content_hash FROM fresh

-- name: admit_refused
-- Takes one row that could not even be identified: dead from the start, but in the ledger, in the books and visible.
WITH fresh AS (
    INSERT INTO record (integration, flow, document_key, document_number, changed_at, content_hash, read_at, job_id,
                        state, settled_at, outcome, dead_class, dead_field, dead_value, next_step)
    VALUES (%(integration)s, %(flow)s, %(key)s, %(number)s, %(read_at)s, %(hash)s, %(read_at)s, %(job_id)s,
            'dead', clock_timestamp(), %(reason)s, %(class)s, %(field)s, %(value)s, %(next_step)s)
    RETURNING *
), crosswalk AS (
    INSERT INTO document (integration, flow, document_key, document_number, newest_record_id)
    SELECT integration, flow, document_key, document_number, record_id FROM fresh
    ON CONFLICT (integration, flow, document_key) DO NOTHING
), ticket AS (
    INSERT INTO outbox (queue, job_id, record_id, integration, flow, document)
    SELECT 'transform', job_id, record_id, integration, flow, document_number FROM fresh
), event AS (
    INSERT INTO audit_event (at, actor, event, integration, flow, job_id, record_id, to_state, detail)
    SELECT captured_at, %(actor)s, 'captured', integration, flow, job_id, record_id, state,
           jsonb_build_object('class', dead_class, 'reason', outcome, 'field', dead_field, 'value', dead_value)
    FROM fresh
)
SELECT record_id FROM fresh

-- name: refused_is_known
-- Whether a row that cannot be identified was taken before, with the same content.
SELECT 1 FROM record
WHERE integration = %(integration)s AND flow = %(flow)s AND document_key = %(key)s LIMIT 1

-- name: keep_payloads
-- Keeps the sealed source payload of each new record.
INSERT INTO payload (record_id, part, sealed)
SELECT record_id, 'source', sealed FROM unnest(%(ids)s::bigint[], %(sealed)s::bytea[]) AS p (record_id, sealed)
