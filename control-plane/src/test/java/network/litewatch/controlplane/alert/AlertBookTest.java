package network.litewatch.controlplane.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertBookTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final ProbeId PROBE = new ProbeId("rpc.head");

    private final AlertBook book = new AlertBook(List.of(rule()), List.of());
    private final List<String> told = new ArrayList<>();

    @Test
    void firesOnceTheBreachHasHeldAndResolvesOnceItHasBeenGone() {
        for (int second = 0; second <= 20; second += 2) {
            lag(second, second < 10 ? 30 : 0);
        }

        assertThat(told).containsExactly("FIRED at 4", "RESOLVED at 14");
    }

    @Test
    void oneBlipDoesNotFire() {
        lag(0, 30);
        lag(2, 0);
        lag(4, 30);
        lag(6, 0);

        assertThat(told).isEmpty();
        assertThat(book.alive()).isEmpty();
    }

    @Test
    void aMissingSignalNeitherStartsNorEndsAnAlert() {
        lag(0, 30);
        lag(4, 30);
        missing(6);
        missing(60);

        assertThat(told).containsExactly("FIRED at 4");
        assertThat(book.alive())
                .singleElement()
                .satisfies(a -> assertThat(a.state()).isEqualTo(Alert.State.FIRING));
    }

    @Test
    void aBreachAfterTheEndIsANewLife() {
        lag(0, 30);
        lag(4, 30);
        lag(10, 0);
        lag(20, 30);
        lag(24, 30);

        assertThat(told).containsExactly("FIRED at 4", "RESOLVED at 10", "FIRED at 24");
        assertThat(book.alive())
                .singleElement()
                .satisfies(a -> assertThat(a.startsAt()).isEqualTo(T0.plusSeconds(20)));
    }

    @Test
    void exactlyTheThresholdDoesNotFire() {
        lag(0, 10);
        lag(60, 10);

        assertThat(told).isEmpty();
    }

    @Test
    void nothingChangesBeforeTheCommit() {
        book.evaluate(List.of(assessment(0, Map.of(Signal.RPC_HEAD_LAG_SECONDS, 30.0))));

        assertThat(book.alive()).isEmpty();
    }

    @Test
    void alertsOfARuleThatIsGoneAreEnded() {
        lag(0, 30);
        lag(4, 30);

        AlertBook.Changes changes =
                new AlertBook(List.of(), book.alive()).retire(T0.plusSeconds(9), labels -> Optional.empty());

        assertThat(changes.transitions()).singleElement().satisfies(t -> {
            assertThat(t.kind()).isEqualTo(Transition.Kind.RESOLVED);
            assertThat(t.alert().now()).containsExactly("the rule RpcHeadStalled was removed");
        });
    }

    @Test
    void alertsThatNobodyAsksForAnyMoreAreEndedWithTheReason() {
        lag(0, 30);
        lag(4, 30);

        AlertBook.Changes changes = book.retire(
                T0.plusSeconds(9),
                labels -> Objects.equals(labels.get("target"), "rpc-a") ? Optional.of("it is gone") : Optional.empty());

        assertThat(changes.transitions()).singleElement().satisfies(t -> {
            assertThat(t.kind()).isEqualTo(Transition.Kind.RESOLVED);
            assertThat(t.alert().now()).containsExactly("it is gone");
        });
        assertThat(book.retire(T0.plusSeconds(9), labels -> Optional.empty()).transitions())
                .isEmpty();
    }

    @Test
    void aTextThatNamesAnUnknownSignalIsAFlawWithASuggestion() {
        assertThat(Condition.compile("rpc_head_lag_second > 10", PROBE).flaws())
                .singleElement()
                .satisfies(f -> assertThat(f.message()).contains("did you mean rpc_head_lag_seconds?"));
        assertThat(Condition.compile("canary_tokens > 1", PROBE).flaws())
                .singleElement()
                .satisfies(f -> assertThat(f.message()).contains("rpc.head does not give the signal canary_tokens"));
        assertThat(Condition.compile("rpc_head_lag_seconds + 1.0", PROBE).flaws())
                .hasSize(1);
    }

    @ParameterizedTest(name = "{0} with {1} and {2} is {3}")
    @CsvSource(
            delimiter = ';',
            value = {
                "rpc_head_lag_seconds > 10 && rpc_witnesses > 1;0;;false",
                "rpc_head_lag_seconds > 10 && rpc_witnesses > 1;;1;false",
                "rpc_head_lag_seconds > 10 && rpc_witnesses > 1;11;;",
                "rpc_head_lag_seconds > 10 && rpc_witnesses > 1;;;",
                "rpc_head_lag_seconds > 10 && rpc_witnesses > 1;11;2;true",
                "rpc_head_lag_seconds > 10 || rpc_witnesses > 1;11;;true",
                "rpc_head_lag_seconds > 10 || rpc_witnesses > 1;;2;true",
                "rpc_head_lag_seconds > 10 || rpc_witnesses > 1;0;;",
                "rpc_head_lag_seconds > rpc_witnesses;11;;",
                "rpc_head_lag_seconds > 10 && labels.operator == 'x';11;;",
                "rpc_head_lag_seconds > 10 && labels.operator == 'x';10;;false",
            })
    void whatIsKnownDecidesWhereItDoes(
            String expression, @Nullable Double lag, @Nullable Double witnesses, @Nullable Boolean met) {
        Map<Signal, Double> signals = new EnumMap<>(Signal.class);
        if (lag != null) {
            signals.put(Signal.RPC_HEAD_LAG_SECONDS, lag);
        }
        if (witnesses != null) {
            signals.put(Signal.RPC_WITNESSES, witnesses);
        }

        assertThat(Condition.compile(expression, PROBE)
                        .condition()
                        .orElseThrow()
                        .test(assessment(0, signals)))
                .isEqualTo(Optional.ofNullable(met));
    }

    private void lag(int second, double lag) {
        step(assessment(second, Map.of(Signal.RPC_HEAD_LAG_SECONDS, lag)), second);
    }

    private void missing(int second) {
        step(assessment(second, Map.of()), second);
    }

    private void step(Assessment assessment, int second) {
        AlertBook.Changes changes = book.evaluate(List.of(assessment));
        book.commit(changes);
        changes.transitions().forEach(t -> told.add(t.kind() + " at " + second));
    }

    private static Assessment assessment(int second, Map<Signal, Double> signals) {
        return new Assessment(
                new SeriesKey(PROBE, new TargetId("rpc-a"), new Vantage("here")),
                TargetKind.RPC,
                new NetworkId("lab"),
                Map.of(),
                T0.plusSeconds(second),
                Outcome.ok(),
                signals);
    }

    private static Rule rule() {
        return new Rule(
                "RpcHeadStalled",
                "rpc",
                PROBE,
                Condition.compile("rpc_head_lag_seconds > 10", PROBE)
                        .condition()
                        .orElseThrow(),
                Duration.ofSeconds(4),
                Duration.ofSeconds(5),
                Map.of("severity", "critical"),
                Map.of("summary", new Template("{{ target }} is {{ signals.rpc_head_lag_seconds }} behind")),
                Optional.empty(),
                NoData.KEEP,
                Scope.EVERYWHERE);
    }
}
