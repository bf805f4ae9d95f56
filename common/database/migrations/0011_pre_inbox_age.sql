-- Lets the inbox drop the body and the answer of an old request. The rest of its row stays, so that a payloadID never has
-- a second effect, however late it comes again.

ALTER TABLE inbox ALTER COLUMN sealed DROP NOT NULL;  -- NULL: dropped
ALTER TABLE inbox ALTER COLUMN answer DROP NOT NULL;

-- Finds what is old among what is still whole, however much was dropped before.
CREATE INDEX inbox_age ON inbox (integration, received_at, inbox_id) WHERE sealed IS NOT NULL;
-- The same for whoever goes through the sealed bodies.
CREATE INDEX inbox_sealed ON inbox (inbox_id) WHERE sealed IS NOT NULL;
