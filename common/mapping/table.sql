-- name: take_turn
-- Lets one change of an integration's sets of a kind follow the other.
SELECT pg_advisory_xact_lock(hashtextextended(%(integration)s || '/mapping/' || %(kind)s, 0))

-- name: add
-- Keeps the next version as a draft, with its event.
WITH added AS (
    INSERT INTO mapping_set (integration, kind, version, state, fields, rules, file_hash, note, imported_by)
    SELECT %(integration)s, %(kind)s, coalesce(max(version), 0) + 1, 'draft', %(fields)s, %(rules)s, %(file_hash)s,
           %(note)s, %(actor)s
    FROM mapping_set WHERE integration = %(integration)s AND kind = %(kind)s
    RETURNING *
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, detail)
    SELECT imported_by, 'mapping imported', integration, '-',
           jsonb_build_object('kind', kind, 'version', version, 'rules', rules, 'note', note,
                              'file_hash', encode(file_hash, 'hex'))
    FROM added
)
SELECT * FROM added

-- name: add_rules
-- Keeps the rules of a version.
INSERT INTO mapping_rule (integration, kind, version, number, precedence, business_unit, chart, valid_from, valid_to,
                          fallback, note, patterns, targets)
SELECT %(integration)s, %(kind)s, %(version)s, r.*
FROM unnest(%(numbers)s::integer[], %(precedences)s::integer[], %(business_units)s::text[], %(charts)s::text[],
            %(valid_from)s::date[], %(valid_to)s::date[], %(fallbacks)s::boolean[], %(notes)s::text[],
            %(patterns)s::jsonb[], %(targets)s::jsonb[]) AS r

-- name: retire
-- Retires the active version for another one.
UPDATE mapping_set SET state = 'retired'
WHERE integration = %(integration)s AND kind = %(kind)s AND state = 'active' AND version <> %(version)s

-- name: activate
-- Lets a version map, with its event; the others are retired already. Nothing happens if it maps now.
WITH moved AS (
    UPDATE mapping_set SET state = 'active', activated_at = clock_timestamp(), activated_by = %(actor)s
    WHERE integration = %(integration)s AND kind = %(kind)s AND version = %(version)s AND state <> 'active'
    RETURNING *
), event AS (
    INSERT INTO audit_event (actor, event, integration, flow, detail)
    SELECT activated_by, 'mapping activated', integration, '-',
           jsonb_build_object('kind', kind, 'version', version, 'instead_of', %(instead_of)s::integer)
    FROM moved
)
SELECT version FROM moved

-- name: find
-- One version.
SELECT * FROM mapping_set WHERE integration = %(integration)s AND kind = %(kind)s AND version = %(version)s

-- name: active
-- The version that maps now.
SELECT * FROM mapping_set WHERE integration = %(integration)s AND kind = %(kind)s AND state = 'active'

-- name: seconds_active
-- For how long the active version has been so.
SELECT version, extract(epoch FROM clock_timestamp() - activated_at)::double precision AS seconds
FROM mapping_set WHERE integration = %(integration)s AND kind = %(kind)s AND state = 'active'

-- name: history
-- Every version, newest first.
SELECT * FROM mapping_set WHERE integration = %(integration)s AND kind = %(kind)s ORDER BY version DESC

-- name: rules
-- The rules of a version, in their order.
SELECT number, precedence, business_unit, chart, valid_from, valid_to, fallback, note, patterns, targets
FROM mapping_rule WHERE integration = %(integration)s AND kind = %(kind)s AND version = %(version)s ORDER BY number
