package network.litewatch.controlplane.bench.fleet;

import network.litewatch.controlplane.canary.IdentityWatch;

/** What accuses a node of something, and how often an honest one may be accused. */
enum Judge {
    /** One in 10,000 rate canaries, of which a node gets 24 a day of 96 canaries. */
    SPEED("slower than it was", "SpeedWatch", 1 / 10_000.0, Unit.RATE),
    /** The detector's own bound at the share that is promised; nodes do better than that. */
    SUCCESS("fails more than promised", "SuccessWatch", 1 / Judge.SUCCESS_BETWEEN, Unit.ANY),
    COLD("starts cold", "Warmth", 1 / 100_000.0, Unit.ANY),
    /** For the whole life of a node; taken as a month of it here, which is the stricter. */
    IDENTITY("another model", "IdentityWatch", IdentityWatch.BOUND, Unit.LIFE),
    TOKENS("claims more tokens than it sent", "TokenClaims", 0, Unit.RATE),
    CACHE("answers out of a store", "CacheWatch", 0, Unit.RATE);

    /** Canaries between false alarms of the share of successes. */
    static final double SUCCESS_BETWEEN = 100_000;

    /** Share of successes that is promised. */
    static final double PROMISED = 0.995;

    /** What a cold share is held against: its interval must lie above. */
    static final double COLD_SHARE = 0.05;

    private final String label;
    private final String detector;
    private final double rate;
    private final Unit unit;

    Judge(String label, String detector, double rate, Unit unit) {
        this.label = label;
        this.detector = detector;
        this.rate = rate;
        this.unit = unit;
    }

    /** What a false accusation's rate is counted by. */
    enum Unit {
        RATE,
        ANY,
        LIFE
    }

    String label() {
        return label;
    }

    String detector() {
        return detector;
    }

    /** False accusations that are allowed in a year of one honest node, at so many canaries a day. */
    double allowed(double ratePerDay, double perDay) {
        return switch (unit) {
            case RATE -> rate * ratePerDay * 365;
            case ANY -> rate * perDay * 365;
            case LIFE -> rate;
        };
    }
}
