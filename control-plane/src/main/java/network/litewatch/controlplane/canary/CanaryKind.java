package network.litewatch.controlplane.canary;

/** What a canary asks for, with what it costs and its share of a day's canaries. */
public enum CanaryKind {
    /** A few tokens: is it alive, how soon does it begin, was it warm. */
    PING("ping", 32, 8),
    /** A prompt and an answer of fixed length: decode speed. */
    RATE("rate", 128, 128),
    /** Text enough to compare with what the model named would write. */
    IDENTITY("identity", 512, 256);

    // At 96 a day: speed every hour, identity four times, and pings in the slots between.
    private static final double RATE_SHARE = 1 / 4.0;
    private static final double IDENTITY_SHARE = 1 / 24.0;

    private final String label;
    private final int promptTokens;
    private final int outputTokens;

    CanaryKind(String label, int promptTokens, int outputTokens) {
        this.label = label;
        this.promptTokens = promptTokens;
        this.outputTokens = outputTokens;
    }

    public String label() {
        return label;
    }

    public int promptTokens() {
        return promptTokens;
    }

    public int outputTokens() {
        return outputTokens;
    }

    /** Tokens of one canary, asked and answered. */
    public int tokens() {
        return promptTokens + outputTokens;
    }

    /** Its share of a node's canaries; those of all kinds add up to 1. */
    public double share() {
        return switch (this) {
            case PING -> 1 - RATE_SHARE - IDENTITY_SHARE;
            case RATE -> RATE_SHARE;
            case IDENTITY -> IDENTITY_SHARE;
        };
    }

    /** Tokens of a canary whose kind is drawn by {@link #share}. */
    public static double meanTokens() {
        double tokens = 0;
        for (CanaryKind kind : values()) {
            tokens += kind.share() * kind.tokens();
        }
        return tokens;
    }
}
