-- name: look
-- Counts this process's answers, lets a throttled rate grow again, and returns how the connection is doing. The longer
-- nobody was throttled the faster the rate grows; when the workers cannot use it up any more, it is forgotten.
WITH counted AS (
    INSERT INTO traffic AS t (connection, speed) VALUES (%(connection)s, %(answered)s / %(memory)s::float8)
    ON CONFLICT (connection) DO UPDATE
        SET speed = t.speed * exp(-extract(epoch FROM clock_timestamp() - t.counted_at)::float8 / %(memory)s::float8)
                    + EXCLUDED.speed,
            counted_at = clock_timestamp(),
            rate = CASE
                WHEN t.rate IS NULL OR t.paused_until > clock_timestamp() THEN t.rate
                WHEN t.rate > 4 * greatest(t.speed, 1) AND t.throttled_at < clock_timestamp() - interval '10 s'
                    THEN NULL
                ELSE t.rate * exp(least(2.0,
                    0.05 * power(2, least(6, extract(epoch FROM clock_timestamp() - t.throttled_at)::float8 / 5))
                    * least(5.0, extract(epoch FROM clock_timestamp() - t.counted_at)::float8))) END
    RETURNING *
)
SELECT extract(epoch FROM paused_until - clock_timestamp())::float8 AS paused_in, rate,
       open_since IS NOT NULL AS open, extract(epoch FROM open_until - clock_timestamp())::float8 AS open_in,
       COALESCE(probe_until > clock_timestamp(), false) AS probing, because
FROM counted

-- name: pause
-- Pauses the connection for everybody. The first one to be throttled takes the rate back to seven tenths of what went
-- through; whatever was on its way at that moment and is throttled too belongs to the same incident.
WITH paused AS (
    INSERT INTO traffic AS t (connection, paused_until, throttled_at, rate, because)
    VALUES (%(connection)s, clock_timestamp() + %(wait)s, clock_timestamp(), %(slowest)s, %(because)s)
    ON CONFLICT (connection) DO UPDATE
        SET paused_until = greatest(t.paused_until, EXCLUDED.paused_until), because = EXCLUDED.because,
            throttled_at = clock_timestamp(),
            rate = CASE WHEN t.throttled_at > clock_timestamp() - interval '1 s' OR t.paused_until > clock_timestamp()
                        THEN t.rate ELSE greatest(%(slowest)s, 0.7 * least(t.rate, t.speed)) END
    RETURNING t.connection, t.rate, t.paused_until
)
INSERT INTO audit_event (actor, event, integration, flow, detail)
SELECT %(actor)s, 'connection throttled', %(integration)s, '-',
       jsonb_build_object('connection', connection, 'reason', %(because)s::text, 'rate', rate, 'until', paused_until)
FROM paused WHERE NOT EXISTS (
    SELECT 1 FROM traffic t WHERE t.connection = %(connection)s AND t.paused_until > clock_timestamp())

-- name: take
-- Takes up to so many permits out of the bucket, which holds a fifth of a second's worth.
WITH filled AS (
    SELECT connection, least(greatest(1, least(rate, %(most)s) / 5),
                             bucket + least(rate, %(most)s) * extract(epoch FROM clock_timestamp() - filled_at)) AS level
    FROM traffic WHERE connection = %(connection)s FOR UPDATE
)
UPDATE traffic t
SET bucket = level - least(%(wanted)s, floor(level)), filled_at = clock_timestamp()
FROM filled WHERE t.connection = filled.connection
RETURNING least(%(wanted)s, floor(level))::int AS granted

-- name: open
-- Opens the breaker, or keeps it open for longer after a probe that failed.
WITH before AS (
    SELECT connection, open_since FROM traffic WHERE connection = %(connection)s FOR UPDATE
), opened AS (
    UPDATE traffic t
    SET open_since = COALESCE(t.open_since, clock_timestamp()), openings = t.openings + 1, probe_until = NULL,
        open_until = clock_timestamp() + least(%(longest)s, %(first)s * power(2, least(t.openings, 20))),
        because = %(because)s
    FROM before WHERE t.connection = before.connection AND (t.open_since IS NULL OR %(probed)s)
    RETURNING t.connection, before.open_since
)
INSERT INTO audit_event (actor, event, integration, flow, detail)
SELECT %(actor)s, 'connection away', %(integration)s, '-',
       jsonb_build_object('connection', connection, 'reason', %(because)s::text)
FROM opened WHERE open_since IS NULL

-- name: probe
-- Lets one worker find out whether the system is back.
UPDATE traffic SET probe_until = clock_timestamp() + %(lease)s
WHERE connection = %(connection)s AND open_until <= clock_timestamp()
  AND (probe_until IS NULL OR probe_until <= clock_timestamp())
RETURNING connection

-- name: close
-- Closes the breaker: the system answers.
WITH before AS (
    SELECT connection, open_since FROM traffic WHERE connection = %(connection)s AND open_since IS NOT NULL FOR UPDATE
), closed AS (
    UPDATE traffic t SET open_since = NULL, open_until = NULL, openings = 0, probe_until = NULL, because = NULL
    FROM before WHERE t.connection = before.connection
    RETURNING t.connection, before.open_since
)
INSERT INTO audit_event (actor, event, integration, flow, detail)
SELECT %(actor)s, 'connection back', %(integration)s, '-',
       jsonb_build_object('connection', connection, 'away_since', open_since)
FROM closed

-- name: everywhere
-- How each connection is doing: `away` is how long its breaker has been open.
SELECT connection,
       CASE WHEN open_since IS NOT NULL AND probe_until > clock_timestamp() THEN 'half open'
            WHEN open_since IS NOT NULL THEN 'open' ELSE 'closed' END AS breaker,
       open_since AS away_since, COALESCE(clock_timestamp() - open_since, interval '0') AS away,
       CASE WHEN paused_until > clock_timestamp() THEN paused_until END AS paused_until,
       rate, CASE WHEN counted_at > clock_timestamp() - interval '1 minute' THEN speed ELSE 0 END AS speed,
       CASE WHEN open_since IS NOT NULL OR paused_until > clock_timestamp() THEN because END AS because
FROM traffic ORDER BY connection
