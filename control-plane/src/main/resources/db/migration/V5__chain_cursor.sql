-- Where the reading of each network's chain stands. What a cursor says is true of the chain's documents too: both are
-- written in one transaction.

CREATE TABLE chain_cursor (
    network      text        PRIMARY KEY,
    genesis      text,
    next_block   bigint      NOT NULL,
    settled      bigint      NOT NULL,
    reorg_depth  int         NOT NULL,
    caught_up_at timestamptz NOT NULL,
    audited_at   timestamptz NOT NULL,
    -- Rises with each change: a writer that did not see the latest one is refused.
    revision     bigint      NOT NULL
);

-- The last blocks that were read, to find out which of them a reorg replaced.
CREATE TABLE chain_block (
    network text   NOT NULL,
    number  bigint NOT NULL,
    hash    text   NOT NULL,
    PRIMARY KEY (network, number)
);

-- The events of those blocks, and of the blocks that were replaced in their time.
CREATE TABLE chain_event (
    network      text        NOT NULL,
    block_hash   text        NOT NULL,
    log_index    bigint      NOT NULL,
    block_number bigint      NOT NULL,
    transaction  text        NOT NULL,
    contract     text        NOT NULL,
    event        text        NOT NULL,
    at           timestamptz NOT NULL,
    digest       bigint      NOT NULL,
    removals     int         NOT NULL,
    canonical    boolean     NOT NULL,
    PRIMARY KEY (network, block_hash, log_index)
);

-- What audits compare: number and exclusive or of the digests of the events in older blocks.
CREATE TABLE chain_range (
    network    text   NOT NULL,
    bucket     bigint NOT NULL,
    from_block bigint NOT NULL,
    to_block   bigint NOT NULL,
    events     bigint NOT NULL,
    digest     bigint NOT NULL,
    PRIMARY KEY (network, bucket)
);
