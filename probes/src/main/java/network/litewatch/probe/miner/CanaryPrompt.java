package network.litewatch.probe.miner;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A template of what a canary asks. Its numbers are drawn anew each time, so that no cache has the answer and nobody has
 * learnt it by heart; a name's numbers all have as many digits, so that every prompt is equally long.
 *
 * @param template the prompt, with {@code {name}} where a number goes
 * @param numbers the range of each name
 * @param check how the answer is looked at
 */
public record CanaryPrompt(String template, Map<String, Range> numbers, AnswerCheck check) {
    private static final Pattern NAME = Pattern.compile("\\{([a-z][a-z0-9_]{0,15})}");

    /** Whole numbers from {@code least} to {@code most}, both positive and with as many digits. */
    public record Range(long least, long most) {
        private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,8})-([1-9][0-9]{0,8})");

        public Range {
            if (least < 1 || most < least) {
                throw new IllegalArgumentException("must be 1 or more, the lower first: " + least + "-" + most);
            }
            if (String.valueOf(least).length() != String.valueOf(most).length()) {
                throw new IllegalArgumentException(
                        "must have as many digits at both ends, so that every prompt is equally long: " + least + "-"
                                + most);
            }
        }

        /** Reads {@code 100-999}. */
        public static Range parse(String text) {
            Matcher matcher = TEXT.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("must be two numbers as 100-999: \"" + text + "\"");
            }
            return new Range(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
        }
    }

    /**
     * A prompt that was drawn.
     *
     * @param numbers what was drawn, by name
     */
    public record Drawn(String text, Map<String, Long> numbers, AnswerCheck check) {}

    /** Throws {@link IllegalArgumentException} for a name without a range, a prompt without numbers and a check that cannot be. */
    public CanaryPrompt {
        numbers = Map.copyOf(numbers);
        Matcher names = NAME.matcher(template);
        int found = 0;
        while (names.find()) {
            found++;
            if (!numbers.containsKey(names.group(1))) {
                throw new IllegalArgumentException("no range for {" + names.group(1) + "}");
            }
        }
        if (found == 0) {
            throw new IllegalArgumentException(
                    "has no {number}: the same prompt again and again is soon known by heart");
        }
        check.refuseUnlessMadeOf(numbers.keySet());
    }

    /** The prompt with fresh numbers. */
    Drawn draw(RandomGenerator random) {
        Map<String, Long> drawn = new LinkedHashMap<>();
        // In the order of their names: the same chance gives the same prompt on every machine.
        numbers.keySet().stream().sorted().forEach(name -> {
            Range range = numbers.get(name);
            drawn.put(name, range == null ? 0 : random.nextLong(range.least(), range.most() + 1));
        });
        String text = NAME.matcher(template).replaceAll(match -> String.valueOf(drawn.get(match.group(1))));
        return new Drawn(text, drawn, check);
    }
}
