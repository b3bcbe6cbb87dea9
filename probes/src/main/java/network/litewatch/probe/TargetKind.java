package network.litewatch.probe;

import java.util.Locale;

/** What sort of thing a target is; decides which probes can be put to it. */
public enum TargetKind {
    RPC,
    /** A whole network, judged from what its RPCs show; never asked itself, but read by our own index. */
    CHAIN,
    /** An account that pays for gas. */
    WALLET,
    ROUTER,
    MINER,
    /** A server that reads the chain and says what it counted there: the backend of a dashboard. */
    INDEXER,
    /** Any server at the edge of the network that speaks a common protocol: a proxy, a website, a name server. */
    ENDPOINT,
    /** A place from where is asked: an agent of ours. */
    VANTAGE,
    /** What is promised of a network or of one target: an SLO, which is asked how it stands. */
    SLO,
    /** A drill that has a schedule, which is asked whether it keeps it. */
    DRILL;

    /** Lower-case name, as it stands in configuration, labels and documents. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
