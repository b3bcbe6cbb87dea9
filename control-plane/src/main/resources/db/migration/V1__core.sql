-- What must be right lives here; what must be searchable goes through the outbox to Elasticsearch.

CREATE TABLE outbox (
    id              bigserial PRIMARY KEY,
    created_at      timestamptz NOT NULL,
    documents       int         NOT NULL CHECK (documents > 0),
    payload         bytea       NOT NULL,
    attempts        int         NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    claimed_until   timestamptz,
    last_error      text
);
CREATE INDEX outbox_ready ON outbox (next_attempt_at, id);

CREATE TABLE dead_letter (
    id           bigserial PRIMARY KEY,
    created_at   timestamptz NOT NULL,
    index_name   text        NOT NULL,
    document_id  text        NOT NULL,
    document     text        NOT NULL,
    error_type   text        NOT NULL,
    error_reason text        NOT NULL
);

CREATE TABLE detector_checkpoint (
    probe   text        NOT NULL,
    target  text        NOT NULL,
    vantage text        NOT NULL,
    state   jsonb       NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (probe, target, vantage)
);

-- The current or latest life of each alert.
CREATE TABLE alert (
    fingerprint text PRIMARY KEY,
    rule        text        NOT NULL,
    network     text        NOT NULL,
    state       text        NOT NULL CHECK (state IN ('pending', 'firing', 'resolved')),
    document    jsonb       NOT NULL,
    starts_at   timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);
CREATE INDEX alert_state ON alert (state, updated_at DESC);

-- What people were told, or are about to be: one row a life and kind, so nothing is said twice.
CREATE TABLE notification (
    id              uuid PRIMARY KEY,
    fingerprint     text        NOT NULL,
    episode         timestamptz NOT NULL,
    kind            text        NOT NULL CHECK (kind IN ('firing', 'resolved')),
    status          text        NOT NULL CHECK (status IN ('pending', 'sending', 'sent')),
    payload         jsonb       NOT NULL,
    channel         text,
    ts              text,
    attempts        int         NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    created_at      timestamptz NOT NULL,
    sent_at         timestamptz,
    last_error      text,
    epoch           bigint,
    UNIQUE (fingerprint, episode, kind)
);
CREATE INDEX notification_due ON notification (next_attempt_at) WHERE status <> 'sent';

-- Who runs a shard; the epoch is the fencing token.
CREATE TABLE shard (
    name        text PRIMARY KEY,
    epoch       bigint      NOT NULL,
    owner       text        NOT NULL,
    acquired_at timestamptz NOT NULL,
    renewed_at  timestamptz NOT NULL
);
