package network.litewatch.probe.miner;

import java.util.Locale;
import java.util.Optional;
import network.litewatch.probe.ProbeId;

/** What a canary is sent for. Each kind is a probe of its own, so that its series never mix. */
public enum CanaryKind {
    /** Is it alive, how soon does it begin, is its model loaded: few tokens. */
    PING("miner.ping", 8),
    /** How fast does it decode: an answer that goes on as long as it is let. */
    RATE("miner.canary", 128),
    /** Is it the model that it says it is: answers to be compared with those of trusted miners. */
    IDENTITY("miner.identity", 48);

    /** What a prompt that ships takes, in tokens. */
    public static final int PROMPT_TOKENS = 24;

    private final String id;
    private final int tokens;

    CanaryKind(String id, int tokens) {
        this.id = id;
        this.tokens = tokens;
    }

    /** The probe that sends it. */
    public ProbeId id() {
        return new ProbeId(id);
    }

    /** Tokens that are asked for where nothing else is configured. */
    public int tokens() {
        return tokens;
    }

    /**
     * Tokens of one canary, asked and answered, where nothing else is configured. A prompt is taken for {@value #PROMPT_TOKENS}: some
     * hundred characters, of which about four make a token of English text.
     */
    public int cost() {
        return PROMPT_TOKENS + tokens;
    }

    /** Lower-case name, as configuration and metrics spell it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind that {@code probe} sends; empty for another probe. */
    public static Optional<CanaryKind> of(ProbeId probe) {
        for (CanaryKind kind : values()) {
            if (kind.id.equals(probe.value())) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
