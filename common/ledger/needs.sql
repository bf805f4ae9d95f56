-- name: standing
-- How it stands with some documents that a record needs: the delivered one of that key or number if there is one, else
-- any; what its newest version is doing; and whether its flow has been read since the record was captured.
SELECT n.place, d.document_key, d.delivered_action, r.record_id, r.state,
       EXISTS (SELECT FROM job j
               WHERE j.integration = %(integration)s AND j.flow = n.flow AND j.state = 'done'
                 AND j.opened_at > (SELECT captured_at FROM record WHERE record_id = %(record_id)s)) AS read_since
FROM unnest(%(flows)s::text[], %(keys)s::text[], %(numbers)s::text[]) WITH ORDINALITY AS n (flow, key, number, place)
LEFT JOIN LATERAL (
    (SELECT * FROM document d
     WHERE d.integration = %(integration)s AND d.flow = n.flow AND d.document_key = n.key)
    UNION ALL
    (SELECT * FROM document d
     WHERE d.integration = %(integration)s AND d.flow = n.flow AND d.document_number = n.number
     ORDER BY d.delivered_action DESC NULLS LAST LIMIT 1)
) d ON true
LEFT JOIN record r ON r.record_id = d.newest_record_id
ORDER BY n.place
