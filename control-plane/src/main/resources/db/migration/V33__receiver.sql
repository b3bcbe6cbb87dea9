-- What other systems than Slack are told of incidents, each for itself: one that is down holds up no other.
CREATE TABLE receiver_log (
    receiver      text        NOT NULL,
    incident      uuid        NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
    -- The incident's version that was decided on last; -1 before.
    seen          bigint      NOT NULL DEFAULT -1,
    look_at       timestamptz NOT NULL,
    -- What was decided last; null while there was nothing to tell.
    bulletin      jsonb,
    decided_at    timestamptz,
    -- How many bulletins were decided: with the incident it names a delivery, however often it is tried.
    seq           int         NOT NULL DEFAULT 0,
    -- It is not known to have arrived.
    pending       boolean     NOT NULL DEFAULT false,
    leased_until  timestamptz,
    attempts      int         NOT NULL DEFAULT 0,
    last_error    text,
    done          boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (receiver, incident)
);
CREATE INDEX receiver_log_open ON receiver_log (receiver, look_at) WHERE NOT done;
