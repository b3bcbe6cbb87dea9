-- When each agent was last heard, and what it said of itself then.
CREATE TABLE vantage (
    name           text PRIMARY KEY,
    heard_at       timestamptz      NOT NULL,
    backlog        bigint           NOT NULL DEFAULT 0,
    oldest_seconds double precision NOT NULL DEFAULT 0,
    dropped        bigint           NOT NULL DEFAULT 0,
    offline        boolean          NOT NULL DEFAULT false,
    skew_seconds   double precision NOT NULL DEFAULT 0
);
