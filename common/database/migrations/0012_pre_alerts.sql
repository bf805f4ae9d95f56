-- What a person should know, from when it was noticed until it is over, and what was told of it at the webhook.
CREATE TABLE alert (
    alert_id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name             text NOT NULL,
    integration      text NOT NULL,                 -- '-' where it belongs to none
    subject          text NOT NULL,
    summary          text NOT NULL,                 -- as it was when it was raised
    action           text NOT NULL,
    since            timestamptz NOT NULL,
    raised_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    resolved_at      timestamptz,
    -- The telling: `raised`, then `resolved`; NULL when there is nothing to tell.
    untold           text DEFAULT 'raised' CHECK (untold IN ('raised', 'resolved')),
    sent_at          timestamptz,                   -- since when the webhook may know that it was raised
    raised_told_at   timestamptz,
    resolved_told_at timestamptz,
    tellings         integer NOT NULL DEFAULT 0,    -- claims: whoever has an older one writes nothing
    failures         integer NOT NULL DEFAULT 0,    -- in a row
    next_attempt_at  timestamptz,
    trouble          text                           -- why the last telling failed
);
-- The same is open once.
CREATE UNIQUE INDEX alert_open ON alert (name, integration, subject) WHERE resolved_at IS NULL;
CREATE INDEX alert_untold ON alert (raised_at) WHERE untold IS NOT NULL;
