-- What the processes of an installation know together about each connection: how it is let in, and how it is doing.

CREATE TABLE access (
    connection      text PRIMARY KEY,
    generation      bigint NOT NULL DEFAULT 0,  -- counts the tokens; a refused token asks for a later generation
    sealed          bytea,                      -- the token of this generation, NULL while there is none
    renew_at        timestamptz,                -- 80 % of its life
    expires_at      timestamptz,
    forced_at       timestamptz,                -- when a token was last renewed before its time, after a 401
    -- The claim of the one worker that fetches the next token.
    claim           uuid,
    claimed_until   timestamptz,
    -- What came of the last try, if it failed.
    failures        integer NOT NULL DEFAULT 0,
    retry_at        timestamptz,
    stopped_because text,                       -- the client is refused: nobody asks before retry_at or another secret
    refused         bytea,                      -- sealed: the id and secret that were refused
    CHECK ((claim IS NULL) = (claimed_until IS NULL)),
    CHECK ((stopped_because IS NULL) = (refused IS NULL))
);

CREATE TABLE traffic (
    connection     text PRIMARY KEY,
    -- Throttling: nobody sends before paused_until, and then no faster than `rate` (requests a second, NULL: no limit).
    paused_until   timestamptz,
    throttled_at   timestamptz,
    rate           double precision CHECK (rate > 0),
    bucket         double precision NOT NULL DEFAULT 0,
    filled_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- How fast answers come: requests a second, the older the less they count.
    speed          double precision NOT NULL DEFAULT 0,
    counted_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- The breaker: open from the moment the system was found away, until a probe finds it back.
    open_since     timestamptz,
    open_until     timestamptz,                 -- when the next probe may go
    openings       integer NOT NULL DEFAULT 0,  -- probes that failed in a row
    probe_until    timestamptz,                 -- a probe is out, and is given up then
    because        text,                        -- why it is paused or open, in one sentence
    CHECK ((open_since IS NULL) = (open_until IS NULL))
);
