-- name: hold
-- Takes or keeps a duty: the holder extends its term, anyone may take one that ran out. A new holder, a new epoch.
INSERT INTO leadership (duty, holder, epoch, until)
VALUES (%(duty)s, %(holder)s, 1, clock_timestamp() + %(term)s)
ON CONFLICT (duty) DO UPDATE
    SET holder = EXCLUDED.holder, until = EXCLUDED.until,
        epoch = leadership.epoch + CASE WHEN leadership.holder = EXCLUDED.holder THEN 0 ELSE 1 END
    WHERE leadership.holder = EXCLUDED.holder OR leadership.until < clock_timestamp()
RETURNING epoch

-- name: resign
-- Gives a duty up, so that another may take it at once.
DELETE FROM leadership WHERE duty = %(duty)s AND holder = %(holder)s
