package network.litewatch.controlplane.network;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.controlplane.sampling.CanaryPolicy;
import network.litewatch.probe.miner.AnswerCheck;
import network.litewatch.probe.miner.CanaryKind;
import network.litewatch.probe.miner.CanaryPrompt;
import network.litewatch.probe.miner.CanarySettings;
import network.litewatch.probe.miner.PromptPool;
import org.jspecify.annotations.Nullable;

/** The section {@code miner_canaries} of a network's file, and the file of prompts that it may name. */
final class MinerCanariesReader {
    private static final String[] KINDS = {"ping", "rate", "identity"};

    private final Entries entries;
    private final Path folder;
    private final List<Problem> elsewhere = new ArrayList<>();

    /** Problems of the file of prompts go to {@link #problems}. */
    MinerCanariesReader(Placeholders placeholders, Path folder) {
        this.entries = new Entries(placeholders);
        this.folder = folder;
    }

    /** What was wrong with other files than the network's own. */
    List<Problem> problems() {
        return List.copyOf(elsewhere);
    }

    MinerCanaries read(Field root) {
        Field section = root.get("miner_canaries");
        if (section == null) {
            return MinerCanaries.DEFAULT;
        }
        section.allowOnly("tokens", "pairs", "round", "prompts_per_round", "temperature", "prompts", "sampling");
        Map<CanaryKind, Integer> tokens = new EnumMap<>(CanaryKind.class);
        byKind(section.get("tokens"), text -> (int) within(Literals.whole(text), 2, 4_096))
                .forEach(tokens::put);
        Double pairs = entries.optional(section, "pairs", MinerCanariesReader::share);
        Duration round = entries.optional(section, "round", MinerCanariesReader::positive);
        Long prompts = entries.optional(section, "prompts_per_round", text -> within(Literals.whole(text), 1, 16));
        Double temperature = entries.optional(section, "temperature", MinerCanariesReader::temperature);
        Field sampling = section.get("sampling");
        return new MinerCanaries(
                new CanarySettings(
                        pool(section.get("prompts")),
                        tokens,
                        pairs == null ? CanarySettings.DEFAULT.pairs() : pairs,
                        round == null ? CanarySettings.DEFAULT.round() : Math.max(1, round.toSeconds()),
                        prompts == null ? CanarySettings.DEFAULT.promptsPerRound() : prompts.intValue(),
                        temperature == null ? CanarySettings.DEFAULT.temperature() : temperature,
                        0),
                sampling == null ? Optional.empty() : Optional.ofNullable(policy(sampling)));
    }

    private @Nullable CanaryPolicy policy(Field field) {
        field.allowOnly("per_day", "cover", "strata", "denser", "denser_runs", "fee", "budget");
        Map<CanaryKind, Double> perDay =
                byKind(field.get("per_day"), text -> (double) within(Literals.whole(text), 0, 86_400));
        Duration cover = entries.required(
                field, "cover", "how long a miner may wait for a canary at most, as 4h", MinerCanariesReader::positive);
        List<String> strata = new ArrayList<>();
        Field labels = field.get("strata");
        if (labels != null) {
            labels.items().forEach(label -> Optional.ofNullable(label.text()).ifPresent(strata::add));
        }
        Long denser = entries.optional(field, "denser", text -> within(Literals.whole(text), 1, 100));
        Long runs = entries.optional(field, "denser_runs", text -> within(Literals.whole(text), 0, 600));
        BigDecimal fee = entries.optional(field, "fee", MinerCanariesReader::amount);
        Field budget = field.require("budget", "what canaries may cost: hour and day, each {tokens: 100000}");
        if (budget == null) {
            return null;
        }
        budget.allowOnly("hour", "day");
        CanaryPolicy.Budget hour = budget(budget, "hour", fee);
        CanaryPolicy.Budget day = budget(budget, "day", fee);
        return cover == null || hour == null || day == null
                ? null
                : new CanaryPolicy(
                        perDay,
                        cover,
                        strata.isEmpty() ? List.of("model", "gpu_class", "region", "tier") : strata,
                        denser == null ? 10 : denser,
                        runs == null ? 10 : runs.intValue(),
                        fee == null ? BigDecimal.ZERO : fee,
                        hour,
                        day);
    }

    private CanaryPolicy.@Nullable Budget budget(Field parent, String key, @Nullable BigDecimal fee) {
        Field field = parent.require(key, "the most that may be spent, as {tokens: 100000, gpu_seconds: 600}");
        if (field == null) {
            return null;
        }
        field.allowOnly("tokens", "gpu_seconds", "fees");
        Long tokens = entries.required(field, "tokens", "asked and answered, as 100000", Literals::whole);
        Long seconds = entries.optional(field, "gpu_seconds", Literals::whole);
        BigDecimal fees = entries.optional(field, "fees", MinerCanariesReader::amount);
        if (fee != null && fee.signum() > 0 && fees == null) {
            field.problem("needs fees, because a canary costs a fee of " + fee);
        }
        return tokens == null
                ? null
                : new CanaryPolicy.Budget(
                        tokens,
                        seconds == null ? Double.POSITIVE_INFINITY : seconds,
                        fees == null ? BigDecimal.ZERO : fees);
    }

    private <T> Map<CanaryKind, T> byKind(@Nullable Field field, Function<String, T> parser) {
        Map<CanaryKind, T> values = new HashMap<>();
        if (field != null) {
            field.allowOnly(KINDS);
            for (CanaryKind kind : CanaryKind.values()) {
                T value = entries.optional(field, kind.label(), parser);
                if (value != null) {
                    values.put(kind, value);
                }
            }
        }
        return values;
    }

    /** The pool that ships, and what the file adds to it. */
    private PromptPool pool(@Nullable Field field) {
        String name = entries.value(field, Function.identity());
        if (field == null || name == null) {
            return PromptPool.DEFAULT;
        }
        YamlDocument.Parsed parsed = YamlDocument.read(folder.resolve(name));
        Map<CanaryKind, List<CanaryPrompt>> more = new EnumMap<>(CanaryKind.class);
        Field root = parsed.root();
        if (root != null) {
            root.allowOnly(KINDS);
            for (CanaryKind kind : CanaryKind.values()) {
                Field of = root.get(kind.label());
                List<CanaryPrompt> prompts = new ArrayList<>();
                if (of != null) {
                    of.items().forEach(item -> prompt(item).ifPresent(prompts::add));
                }
                more.put(kind, prompts);
            }
        }
        elsewhere.addAll(parsed.document().problems());
        return PromptPool.DEFAULT.with(more);
    }

    private Optional<CanaryPrompt> prompt(Field item) {
        item.allowOnly("text", "numbers", "answer");
        String text = entries.required(item, "text", "the prompt, with {a} where a number goes", Function.identity());
        Field field = item.require("numbers", "the range of each number, as {a: 100-999}");
        Map<String, CanaryPrompt.Range> numbers = new HashMap<>();
        if (field != null) {
            field.fields().forEach((name, range) -> {
                CanaryPrompt.Range read = entries.value(range, CanaryPrompt.Range::parse);
                if (read != null) {
                    numbers.put(name, read);
                }
            });
        }
        AnswerCheck check =
                entries.optional(item, "answer", expression -> AnswerCheck.parse(expression, numbers.keySet()));
        if (text == null || numbers.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new CanaryPrompt(text, numbers, check == null ? AnswerCheck.none() : check));
        } catch (IllegalArgumentException e) {
            item.problem(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static double share(String text) {
        if (text.matches("0|1|[01]\\.[0-9]{1,6}") && Double.parseDouble(text) <= 1) {
            return Double.parseDouble(text);
        }
        throw new IllegalArgumentException("must be a share from 0 to 1: \"" + text + "\"");
    }

    private static double temperature(String text) {
        if (text.matches("[0-2](\\.[0-9]{1,3})?") && Double.parseDouble(text) <= 2) {
            return Double.parseDouble(text);
        }
        throw new IllegalArgumentException("must be from 0 to 2: \"" + text + "\"");
    }

    private static Duration positive(String text) {
        Duration duration = Durations.parse(text);
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException("must be longer than 0");
        }
        return duration;
    }

    private static BigDecimal amount(String text) {
        return new BigDecimal(Literals.ether(text));
    }

    private static long within(long number, long least, long most) {
        if (number < least || number > most) {
            throw new IllegalArgumentException("must be from " + least + " to " + most + ": " + number);
        }
        return number;
    }
}
