-- Transactions that our canaries have signed, written down before they leave: what may have been spent, and which is still to be mined.
CREATE TABLE canary_transaction (
    canary  text        NOT NULL,
    hash    text        NOT NULL,
    nonce   numeric     NOT NULL,
    raw     text        NOT NULL,
    at      timestamptz NOT NULL,
    most    numeric     NOT NULL,
    cost    numeric,
    state   text        NOT NULL,
    PRIMARY KEY (canary, hash)
);

CREATE INDEX canary_transaction_at ON canary_transaction (canary, at);
