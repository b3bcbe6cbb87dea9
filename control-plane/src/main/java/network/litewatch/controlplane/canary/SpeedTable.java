package network.litewatch.controlplane.canary;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.drift.Require;
import org.jspecify.annotations.Nullable;

/**
 * How fast a card can decode a model for one caller.
 *
 * <p>Decoding one sequence reads all weights for every token, so that memory bandwidth over bytes of weights is a roof
 * (S. Williams et al., Roofline, CACM 52, 2009; R. Pope et al., Efficiently Scaling Transformer Inference, 2022). What
 * people measure lies at 0.60 to 0.77 of it.
 *
 * @param floorShare share of the roof below which a card is slow: shared, throttled, or not the card it is said to be
 * @param goodShare share of the roof that a good set-up reaches
 * @param cards by name, as people write it in the label gpu_class
 * @param models by name, as people write it in the label of that name
 */
public record SpeedTable(double floorShare, double goodShare, Map<String, Card> cards, Map<String, Model> models) {
    /** Nothing is known of any card. */
    public static final SpeedTable EMPTY = new SpeedTable(0.4, 0.75, Map.of(), Map.of());

    public SpeedTable {
        Require.inside("good share", goodShare, 0, 1);
        Require.inside("floor share", floorShare, 0, goodShare);
        cards = Collections.unmodifiableMap(new LinkedHashMap<>(cards));
        models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
    }

    /**
     * A class of GPU.
     *
     * @param bandwidth of its memory, in gigabytes (10^9 bytes) a second
     * @param memory in gigabytes
     * @param source where people find these figures
     */
    public record Card(double bandwidth, double memory, String source) {
        public Card {
            Require.inside("bandwidth", bandwidth, 0, 1e6);
            Require.inside("memory", memory, 0, 1e5);
        }
    }

    /**
     * A model in one quantization.
     *
     * @param weights what is read for every token, in gigabytes; of a mixture of experts the active ones
     * @param source where people find this figure
     */
    public record Model(double weights, String source) {
        public Model {
            Require.inside("weights", weights, 0, 1e5);
        }
    }

    /**
     * Decode speeds to expect, in tokens a second.
     *
     * @param floor below it is slow
     * @param good what a good set-up reaches
     * @param roof above it is another model, fewer bits, or speculative decoding
     * @param cards how many cards hold the weights: they take turns, or share every layer and are that much faster
     */
    public record Expected(double floor, double good, double roof, int cards) {}

    /** What a measured speed says of the card and the model that a node claims. */
    public enum Verdict {
        /** The class or the model is not in the table: nothing can be said. */
        UNKNOWN,
        /** Below the floor. */
        SLOW,
        AS_EXPECTED,
        /** Faster than the card can read these weights: a reason for an identity test, no proof. */
        SUSPECT
    }

    /** What to expect; empty when {@code card} or {@code model} is null or not in the table. */
    public Optional<Expected> expected(@Nullable String card, @Nullable String model) {
        Card by = card == null ? null : cards.get(card);
        Model what = model == null ? null : models.get(model);
        if (by == null || what == null) {
            return Optional.empty();
        }
        double one = by.bandwidth() / what.weights();
        int needed = (int) Math.ceil(what.weights() / by.memory());
        // Cards in turn are as fast as one, cards in parallel at most as fast as all: neither must be called wrong.
        return Optional.of(new Expected(floorShare * one, goodShare * one, needed * one, needed));
    }

    /** Judges {@code tokensPerSecond}, decoding alone, of a node that claims {@code card} and {@code model}. */
    public Verdict judge(@Nullable String card, @Nullable String model, double tokensPerSecond) {
        if (!(tokensPerSecond > 0 && tokensPerSecond < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("no speed: " + tokensPerSecond);
        }
        return expected(card, model)
                .map(e -> tokensPerSecond < e.floor()
                        ? Verdict.SLOW
                        : tokensPerSecond > e.roof() ? Verdict.SUSPECT : Verdict.AS_EXPECTED)
                .orElse(Verdict.UNKNOWN);
    }
}
