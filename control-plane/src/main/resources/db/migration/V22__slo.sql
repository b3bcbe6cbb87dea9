-- What counts towards SLOs: runs by the minute in which they ended, as long as short windows need them, and before that runs or slices by
-- the hour. A network with one budget has the target ''. With another indicator an SLO has another definition, and starts anew.
CREATE TABLE slo_minute (
    slo        text        NOT NULL,
    definition text        NOT NULL,
    network    text        NOT NULL,
    target     text        NOT NULL,
    minute     timestamptz NOT NULL,
    good       bigint      NOT NULL,
    total      bigint      NOT NULL,
    PRIMARY KEY (slo, definition, network, target, minute)
);

CREATE TABLE slo_hour (
    slo        text        NOT NULL,
    definition text        NOT NULL,
    network    text        NOT NULL,
    target     text        NOT NULL,
    hour       timestamptz NOT NULL,
    good       bigint      NOT NULL,
    total      bigint      NOT NULL,
    PRIMARY KEY (slo, definition, network, target, hour)
);
