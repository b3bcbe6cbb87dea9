package network.litewatch.controlplane.bench.fleet;

import java.util.random.RandomGenerator;

/** What a node writes: a distribution over texts for each prompt, as far as a comparison of first characters can see one. */
interface TextModel {
    String complete(long prompt, RandomGenerator random);

    /** Another model of the same family: alike, and different by {@code other}. */
    TextModel relative(long other);
}
