-- Mapping sets: what a combination or a unit of the source is on the other side. A version is never changed, so that a
-- record's note of the version that mapped it stays true; a new file is a new version.

CREATE TABLE mapping_set (
    integration  text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('accounts', 'units')),
    version      integer NOT NULL CHECK (version > 0),
    state        text NOT NULL CHECK (state IN ('draft', 'active', 'retired')),
    fields       text[] NOT NULL,           -- what every mapped subject gets
    rules        integer NOT NULL,
    file_hash    bytea NOT NULL,            -- SHA-256 of the file that it came from
    note         text NOT NULL DEFAULT '',
    imported_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    imported_by  text NOT NULL,
    activated_at timestamptz,               -- last
    activated_by text,
    PRIMARY KEY (integration, kind, version),
    CHECK ((state = 'draft') = (activated_at IS NULL)),
    CHECK ((activated_at IS NULL) = (activated_by IS NULL))
);
-- One version maps at a time.
CREATE UNIQUE INDEX mapping_set_active ON mapping_set (integration, kind) WHERE state = 'active';

CREATE TABLE mapping_rule (
    integration   text NOT NULL,
    kind          text NOT NULL,
    version       integer NOT NULL,
    number        integer NOT NULL,
    precedence    integer NOT NULL,
    business_unit text,
    chart         text,
    valid_from    date,
    valid_to      date,
    fallback      boolean NOT NULL,         -- meant to match everything
    note          text NOT NULL,
    patterns      jsonb NOT NULL,           -- [{part, kind, text, high}]
    targets       jsonb NOT NULL,           -- [{percent, values: [{field, value, description}]}]; percents as text
    PRIMARY KEY (integration, kind, version, number),
    FOREIGN KEY (integration, kind, version) REFERENCES mapping_set
);
