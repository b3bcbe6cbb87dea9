package network.litewatch.probe.edge;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Reads a target's parameters and collects what is wrong with each. Not thread-safe. */
final class Parameters {
    private final Map<String, String> given;
    private final Map<String, String> problems = new LinkedHashMap<>();
    private final Set<String> known = new TreeSet<>();

    Parameters(Map<String, String> given) {
        this.given = new LinkedHashMap<>(given);
        // Which probe it is: no parameter of the probe itself.
        this.given.remove(EdgeKind.PARAMETER);
    }

    /** The parameter through {@code parser}, whose IllegalArgumentException becomes a problem; empty also when absent. */
    <T> Optional<T> optional(String name, Function<String, T> parser) {
        known.add(name);
        String text = given.get(name);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            problem(name, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** As {@link #optional}, but absence is a problem, with {@code hint} saying what to write. */
    <T> Optional<T> required(String name, String hint, Function<String, T> parser) {
        if (!given.containsKey(name)) {
            problem(name, "is required: " + hint);
        }
        return optional(name, parser);
    }

    /** A whole number from {@code min} to {@code max}. */
    Optional<Integer> number(String name, int min, int max) {
        return optional(name, text -> {
            int value = text.matches("\\d{1,9}") ? Integer.parseInt(text) : -1;
            if (value < min || value > max) {
                throw new IllegalArgumentException("must be a whole number from " + min + " to " + max);
            }
            return value;
        });
    }

    /** {@code true} or {@code false}. */
    boolean flag(String name, boolean otherwise) {
        return optional(name, text -> {
                    if (!text.equals("true") && !text.equals("false")) {
                        throw new IllegalArgumentException("must be true or false");
                    }
                    return text.equals("true");
                })
                .orElse(otherwise);
    }

    /** The parameters whose names start with {@code prefix}, without it. */
    Map<String, String> below(String prefix) {
        Map<String, String> below = new LinkedHashMap<>();
        given.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                known.add(name);
                below.put(name.substring(prefix.length()), value);
            }
        });
        return below;
    }

    /** Says that {@code name} is wrong. */
    void problem(String name, String message) {
        problems.putIfAbsent(name, message);
    }

    /** What is wrong, by parameter; call it last, because whatever was not asked for is unknown. */
    Map<String, String> problems() {
        Map<String, String> all = new LinkedHashMap<>(problems);
        Set<String> names = new TreeSet<>(known);
        given.keySet().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> all.put(name, "is not a known parameter; known here: " + String.join(", ", names)));
        return all;
    }
}
