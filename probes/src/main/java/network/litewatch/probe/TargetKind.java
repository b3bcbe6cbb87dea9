package network.litewatch.probe;

import java.util.Locale;

/** What sort of thing a target is; decides which probes can be put to it. */
public enum TargetKind {
    RPC,
    ROUTER,
    MINER,
    /** A network's chain, as our reading of it goes: one a network, made from its profile. */
    CHAIN;

    /** Lower-case name, as it stands in configuration, labels and documents. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
