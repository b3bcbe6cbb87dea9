package network.litewatch.controlplane.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.SeriesKey;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

/** An alert of a drill is never a real one, nor the other way round. */
class DrilledAlertTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final ProbeId PROBE = new ProbeId("rpc.head");

    private static final Rule RULE = new Rule(
            "Stalled",
            "rpc",
            PROBE,
            Condition.compile("rpc_head_lag_seconds > 10", PROBE).condition().orElseThrow(),
            Duration.ofSeconds(4),
            Duration.ZERO,
            Map.of("severity", "critical"),
            Map.of(),
            Optional.empty(),
            NoData.KEEP,
            Scope.EVERYWHERE);

    private final AlertBook book = new AlertBook(List.of(RULE), List.of());
    private final List<String> told = new ArrayList<>();

    @Test
    void whatIsStillBrokenWhenADrillEndsIsANewAlertThatIsReal() {
        lag(0, 30, "run-1");
        lag(4, 30, "run-1");
        lag(6, 30, "");
        lag(8, 30, "");
        lag(10, 30, "");

        assertThat(told).containsExactly("FIRED run-1 at 4", "RESOLVED run-1 at 6", "FIRED  at 10");
    }

    @Test
    void whatWasBrokenBeforeADrillStaysReal() {
        lag(0, 30, "");
        lag(4, 30, "");
        lag(6, 30, "run-1");
        lag(8, 0, "run-1");

        assertThat(told).containsExactly("FIRED  at 4", "RESOLVED  at 8");
    }

    @Test
    void whatOnlyBeganBeforeADrillIsTheDrills() {
        lag(0, 30, "");
        lag(2, 30, "run-1");
        lag(4, 30, "run-1");
        lag(6, 30, "run-1");

        assertThat(told).containsExactly("FIRED run-1 at 6");
    }

    @Test
    void aRuleThatIsOffUnderADrillJudgesTheRestAndEndsWhatFiredUnderIt() {
        lag(0, 30, "run-1");
        lag(4, 30, "run-1");
        book.use(List.of(RULE.within(RULE.scope().notUnder("run-1"))));
        AlertBook.Changes retired = book.retire(T0.plusSeconds(5), labels -> Optional.empty());
        book.commit(retired);
        lag(6, 30, "run-1");
        lag(12, 30, "run-1");
        lag(14, 30, "");
        lag(18, 30, "");

        assertThat(retired.transitions())
                .singleElement()
                .satisfies(transition -> assertThat(transition.alert().labels()).containsEntry("drill", "run-1"));
        assertThat(told).containsExactly("FIRED run-1 at 4", "FIRED  at 18");
    }

    private void lag(int second, double lag, String drill) {
        AlertBook.Changes changes = book.evaluate(List.of(new Assessment(
                new SeriesKey(PROBE, new TargetId("rpc-b"), new Vantage("here")),
                TargetKind.RPC,
                new NetworkId("lab"),
                drill.isEmpty() ? Map.of() : Map.of("drill", drill),
                T0.plusSeconds(second),
                Outcome.ok(),
                Map.of(Signal.RPC_HEAD_LAG_SECONDS, lag))));
        book.commit(changes);
        changes.transitions()
                .forEach(transition -> told.add(transition.kind() + " "
                        + transition.alert().labels().getOrDefault("drill", "") + " at " + second));
    }
}
