-- Keeps each duty's statement as small as what it finds, however long the ledger has grown. The indexes repeat the
-- conditions of common/ledger/rescue.sql and outbox.sql word for word: PostgreSQL uses them only so.

-- Records that wait for a worker, by how long nobody took them up: since their ticket, or since their rest was over.
CREATE INDEX record_waiting ON record
    (flow, (CASE WHEN state = 'captured' THEN 'transform' ELSE 'deliver' END), GREATEST(ticket_at, next_attempt_at))
    WHERE state IN ('captured', 'ready', 'unknown');
DROP INDEX record_open;

-- Records that rest and have no ticket for the time after it.
CREATE INDEX record_resting ON record (next_attempt_at)
    WHERE state IN ('captured', 'ready', 'unknown') AND ticket_at < next_attempt_at;

-- Each queue's tickets in their order: one that is refused must not stand before the others'.
CREATE INDEX outbox_queue ON outbox (queue, ticket_id);
-- Every row is soon deleted: what is dead must go before it outnumbers what lives.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- The newest jobs, for a person.
CREATE INDEX job_newest ON job (opened_at DESC);
