package network.litewatch.probe.http;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * An expectation of an answer's text, as a regular expression that may be found anywhere in it, with bounded work: the
 * text is a stranger's, and a backtracking expression can be made to run for hours by the right one.
 */
public final class AnswerPattern {
    /** How much of an answer is looked at; long repetitions recurse, and a deeper recursion overflows the stack. */
    public static final int MAX_CHARS = 2048;

    // Some milliseconds of work.
    private static final int MAX_STEPS = 500_000;

    private final Pattern pattern;

    private AnswerPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** Empty if {@code regex} is not a regular expression. */
    public static Optional<AnswerPattern> compile(String regex) {
        try {
            return Optional.of(new AnswerPattern(Pattern.compile(regex, Pattern.DOTALL)));
        } catch (PatternSyntaxException e) {
            return Optional.empty();
        }
    }

    /** Whether the expectation is met; empty when that would take too long to find out. */
    public Optional<Boolean> isMetBy(String text) {
        try {
            String head = text.substring(0, Math.min(text.length(), MAX_CHARS));
            return Optional.of(
                    pattern.matcher(new Metered(head, new int[] {MAX_STEPS})).find());
        } catch (OutOfStepsException e) {
            return Optional.empty();
        }
    }

    private static final class OutOfStepsException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OutOfStepsException() {
            super("out of steps", null, false, false);
        }
    }

    /** The matcher reads its input through {@link #charAt} alone, so counting reads counts work. */
    private static final class Metered implements CharSequence {
        private final String text;
        private final int[] stepsLeft;

        Metered(String text, int[] stepsLeft) {
            this.text = text;
            this.stepsLeft = stepsLeft;
        }

        @Override
        public char charAt(int index) {
            stepsLeft[0]--;
            if (stepsLeft[0] < 0) {
                throw new OutOfStepsException();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Metered(text.substring(start, end), stepsLeft);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
