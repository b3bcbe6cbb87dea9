package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import network.litewatch.controlplane.alert.rules.RuleLoader;
import network.litewatch.controlplane.alert.ruletest.RuleTests;
import network.litewatch.controlplane.config.YamlDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tests of the shipped rules pass, and would not if a rule were any other. */
class ShippedRuleTestsTest {
    private static final Path FOLDER =
            Path.of("../alert-rules").toAbsolutePath().normalize();
    private static final Pattern LINE =
            Pattern.compile("^ +(expr|for|keep_firing_for|severity): .*$", Pattern.MULTILINE);
    private static final Pattern COMPARISON = Pattern.compile("([<>])(=?) (-?[0-9.]+)");

    @Test
    void everyRuleHasItsTestsAndTheyPass() throws IOException {
        List<YamlDocument.Parsed> rules = new ArrayList<>();
        List<YamlDocument.Parsed> tests = new ArrayList<>();
        for (Path file : files()) {
            rules.add(YamlDocument.read(file));
            tests.add(YamlDocument.read(testOf(file)));
        }

        RuleTests.Result result = RuleTests.run(tests, rules, Files.JUDGED);

        assertThat(result.problems()).isEmpty();
        assertThat(result.rules()).isGreaterThanOrEqualTo(82);
        assertThat(result.tests()).isGreaterThanOrEqualTo(result.rules());
    }

    @ParameterizedTest
    @MethodSource("files")
    void aRuleThatIsOtherThanItShouldBeFailsItsTests(Path file) throws IOException {
        String text = java.nio.file.Files.readString(file);
        Map<String, String> mutants = mutants(text);
        assertThat(mutants).hasSizeGreaterThan(2);

        List<String> survivors = new ArrayList<>();
        mutants.forEach((name, mutant) -> {
            List<YamlDocument.Parsed> rules = List.of(YamlDocument.parse(file, mutant));
            boolean refused = !RuleLoader.load(rules, Files.JUDGED).problems().isEmpty();
            if (!refused
                    && RuleTests.run(List.of(YamlDocument.read(testOf(file))), rules, Files.JUDGED)
                            .problems()
                            .isEmpty()) {
                survivors.add(name);
            }
        });
        assertThat(survivors).isEmpty();
    }

    /** The text with one thing changed, by what and where that is. */
    private static Map<String, String> mutants(String text) {
        Map<String, String> mutants = new LinkedHashMap<>();
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            String at = "line " + text.substring(0, line.start()).lines().count() + ": ";
            String found = line.group();
            switch (line.group(1)) {
                case "expr" ->
                    expressions(found)
                            .forEach((name, other) -> mutants.put(
                                    at + name, text.substring(0, line.start()) + other + text.substring(line.end())));
                case "severity" -> put(mutants, at + "severity", text, line, s -> s.replaceAll(": .*", ": info"));
                default -> {
                    put(mutants, at + "not " + line.group(1), text, line, s -> s.replaceAll(": .*", ": 0s"));
                    put(mutants, at + "long " + line.group(1), text, line, s -> s.replaceAll(": .*", ": 6d"));
                }
            }
        }
        return mutants;
    }

    /** Each comparison a little looser, a little tighter, far away; each half of an "and" and an "or" by itself. */
    private static Map<String, String> expressions(String line) {
        Map<String, String> others = new LinkedHashMap<>();
        Matcher m = COMPARISON.matcher(line);
        while (m.find()) {
            String head = line.substring(0, m.start());
            String tail = line.substring(m.end());
            double threshold = Double.parseDouble(m.group(3));
            String flipped = m.group(2).isEmpty() ? "=" : "";
            others.put(m.group() + " with the other edge", head + m.group(1) + flipped + " " + m.group(3) + tail);
            others.put(m.group() + " times ten", head + m.group(1) + m.group(2) + " " + (threshold * 10 + 1) + tail);
            // Of what is 0 or 1 any number between says the same.
            if (Math.abs(threshold) >= 2) {
                others.put(m.group() + " by a tenth", head + m.group(1) + m.group(2) + " " + threshold / 10 + tail);
            }
            others.put(
                    m.group() + " turned over", head + (m.group(1).equals("<") ? ">" : "<") + " " + m.group(3) + tail);
        }
        if (line.contains("&&")) {
            others.put("or for and", line.replace("&&", "||"));
        }
        if (line.contains("||")) {
            others.put("and for or", line.replace("||", "&&"));
        }
        return others;
    }

    private static void put(
            Map<String, String> mutants, String name, String text, Matcher line, UnaryOperator<String> change) {
        mutants.put(name, text.substring(0, line.start()) + change.apply(line.group()) + text.substring(line.end()));
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = java.nio.file.Files.list(FOLDER.resolve("network"))) {
            return files.sorted().toList();
        }
    }

    private static Path testOf(Path rules) {
        return FOLDER.resolve("tests").resolve(rules.getFileName());
    }
}
