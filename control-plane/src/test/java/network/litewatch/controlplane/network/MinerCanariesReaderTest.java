package network.litewatch.controlplane.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.sampling.CanaryPolicy;
import network.litewatch.probe.miner.CanaryKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MinerCanariesReaderTest {
    @TempDir
    Path folder;

    private List<Problem> problems = List.of();

    @Test
    void withoutTheSectionEverySlotIsUsed() {
        assertThat(read("id: lab")).isEqualTo(MinerCanaries.DEFAULT);
        assertThat(problems).isEmpty();
    }

    @Test
    void readsAll() throws IOException {
        Files.writeString(folder.resolve("own.yml"), """
                rate:
                  - {text: "Held back {a}: go on", numbers: {a: 10-99}}
                ping:
                  - {text: "{a} times {b}?", numbers: {a: 10-99, b: 10-99}, answer: string(a * b)}
                """);
        MinerCanaries canaries = read("""
                miner_canaries:
                  tokens: {rate: 32}
                  pairs: 0.5
                  round: 30m
                  prompts_per_round: 3
                  temperature: 0.7
                  prompts: own.yml
                  sampling:
                    per_day: {rate: 48}
                    cover: 6h
                    strata: [model, region]
                    fee: "0.001"
                    budget:
                      hour: {tokens: 10000, gpu_seconds: 600, fees: "0.5"}
                      day: {tokens: 100000, fees: "2"}
                """);

        assertThat(problems).isEmpty();
        assertThat(canaries.settings().tokensOf(CanaryKind.RATE)).isEqualTo(32);
        assertThat(canaries.settings().tokensOf(CanaryKind.PING)).isEqualTo(8);
        assertThat(canaries.settings().pairs()).isEqualTo(0.5);
        assertThat(canaries.settings().round()).isEqualTo(1_800);
        assertThat(canaries.settings().promptsPerRound()).isEqualTo(3);
        assertThat(canaries.settings().temperature()).isEqualTo(0.7);
        assertThat(canaries.settings().pool().prompts().get(CanaryKind.RATE)).hasSize(4);
        assertThat(canaries.settings().pool().prompts().get(CanaryKind.PING)).hasSize(4);
        CanaryPolicy policy = canaries.policy().orElseThrow();
        assertThat(policy.perDay())
                .isEqualTo(Map.of(CanaryKind.PING, 68.0, CanaryKind.RATE, 48.0, CanaryKind.IDENTITY, 4.0));
        assertThat(policy.cover()).isEqualTo(Duration.ofHours(6));
        assertThat(policy.strata()).containsExactly("model", "region");
        assertThat(policy.fee()).isEqualByComparingTo("0.001");
        assertThat(policy.hour()).isEqualTo(new CanaryPolicy.Budget(10_000, 600, new BigDecimal("0.5")));
        assertThat(policy.day().gpuSeconds()).isInfinite();
        assertThat(canaries.toString()).doesNotContain("Held back");
    }

    @Test
    void namesFileLineAndFieldOfWhatIsWrong() throws IOException {
        Files.writeString(folder.resolve("bad.yml"), """
                rate:
                  - {text: "Same every time", numbers: {a: 10-99}}
                ping:
                  - {text: "{a}?", numbers: {a: 99-10}, answer: a + }
                speed: []
                """);
        read("""
                miner_canaries:
                  tokens: {rate: 1, speed: 9}
                  pairs: 1.5
                  round: never
                  prompts: bad.yml
                  sampling:
                    per_day: {rate: -1}
                    cover: 0s
                    fee: "0.1"
                    budget:
                      hour: {tokens: many}
                """);
        assertThat(problems.stream().map(Problem::toString))
                .anySatisfy(
                        p -> assertThat(p).contains("net.yml:2: miner_canaries.tokens.rate: must be from 2 to 4096: 1"))
                .anySatisfy(p -> assertThat(p).contains("net.yml:2: miner_canaries.tokens.speed"))
                .anySatisfy(p -> assertThat(p).contains("net.yml:3: miner_canaries.pairs: must be a share from 0 to 1"))
                .anySatisfy(p -> assertThat(p).contains("net.yml:4: miner_canaries.round"))
                .anySatisfy(p -> assertThat(p).contains("net.yml:7: miner_canaries.sampling.per_day.rate"))
                .anySatisfy(
                        p -> assertThat(p).contains("net.yml:8: miner_canaries.sampling.cover: must be longer than 0"))
                .anySatisfy(p -> assertThat(p).contains("net.yml:11: miner_canaries.sampling.budget.hour: needs fees"))
                .anySatisfy(p -> assertThat(p).contains("hour.tokens: must be a whole number"))
                .anySatisfy(p -> assertThat(p).contains("budget").contains("day"))
                .anySatisfy(p -> assertThat(p).contains("bad.yml:2: rate[0]").contains("known by heart"))
                .anySatisfy(p ->
                        assertThat(p).contains("bad.yml:4: ping[0].numbers.a").contains("the lower first"))
                .anySatisfy(p -> assertThat(p).contains("bad.yml:4: ping[0].answer"))
                .anySatisfy(p -> assertThat(p).contains("bad.yml:5: speed"));
    }

    @Test
    void aFileOfPromptsThatIsNotThereIsAProblem() {
        read("miner_canaries: {prompts: nowhere.yml}");
        assertThat(problems.stream().map(Problem::toString))
                .anySatisfy(p -> assertThat(p).contains("nowhere.yml"));
    }

    private MinerCanaries read(String text) {
        YamlDocument.Parsed parsed = YamlDocument.parse(Path.of("net.yml"), text);
        MinerCanariesReader reader = new MinerCanariesReader(new Placeholders(name -> null), folder);
        MinerCanaries canaries = reader.read(Objects.requireNonNull(parsed.root()));
        problems = Stream.concat(parsed.document().problems().stream(), reader.problems().stream())
                .toList();
        return canaries;
    }
}
