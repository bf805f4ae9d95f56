-- The vault's data keys, wrapped by a master key that is not in the database; its rotations; and sealed credentials.

CREATE TABLE data_key (
    data_key_id   uuid PRIMARY KEY,
    purpose       text NOT NULL,                -- the table whose values it seals
    master_key_id text NOT NULL,
    wrapped       bytea NOT NULL CHECK (octet_length(wrapped) = 60),   -- nonce, 32 bytes, tag
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    wrapped_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX data_key_newest ON data_key (purpose, created_at DESC, data_key_id DESC);

CREATE TABLE key_rotation (
    rotation_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    master_key_id text NOT NULL,                -- where it goes to
    reseal        boolean NOT NULL,             -- whether every value is sealed again
    begun_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    begun_by      text NOT NULL,
    finished_at   timestamptz
);
-- One rotation at a time: one that was interrupted is finished before the next begins.
CREATE UNIQUE INDEX key_rotation_unfinished ON key_rotation ((true)) WHERE finished_at IS NULL;

CREATE TABLE credential (
    connection text NOT NULL,                   -- <integration>.oracle or <integration>.jaggaer
    name       text NOT NULL,
    version    integer NOT NULL,
    sealed     bytea NOT NULL,
    set_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    set_by     text NOT NULL,
    PRIMARY KEY (connection, name)
);
