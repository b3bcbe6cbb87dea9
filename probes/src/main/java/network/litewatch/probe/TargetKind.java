package network.litewatch.probe;

import java.util.Locale;

/** What sort of thing a target is; decides which probes can be put to it. */
public enum TargetKind {
    RPC,
    /** A whole network, judged from what its RPCs show; never asked itself. */
    CHAIN,
    /** An account that pays for gas. */
    WALLET,
    ROUTER,
    MINER;

    /** Lower-case name, as it stands in configuration, labels and documents. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
