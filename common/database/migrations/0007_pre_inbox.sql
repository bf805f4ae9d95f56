-- Documents that were pushed to the gateway: what came, what was answered, and the job under which it was taken.

ALTER TABLE job DROP CONSTRAINT job_kind_check,
    ADD CONSTRAINT job_kind_check CHECK (kind IN ('scheduled', 'manual', 'rescan', 'pushed'));

CREATE TABLE inbox (
    inbox_id     uuid PRIMARY KEY,
    integration  text NOT NULL,
    sender       text NOT NULL,             -- who posted it, by the name in the settings
    payload_id   text NOT NULL,
    request      text NOT NULL,             -- the element below Request: ReceiptRequest and others
    origin       text NOT NULL,             -- who the From names
    number       text,                      -- the business number: receiptID, invoiceID and others
    operation    text NOT NULL,             -- new, update or delete
    content_hash bytea NOT NULL,            -- of the request in canonical form, and of its attachments
    content_type text NOT NULL,             -- what tells the parts of the sealed body apart
    sealed       bytea NOT NULL,            -- the body as it came
    deviations   text[] NOT NULL,           -- what was odd about it, and taken all the same
    code         integer NOT NULL,          -- of the Status in the answer
    answer       bytea NOT NULL,            -- the whole answer: what a repetition gets again
    job_id       uuid REFERENCES job,
    record_id    bigint REFERENCES record,
    received_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (integration, sender, payload_id)
);
ALTER TABLE inbox ALTER COLUMN sealed SET STORAGE EXTERNAL;  -- sealed bytes do not compress
CREATE INDEX inbox_number ON inbox (integration, request, origin, number, received_at) WHERE number IS NOT NULL;
CREATE INDEX inbox_record ON inbox (record_id) WHERE record_id IS NOT NULL;
