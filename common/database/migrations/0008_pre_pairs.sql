-- Documents that live on both sides: which are one, what both sides last agreed on, and what a person must decide.

CREATE TABLE pair (
    integration   text NOT NULL,
    kind          text NOT NULL,                -- suppliers, gl_accounts, cost_centers
    oracle_key    text NOT NULL,                -- the source's immutable id
    oracle_number text NOT NULL,                -- what people call it there
    jaggaer_key   text,                         -- JAGGAER's own id, NULL while it is not known
    agreed        bytea NOT NULL,               -- sealed: the fields in which both sides had the same
    version       bigint NOT NULL DEFAULT 1,
    agreed_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (integration, kind, oracle_key)
);
-- What JAGGAER calls one document is one document in Oracle.
CREATE UNIQUE INDEX pair_jaggaer ON pair (integration, kind, jaggaer_key) WHERE jaggaer_key IS NOT NULL;

CREATE TABLE conflict (
    conflict_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    integration   text NOT NULL,
    kind          text NOT NULL,
    oracle_key    text NOT NULL,
    oracle_number text NOT NULL,
    field         text NOT NULL,
    oracle        text,                         -- the values, masked where they are secret
    jaggaer       text,
    agreed        text,
    record_id     bigint NOT NULL REFERENCES record,   -- the version at which it was found
    found_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    decision      text CHECK (decision IN ('oracle', 'jaggaer')),
    decided_at    timestamptz,
    decided_by    text,
    closed_at     timestamptz,
    CHECK ((decision IS NULL) = (decided_at IS NULL))
);
-- One conflict about one field is listed once, however often it is met.
CREATE UNIQUE INDEX conflict_open ON conflict (integration, kind, oracle_key, field) WHERE closed_at IS NULL;
