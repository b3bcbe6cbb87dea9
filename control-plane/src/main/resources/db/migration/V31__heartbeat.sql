-- When each node could last write: a question of its self-check, before it tells somebody outside that all is well.
CREATE TABLE heartbeat (
    node text PRIMARY KEY,
    at   timestamptz NOT NULL
);
