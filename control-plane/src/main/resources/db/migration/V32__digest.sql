-- What is not critical is told in a message for many of them, where the configuration has a channel for that.

-- What the digest says of the incident; null while it has a message of its own, or none.
ALTER TABLE incident ADD COLUMN digest jsonb;
ALTER TABLE incident ADD COLUMN digest_at timestamptz;
CREATE INDEX incident_digest ON incident (digest_at) WHERE digest IS NOT NULL;

-- Messages that summarise incidents; only the newest is edited.
CREATE TABLE digest (
    id            uuid PRIMARY KEY,
    began_at      timestamptz NOT NULL,
    -- What it says, or is to say, as a hash, and since when.
    says          text        NOT NULL DEFAULT '',
    said_at       timestamptz NOT NULL,
    leased_until  timestamptz,
    unsent        boolean     NOT NULL DEFAULT false,
    waiting_since timestamptz,
    attempts      int         NOT NULL DEFAULT 0,
    channel       text,
    ts            text,
    last_error    text
);
CREATE INDEX digest_began ON digest (began_at DESC);
