-- Runs of drills. A node that was killed leaves its runs; another, or the next start, takes them over when their lease is past.
CREATE TABLE drill_run (
    id           text PRIMARY KEY,
    drill        text        NOT NULL,
    runbook      text        NOT NULL,
    network      text        NOT NULL,
    mode         text        NOT NULL,
    state        text        NOT NULL,
    verdict      text,
    document     jsonb       NOT NULL,
    -- What it touches, and which others it keeps waiting.
    blast        jsonb       NOT NULL,
    -- Who runs it; what is written under an older epoch is refused.
    owner        text,
    epoch        bigint      NOT NULL DEFAULT 0,
    leased_until timestamptz,
    planned_at   timestamptz NOT NULL,
    marked_from  timestamptz,
    marked_until timestamptz,
    closed_at    timestamptz,
    -- Who wants it ended, and why; null while nobody does.
    abort_wanted text,
    -- The signed journal, once it is closed.
    journal      text
);
CREATE INDEX drill_run_open ON drill_run (planned_at) WHERE closed_at IS NULL;
CREATE INDEX drill_run_marked ON drill_run (marked_until) WHERE marked_from IS NOT NULL;
CREATE INDEX drill_run_proved ON drill_run (drill, closed_at);

-- What journals are signed with: one pair for all nodes.
CREATE TABLE drill_key (
    id          int   PRIMARY KEY CHECK (id = 1),
    public_key  bytea NOT NULL,
    private_key bytea NOT NULL
);
