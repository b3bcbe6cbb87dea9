-- Scheduled drills that were due and not begun: a row a day and reason, so that a drill that is kept waiting for a week is seven rows.
CREATE TABLE drill_skip (
    drill    text        NOT NULL,
    day      date        NOT NULL,
    reason   text        NOT NULL,
    first_at timestamptz NOT NULL,
    last_at  timestamptz NOT NULL,
    times    int         NOT NULL,
    PRIMARY KEY (drill, day, reason)
);
CREATE INDEX drill_skip_latest ON drill_skip (last_at DESC);
