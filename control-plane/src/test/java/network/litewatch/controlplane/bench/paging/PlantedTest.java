package network.litewatch.controlplane.bench.paging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlantedTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Path RULES = Path.of("..", "alert-rules", "network");

    @Test
    void noRoundHasTwoFaultsOfOneIncident() {
        List<List<Planted>> rounds = Planted.rounds(20, new SplittableRandom(1));

        assertThat(rounds.stream().flatMap(List::stream)).hasSize(20);
        assertThat(rounds)
                .allSatisfy(
                        round -> assertThat(round.stream().map(Planted::says)).doesNotHaveDuplicates());
        assertThat(new HashSet<>(rounds.stream().flatMap(List::stream).toList()))
                .hasSameElementsAs(
                        Planted.INCIDENTS.stream().flatMap(List::stream).toList());
    }

    @Test
    void theSameSeedPlantsTheSameFaultsInTheSameOrder() {
        assertThat(Planted.rounds(9, new SplittableRandom(7))).isEqualTo(Planted.rounds(9, new SplittableRandom(7)));
        assertThat(Stream.iterate(0L, seed -> seed + 1)
                        .limit(20)
                        .map(seed -> Planted.rounds(3, new SplittableRandom(seed)))
                        .distinct())
                .hasSizeGreaterThan(1);
    }

    @Test
    void whatOurMessagesAreKnownByIsWhatTheShippedRulesSay() throws IOException {
        for (Planted fault : Planted.INCIDENTS.stream().flatMap(List::stream).toList()) {
            JsonNode rule = rule(fault.alert());

            assertThat(rule.at("/annotations/summary")
                            .asText()
                            .replace("{{ target }}", fault.target())
                            .replace("{{ network }}", "lab"))
                    .isEqualTo(fault.says());
            assertThat(rule.path("expr").asText().startsWith("probe_consecutive_failures >= 3"))
                    .isEqualTo(fault.looks() == 3);
        }
    }

    private static JsonNode rule(String alert) throws IOException {
        for (String file : List.of("rpc.yml", "router.yml")) {
            JsonNode groups = YAML.readTree(RULES.resolve(file).toFile()).path("groups");
            for (JsonNode group : groups) {
                for (JsonNode rule : group.path("rules")) {
                    if (rule.path("alert").asText().equals(alert)) {
                        return rule;
                    }
                }
            }
        }
        throw new AssertionError("no rule " + alert);
    }
}
