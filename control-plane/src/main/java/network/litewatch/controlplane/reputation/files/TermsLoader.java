package network.litewatch.controlplane.reputation.files;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.controlplane.reputation.Eligibility;
import org.jspecify.annotations.Nullable;

/** Turns {@code eligibility.yml} into terms. A file with any problem gives none. */
public final class TermsLoader {
    /** Its name, beside the configuration. */
    public static final String FILE = "eligibility.yml";

    private TermsLoader() {}

    /** The terms, or what is wrong; never both. */
    public record Loaded(Optional<Eligibility.Terms> terms, List<Problem> problems) {}

    public static Loaded load(YamlDocument.Parsed file) {
        Eligibility.Terms terms = file.root() == null ? null : terms(file.root());
        List<Problem> problems = file.document().problems();
        return problems.isEmpty()
                ? new Loaded(Optional.ofNullable(terms), problems)
                : new Loaded(Optional.empty(), problems);
    }

    private static Eligibility.@Nullable Terms terms(Field root) {
        root.allowOnly("stake", "precommit", "activity", "telemetry", "seen_within");
        Double stake = value(root, "stake", "whole COR, as 10000", TermsLoader::amount);
        Double precommit = value(root, "precommit", "share of network tasks, as 0.6", TermsLoader::share);
        Double activity = value(root, "activity", "share of canaries, as 0.9", TermsLoader::share);
        Duration seen = value(root, "seen_within", "how recently, as 24h", Durations::parse);
        Field networks = root.get("telemetry");
        List<String> telemetry = new ArrayList<>();
        if (networks != null) {
            for (Field item : networks.items()) {
                String network = item.text();
                if (network != null) {
                    telemetry.add(network);
                }
            }
        }
        return stake == null || precommit == null || activity == null || seen == null
                ? null
                : new Eligibility.Terms(stake, precommit, activity, telemetry, seen);
    }

    private static <T> @Nullable T value(
            Field root, String key, String hint, java.util.function.Function<String, T> parser) {
        Field field = root.require(key, hint);
        return field == null ? null : field.as(parser);
    }

    private static Double amount(String text) {
        if (text.matches("[0-9]{1,12}")) {
            return Double.parseDouble(text);
        }
        throw new IllegalArgumentException("must be a whole number, as 10000: \"" + text + "\"");
    }

    private static Double share(String text) {
        if (text.matches("(0|1|[01]\\.[0-9]{1,6})") && Double.parseDouble(text) <= 1) {
            return Double.parseDouble(text);
        }
        throw new IllegalArgumentException("must be 0 to 1, as 0.6: \"" + text + "\"");
    }
}
