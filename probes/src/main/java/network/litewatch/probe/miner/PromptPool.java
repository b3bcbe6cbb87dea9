package network.litewatch.probe.miner;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The prompts of each kind of canary. Those that ship are known to whoever reads this; {@link #with} adds those that an
 * operator holds back.
 *
 * @param prompts at least one of each kind
 */
public record PromptPool(Map<CanaryKind, List<CanaryPrompt>> prompts) {
    private static final Map<String, CanaryPrompt.Range> NUMBERS = Map.of(
            "a", new CanaryPrompt.Range(100, 999),
            "b", new CanaryPrompt.Range(100, 999),
            "c", new CanaryPrompt.Range(10_000, 99_999),
            "d", new CanaryPrompt.Range(2, 9),
            "t", new CanaryPrompt.Range(10_000_000, 99_999_999));

    /** What ships. Each begins with a fresh number, which defeats caches of prompts' beginnings. */
    public static final PromptPool DEFAULT = new PromptPool(Map.of(
            CanaryKind.PING,
            List.of(
                    checked("Order {t}: what is {a} plus {b}? Reply with the number only.", "string(a + b)"),
                    checked("{t}\nWhich number is larger, {a} or {c}? Only the number:", "string(a > c ? a : c)"),
                    checked("Invoice {t} has {d} items at {a} each. Total, as a number only:", "string(a * d)")),
            CanaryKind.RATE,
            List.of(
                    unchecked("Ticket {t}. Count upwards from {c} in steps of {d}, one number per line:"),
                    unchecked("Log {t}. List the multiples of {d} from {c} on, one per line:"),
                    unchecked("Batch {t}. Write the numbers after {c}, each {d} higher, one per line:")),
            CanaryKind.IDENTITY,
            List.of(
                    unchecked("Note {t}: describe a morning in a village of {a} people in a few sentences."),
                    unchecked("{t}. Explain to a child why {a} is not the largest number."),
                    unchecked("Case {t}: a traveller has {a} coins and {d} days. Tell what happens next."),
                    unchecked("Item {t}. Write a short advertisement for a lamp that costs {a}."))));

    public PromptPool {
        Map<CanaryKind, List<CanaryPrompt>> copy = new EnumMap<>(CanaryKind.class);
        for (CanaryKind kind : CanaryKind.values()) {
            List<CanaryPrompt> of = List.copyOf(prompts.getOrDefault(kind, List.of()));
            if (of.isEmpty()) {
                throw new IllegalArgumentException("no prompt for " + kind.label());
            }
            copy.put(kind, of);
        }
        prompts = Map.copyOf(copy);
    }

    /** This pool and {@code more}. */
    public PromptPool with(Map<CanaryKind, List<CanaryPrompt>> more) {
        Map<CanaryKind, List<CanaryPrompt>> all = new EnumMap<>(CanaryKind.class);
        for (CanaryKind kind : CanaryKind.values()) {
            all.put(
                    kind,
                    Stream.concat(of(kind).stream(), more.getOrDefault(kind, List.of()).stream())
                            .toList());
        }
        return new PromptPool(all);
    }

    CanaryPrompt.Drawn draw(CanaryKind kind, RandomGenerator random) {
        List<CanaryPrompt> of = of(kind);
        return of.get(random.nextInt(of.size())).draw(random);
    }

    private List<CanaryPrompt> of(CanaryKind kind) {
        return Objects.requireNonNull(prompts.get(kind));
    }

    private static CanaryPrompt unchecked(String template) {
        return new CanaryPrompt(template, NUMBERS, AnswerCheck.none());
    }

    private static CanaryPrompt checked(String template, String answer) {
        Set<String> names = NUMBERS.keySet();
        return new CanaryPrompt(template, NUMBERS, AnswerCheck.parse(answer, names));
    }
}
