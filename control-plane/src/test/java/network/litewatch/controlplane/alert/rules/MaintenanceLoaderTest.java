package network.litewatch.controlplane.alert.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import network.litewatch.controlplane.config.YamlDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaintenanceLoaderTest {
    private static final String GOOD = """
            windows:
              - name: upgrade
                matchers: ['network="testnet-0"', 'kind=~"rpc|router"']
                at: 2026-12-01T02:00
                zone: Europe/Berlin
                lasts: 3h
                reason: nitro
            """;

    @Test
    void aGoodFileGivesItsWindows() {
        MaintenanceLoader.Loaded loaded = load(GOOD);

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.windows()).singleElement().satisfies(window -> {
            assertThat(window.openUntil(Instant.parse("2026-12-01T01:00:00Z")))
                    .hasValue(Instant.parse("2026-12-01T04:00:00Z"));
            assertThat(window.lasts()).isEqualTo(Duration.ofHours(3));
            assertThat(window.matches(Map.of("network", "testnet-0", "kind", "router")))
                    .isTrue();
            assertThat(window.matches(Map.of("network", "testnet-0", "kind", "miner")))
                    .isFalse();
        });
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "at: 2026-12-01T02:00 | when: 2026-12-01T02:00 | when",
                "at: 2026-12-01T02:00 | at: 2026-12-01T02:00Z | is no local time",
                "at: 2026-12-01T02:00 | at: 2026-03-29T02:30 | does not exist in Europe/Berlin",
                "at: 2026-12-01T02:00 | cron: '30 2 * * SUN' | is no cron expression",
                "at: 2026-12-01T02:00 | cron: '0 0 * * * ?' | must end before it opens again",
                "zone: Europe/Berlin | cron: '0 0 2 * * ?' | needs either at",
                "zone: Europe/Berlin | zone: Berlin | is no time zone",
                "lasts: 3h | lasts: 3 hours | must be a duration",
                "lasts: 3h | lasts: 8d | at most 7d",
                "reason: nitro | reason: ' ' | needs a reason",
                "kind=~\"rpc|kind=~\"(rpc | is no regular expression",
                "- name: upgrade | - title: upgrade | is required",
            })
    void whatCannotBeMeantIsAProblemWithItsLine(String from, String to, String expected) {
        MaintenanceLoader.Loaded loaded = load(GOOD.replace(from, to));

        assertThat(loaded.windows()).isEmpty();
        assertThat(loaded.problems())
                .anySatisfy(problem -> assertThat(problem.toString()).contains("maintenance.yml:", expected));
    }

    @Test
    void twoOfOneNameAreRefused() {
        assertThat(load(GOOD + GOOD.substring(GOOD.indexOf("  - name"))).problems())
                .anySatisfy(problem -> assertThat(problem.toString()).contains("upgrade above"));
    }

    private static MaintenanceLoader.Loaded load(String text) {
        return MaintenanceLoader.load(YamlDocument.parse(Path.of("maintenance.yml"), text));
    }
}
