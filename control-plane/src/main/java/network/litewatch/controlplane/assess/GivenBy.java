package network.litewatch.controlplane.assess;

/** The probes that give a signal, apart by spaces; none for all of them. */
final class GivenBy {
    static final String ALL = "";
    static final String RPC_ANY = "rpc.head rpc.consistency rpc.subscription rpc.logs_range";
    static final String RPC_HEAD = "rpc.head";
    static final String RPC_CONSISTENCY = "rpc.consistency";
    static final String LOGS_RANGE = "rpc.logs_range";
    static final String PUSH = "rpc.subscription sequencer.feed";
    static final String WALLET_GAS = "wallet.gas";
    static final String CHAIN_CANARY = "chain.canary";
    static final String ROLLUP_PARENT = "rollup.parent";
    static final String RETRYABLES = "chain.retryables";
    static final String WALLET_TRANSACTIONS = "wallet.transactions";
    static final String CHAIN_HEAD = ChainView.ID.value();
    static final String ROUTER_STATUS = "router.status";
    static final String ROUTER_SESSIONS = "router.sessions";
    static final String ROUTER_MINERS = "router.miners";
    static final String NODE_COUNTERS = "miner.counters";
    static final String ROUTER_EXPOSURE = "router.exposure";
    static final String INDEXER = "indexer.claims";
    static final String TIMED_CANARIES = "miner.canary miner.ping";
    static final String IDENTITY = "miner.identity";
    static final String CANARIES = "miner.canary miner.ping miner.identity";
    static final String WATCHED = "rpc.head rpc.consistency router.status miner.canary miner.ping miner.identity";
    static final String TIMED = "rpc.head router.status";
    static final String CHAIN_EVENTS = "chain.events";
    static final String HTTP = "http websocket";
    static final String TLS = "tls http websocket";
    static final String DNS = "dns";
    static final String STAKE = "miner.stake";
    static final String REPUTATION = "reputation.score";
    static final String REPUTATION_FLEET = "reputation.fleet";
    static final String VANTAGE = "vantage.agent";
    static final String SLO = "slo.burn";
    static final String DRILL = "drill.proof";

    private GivenBy() {}
}
