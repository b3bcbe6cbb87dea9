package network.litewatch.controlplane.assess;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Unit;

/**
 * The catalogue of signals: every quantity that rules, dashboards and documents may name, with its unit, its one
 * definition and the probes that give it. A signal that is not known now is absent, never zero.
 */
public enum Signal {
    PROBE_SUCCESS_RATIO(Unit.RATIO, GivenBy.ALL, "Share of ok runs among the last 10 that count (ok or failed)"),
    PROBE_SAMPLES(Unit.COUNT, GivenBy.ALL, "Runs behind probe_success_ratio, at most 10"),
    PROBE_CONSECUTIVE_FAILURES(Unit.COUNT, GivenBy.ALL, "Failed runs since the last ok one"),
    PROBE_UNKNOWN_SECONDS(Unit.SECONDS, GivenBy.ALL, Definitions.PROBE_UNKNOWN_SECONDS),
    PROBE_UNKNOWN_RUNS(
            Unit.COUNT, GivenBy.ALL, "Slots in a row, up to now, that were neither ok nor failed, at most 100"),
    PROBE_MALFORMED_RATIO(Unit.RATIO, GivenBy.ALL, Definitions.PROBE_MALFORMED_RATIO),
    PROBE_WINDOW_RUNS(
            Unit.COUNT, GivenBy.ALL, "Slots behind probe_malformed_ratio and rpc_throttled_ratio, at most 100"),
    PROBE_FAILING(
            Unit.COUNT,
            GivenBy.WATCHED,
            "1 while the share of failed runs is found to have risen, for good, above what is promised (drift.promised); else 0"),
    PROBE_FAILING_FLEET(
            Unit.COUNT,
            GivenBy.WATCHED,
            "1 when probe_failing is, and is believed among all targets of the probe and network that are watched at once; else 0"),
    PROBE_FAILED_RATIO(
            Unit.RATIO,
            GivenBy.WATCHED,
            "Share of failed runs since it rose, or may have; absent while nothing speaks for a rise"),
    PROBE_FAILED_RATIO_LOW(
            Unit.RATIO, GivenBy.WATCHED, "Lower end of its 95 % interval, one that may be looked at after every run"),
    PROBE_FAILED_RATIO_HIGH(Unit.RATIO, GivenBy.WATCHED, "Upper end of the same interval"),
    PROBE_FAILED_SAMPLES(Unit.COUNT, GivenBy.WATCHED, "Runs behind probe_failed_ratio"),
    PROBE_FAILED_SINCE_SECONDS(
            Unit.SECONDS, GivenBy.WATCHED, "How long ago the first of the runs behind probe_failed_ratio was"),
    LATENCY_ROSE(
            Unit.COUNT,
            GivenBy.TIMED,
            "1 while the time from the start of a run to its end is found to have risen, for good, above the target's own; else 0"),
    LATENCY_RATIO(
            Unit.RATIO,
            GivenBy.TIMED,
            "Time of the last 8 ok runs, or since it rose, over what the target takes at this time of day; absent below 10 runs"),
    LATENCY_RATIO_LOW(Unit.RATIO, GivenBy.TIMED, "Lower end of the 95 % interval of latency_ratio"),
    LATENCY_RATIO_HIGH(Unit.RATIO, GivenBy.TIMED, "Upper end of the 95 % interval of latency_ratio"),
    LATENCY_SAMPLES(Unit.COUNT, GivenBy.TIMED, "Runs behind latency_ratio, at most 32"),
    LATENCY_SINCE_SECONDS(
            Unit.SECONDS, GivenBy.TIMED, "How long ago the first run of the rise most likely was; absent without one"),
    PROBE_ELAPSED_SECONDS(Unit.SECONDS, GivenBy.ALL, "Slot to end of the last run that counts"),

    RPC_HEAD_LAG_SECONDS(Unit.SECONDS, GivenBy.RPC_HEAD, Definitions.RPC_HEAD_LAG_SECONDS),
    RPC_HEAD_LAG_BLOCKS(Unit.BLOCKS, GivenBy.RPC_HEAD, "As rpc_head_lag_seconds, in block numbers"),
    RPC_WITNESSES(Unit.COUNT, GivenBy.RPC_HEAD, "Other operators with a credible head in the last 60 s"),
    RPC_HEAD_FUTURE_SECONDS(
            Unit.SECONDS, GivenBy.RPC_HEAD, "How far the head's own timestamp is ahead of our clock; 0 when it is not"),
    RPC_HEAD_BACKWARDS_BLOCKS(
            Unit.BLOCKS,
            GivenBy.RPC_HEAD,
            "Highest head that this RPC showed in the last 2 min, less the one it shows now"),
    RPC_HEAD_BACKWARDS_SECONDS(
            Unit.SECONDS, GivenBy.RPC_HEAD, "As rpc_head_backwards_blocks, by the blocks' timestamps"),
    RPC_WRONG_CHAIN(Unit.COUNT, GivenBy.RPC_ANY, "1 when the RPC serves another chain than the network's, else 0"),
    RPC_THROTTLED_RATIO(
            Unit.RATIO,
            GivenBy.RPC_ANY,
            "Share of the last 100 slots that were refused for a rate limit or a bill, or left alone after that"),
    RPC_BURST_BACKWARDS_RATIO(
            Unit.RATIO,
            GivenBy.RPC_CONSISTENCY,
            "Share of a burst of 10 eth_blockNumber that is more than 2 blocks below an earlier answer"),
    RPC_BURST_BACKWARDS_BLOCKS(
            Unit.BLOCKS, GivenBy.RPC_CONSISTENCY, "Furthest that an answer of the burst was below an earlier one"),
    RPC_HEAD_READABLE(Unit.COUNT, GivenBy.RPC_CONSISTENCY, "1 when state is readable at the head just shown, else 0"),
    RPC_ARCHIVE_READABLE(
            Unit.COUNT, GivenBy.RPC_CONSISTENCY, "1 when state is readable at the configured old block, else 0"),
    RPC_ANCHOR_MISMATCHES(
            Unit.COUNT,
            GivenBy.RPC_CONSISTENCY,
            "Runs in a row whose block hash is not what most operators show; a tie counts against both. Absent without"
                    + " another operator's hash of the same block within 10 min"),
    RPC_GAS_PRICE(Unit.WEI, GivenBy.RPC_HEAD, "eth_gasPrice"),
    RPC_GAS_PRICE_RATIO(
            Unit.RATIO,
            GivenBy.RPC_HEAD,
            "eth_gasPrice over the median of the hourly means of the last 7 days; absent below 24 of them"),
    RPC_GAS_PRICE_SAMPLES(Unit.COUNT, GivenBy.RPC_HEAD, "Hourly means behind rpc_gas_price_ratio"),
    WALLET_BALANCE(Unit.WEI, GivenBy.WALLET_GAS, "Balance of the wallet at the latest block"),
    WALLET_FLOOR_RATIO(
            Unit.RATIO, GivenBy.WALLET_GAS, "Balance over the wallet's configured floor, 0.1 ether by default"),
    WALLET_DAYS_LEFT(
            Unit.DAYS,
            GivenBy.WALLET_GAS,
            "Balance over the 95th percentile of what any 24 hours in a row of the last 7 days cost; absent below a day of"
                    + " data and for a wallet that spent nothing"),
    WALLET_SPEND_HOURS(Unit.COUNT, GivenBy.WALLET_GAS, "Hours behind wallet_days_left, at most 168"),
    WALLET_PENDING(Unit.COUNT, GivenBy.WALLET_GAS, "Transactions that are pending and in no block, on one backend"),
    WALLET_REVERTS(
            Unit.COUNT,
            GivenBy.WALLET_TRANSACTIONS,
            "Transactions of the wallet that were reverted and first seen within the last 10 min, each once"),
    WALLET_STUCK_SECONDS(
            Unit.SECONDS,
            GivenBy.WALLET_GAS,
            "How long something is pending while the nonce does not move; 0 when nothing is"),
    HEARTBEAT_SECONDS(
            Unit.SECONDS,
            GivenBy.CHAIN_CANARY,
            "Our own transaction sent to its receipt seen, last run that saw one; what got into a block while nobody looked, as"
                    + " during a restart, says nothing"),
    HEARTBEAT_P95_SECONDS(
            Unit.SECONDS, GivenBy.CHAIN_CANARY, "95th percentile (nearest rank) of heartbeat_seconds over the last 20"),
    HEARTBEAT_SAMPLES(Unit.COUNT, GivenBy.CHAIN_CANARY, "Transactions behind heartbeat_p95_seconds, at most 20"),
    HEARTBEAT_PENDING_SECONDS(
            Unit.SECONDS,
            GivenBy.CHAIN_CANARY,
            "How long our own transaction is in no block, as the RPC says that it went through; 0 once it is in one"),
    HEARTBEAT_SPENT(
            Unit.WEI, GivenBy.CHAIN_CANARY, "What the canary spent in 24 hours, what is not settled yet at its most"),
    HEARTBEAT_CAP_RATIO(Unit.RATIO, GivenBy.CHAIN_CANARY, "heartbeat_spent over the cap that is configured"),
    ROLLUP_BATCH_AGE_SECONDS(
            Unit.SECONDS,
            GivenBy.ROLLUP_PARENT,
            "Age of the newest batch on the parent chain; absent when the last run saw none as far as it looked back"),
    ROLLUP_UNPOSTED_SECONDS(
            Unit.SECONDS,
            GivenBy.ROLLUP_PARENT,
            "How long the rollup has had blocks that are newer than its newest batch, without another batch; 0 when it has none,"
                    + " as on a chain at rest"),
    ROLLUP_UNASSERTED_SECONDS(
            Unit.SECONDS,
            GivenBy.ROLLUP_PARENT,
            "How long there have been batches that are newer than the newest assertion, without another assertion"),
    ROLLUP_UNASSERTED_RATIO(
            Unit.RATIO,
            GivenBy.ROLLUP_PARENT,
            "rollup_unasserted_seconds over what usually passes between two assertions; absent where that is not configured"),
    ROLLUP_DAC_FALLBACK(
            Unit.COUNT,
            GivenBy.ROLLUP_PARENT,
            "1 when the newest batch carries its data although a committee should hold it, else 0"),
    ROLLUP_UNCONFIRMED_BLOCKS(
            Unit.BLOCKS,
            GivenBy.ROLLUP_PARENT,
            "Since the oldest assertion that is not confirmed, in blocks as the rollup contract counts them (those of Ethereum"
                    + " where the parent is an Arbitrum chain); 0 when all are; absent where the contract does not say"),
    ROLLUP_UNCONFIRMED_RATIO(
            Unit.RATIO,
            GivenBy.ROLLUP_PARENT,
            "rollup_unconfirmed_blocks over the contract's own confirmation period (confirmPeriodBlocks)"),
    RETRYABLES_OPEN(
            Unit.COUNT,
            GivenBy.RETRYABLES,
            "Retryable tickets that are not redeemed after the attempt in their own block, of the senders that are configured, at"
                    + " most 32; absent while none is known and older blocks are still to be read"),
    RETRYABLE_LEFT_SECONDS(
            Unit.SECONDS,
            GivenBy.RETRYABLES,
            "Until the first of retryables_open ends and is lost; the lifetime of a ticket (7 days) when none is open"),
    CHAIN_WITNESSES(Unit.COUNT, GivenBy.CHAIN_HEAD, "Operators whose RPCs showed a credible head in the last 60 s"),
    CHAIN_HEAD_UNCHANGED_SECONDS(
            Unit.SECONDS,
            GivenBy.CHAIN_HEAD,
            "How long no RPC showed a higher head, as far as two operators have looked; absent below two witnesses"),
    CHAIN_STALLED_SECONDS(
            Unit.SECONDS,
            GivenBy.CHAIN_HEAD,
            "As chain_head_unchanged_seconds; on a chain whose cadence is quiet, where silence is no failure, how long a watched"
                    + " wallet's transaction waits meanwhile, and absent without one"),
    CHAIN_BLOCK_TIME_SECONDS(
            Unit.SECONDS, GivenBy.CHAIN_HEAD, "Median over RPCs of the measured time between blocks; absent at first"),
    RPC_HEAD_AGE_SECONDS(Unit.SECONDS, GivenBy.RPC_HEAD, "Age of the head by its own timestamp"),
    RPC_HEAD_UNCHANGED_SECONDS(Unit.SECONDS, GivenBy.RPC_HEAD, "How long this RPC has shown the same head"),
    RPC_SAFE_AGE_SECONDS(Unit.SECONDS, GivenBy.RPC_HEAD, "Age of the safe block; absent where the RPC has no such tag"),
    RPC_FINALIZED_AGE_SECONDS(Unit.SECONDS, GivenBy.RPC_HEAD, "Age of the finalized block; absent without such a tag"),

    RPC_LOGS_RANGE_BLOCKS(Measurement.RPC_LOGS_RANGE, GivenBy.LOGS_RANGE),
    RPC_LOGS_RANGE_BEST_BLOCKS(
            Unit.BLOCKS, GivenBy.LOGS_RANGE, "Most that rpc_logs_range_blocks was in the last 30 measurements"),
    RPC_LOGS_RANGE_RATIO(
            Unit.RATIO,
            GivenBy.LOGS_RANGE,
            "rpc_logs_range_blocks over rpc_logs_range_best_blocks: below 1 when it shrank"),
    PUSH_MESSAGES(Unit.COUNT, GivenBy.PUSH, "Heads or sequencer messages that were pushed while the last run listened"),
    PUSH_LAG_SECONDS(Unit.SECONDS, GivenBy.PUSH, Definitions.PUSH_LAG_SECONDS),
    PUSH_SILENT_SECONDS(Unit.SECONDS, GivenBy.PUSH, Definitions.PUSH_SILENT_SECONDS),

    ROUTER_CONNECTED_MINERS(Unit.COUNT, GivenBy.ROUTER_STATUS, "connected_miners, as the router says it"),
    ROUTER_MINERS(Unit.COUNT, GivenBy.ROUTER_STATUS, "Nodes that the router lists"),
    ROUTER_MINERS_COMPARED(
            Unit.COUNT, GivenBy.ROUTER_MINERS, "Miners behind the router of which a canary of ours says something"),
    ROUTER_MINERS_UNLISTED(Measurement.ROUTER_MINERS_UNLISTED, GivenBy.ROUTER_MINERS),
    ROUTER_LISTED_DEAD_MINERS(Unit.COUNT, GivenBy.ROUTER_MINERS, Definitions.LISTED_DEAD),
    ROUTER_UNLISTED_ALIVE_MINERS(Unit.COUNT, GivenBy.ROUTER_MINERS, Definitions.UNLISTED_ALIVE),
    ROUTER_UNLISTED_ACTIVE_MINERS(Unit.COUNT, GivenBy.ROUTER_MINERS, Definitions.UNLISTED_ACTIVE),
    ROUTER_MINERS_DIFFER_SECONDS(Unit.SECONDS, GivenBy.ROUTER_MINERS, Definitions.MINERS_DIFFER),
    ROUTER_ACTIVE_SESSIONS(Unit.COUNT, GivenBy.ROUTER_STATUS, "active_sessions, as the router says it"),
    ROUTER_CHAIN_SESSIONS(Measurement.ROUTER_CHAIN_SESSIONS, GivenBy.ROUTER_SESSIONS),
    ROUTER_SESSIONS_DIFFERENCE(Measurement.ROUTER_SESSIONS_DIFFERENCE, GivenBy.ROUTER_SESSIONS),
    ROUTER_PRIVATE_ENDPOINTS(Measurement.ROUTER_PRIVATE_ENDPOINTS, GivenBy.ROUTER_SESSIONS),
    ROUTER_DEFAULT_TOKEN_ACCEPTED(Measurement.ROUTER_DEFAULT_TOKEN_ACCEPTED, GivenBy.ROUTER_EXPOSURE),
    ROUTER_OPEN_ROUTES(Measurement.ROUTER_OPEN_ROUTES, GivenBy.ROUTER_EXPOSURE),
    ROUTER_EXPOSED_ROUTES(Measurement.ROUTER_EXPOSED_ROUTES, GivenBy.ROUTER_EXPOSURE),

    INDEXER_SESSIONS(Unit.COUNT, GivenBy.INDEXER, "Sessions that the indexer claims"),
    INDEXER_TASKS(Unit.COUNT, GivenBy.INDEXER, "User tasks that the indexer claims"),
    INDEXER_ACTIVE_NODES(Unit.COUNT, GivenBy.INDEXER, "Active nodes that the indexer claims"),
    INDEXER_NODES(Unit.COUNT, GivenBy.INDEXER, "Nodes that the indexer's leaderboard has"),
    INDEXER_NETWORK_TASK(Unit.COUNT, GivenBy.INDEXER, "Newest network task that the indexer claims"),
    INDEXER_LAST_ACTIVE_AGE_SECONDS(
            Unit.SECONDS, GivenBy.INDEXER, "Age of the newest last_active that the indexer claims of any node"),
    INDEXER_CHAIN_SESSIONS(
            Unit.COUNT,
            GivenBy.INDEXER,
            "Sessions on the chain in the same moment, less those that the network file says an earlier reset took"),
    INDEXER_CHAIN_NETWORK_TASK(Unit.COUNT, GivenBy.INDEXER, "Newest network task on the chain in the same moment"),
    INDEXER_SESSIONS_DIFFERENCE(Unit.COUNT, GivenBy.INDEXER, Definitions.INDEXER_SESSIONS_DIFFERENCE),
    INDEXER_SESSIONS_DIFFERENCE_RATIO(
            Unit.RATIO, GivenBy.INDEXER, "indexer_sessions_difference over indexer_chain_sessions"),
    INDEXER_NETWORK_TASK_DIFFERENCE(
            Unit.COUNT, GivenBy.INDEXER, "How far the newest network task that is claimed is from that on the chain"),
    INDEXER_STALE_SECONDS(Unit.SECONDS, GivenBy.INDEXER, Definitions.INDEXER_STALE_SECONDS),
    INDEXER_SINCE_RESET_SECONDS(
            Unit.SECONDS, GivenBy.INDEXER, "Since a claimed count last fell, which is a reset; absent when none has"),

    CANARY_TTFT_SECONDS(Unit.SECONDS, GivenBy.CANARIES, "Request sent to first non-empty token, last ok run"),
    CANARY_DECODE_RATE(Unit.TOKENS_PER_SECOND, GivenBy.CANARIES, "(tokens - 1) / (end to end - TTFT), last ok run"),
    CANARY_DECODE_RATE_RATIO(
            Unit.RATIO,
            GivenBy.TIMED_CANARIES,
            "Median decode rate of the last 3 ok runs over the median of up to 60 earlier ones; absent below 5 earlier"),
    CANARY_SPEED_DROPPED(
            Unit.COUNT,
            GivenBy.TIMED_CANARIES,
            "1 while the decode rate is found to have dropped, for good, below the miner's own baseline; else 0"),
    CANARY_SPEED_RATIO(
            Unit.RATIO,
            GivenBy.TIMED_CANARIES,
            "Decode rate of the last 8 ok runs, or since it dropped, over the miner's own baseline; absent below 5 runs"),
    CANARY_SPEED_RATIO_LOW(Unit.RATIO, GivenBy.TIMED_CANARIES, "Lower end of the 95 % interval of canary_speed_ratio"),
    CANARY_SPEED_RATIO_HIGH(Unit.RATIO, GivenBy.TIMED_CANARIES, "Upper end of the 95 % interval of canary_speed_ratio"),
    CANARY_SPEED_SAMPLES(Unit.COUNT, GivenBy.TIMED_CANARIES, "Runs behind canary_speed_ratio"),
    CANARY_SPEED_SINCE_SECONDS(
            Unit.SECONDS,
            GivenBy.TIMED_CANARIES,
            "How long ago the first run of the drop most likely was; absent without one"),
    CANARY_FLOOR_RATIO(Unit.RATIO, GivenBy.TIMED_CANARIES, Definitions.CANARY_FLOOR_RATIO),
    CANARY_ROOF_RATIO(Unit.RATIO, GivenBy.TIMED_CANARIES, Definitions.CANARY_ROOF_RATIO),
    CANARY_TTFT_WARM_SECONDS(
            Unit.SECONDS,
            GivenBy.TIMED_CANARIES,
            "Median TTFT of runs that found the model loaded; absent without any"),
    CANARY_TTFT_COLD_SECONDS(
            Unit.SECONDS,
            GivenBy.TIMED_CANARIES,
            "Median TTFT of runs that had to wait for loading; absent without any"),
    CANARY_COLD_RATIO(
            Unit.RATIO, GivenBy.TIMED_CANARIES, "Share of cold runs among the last 96 of which that can be told"),
    CANARY_COLD_RATIO_LOW(Unit.RATIO, GivenBy.TIMED_CANARIES, "Lower end of its 95 % interval"),
    CANARY_COLD_SAMPLES(Unit.COUNT, GivenBy.TIMED_CANARIES, "Runs behind canary_cold_ratio"),
    CANARY_CLAIM_RATIO(
            Unit.RATIO,
            GivenBy.CANARIES,
            "completion_tokens that the miner claims over tokens that we counted, last 20 runs; absent below 5"),
    CANARY_CLAIM_FALSE(
            Unit.COUNT,
            GivenBy.CANARIES,
            "1 when canary_claim_ratio is further than 10 % from 1, all together and in three runs by themselves; else 0"),
    CANARY_CLAIM_SAMPLES(Unit.COUNT, GivenBy.CANARIES, "Runs behind canary_claim_ratio"),
    CANARY_CACHED(
            Unit.COUNT,
            GivenBy.TIMED_CANARIES,
            "1 when three of the last 20 answers were an earlier one to other numbers, or most of them far too fast; else 0"),
    CANARY_REPEATED_ANSWERS(
            Unit.COUNT,
            GivenBy.TIMED_CANARIES,
            "Answers of 16 tokens and more that were an earlier one to other numbers"),
    CANARY_FAST_ANSWERS(Unit.COUNT, GivenBy.TIMED_CANARIES, "Answers faster than the card, or three times the class"),
    CANARY_CACHE_SAMPLES(Unit.COUNT, GivenBy.TIMED_CANARIES, "Runs behind canary_cached, at most 20"),
    CANARY_IDENTITY_SUSPECT(Unit.COUNT, GivenBy.IDENTITY, Definitions.CANARY_IDENTITY_SUSPECT),
    CANARY_IDENTITY_EVIDENCE(
            Unit.COUNT,
            GivenBy.IDENTITY,
            "Logarithm to base 10 of the bets' wealth: suspect at 5; about 0 and falling for an honest miner"),
    CANARY_IDENTITY_LOW_RATIO(
            Unit.RATIO,
            GivenBy.IDENTITY,
            "Share of its answers that are among the quarter least like the others to the same prompt: 0.25 for an honest miner"),
    CANARY_IDENTITY_SAMPLES(Unit.COUNT, GivenBy.IDENTITY, "Answers that were compared with those of trusted miners"),
    CANARY_RIGHT_RATIO(
            Unit.RATIO,
            GivenBy.TIMED_CANARIES,
            "Share of right answers among the last 40 that were checked; to be set against others of the model"),
    CANARY_RIGHT_SAMPLES(Unit.COUNT, GivenBy.TIMED_CANARIES, "Answers behind canary_right_ratio"),
    CANARY_REFERENCE_SAMPLES(Unit.COUNT, GivenBy.TIMED_CANARIES, "Earlier runs behind canary_decode_rate_ratio"),
    CANARY_TOKENS(Unit.TOKENS, GivenBy.CANARIES, "Tokens that we counted, last ok run"),

    CHAIN_CURSOR_LAG_BLOCKS(
            Unit.BLOCKS,
            GivenBy.CHAIN_EVENTS,
            "Highest head that any RPC of the network showed, less the last block whose events were read"),
    CHAIN_GAP_SECONDS(
            Unit.SECONDS,
            GivenBy.CHAIN_EVENTS,
            "How long ago the reading of the chain last had all there was; 0 when it has, and whatever the run's outcome"),
    CHAIN_REORG_DEPTH(Unit.BLOCKS, GivenBy.CHAIN_EVENTS, "Blocks that the last run found replaced; 0 without a reorg"),
    CHAIN_REORG_WITNESSES(
            Unit.COUNT, GivenBy.CHAIN_EVENTS, "Operators that showed the reorg that the last run found; 0 without one"),
    CHAIN_LOG_MISMATCHES(
            Unit.COUNT,
            GivenBy.CHAIN_EVENTS,
            "Events that one reading of the same blocks had and another had not, found by the last run"),

    ONCHAIN_LEVEL(Measurement.ONCHAIN_LEVEL, GivenBy.NODE_COUNTERS),
    ONCHAIN_WINDOW_SECONDS(
            Unit.SECONDS,
            GivenBy.NODE_COUNTERS,
            "Since the counts that the chain's are compared with, a day at most; begins anew when a count falls"),
    ONCHAIN_WINDOW_TASKS(Unit.COUNT, GivenBy.NODE_COUNTERS, "Tasks that the chain counted of the node since then"),
    ONCHAIN_SUCCESS_RATIO(Unit.RATIO, GivenBy.NODE_COUNTERS, "Share of them that it counts as successful"),
    ONCHAIN_SUCCESS_RATIO_LOW(Unit.RATIO, GivenBy.NODE_COUNTERS, "Lower end of its 95 % interval"),
    ONCHAIN_SUCCESS_RATIO_HIGH(Unit.RATIO, GivenBy.NODE_COUNTERS, "Upper end of its 95 % interval"),
    ONCHAIN_MEASURED_RATIO(
            Unit.RATIO,
            GivenBy.NODE_COUNTERS,
            "Share of our canaries of every kind that the node answered since then, those charged to others left out"),
    ONCHAIN_MEASURED_RATIO_LOW(Unit.RATIO, GivenBy.NODE_COUNTERS, "Lower end of its 95 % interval"),
    ONCHAIN_MEASURED_RATIO_HIGH(Unit.RATIO, GivenBy.NODE_COUNTERS, "Upper end of its 95 % interval"),
    ONCHAIN_MEASURED_SAMPLES(Unit.COUNT, GivenBy.NODE_COUNTERS, "Canaries behind onchain_measured_ratio"),
    ONCHAIN_SUCCESS_GAP(Unit.RATIO, GivenBy.NODE_COUNTERS, Definitions.SUCCESS_GAP),
    ONCHAIN_SINCE_RESET_SECONDS(
            Unit.SECONDS,
            GivenBy.NODE_COUNTERS,
            "Since a count of the chain last fell, which is a reset; absent when none has"),
    ONCHAIN_SCORE(Measurement.ONCHAIN_SCORE, GivenBy.NODE_COUNTERS),
    REPUTATION_ONCHAIN_GAP(Unit.RATIO, GivenBy.NODE_COUNTERS, Definitions.ONCHAIN_GAP),
    STAKE_AMOUNT(Unit.COUNT, GivenBy.STAKE, "What is staked for the node in the pool, in whole COR"),
    STAKE_AGE_SECONDS(Unit.SECONDS, GivenBy.STAKE, "Since the pool says that was staked"),
    REPUTATION_LOWER(Unit.RATIO, GivenBy.REPUTATION, "Lower end of the reputation's interval, by which nodes rank"),
    REPUTATION_POINT(Unit.RATIO, GivenBy.REPUTATION, "Reputation, in the middle of its interval"),
    REPUTATION_UPPER(Unit.RATIO, GivenBy.REPUTATION, "Upper end of the reputation's interval"),
    REPUTATION_KNOWN(Unit.RATIO, GivenBy.REPUTATION, "Share of the formula's weights with evidence enough"),
    REPUTATION_DROP(Unit.RATIO, GivenBy.REPUTATION, "reputation_point 7 days ago, less now"),
    REPUTATION_DRIFT(Unit.COUNT, GivenBy.REPUTATION, "That in standard deviations of both scores' logarithms"),
    REPUTATION_FLEET_NODES(Unit.COUNT, GivenBy.REPUTATION_FLEET, "Nodes with a score now and 7 days ago"),
    REPUTATION_FLEET_DRIFT(Unit.RATIO, GivenBy.REPUTATION_FLEET, Definitions.FLEET_DRIFT),

    HTTP_STATUS_CODE(Unit.COUNT, GivenBy.HTTP, "HTTP status of the last run, right or wrong; absent without an answer"),
    HTTP_BODY_BYTES(Unit.BYTES, GivenBy.HTTP, "Bytes of the answer, or of a WebSocket's first message, last ok run"),
    TLS_EXPIRY_SECONDS(
            Unit.SECONDS,
            GivenBy.TLS,
            "Time until the first certificate that the server sent in the last run expires; negative once it has"),
    TLS_VERSION(Unit.COUNT, GivenBy.TLS, "TLS version of the last run, such as 1.3"),
    DNS_RCODE(Unit.COUNT, GivenBy.DNS, "Response code of the last run, right or wrong: 0 is NOERROR, 3 NXDOMAIN"),
    DNS_ANSWERS(Unit.COUNT, GivenBy.DNS, "Records in the answer section of the last run"),

    VANTAGE_SILENT_SECONDS(
            Unit.SECONDS,
            GivenBy.VANTAGE,
            "How long the agent of a vantage was not heard, but not longer than the service has run"),
    VANTAGE_BACKLOG(Measurement.VANTAGE_BACKLOG, GivenBy.VANTAGE),
    VANTAGE_OLDEST_UNSENT_SECONDS(Measurement.VANTAGE_OLDEST_UNSENT, GivenBy.VANTAGE),
    VANTAGE_DROPPED(Measurement.VANTAGE_DROPPED, GivenBy.VANTAGE),
    VANTAGE_SINCE_DROP_SECONDS(
            Unit.SECONDS,
            GivenBy.VANTAGE,
            "Since the agent last said that it had lost more observations than it had said before; absent while it never did"),
    VANTAGE_CLOCK_SKEW_SECONDS(
            Unit.SECONDS,
            GivenBy.VANTAGE,
            "The agent's clock less ours when it was last heard; negative when it is late"),

    SLO_OBJECTIVE(Measurement.SLO_OBJECTIVE, GivenBy.SLO),
    SLO_SAMPLES(Measurement.SLO_SAMPLES, GivenBy.SLO),
    SLO_GOOD_RATIO(Measurement.SLO_GOOD, GivenBy.SLO),
    SLO_GOOD_RATIO_LOW(Measurement.SLO_GOOD_LOW, GivenBy.SLO),
    SLO_GOOD_RATIO_HIGH(Measurement.SLO_GOOD_HIGH, GivenBy.SLO),
    SLO_BUDGET_LEFT_RATIO(Measurement.SLO_BUDGET_LEFT, GivenBy.SLO),
    SLO_BUDGET_LEFT_RATIO_LOW(Measurement.SLO_BUDGET_LEFT_LOW, GivenBy.SLO),
    SLO_BUDGET_LEFT_RATIO_HIGH(Measurement.SLO_BUDGET_LEFT_HIGH, GivenBy.SLO),
    SLO_BURN_RATE(Measurement.SLO_BURN_RATE, GivenBy.SLO),
    SLO_BURN_RATE_LOW(Measurement.SLO_BURN_RATE_LOW, GivenBy.SLO),
    SLO_BURN_RATE_HIGH(Measurement.SLO_BURN_RATE_HIGH, GivenBy.SLO),
    SLO_BURN_PAGE(Measurement.SLO_BURN_PAGE, GivenBy.SLO),
    SLO_BURN_TICKET(Measurement.SLO_BURN_TICKET, GivenBy.SLO),

    DRILL_PROVED(Measurement.DRILL_PROVED, GivenBy.DRILL),
    DRILL_UNPROVED_INTERVALS(Measurement.DRILL_UNPROVED, GivenBy.DRILL),
    DRILL_FAILED(Measurement.DRILL_FAILED, GivenBy.DRILL);

    private static final double DAY = 86_400;
    private static final int MOST_DIGITS = 9;

    private final String signalName;
    private final Unit unit;
    private final String probes;
    private final String definition;

    Signal(Unit unit, String probes, String definition) {
        this.signalName = name().toLowerCase(Locale.ROOT);
        this.unit = unit;
        this.probes = probes;
        this.definition = definition;
    }

    /** A signal that is what a run measured, and nothing more. */
    Signal(Measurement measurement, String probes) {
        this(measurement.unit(), probes, measurement.definition());
    }

    /** The signal that rules spell {@code name}. */
    public static Optional<Signal> named(String name) {
        return Arrays.stream(values()).filter(s -> s.signalName().equals(name)).findFirst();
    }

    /** Lower-case name, as rules, dashboards and messages spell it. */
    public String signalName() {
        return signalName;
    }

    public Unit unit() {
        return unit;
    }

    public String definition() {
        return definition;
    }

    /** Whether observations of {@code probe} give this signal. */
    public boolean givenBy(ProbeId probe) {
        return probes.isEmpty() || (" " + probes + " ").contains(" " + probe.value() + " ");
    }

    /** {@code value} with its unit, with as many digits as say something; two days and more in days. */
    public String format(double value) {
        return format(value, digits(value));
    }

    /** The same, with so many more digits that it does not look like {@code limit}, nor as if it were on its other side. */
    public String formatBeside(double value, double limit) {
        int digits = digits(value);
        while (digits < MOST_DIGITS && Double.compare(rounded(value, digits), limit) != Double.compare(value, limit)) {
            digits++;
        }
        return format(value, digits);
    }

    private String format(double value, int digits) {
        if (isInDays(value)) {
            return String.format(Locale.ROOT, "%." + digits + "f d", value / DAY);
        }
        String number = String.format(Locale.ROOT, "%." + digits + "f", value);
        return unit.symbol().isEmpty() ? number : number + " " + unit.symbol();
    }

    private int digits(double value) {
        if (isInDays(value)) {
            return 1;
        }
        if (Math.abs(value - Math.rint(value)) < 1e-9) {
            return 0;
        }
        return Math.abs(value) < 10 ? 2 : 1;
    }

    private double rounded(double value, int digits) {
        double in = isInDays(value) ? DAY : 1;
        return Double.isFinite(value)
                ? new BigDecimal(value / in)
                                .setScale(digits, RoundingMode.HALF_UP)
                                .doubleValue()
                        * in
                : value;
    }

    private boolean isInDays(double value) {
        return unit == Unit.SECONDS && Math.abs(value) >= 2 * DAY;
    }
}
