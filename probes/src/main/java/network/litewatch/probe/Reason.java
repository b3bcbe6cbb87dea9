package network.litewatch.probe;

import java.util.Locale;

/** Why a run ended as it did. Bounded, so that it can be a metric label; the free text goes beside it. */
public enum Reason {
    /** Nothing to explain: the run was ok. */
    NONE,
    TIMEOUT,
    DNS_FAILURE,
    CONNECTION_REFUSED,
    CONNECTION_RESET,
    /** No route, network down, or another socket error. */
    NETWORK_ERROR,
    /** No TLS, or no common version; the certificate was not even judged. */
    TLS_FAILURE,
    /** A certificate of the chain has expired. */
    TLS_EXPIRED,
    TLS_NOT_YET_VALID,
    /** No authority that we trust vouches for the certificate. */
    TLS_UNTRUSTED,
    /** A good certificate, but for another name. */
    TLS_WRONG_NAME,
    /** Our own egress policy forbids the address; nothing was sent. */
    EGRESS_DENIED,
    /** An HTTP status that the probe does not accept. */
    HTTP_STATUS,
    RATE_LIMITED,
    /** Our plan with the provider is used up or not paid; waiting a minute does not help. */
    BILLING,
    UNAUTHORIZED,
    /** The RPC does not hold what was asked for: pruned state, or a block that it has not seen. */
    MISSING_DATA,
    /** More blocks or results in one question than the RPC allows. */
    RANGE_LIMIT,
    /** The RPC does not offer the method. */
    UNSUPPORTED,
    /** The RPC finds fault with the question itself: malformed, reverted, or a batch where none is taken. */
    REQUEST_REFUSED,
    BODY_TOO_LARGE,
    /** Not HTTP, JSON, JSON-RPC or SSE as the protocol has it. */
    PROTOCOL_ERROR,
    /** Valid JSON, but without the fields the probe needs. */
    SHAPE_CHANGED,
    /** A JSON-RPC error object. */
    RPC_ERROR,
    /** The RPC serves another chain than the network profile says. */
    WRONG_CHAIN,
    /** The router is up and no miner is connected to it: a state, not an outage. */
    NO_MINERS,
    WRONG_ANSWER,
    EMPTY_ANSWER,
    /** The router took the request and reports that the miner, or its task, failed. */
    MINER_ERROR,
    /** The stream ended before its end marker. */
    TRUNCATED,
    /** What stands between us and the target was not healthy, so nothing can be said of the target. */
    PATH_UNHEALTHY,
    /** The prober itself was off the network: none of its witnesses could be reached either. */
    VANTAGE_OFFLINE,
    /** Our own cap on what may be spent is reached; nothing was sent. */
    SPENDING_CAP,
    /** The previous run of the same plan was still in flight at this slot. */
    STILL_RUNNING,
    /** The target throttles us and is left alone for a while. */
    BACKING_OFF,
    /** The quota that is configured for the RPC did not allow it; nothing was sent. */
    QUOTA_SPENT,
    /** The prober was stopping, or too late to send at this slot. */
    PROBER_LATE,
    /** A bug of ours; the target is not charged. */
    PROBER_ERROR;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
