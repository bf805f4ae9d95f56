-- name: in_order
-- Makes `claim` walk along its index from the oldest ticket on. A bitmap would read all that was ever published and not
-- yet vacuumed, each time; a walk marks what is gone, and passes it over from then on.
SET LOCAL enable_bitmapscan = off

-- name: claim
-- Takes a queue's oldest unpublished tickets for a while; other relays pass them over.
UPDATE outbox SET claimed_until = clock_timestamp() + %(lease)s
WHERE ticket_id IN (
    SELECT ticket_id FROM outbox
    WHERE queue = %(queue)s AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
    ORDER BY ticket_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING ticket_id, queue, job_id, record_id, integration, flow, document

-- name: confirm
-- Forgets the tickets that the broker has confirmed.
DELETE FROM outbox WHERE ticket_id = ANY(%(ids)s)

-- name: release
-- Gives back the tickets that could not be published.
UPDATE outbox SET claimed_until = NULL WHERE ticket_id = ANY(%(ids)s)

-- name: unpublished
-- How many tickets wait for one queue; no more than asked for.
SELECT count(*) AS found FROM (SELECT FROM outbox WHERE queue = %(queue)s LIMIT %(limit)s) AS waiting

-- name: oldest
-- For how long the oldest ticket of each of these queues waits to be published. What is looked up is the first ticket
-- from the queue's beginning on, which may be the next queue's: asked for by its queue alone, tickets of others are read.
SELECT q.queue, clock_timestamp() - first.created_at AS age
FROM unnest(%(queues)s::text[]) AS q (queue)
CROSS JOIN LATERAL (
    SELECT o.queue, o.created_at FROM outbox o WHERE (o.queue, o.ticket_id) > (q.queue, 0)
    ORDER BY o.queue, o.ticket_id LIMIT 1) AS first
WHERE first.queue = q.queue

-- name: waiting
-- How many tickets wait to be published, by queue, and for how long.
SELECT queue, count(*) AS tickets, max(clock_timestamp() - created_at) AS oldest FROM outbox GROUP BY queue ORDER BY queue
