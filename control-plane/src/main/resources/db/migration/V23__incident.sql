-- People are told of incidents, one message each, which is brought up to date; not of the lives of alerts one by one.

ALTER TABLE alert ADD COLUMN group_key text NOT NULL DEFAULT '';
UPDATE alert
   SET group_key = coalesce(document -> 'labels' ->> 'kind', '') || chr(31) || network || chr(31)
       || coalesce(document -> 'labels' ->> 'failure_class', nullif(document -> 'annotations' ->> 'runbook', ''), rule);
CREATE INDEX alert_group ON alert (group_key, state);

-- Alerts of a group, from the first that fired until all have been quiet for a while.
CREATE TABLE incident (
    id            uuid PRIMARY KEY,
    group_key     text        NOT NULL,
    service       text        NOT NULL,
    network       text        NOT NULL,
    failure       text        NOT NULL,
    -- What was decided last; null before the first decision.
    state         jsonb,
    -- 0 when one that is critical belongs to it.
    urgency       int         NOT NULL,
    -- Rises with each change of its alerts.
    version       bigint      NOT NULL DEFAULT 1,
    due_at        timestamptz NOT NULL,
    -- While it is being sent it is nobody else's before this.
    leased_until  timestamptz,
    -- A try began and its end is not known, or it was not delivered.
    unsent        boolean     NOT NULL DEFAULT false,
    waiting_since timestamptz,
    attempts      int         NOT NULL DEFAULT 0,
    channel       text,
    ts            text,
    last_error    text,
    opened_at     timestamptz NOT NULL,
    closed_at     timestamptz
);
CREATE UNIQUE INDEX incident_open ON incident (group_key) WHERE closed_at IS NULL;
CREATE INDEX incident_due ON incident (due_at) WHERE closed_at IS NULL;
CREATE INDEX incident_opened ON incident (opened_at DESC);

-- Lines in the threads of incidents' messages.
CREATE TABLE incident_note (
    id              uuid PRIMARY KEY,
    seq             bigserial   NOT NULL,
    incident        uuid        NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
    text            text        NOT NULL,
    mention         boolean     NOT NULL,
    broadcast       boolean     NOT NULL,
    status          text        NOT NULL CHECK (status IN ('pending', 'sending', 'sent')),
    attempts        int         NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    created_at      timestamptz NOT NULL,
    sent_at         timestamptz,
    last_error      text
);
CREATE INDEX incident_note_due ON incident_note (next_attempt_at) WHERE status <> 'sent';

CREATE TABLE silence (
    id         uuid PRIMARY KEY,
    matchers   jsonb       NOT NULL,
    starts_at  timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL CHECK (ends_at > starts_at),
    created_by text        NOT NULL,
    comment    text        NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX silence_end ON silence (ends_at);

-- What was told, or still is to be, goes over: a message that is out becomes the incident's.
INSERT INTO incident (id, group_key, service, network, failure, urgency, due_at, unsent, channel, ts, opened_at)
SELECT DISTINCT ON (a.group_key)
       gen_random_uuid(), a.group_key, split_part(a.group_key, chr(31), 1), a.network,
       split_part(a.group_key, chr(31), 3),
       CASE WHEN a.document -> 'labels' ->> 'severity' = 'critical' THEN 0 ELSE 1 END,
       a.updated_at, f.ts IS NOT NULL, f.channel, f.ts, a.starts_at
  FROM alert a
  LEFT JOIN notification f
    ON f.fingerprint = a.fingerprint AND f.episode = a.starts_at AND f.kind = 'firing' AND f.status = 'sent'
 WHERE a.state = 'firing'
    OR EXISTS (SELECT 1 FROM notification n
                WHERE n.fingerprint = a.fingerprint AND n.episode = a.starts_at AND n.status <> 'sent')
 ORDER BY a.group_key, f.sent_at NULLS LAST;

DROP TABLE notification;

-- Who did what. Nothing but the hash chain keeps an owner of the database from changing it; this keeps everybody else.
CREATE TABLE audit (
    seq      bigint PRIMARY KEY,
    at       timestamptz NOT NULL,
    actor    text        NOT NULL,
    address  text        NOT NULL,
    action   text        NOT NULL,
    subject  text        NOT NULL,
    before   text        NOT NULL,
    after    text        NOT NULL,
    previous text        NOT NULL,
    hash     text        NOT NULL
);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Of an alert that another system sent: when it ends if nobody sends it again. Null of alerts of our own rules.
ALTER TABLE alert ADD COLUMN expires_at timestamptz;
CREATE INDEX alert_expiry ON alert (expires_at) WHERE state = 'firing';
