-- The kill switch of drills: while there is a row, none begins, and those that went on were ended.
CREATE TABLE drill_stop (
    id     int         PRIMARY KEY CHECK (id = 1),
    since  timestamptz NOT NULL,
    actor  text        NOT NULL,
    reason text        NOT NULL
);
-- Who wanted a run and, where it takes two people, who else agreed.
ALTER TABLE drill_run ADD COLUMN planned_by text NOT NULL DEFAULT '';
ALTER TABLE drill_run ADD COLUMN approved_by text;
