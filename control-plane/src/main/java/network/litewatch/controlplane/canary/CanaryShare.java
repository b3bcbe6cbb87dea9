package network.litewatch.controlplane.canary;

import network.litewatch.probe.miner.CanaryKind;

/** What share of a node's canaries each kind has: at 96 a day the speed every hour, identity four times, pings between. */
public final class CanaryShare {
    private static final double RATE = 1 / 4.0;
    private static final double IDENTITY = 1 / 24.0;

    private CanaryShare() {}

    /** Of {@code kind}; those of all kinds add up to 1. */
    public static double of(CanaryKind kind) {
        return switch (kind) {
            case PING -> 1 - RATE - IDENTITY;
            case RATE -> RATE;
            case IDENTITY -> IDENTITY;
        };
    }

    /** Tokens of a canary whose kind is drawn by its share. */
    public static double meanTokens() {
        double tokens = 0;
        for (CanaryKind kind : CanaryKind.values()) {
            tokens += of(kind) * kind.cost();
        }
        return tokens;
    }
}
