package network.litewatch.probe.miner;

import java.util.EnumMap;
import java.util.Map;

/**
 * What canaries ask of the miners of one network.
 *
 * @param tokens asked for, by kind; each at least 2
 * @param pairs share of pings that are sent twice, one behind the other: the second finds the model loaded; 0 to 1
 * @param round how long all miners of a model are sent the same identity prompts, in seconds; positive
 * @param promptsPerRound how many of them there are; positive
 * @param temperature of identity canaries, 0 to 2. At 1 a model's answers spread alike on every card; at 0 cards differ in what they find most
 *     likely, so that only alike ones can be compared
 * @param seed what rounds' prompts are drawn from, the same on every node of a service; secret, since who knows it knows the
 *     prompts to come
 */
public record CanarySettings(
        PromptPool pool,
        Map<CanaryKind, Integer> tokens,
        double pairs,
        long round,
        int promptsPerRound,
        double temperature,
        long seed) {
    /** Asks what ships. */
    public static final CanarySettings DEFAULT =
            new CanarySettings(PromptPool.DEFAULT, Map.of(), 0.25, 21_600, 1, 1, 0);

    public CanarySettings {
        Map<CanaryKind, Integer> all = new EnumMap<>(CanaryKind.class);
        for (CanaryKind kind : CanaryKind.values()) {
            int of = tokens.getOrDefault(kind, kind.tokens());
            if (of < 2) {
                throw new IllegalArgumentException("at least 2 tokens are needed for a speed: " + of);
            }
            all.put(kind, of);
        }
        tokens = Map.copyOf(all);
        if (!(pairs >= 0 && pairs <= 1)) {
            throw new IllegalArgumentException("pairs must be a share from 0 to 1: " + pairs);
        }
        if (!(temperature >= 0 && temperature <= 2)) {
            throw new IllegalArgumentException("temperature must be from 0 to 2: " + temperature);
        }
        if (round < 1 || promptsPerRound < 1) {
            throw new IllegalArgumentException("a round needs a length and prompts: " + round + ", " + promptsPerRound);
        }
    }

    /** Tokens to ask for. */
    public int tokensOf(CanaryKind kind) {
        return tokens.getOrDefault(kind, kind.tokens());
    }

    @Override
    public String toString() {
        return "CanarySettings[tokens=" + tokens + ", pairs=" + pairs + ", round=" + round + "]";
    }
}
