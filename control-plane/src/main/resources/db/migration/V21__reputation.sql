-- What is counted of each node, as after its newest evidence; and the same as it was at the end of each day.
CREATE TABLE reputation (
    node    text        PRIMARY KEY,
    network text        NOT NULL,
    state   jsonb       NOT NULL,
    at      timestamptz NOT NULL
);

CREATE TABLE reputation_snapshot (
    node    text  NOT NULL,
    day     date  NOT NULL,
    network text  NOT NULL,
    state   jsonb NOT NULL,
    PRIMARY KEY (node, day)
);
CREATE INDEX reputation_snapshot_day ON reputation_snapshot (day);
