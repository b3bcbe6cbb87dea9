package network.litewatch.controlplane.canary;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a node answers out of a store: the same text for prompts that differ, or most of its text far faster than its card can
 * decode it. The last {@value #WINDOW} answers.
 *
 * <p>Only prompts with something fresh in them say anything: an honest node at temperature 0 answers the same prompt with the
 * same text. Answers of a few words may be the same for different prompts; those below {@value #LEAST_TOKENS} tokens are not
 * compared.
 *
 * @param answers newest last
 */
public record CacheWatch(List<Answer> answers) {
    static final int WINDOW = 20;
    static final int LEAST_TOKENS = 16;

    /** Before the first answer. */
    public static final CacheWatch NONE = new CacheWatch(List.of());

    // Two answers may collide by a prompt that did not change what was asked.
    private static final int ENOUGH = 3;
    // Single samples of a good node that scatter by half of their mean lie beyond the roof one time in four: a store is
    // beyond
    // twice the roof, and most of the time. What lies between is for the baseline (SpeedWatch.verdict).
    private static final int ENOUGH_FAST = 5;
    private static final double BEYOND_ROOF = 2;
    private static final double BEYOND_CLASS = 3;

    public CacheWatch {
        answers = List.copyOf(answers);
    }

    /**
     * One answer.
     *
     * @param prompt hash of the prompt as it was sent, the fresh part included
     * @param text hash of the answer's text
     * @param tokens how many we counted in it
     * @param fast whether it was decoded at more than twice the roof, or three times as fast as its class
     */
    public record Answer(long prompt, long text, int tokens, boolean fast) {
        /**
         * An answer decoded at {@code rate}.
         *
         * @param roof tokens a second that the card cannot exceed with this model; infinite when unknown
         * @param ofClass tokens a second of the class; infinite when unknown
         */
        public static Answer of(long prompt, long text, int tokens, double rate, double roof, double ofClass) {
            return new Answer(prompt, text, tokens, rate > BEYOND_ROOF * roof || rate > BEYOND_CLASS * ofClass);
        }
    }

    /** The window after an answer. */
    public CacheWatch after(Answer answer) {
        List<Answer> next = new ArrayList<>(answers);
        next.add(answer);
        if (next.size() > WINDOW) {
            next.remove(0);
        }
        return new CacheWatch(next);
    }

    /** Answers in the window whose text was the answer to another prompt before, in the window too. */
    public int repeated() {
        Map<Long, Long> firstPrompt = new HashMap<>();
        int repeated = 0;
        for (Answer answer : answers) {
            if (answer.tokens() >= LEAST_TOKENS) {
                Long first = firstPrompt.putIfAbsent(answer.text(), answer.prompt());
                repeated += first != null && first != answer.prompt() ? 1 : 0;
            }
        }
        return repeated;
    }

    /** Answers in the window that came far faster than the card decodes. */
    public int tooFast() {
        return (int) answers.stream().filter(Answer::fast).count();
    }

    /** Whether the newest answer came far faster than the card decodes; not before the first. */
    public boolean newestTooFast() {
        return !answers.isEmpty() && answers.get(answers.size() - 1).fast();
    }

    /** Answers in the window long enough to be compared. */
    public int compared() {
        return (int) answers.stream().filter(a -> a.tokens() >= LEAST_TOKENS).count();
    }

    /** Whether three answers or more are repeated, or five and most of all were too fast. */
    public boolean cached() {
        int fast = tooFast();
        return repeated() >= ENOUGH || (fast >= ENOUGH_FAST && 2 * fast > answers.size());
    }
}
