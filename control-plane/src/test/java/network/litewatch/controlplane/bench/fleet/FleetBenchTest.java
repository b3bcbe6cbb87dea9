package network.litewatch.controlplane.bench.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.canary.SpeedTable;
import org.junit.jupiter.api.Test;

class FleetBenchTest {
    private static final SpeedTable TABLE = new SpeedTable(
            0.4,
            0.75,
            Map.of("card", new SpeedTable.Card(1_000, 24, "a test")),
            Map.of("model", new SpeedTable.Model(10, "a test")));
    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    @Test
    void aSmallFleetsFaultsAreFoundAndTheSameSeedGivesTheSamePage() {
        FleetOrder order = new FleetOrder(50, 60, 96, 7);

        List<String> once = run(order);
        List<String> again = run(order);
        List<String> another = run(new FleetOrder(50, 60, 96, 8));

        assertThat(tables(again)).isEqualTo(tables(once));
        assertThat(tables(another)).isNotEqualTo(tables(once));
        assertThat(once).contains("50 of 50 miners have lived 60 days");
        for (Fault fault : Fault.values()) {
            assertThat(once).anyMatch(line -> line.startsWith("| " + fault.label() + " | 2 | "));
        }
        for (Judge judge : Judge.values()) {
            assertThat(once).anyMatch(line -> line.contains(" | " + judge.detector() + " | "));
        }
        assertThat(once)
                .anyMatch(line -> line.startsWith("| serves another model |") && line.endsWith("| yes |"))
                .anyMatch(line -> line.startsWith("| claims 25 % more tokens |") && line.endsWith("| yes |"));
    }

    @Test
    void aFaultThatIsFoundTooLateOrNeverBreaksThePromiseAndSaysByHowMuch() {
        FleetResult late = result(found(Fault.SWAP, 3, List.of(20L, 30L, 44L)), none(Judge.IDENTITY, 100));
        FleetResult never = result(found(Fault.SHARE, 3, List.of(20L, 30L)), none(Judge.IDENTITY, 100));
        FleetResult half = result(found(Fault.SLOW_STEADY, 4, List.of(3L, 8L, 9L)), none(Judge.SPEED, 100));
        FleetResult fewer = result(found(Fault.SLOW_STEADY, 4, List.of(3L, 9L, 9L)), none(Judge.SPEED, 100));

        assertThat(late.kept()).isFalse();
        assertThat(FleetPage.of(late)).anyMatch(line -> line.contains("| NO: by 4 |"));
        assertThat(never.kept()).isFalse();
        assertThat(FleetPage.of(never))
                .anyMatch(line -> line.contains("| never |") && line.contains("NO: 1 not found"));
        assertThat(half.kept()).isTrue();
        assertThat(fewer.kept()).isFalse();
        assertThat(FleetPage.of(fewer)).anyMatch(line -> line.contains("| NO: by 1 |"));

        FleetResult cut = result(
                new FleetResult.Found(Fault.SHARE, 3, List.of(20L, 30L), List.of(1.0, 2.0), 1),
                none(Judge.IDENTITY, 9));
        assertThat(cut.kept()).isTrue();
        assertThat(FleetPage.of(cut)).anyMatch(line -> line.endsWith("| too short to say |"));
    }

    @Test
    void aFalseAccusationBreaksThePromiseAndTooFewMonthsAreSaid() {
        FleetResult accused =
                result(found(Fault.SWAP, 1, List.of(12L)), new FleetResult.Falsely(Judge.IDENTITY, 100, 1, 1e-5));
        FleetResult short1 = result(found(Fault.SWAP, 1, List.of(12L)), none(Judge.IDENTITY, 10));
        FleetResult often =
                result(found(Fault.SLOW_STEADY, 1, List.of(3L)), new FleetResult.Falsely(Judge.SPEED, 100, 90, 0.876));

        assertThat(accused.kept()).isFalse();
        assertThat(short1.kept()).isTrue();
        assertThat(FleetPage.of(short1)).anyMatch(line -> line.endsWith("| yes, of too few |"));
        assertThat(often.kept()).isFalse();
    }

    @Test
    void theUpperBoundIsThatOfTheTables() {
        assertThat(none(Judge.CACHE, 1).upper()).isCloseTo(2.996, within(0.001));
        assertThat(new FleetResult.Falsely(Judge.CACHE, 1, 5, 0).upper()).isCloseTo(10.513, within(0.001));
        assertThat(new FleetResult.Falsely(Judge.CACHE, 1, 2_000, 0).upper()).isBetween(2_070.0, 2_080.0);
    }

    @Test
    void verdictsTellRightFromWrongAccusations() {
        Verdicts verdicts = new Verdicts(Fault.SWAP, 10);
        verdicts.said(Judge.IDENTITY, 5, 4, true);
        verdicts.said(Judge.IDENTITY, 6, 4, false);
        verdicts.said(Judge.SPEED, 11, 1, true);
        verdicts.said(Judge.SPEED, 11.5, 1, true);
        verdicts.said(Judge.IDENTITY, 11, 4, false);
        verdicts.said(Judge.IDENTITY, 12, 4, true);
        verdicts.said(Judge.IDENTITY, 13, 4, true);

        assertThat(verdicts.falsely(Judge.IDENTITY)).isEqualTo(1);
        assertThat(verdicts.falsely(Judge.SPEED)).isEqualTo(1);
        assertThat(verdicts.foundAfter()).hasValue(8);
        assertThat(verdicts.foundHours()).hasValue(48);
        assertThat(verdicts.honestDays(Judge.IDENTITY, 60)).isEqualTo(10);
        assertThat(verdicts.honestDays(Judge.SPEED, 60)).isEqualTo(60);
    }

    @Test
    void whatCannotBeSimulatedIsRefused() {
        assertThatThrownBy(() -> new FleetOrder(10, 60, 96, 1)).hasMessageContaining("miners must be 40");
        assertThatThrownBy(() -> new FleetOrder(50, 59, 96, 1)).hasMessageContaining("days must be 60");
        assertThatThrownBy(() -> new FleetOrder(50, 60, 1_441, 1)).hasMessageContaining("canaries a day");
        assertThatThrownBy(() -> new FleetOrder(50, 1_000, 1_000, 1))
                .hasMessageContaining("days times canaries a day must be 1 to 100000");
    }

    private static FleetResult result(FleetResult.Found found, FleetResult.Falsely falsely) {
        return new FleetResult(new FleetOrder(50, 60, 96, 1), List.of(found), List.of(falsely), List.of(900L));
    }

    private static FleetResult.Found found(Fault fault, int planted, List<Long> samples) {
        return new FleetResult.Found(
                fault, planted, samples, samples.stream().map(n -> (double) n).toList(), 0);
    }

    private static FleetResult.Falsely none(Judge judge, double years) {
        return new FleetResult.Falsely(judge, years, 0, 0);
    }

    private static List<String> run(FleetOrder order) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean kept = new FleetBench(new PrintStream(bytes, true, StandardCharsets.UTF_8), CLOCK).run(order, TABLE);
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines.stream().anyMatch(line -> line.contains("| NO"))).isEqualTo(!kept);
        return lines;
    }

    private static List<String> tables(List<String> lines) {
        List<String> tables = new ArrayList<>(lines);
        tables.removeIf(line -> !line.startsWith("|"));
        return tables;
    }
}
