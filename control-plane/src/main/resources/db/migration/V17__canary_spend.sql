-- What canaries cost, by minute, and when each miner was last asked; the caps are judged over these rows.
CREATE TABLE canary_spend (
    network     text             NOT NULL,
    minute      timestamptz      NOT NULL,
    kind        text             NOT NULL,
    canaries    bigint           NOT NULL,
    refused     bigint           NOT NULL,
    tokens      bigint           NOT NULL,
    gpu_seconds double precision NOT NULL,
    fees        numeric          NOT NULL,
    PRIMARY KEY (network, minute, kind)
);

CREATE TABLE canary_asked (
    network text        NOT NULL,
    target  text        NOT NULL,
    kind    text        NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (network, target, kind)
);

-- What all nodes of a service share and nobody else may know.
CREATE TABLE service_secret (
    name  text   PRIMARY KEY,
    value bigint NOT NULL
);
