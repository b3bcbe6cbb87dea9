package network.litewatch.probe.miner;

import java.util.random.RandomGenerator;

/**
 * What a canary asks, and how much it wants.
 *
 * @param template the prompt; {@code {start}} becomes a fresh number of five digits, {@code {step}} one of one digit and
 *     {@code {ticket}} one of eight, so that no cache has the answer and yet every prompt is equally long
 * @param maxTokens tokens asked for; positive
 * @param minTokens fewer are a wrong answer; from 1 to {@code maxTokens}
 */
public record CanaryPrompt(String template, int maxTokens, int minTokens) {
    /** Long enough for a decode rate, short enough to cost a miner next to nothing. */
    public static final CanaryPrompt DEFAULT = new CanaryPrompt(
            "Ticket {ticket}. Count upwards from {start} in steps of {step}, one number per line:", 32, 2);

    public CanaryPrompt {
        if (minTokens < 1 || maxTokens < minTokens) {
            throw new IllegalArgumentException("needs 1 <= minTokens <= maxTokens: " + minTokens + ", " + maxTokens);
        }
    }

    /** The prompt with fresh numbers. */
    String fresh(RandomGenerator random) {
        return template.replace("{ticket}", String.valueOf(random.nextInt(10_000_000, 100_000_000)))
                .replace("{start}", String.valueOf(random.nextInt(10_000, 100_000)))
                .replace("{step}", String.valueOf(random.nextInt(2, 10)));
    }
}
