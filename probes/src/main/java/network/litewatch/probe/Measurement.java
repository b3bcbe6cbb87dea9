package network.litewatch.probe;

import java.util.Locale;

/**
 * Every number that a probe can report, with its unit and its one definition. The Elasticsearch mapping is made from
 * this list, so a probe cannot invent a field.
 */
public enum Measurement {
    RPC_CHAIN_ID(Unit.COUNT, "Chain id that the RPC answers to eth_chainId"),
    RPC_HEAD_NUMBER(Unit.BLOCKS, "Number of the latest block"),
    RPC_HEAD_TIMESTAMP(Unit.SECONDS, "Timestamp of the latest block, seconds since 1970"),
    RPC_HEAD_AGE(Unit.SECONDS, "Age of the latest block when the answer came, from its own timestamp"),
    RPC_SAFE_NUMBER(Unit.BLOCKS, "Number of the safe block"),
    RPC_SAFE_AGE(Unit.SECONDS, "Age of the safe block when the answer came"),
    RPC_FINALIZED_NUMBER(Unit.BLOCKS, "Number of the finalized block"),
    RPC_FINALIZED_AGE(Unit.SECONDS, "Age of the finalized block when the answer came"),
    RPC_GAS_PRICE(Unit.WEI, "eth_gasPrice"),
    RPC_BURST_BACKWARDS_RATIO(
            Unit.RATIO,
            "Share of a burst of 10 eth_blockNumber more than 2 blocks below an earlier answer of the burst"),
    RPC_BURST_BACKWARDS_BLOCKS(Unit.BLOCKS, "Furthest that an answer of the burst was below an earlier one"),
    RPC_ANCHOR_NUMBER(Unit.BLOCKS, "Number of the block whose hash was asked for to compare it with other RPCs"),
    RPC_HEAD_READABLE(Unit.COUNT, "1 when state is readable at the head just shown, 0 when the RPC does not have it"),
    RPC_ARCHIVE_READABLE(Unit.COUNT, "1 when state is readable at the configured old block, 0 when it is gone"),

    RPC_LOGS_RANGE(
            Unit.BLOCKS,
            "Blocks that one eth_getLogs of the RPC may span; 10,000, the most that is asked for, when nothing was refused"),
    PUSH_MESSAGES(Unit.COUNT, "Heads or sequencer messages that were pushed to us while we listened"),
    PUSH_LAG(
            Unit.SECONDS,
            "Timestamp of the head over HTTP at the end of listening, less the newest timestamp that was pushed; not below 0,"
                    + " absent when nothing was pushed"),
    PUSH_NEWEST(Unit.SECONDS, "Newest timestamp that was pushed, seconds since 1970"),
    PUSH_HTTP_RISE(Unit.BLOCKS, "Blocks by which the head over HTTP rose while we listened"),

    WALLET_BALANCE(Unit.WEI, "Balance of the account at the latest block"),
    WALLET_FLOOR_RATIO(Unit.RATIO, "Balance over the floor that is configured for the wallet"),
    WALLET_NONCE(Unit.COUNT, "Transactions of the account in the latest block"),
    WALLET_PENDING(Unit.COUNT, "Transactions with what is pending, less those in the latest block, on one backend"),
    WALLET_SENT(Unit.COUNT, "Transactions of the account in the newest blocks, at most 16"),
    WALLET_REVERTED(Unit.COUNT, "Those of them that were reverted"),
    ROLLUP_HEAD_TIMESTAMP(Unit.SECONDS, "Timestamp of the rollup's own head, seconds since 1970"),
    ROLLUP_BATCH_TIMESTAMP(
            Unit.SECONDS,
            "Timestamp of the parent chain's block with the newest batch, seconds since 1970; absent when the blocks that were"
                    + " looked at have none"),
    ROLLUP_BATCH_AGE(Unit.SECONDS, "Age of that block, by the parent chain's head"),
    ROLLUP_DAC_FALLBACK(
            Unit.COUNT,
            "1 when the newest batch carries its data although a committee should hold it, else 0; absent where no committee is"
                    + " expected and when the form is not known"),
    ROLLUP_ASSERTION_TIMESTAMP(Unit.SECONDS, "As rollup_batch_timestamp, for the newest assertion"),
    ROLLUP_ASSERTION_EVERY(Unit.SECONDS, "What usually passes between two assertions, as configured"),
    ROLLUP_UNCONFIRMED(
            Unit.BLOCKS,
            "Since the oldest assertion that is not confirmed, in blocks as the rollup contract counts them; 0 when all are"),
    ROLLUP_UNCONFIRMED_RATIO(Unit.RATIO, "As rollup_unconfirmed, over the contract's own confirmation period"),
    RETRYABLES_OPEN(
            Unit.COUNT,
            "Retryable tickets whose redeem has not succeeded, at most 32; absent when none is known and not all was read"),
    RETRYABLE_LEFT(
            Unit.SECONDS,
            "Until the first of them ends, by the chain's head; the lifetime of a ticket when none is open"),
    HEARTBEAT_TIME(
            Unit.SECONDS,
            "A canary transaction sent to its receipt seen, or to the last look that did not see it where another run did;"
                    + " absent where nobody looked meanwhile"),
    HEARTBEAT_PENDING(
            Unit.SECONDS,
            "How long the canary's transaction has been in no block at the end of the run; 0 once it is in one"),
    HEARTBEAT_SPENT(Unit.WEI, "What the canary spent in the last 24 hours, what is not settled yet at its most"),
    HEARTBEAT_CAP_RATIO(Unit.RATIO, "That over the cap that is configured for the canary"),

    ROUTER_MINERS(Unit.COUNT, "Nodes that /miners lists"),
    ROUTER_MINERS_SOUGHT(Unit.COUNT, "Miners of the network file that were looked for in /miners"),
    ROUTER_MINERS_UNLISTED(Unit.COUNT, "Those of them that /miners does not list"),
    ROUTER_CONNECTED_MINERS(Unit.COUNT, "connected_miners of /status"),
    ROUTER_ACTIVE_SESSIONS(Unit.COUNT, "active_sessions of /status"),
    ROUTER_SESSIONS(Unit.COUNT, "Sessions that /sessions counts, or lists"),
    ROUTER_TASKS(Unit.COUNT, "Tasks that /tasks lists of the session that was asked about"),
    ROUTER_UPTIME(Unit.SECONDS, "uptime of /status, as the router says it"),
    ROUTER_CHAIN_SESSIONS(Unit.COUNT, "Active sessions of the router among those that were read on the chain"),
    ROUTER_SESSIONS_DIFFERENCE(
            Unit.COUNT, "Sessions that are active on the chain and not listed by the router, or the other way round"),
    ROUTER_PRIVATE_ENDPOINTS(
            Unit.COUNT, "Router endpoints registered on the chain that are private, loopback or link-local"),
    ROUTER_DEFAULT_TOKEN_ACCEPTED(
            Unit.COUNT, "1 when the router takes the documented default token where it refuses a made-up one, else 0"),
    ROUTER_OPEN_ROUTES(Unit.COUNT, "Routes that need a token and are answered without one, or with a made-up one"),
    ROUTER_EXPOSED_ROUTES(Unit.COUNT, "Paths that the router's public front should hide and that answer otherwise"),

    INDEXER_SESSIONS(Unit.COUNT, "Sessions that the indexer claims, by /session-count"),
    INDEXER_TASKS(Unit.COUNT, "User tasks that the indexer claims, by /session-tasks-count"),
    INDEXER_ACTIVE_NODES(Unit.COUNT, "Active nodes that the indexer claims, by /active-nodes-count"),
    INDEXER_NODES(Unit.COUNT, "Rows of the indexer's /leaderboard"),
    INDEXER_NODE_COUNTERS(Unit.COUNT, "Sum of all counters of all rows of /leaderboard"),
    INDEXER_NETWORK_TASK(Unit.COUNT, "Newest network task that the indexer claims, by /network-stats-tasks"),
    INDEXER_LAST_ACTIVE(Unit.SECONDS, "Newest last_active of /leaderboard, seconds since 1970"),
    INDEXER_LAST_ACTIVE_AGE(Unit.SECONDS, "Its age by our clock"),
    INDEXER_CHAIN_SESSIONS(
            Unit.COUNT,
            "Sessions on the chain, by SessionV2, less those that the network file says an earlier reset took"),
    INDEXER_CHAIN_NETWORK_TASK(Unit.COUNT, "Newest network task on the chain, by Cognitive"),

    CANARY_TTFT(Unit.SECONDS, "Request sent to first non-empty token received"),
    CANARY_END_TO_END(Unit.SECONDS, "Request sent to last token received"),
    CANARY_ITL_P50(Unit.SECONDS, "Median gap between tokens"),
    CANARY_ITL_P99(Unit.SECONDS, "99th percentile (nearest rank) of the gaps between tokens"),
    CANARY_ITL_MAX(Unit.SECONDS, "Longest gap between tokens"),
    CANARY_TPOT(Unit.SECONDS, "(end to end - TTFT) / (tokens - 1); absent below two tokens"),
    CANARY_DECODE_RATE(Unit.TOKENS_PER_SECOND, "(tokens - 1) / (end to end - TTFT); absent below two tokens"),
    CANARY_TOKENS(Unit.TOKENS, "Non-empty tokens that we counted"),
    CANARY_CLAIMED_TOKENS(Unit.TOKENS, "completion_tokens that the answer claims"),
    CANARY_TTFT_SECOND(Unit.SECONDS, "canary_ttft of a second ping right behind the first; absent where none was sent"),
    CANARY_RIGHT(Unit.COUNT, "1 when a checked answer is right, else 0; absent for a prompt without a check"),

    STAKE_AMOUNT(Unit.COUNT, "What is staked for the node in the pool, in whole COR"),
    STAKE_AGE(Unit.SECONDS, "Since the pool says that was staked"),
    ONCHAIN_TASKS(Unit.COUNT, "totalTasksCompleted of the node at CognitiveLevel"),
    ONCHAIN_SUCCESSES(Unit.COUNT, "successfulTasks of the node at CognitiveLevel"),
    ONCHAIN_FAILURES(Unit.COUNT, "failedTasks of the node at CognitiveLevel"),
    ONCHAIN_LEVEL(Unit.COUNT, "currentLevel of the node at CognitiveLevel"),
    ONCHAIN_SCORE(
            Unit.RATIO, "What the contract that is configured for it says of the node, over the score without fault"),
    TASKS_KEPT(Unit.COUNT, "Acks, precommits and commits of the node's tasks that were on the chain in time"),
    TASKS_MISSED(Unit.COUNT, "Those that were late or never came, although another node of the same task was in time"),
    TASKS_PRECOMMITTED(Unit.COUNT, "Network tasks of the node that it precommitted, whenever"),
    TASKS_ASSIGNED(Unit.COUNT, "Network tasks of the node that any node precommitted"),
    REPUTATION_LOWER(Unit.RATIO, "Lower end of the reputation's interval"),
    REPUTATION_POINT(Unit.RATIO, "Reputation, in the middle of its interval"),
    REPUTATION_UPPER(Unit.RATIO, "Upper end of the reputation's interval"),
    REPUTATION_KNOWN(Unit.RATIO, "Share of the formula's weights whose components have evidence enough"),
    REPUTATION_DROP(Unit.RATIO, "reputation_point 7 days ago less now; absent without a score then"),
    REPUTATION_DRIFT(
            Unit.COUNT, "That drop in standard deviations of both scores, by their logarithms; negative when it rose"),
    REPUTATION_FLEET_NODES(Unit.COUNT, "Nodes of the network with a score now and 7 days ago"),
    REPUTATION_FLEET_DRIFT(
            Unit.RATIO,
            "Largest distance of the distributions of their scores then and now, over what chance alone exceeds once in 100 such"
                    + " comparisons"),

    CHAIN_CURSOR_NUMBER(Unit.BLOCKS, "Last block whose events were read"),
    CHAIN_CURSOR_LAG(Unit.BLOCKS, "Highest head that any RPC of the network showed, less the last block that was read"),
    CHAIN_GAP(Unit.SECONDS, "Since the reading of the chain last had all there was; 0 when it has"),
    CHAIN_REORG_DEPTH(Unit.BLOCKS, "Blocks that this run found replaced; 0 without a reorg"),
    CHAIN_REORG_WITNESSES(Unit.COUNT, "Operators that showed the reorg that this run found; 0 without one"),
    CHAIN_EVENTS(Unit.COUNT, "Events that this run stored"),
    CHAIN_OPENED(
            Unit.COUNT,
            "Sessions, tasks and network tasks that this run saw opened in blocks of the last 5 min: what an indexer counts"),
    CHAIN_LOG_MISMATCHES(
            Unit.COUNT, "Events that one reading of the same blocks had and another had not, found by this run"),
    CHAIN_RANGE_LIMIT(Unit.BLOCKS, "Blocks that eth_getLogs of the RPC in use is asked for at once, as learnt"),

    RETRY_AFTER(Unit.SECONDS, "How long the server that refused wants no more requests, by its Retry-After"),

    HTTP_STATUS_CODE(Unit.COUNT, "HTTP status of the answer"),
    HTTP_CONTENT_LENGTH(Unit.BYTES, "Content-Length that the answer claims"),
    HTTP_BODY_BYTES(Unit.BYTES, "Bytes of the body that came, or of a WebSocket's first message"),
    TLS_EXPIRY(Unit.SECONDS, "Time until the first certificate that the server sent expires; negative once it has"),
    TLS_CHAIN_LENGTH(Unit.COUNT, "Certificates that the server sent"),
    TLS_VERSION(Unit.COUNT, "TLS version as a number, such as 1.3; absent unless the handshake came that far"),
    DNS_RCODE(Unit.COUNT, "Response code of the answer, such as 0 for NOERROR and 3 for NXDOMAIN"),
    DNS_ANSWERS(Unit.COUNT, "Records in the answer section, of any type"),
    DNS_AUTHORITY(Unit.COUNT, "Records in the authority section"),
    DNS_ADDITIONAL(Unit.COUNT, "Records in the additional section"),

    VANTAGE_SILENT(Unit.SECONDS, "Since the agent of the vantage was last heard, or since the service started"),
    VANTAGE_BACKLOG(Unit.COUNT, "Observations that the agent has and has not delivered, as it says"),
    VANTAGE_OLDEST_UNSENT(
            Unit.SECONDS,
            "Age of the oldest of them when it said so, or, if longer, since something of it was last taken"),
    VANTAGE_DROPPED(Unit.COUNT, "Observations that the agent could not keep since its buffer was made, as it says"),
    VANTAGE_DROP_AGE(Unit.SECONDS, "Since the agent last said that they had become more; absent while it never did"),
    VANTAGE_CLOCK_SKEW(Unit.SECONDS, "The agent's clock less ours when it was last heard"),

    SLO_OBJECTIVE(Unit.RATIO, "Share that the SLO promises"),
    SLO_SAMPLES(Unit.COUNT, "Runs, or slices of time, that counted within the SLO's window"),
    SLO_GOOD(Unit.RATIO, "Share of them that was good; absent before anything counted"),
    SLO_GOOD_LOW(Unit.RATIO, "Lower end of its 95 % interval, which holds at any time"),
    SLO_GOOD_HIGH(Unit.RATIO, "Upper end of the same interval"),
    SLO_BUDGET_LEFT(
            Unit.RATIO, "Share of the error budget that is left, below 0 when it is overdrawn; absent as slo_good"),
    SLO_BUDGET_LEFT_LOW(Unit.RATIO, "Lower end of its 95 % interval, which holds at any time"),
    SLO_BUDGET_LEFT_HIGH(Unit.RATIO, "Upper end of the same interval"),
    SLO_BURN_RATE(
            Unit.RATIO,
            "Times the budget's share that was bad in the last hour, or in the shortest longer window with 5 samples; absent"
                    + " without one"),
    SLO_BURN_RATE_LOW(Unit.RATIO, "Lower end of its 95 % interval, which holds at any time"),
    SLO_BURN_RATE_HIGH(Unit.RATIO, "Upper end of the same interval"),
    SLO_BURN_PAGE(
            Unit.COUNT,
            "1 while the budget burns 14.4 times (1 h and 5 min) or 6 times (6 h and 30 min) too fast, else 0"),
    SLO_BURN_TICKET(
            Unit.COUNT, "1 while the budget burns 3 times (1 d and 2 h) or at all (3 d and 6 h) too fast, else 0"),

    DRILL_PROVED(Unit.COUNT, "1 when the drill has proved its alert before, else 0"),
    DRILL_UNPROVED(
            Unit.RATIO,
            "Time since the drill last proved its alert, or since its schedule was first known, in intervals of its schedule"),
    DRILL_FAILED(
            Unit.COUNT,
            "1 when the drill's latest run that proved or failed its alert failed it: the alert does not do as its runbook says; else 0");

    private final Unit unit;
    private final String definition;

    Measurement(Unit unit, String definition) {
        this.unit = unit;
        this.definition = definition;
    }

    public Unit unit() {
        return unit;
    }

    public String definition() {
        return definition;
    }

    /** Lower-case name: the field below {@code cortensor.measurements}. */
    public String field() {
        return name().toLowerCase(Locale.ROOT);
    }
}
