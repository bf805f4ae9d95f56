-- The ledger: what was seen, what was sent, what came of it. Every later migration adds to this; none rewrites it.

CREATE TABLE job (
    job_id          uuid PRIMARY KEY,
    integration     text NOT NULL,
    flow            text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('scheduled', 'manual', 'rescan')),
    due_at          timestamptz NOT NULL,
    state           text NOT NULL CHECK (state IN ('open', 'reading', 'done', 'failed')),
    opened_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at     timestamptz,
    reason          text,
    -- The claim on the page that is being read.
    fence           bigint NOT NULL DEFAULT 0,
    lease_until     timestamptz,
    lease_owner     text,
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    ticket_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- The cursor's proof: which window was read, how far, and what it showed.
    cursor_before   timestamptz,
    window_from     timestamptz,
    window_to       timestamptz,
    after_key       bigint NOT NULL DEFAULT 0,
    pages           integer NOT NULL DEFAULT 0,
    rows_seen       integer NOT NULL DEFAULT 0,
    rows_new        integer NOT NULL DEFAULT 0,
    rows_late       integer NOT NULL DEFAULT 0,
    lateness        interval NOT NULL DEFAULT interval '0',
    walks           integer NOT NULL DEFAULT 1,
    contradictions  text[] NOT NULL DEFAULT '{}',
    UNIQUE (integration, flow, kind, due_at),
    CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL))
);
-- One job of a flow reads at a time: pages are admitted in the order in which they were read.
CREATE UNIQUE INDEX job_reading ON job (integration, flow) WHERE state = 'reading';
CREATE INDEX job_unfinished ON job (ticket_at) WHERE state IN ('open', 'reading');
CREATE INDEX job_recent ON job (integration, flow, opened_at DESC);

CREATE TABLE cursor (
    integration text NOT NULL,
    flow        text NOT NULL,
    position    timestamptz,            -- all that the source stamped up to here is in the ledger; NULL: nothing read yet
    overlap     interval NOT NULL,      -- how far behind the position the next window begins
    moved_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    job_id      uuid REFERENCES job,    -- the job that moved it last: the proof of the position
    PRIMARY KEY (integration, flow)
);

CREATE TABLE record (
    record_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    integration     text NOT NULL,
    flow            text NOT NULL,
    document_key    text NOT NULL,
    document_number text NOT NULL,
    changed_at      timestamptz NOT NULL,
    content_hash    bytea NOT NULL,
    read_at         timestamptz NOT NULL,
    job_id          uuid NOT NULL REFERENCES job,
    business_unit   text,
    currency        text,
    amount          numeric,
    state           text NOT NULL CHECK (state IN ('captured', 'transforming', 'ready', 'sending', 'unknown', 'checking',
                                                   'delivered', 'unchanged', 'superseded', 'dead')),
    captured_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at      timestamptz,
    -- The claim.
    fence           bigint NOT NULL DEFAULT 0,
    lease_until     timestamptz,
    lease_owner     text,
    -- The budget.
    generation      integer NOT NULL DEFAULT 0,   -- replays by a person
    attempts        integer NOT NULL DEFAULT 0,   -- claims that were not given back, in this generation
    readbacks       integer NOT NULL DEFAULT 0,   -- read-backs that found nothing, since the last unclear answer
    refusals        integer NOT NULL DEFAULT 0,   -- definite refusals by the target: each needs a new dedupe key
    next_attempt_at timestamptz,
    ticket_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- What is to be sent.
    action          text CHECK (action IN ('put', 'cancel')),
    body_hash       bytea,
    sending_since   timestamptz,                  -- when the effect was first intended: the same in every repetition
    may_be_applied  boolean NOT NULL DEFAULT false,
    -- What came of it.
    outcome         text,                         -- why it is where it is, in one sentence
    dead_class      text,
    dead_field      text,
    dead_value      text,
    next_step       text,
    CHECK ((state IN ('transforming', 'sending', 'checking')) = (lease_until IS NOT NULL)),
    CHECK ((state IN ('delivered', 'unchanged', 'superseded', 'dead')) = (settled_at IS NOT NULL)),
    CHECK (state <> 'dead' OR (dead_class IS NOT NULL AND outcome IS NOT NULL AND next_step IS NOT NULL)),
    CHECK (state NOT IN ('ready', 'sending', 'unknown', 'checking') OR (action IS NOT NULL AND body_hash IS NOT NULL))
) WITH (fillfactor = 80);
-- One version of a document is under way to the target at a time: never older over newer.
CREATE UNIQUE INDEX record_under_way ON record (integration, flow, document_key)
    WHERE state IN ('sending', 'unknown', 'checking');
CREATE INDEX record_open ON record (ticket_at) WHERE state IN ('captured', 'ready', 'unknown');
CREATE INDEX record_leased ON record (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX record_dead ON record (record_id) WHERE state = 'dead';
CREATE INDEX record_number ON record (document_number);
CREATE INDEX record_document ON record (integration, flow, document_key, record_id);

CREATE TABLE payload (
    record_id bigint NOT NULL REFERENCES record,
    part      text NOT NULL CHECK (part IN ('source', 'target')),
    sealed    bytea NOT NULL,
    PRIMARY KEY (record_id, part)
);
ALTER TABLE payload ALTER COLUMN sealed SET STORAGE EXTERNAL;  -- sealed bytes do not compress

-- The crosswalk: which document is which over there, and which of its versions was the last one known and delivered.
CREATE TABLE document (
    integration         text NOT NULL,
    flow                text NOT NULL,
    document_key        text NOT NULL,
    document_number     text NOT NULL,
    newest_record_id    bigint NOT NULL,   -- what was read last
    delivered_record_id bigint,
    delivered_hash      bytea,
    delivered_action    text,
    delivered_key       text,      -- the dedupe key of the delivered version: what the next one refers to
    target_id           text,
    serial              integer NOT NULL DEFAULT 0,
    PRIMARY KEY (integration, flow, document_key)
) WITH (fillfactor = 80);
CREATE INDEX document_delivered ON document (integration, flow, delivered_record_id)
    WHERE delivered_record_id IS NOT NULL;

-- A ticket that waits to be published. It exists exactly as long as the broker has not confirmed it.
CREATE TABLE outbox (
    ticket_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue         text NOT NULL,
    job_id        uuid NOT NULL,
    record_id     bigint,
    integration   text NOT NULL,
    flow          text NOT NULL,
    document      text,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    claimed_until timestamptz
);
CREATE INDEX outbox_record ON outbox (record_id);
CREATE INDEX outbox_job ON outbox (job_id) WHERE record_id IS NULL;

CREATE TABLE audit_event (
    event_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor       text NOT NULL,
    event       text NOT NULL,
    integration text NOT NULL,
    flow        text NOT NULL,
    job_id      uuid,
    record_id   bigint,
    from_state  text,
    to_state    text,
    detail      jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_event_record ON audit_event (record_id, event_id) WHERE record_id IS NOT NULL;
CREATE INDEX audit_event_job ON audit_event (job_id, event_id) WHERE job_id IS NOT NULL;

CREATE TABLE leadership (
    duty   text PRIMARY KEY,
    holder text NOT NULL,
    epoch  bigint NOT NULL,
    until  timestamptz NOT NULL
);
