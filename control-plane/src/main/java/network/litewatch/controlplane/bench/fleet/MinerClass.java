package network.litewatch.controlplane.bench.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import network.litewatch.controlplane.canary.SpeedTable;

/**
 * Nodes of one card and one model, and what trusted nodes of it answered.
 *
 * @param name card and model
 * @param expected decode speeds
 * @param loading seconds to load the weights from a disk of 1.5 GB/s
 * @param model what it should write
 * @param near the same, of a family whose models write much alike
 * @param answers of trusted nodes, by prompt
 * @param nearAnswers the same, of that family
 */
record MinerClass(
        String name,
        SpeedTable.Expected expected,
        double loading,
        TextModel model,
        TextModel near,
        List<List<String>> answers,
        List<List<String>> nearAnswers) {
    static final int TRUSTED = 8;
    private static final double DISK = 1.5;
    private static final int MOST_CARDS = 2;

    /** Every card with every model that one or two of it hold; {@code prompts} is how many will be asked. */
    static List<MinerClass> of(SpeedTable table, int prompts, long seed) {
        List<MinerClass> classes = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(seed);
        for (String model : table.models().keySet()) {
            // The same model on whatever card: they are asked the same, and trusted nodes answer once.
            TextModel text = new TextModel(random.nextLong(), random.nextLong(), 0.7, 0.5);
            TextModel near = new TextModel(random.nextLong(), random.nextLong(), 0.5, 0.75);
            List<List<String>> answers = answers(text, prompts, random);
            List<List<String>> nearAnswers = answers(near, prompts, random);
            double weights = table.models().get(model).weights();
            for (String card : table.cards().keySet()) {
                table.expected(card, model)
                        .filter(expected -> expected.cards() <= MOST_CARDS)
                        .ifPresent(expected -> classes.add(new MinerClass(
                                card + " " + model, expected, weights / DISK, text, near, answers, nearAnswers)));
            }
        }
        return classes;
    }

    private static List<List<String>> answers(TextModel model, int prompts, SplittableRandom random) {
        List<List<String>> all = new ArrayList<>();
        for (int prompt = 0; prompt < prompts; prompt++) {
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < TRUSTED; i++) {
                answers.add(model.complete(prompt, random));
            }
            all.add(answers);
        }
        return all;
    }
}
