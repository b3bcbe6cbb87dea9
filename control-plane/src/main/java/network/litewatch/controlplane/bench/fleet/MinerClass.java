package network.litewatch.controlplane.bench.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import network.litewatch.controlplane.canary.SpeedTable;

/**
 * Nodes of one card and one model.
 *
 * @param expected decode speeds
 * @param loading seconds to load the weights from a disk of 1.5 GB/s
 * @param usual what it should write
 * @param near the same, of a family whose models write much alike
 * @param branching the same, of models whose texts branch as language does
 */
record MinerClass(SpeedTable.Expected expected, double loading, Claimed usual, Claimed near, Claimed branching) {
    static final int TRUSTED = 32;
    private static final double DISK = 1.5;
    private static final int MOST_CARDS = 2;

    /**
     * A model that nodes name.
     *
     * @param trusted answers of trusted nodes, by prompt
     */
    record Claimed(TextModel model, List<List<String>> trusted) {
        private static Claimed of(TextModel model, int prompts, SplittableRandom random) {
            List<List<String>> all = new ArrayList<>();
            for (int prompt = 0; prompt < prompts; prompt++) {
                List<String> answers = new ArrayList<>();
                for (int i = 0; i < TRUSTED; i++) {
                    answers.add(model.complete(prompt, random));
                }
                all.add(answers);
            }
            return new Claimed(model, all);
        }
    }

    /** Every card with every model that one or two of it hold; {@code prompts} is how many will be asked. */
    static List<MinerClass> of(SpeedTable table, int prompts, long seed) {
        List<MinerClass> classes = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(seed);
        for (String model : table.models().keySet()) {
            // The same model on whatever card: all are asked the same, and trusted nodes answer once.
            Claimed usual =
                    Claimed.of(new PlacewiseText(random.nextLong(), random.nextLong(), 0.7, 0.5), prompts, random);
            Claimed near =
                    Claimed.of(new PlacewiseText(random.nextLong(), random.nextLong(), 0.5, 0.75), prompts, random);
            Claimed branching =
                    Claimed.of(new BranchingText(random.nextLong(), random.nextLong(), 0.7, 0.5), prompts, random);
            double weights = table.models().get(model).weights();
            for (String card : table.cards().keySet()) {
                table.expected(card, model)
                        .filter(expected -> expected.cards() <= MOST_CARDS)
                        .ifPresent(expected ->
                                classes.add(new MinerClass(expected, weights / DISK, usual, near, branching)));
            }
        }
        if (classes.isEmpty()) {
            throw new IllegalArgumentException("no card of the table holds any of its models");
        }
        return classes;
    }
}
