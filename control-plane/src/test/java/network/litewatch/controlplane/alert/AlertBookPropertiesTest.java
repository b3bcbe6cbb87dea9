package network.litewatch.controlplane.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.SeriesKey;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;

/** What holds for any course of a signal, however it is cut into batches and wherever a restart falls. */
class AlertBookPropertiesTest {
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final ProbeId PROBE = new ProbeId("rpc.head");
    private static final Duration HOLD = Duration.ofSeconds(4);

    @Property(tries = 300)
    void anAlertFiresAndResolvesInTurnsAndNeverResolvesFirst(@ForAll("courses") List<Assessment> course) {
        Map<String, Transition.Kind> last = new HashMap<>();
        for (Transition transition : oneByOne(new AlertBook(List.of(rule()), List.of()), course)) {
            Transition.Kind before = last.put(transition.alert().fingerprint(), transition.kind());
            assertThat(transition.kind())
                    .isEqualTo(before == Transition.Kind.FIRED ? Transition.Kind.RESOLVED : Transition.Kind.FIRED);
        }
    }

    @Property(tries = 300)
    void nothingFiresBeforeItsBreachHasHeld(@ForAll("courses") List<Assessment> course) {
        for (Transition transition : oneByOne(new AlertBook(List.of(rule()), List.of()), course)) {
            Alert alert = transition.alert();
            if (transition.kind() == Transition.Kind.FIRED) {
                assertThat(Duration.between(alert.startsAt(), alert.evaluatedAt()))
                        .isGreaterThanOrEqualTo(HOLD);
            }
        }
    }

    @Property(tries = 300)
    void aBatchTellsWhatItsAssessmentsTellOneByOne(@ForAll("courses") List<Assessment> course) {
        List<Transition> batch =
                new AlertBook(List.of(rule()), List.of()).evaluate(course).transitions();

        assertThat(batch).isEqualTo(oneByOne(new AlertBook(List.of(rule()), List.of()), course));
    }

    @Property(tries = 300)
    void aRestartFromStoredAlertsChangesNothing(@ForAll("courses") List<Assessment> course, @ForAll byte cut)
            throws JsonProcessingException {
        int at = course.isEmpty() ? 0 : Math.floorMod(cut, course.size());
        AlertBook before = new AlertBook(List.of(rule()), List.of());
        List<Transition> told = oneByOne(before, course.subList(0, at));
        List<Alert> stored = new ArrayList<>();
        for (Alert alert : before.alive()) {
            stored.add(JSON.readValue(JSON.writeValueAsString(alert), Alert.class));
        }
        told.addAll(oneByOne(new AlertBook(List.of(rule()), stored), course.subList(at, course.size())));

        assertThat(told).isEqualTo(oneByOne(new AlertBook(List.of(rule()), List.of()), course));
    }

    @Provide
    Arbitrary<List<Assessment>> courses() {
        Arbitrary<Map<Signal, Double>> signals = Arbitraries.of(
                Map.of(Signal.RPC_HEAD_LAG_SECONDS, 30.0),
                Map.of(Signal.RPC_HEAD_LAG_SECONDS, 10.0),
                Map.of(Signal.RPC_HEAD_LAG_SECONDS, 0.0),
                Map.of());
        return Combinators.combine(
                        Arbitraries.of("rpc-a", "rpc-b"), Arbitraries.integers().between(0, 6), signals)
                .as(Step::new)
                .list()
                .ofMaxSize(60)
                .map(AlertBookPropertiesTest::course);
    }

    private record Step(String target, int seconds, Map<Signal, Double> signals) {}

    private static List<Assessment> course(List<Step> steps) {
        List<Assessment> course = new ArrayList<>();
        Instant at = T0;
        for (Step step : steps) {
            at = at.plusSeconds(step.seconds());
            course.add(new Assessment(
                    new SeriesKey(PROBE, new TargetId(step.target()), new Vantage("here")),
                    TargetKind.RPC,
                    new NetworkId("lab"),
                    Map.of(),
                    at,
                    Outcome.ok(),
                    step.signals()));
        }
        return course;
    }

    private static List<Transition> oneByOne(AlertBook book, List<Assessment> course) {
        List<Transition> told = new ArrayList<>();
        for (Assessment assessment : course) {
            AlertBook.Changes changes = book.evaluate(List.of(assessment));
            book.commit(changes);
            told.addAll(changes.transitions());
        }
        return told;
    }

    private static Rule rule() {
        return new Rule(
                "RpcHeadStalled",
                "rpc",
                PROBE,
                Condition.compile("rpc_head_lag_seconds > 10", PROBE)
                        .condition()
                        .orElseThrow(),
                HOLD,
                Duration.ofSeconds(5),
                Map.of("severity", "critical"),
                Map.of("summary", new Template("{{ target }} is {{ signals.rpc_head_lag_seconds }} behind")),
                Optional.empty(),
                NoData.KEEP,
                Scope.EVERYWHERE);
    }
}
