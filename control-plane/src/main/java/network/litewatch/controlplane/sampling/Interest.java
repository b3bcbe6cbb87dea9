package network.litewatch.controlplane.sampling;

/** How much another canary to a miner would tell. */
public enum Interest {
    /** Its last canary failed, or a detector suspects it. */
    SUSPECT,
    NORMAL,
    /** Good evidence is fresh. */
    PROVEN;

    /** How many times as often it is asked. */
    double factor(CanaryPolicy policy) {
        return switch (this) {
            case SUSPECT -> policy.denser();
            case NORMAL -> 1;
            case PROVEN -> 0.5;
        };
    }
}
