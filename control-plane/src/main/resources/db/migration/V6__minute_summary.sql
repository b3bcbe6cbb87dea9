-- Runs of the minutes that are still open, added up: each becomes a document when its minute is over.
CREATE TABLE minute_summary (
    network        text        NOT NULL,
    probe          text        NOT NULL,
    vantage        text        NOT NULL,
    minute         timestamptz NOT NULL,
    outcome        text        NOT NULL,
    reason         text        NOT NULL,
    runs           bigint      NOT NULL,
    stored         bigint      NOT NULL,
    elapsed_micros bigint      NOT NULL,
    buckets        bigint[]    NOT NULL,
    PRIMARY KEY (minute, network, probe, vantage, outcome, reason)
);
