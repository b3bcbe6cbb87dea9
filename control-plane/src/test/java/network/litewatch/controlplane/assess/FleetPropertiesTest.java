package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;

/** What holds for any run of observations, however it is cut into batches and wherever a restart falls. */
class FleetPropertiesTest {
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());

    @Property(tries = 200)
    void aBatchConcludesWhatItsObservationsConcludeOneByOne(@ForAll("runs") List<Observation> runs) {
        assertThat(Fleet.of(List.of()).apply(runs).assessments()).isEqualTo(oneByOne(Fleet.of(List.of()), runs));
    }

    @Property(tries = 200)
    void aRestartFromCheckpointsChangesNothing(@ForAll("runs") List<Observation> runs, @ForAll byte cut)
            throws JsonProcessingException {
        int at = runs.isEmpty() ? 0 : Math.floorMod(cut, runs.size());
        Fleet before = Fleet.of(List.of());
        List<Assessment> assessments = oneByOne(before, runs.subList(0, at));
        Fleet after = Fleet.of(storedAndRead(runs.subList(0, at), before));

        assessments.addAll(oneByOne(after, runs.subList(at, runs.size())));

        assertThat(assessments).isEqualTo(oneByOne(Fleet.of(List.of()), runs));
    }

    @Property(tries = 200)
    void whatWasSeenBeforeConcludesNothing(@ForAll("runs") List<Observation> runs) {
        Fleet fleet = Fleet.of(List.of());
        oneByOne(fleet, runs);
        List<Observation> asked = runs.stream()
                .filter(run -> run.outcome().kind() != Outcome.Kind.NOT_RUN)
                .toList();

        Fleet.Batch again = fleet.apply(asked);

        assertThat(again.assessments()).isEmpty();
        assertThat(again.changed()).isEmpty();
    }

    @Property(tries = 200)
    void whatDoesNotCountMovesNoRatio(@ForAll("runs") List<Observation> runs) {
        Map<SeriesKey, SeriesState> last = new LinkedHashMap<>();
        Fleet fleet = Fleet.of(List.of());
        for (Observation run : runs) {
            SeriesKey key = SeriesKey.of(run);
            Fleet.Batch batch = fleet.apply(List.of(run));
            fleet.commit(batch);
            fleet.state(key).ifPresent(state -> {
                SeriesState before = last.put(key, state);
                if (before != null && !run.outcome().counts()) {
                    assertThat(state.success()).isEqualTo(before.success());
                    assertThat(state.consecutiveFailures()).isEqualTo(before.consecutiveFailures());
                }
            });
        }
    }

    @Property(tries = 200)
    void signalsStayInTheirRange(@ForAll("runs") List<Observation> runs) {
        for (Assessment assessment : oneByOne(Fleet.of(List.of()), runs)) {
            assessment.signals().forEach((signal, value) -> {
                assertThat(value).as(signal.signalName()).isFinite().isNotNegative();
                if (signal == Signal.PROBE_SUCCESS_RATIO) {
                    assertThat(value).isLessThanOrEqualTo(1);
                }
                if (signal == Signal.PROBE_SAMPLES) {
                    assertThat(value).isLessThanOrEqualTo(SuccessWindow.SIZE);
                }
            });
        }
    }

    @Provide
    Arbitrary<List<Observation>> runs() {
        Arbitrary<Observation> heads = Combinators.combine(
                        Arbitraries.of("rpc-a", "rpc-b", "rpc-c"),
                        Arbitraries.integers().between(0, 200),
                        Arbitraries.longs().between(1_000, 1_020))
                .as(Runs::head);
        Arbitrary<Outcome> outcomes = Arbitraries.of(
                Outcome.ok(),
                Outcome.failed(Reason.TIMEOUT, "late"),
                Outcome.inconclusive(Reason.PATH_UNHEALTHY, "router"),
                Outcome.notRun(Reason.PROBER_LATE, "busy"));
        Arbitrary<Observation> canaries = Combinators.combine(
                        Arbitraries.of("miner-1", "miner-2"),
                        Arbitraries.integers().between(0, 200),
                        outcomes,
                        Arbitraries.doubles().between(0, 500))
                .as(Runs::canary);
        return Arbitraries.oneOf(heads, canaries).list().ofMaxSize(80);
    }

    private static List<Assessment> oneByOne(Fleet fleet, List<Observation> runs) {
        List<Assessment> assessments = new ArrayList<>();
        for (Observation run : runs) {
            Fleet.Batch batch = fleet.apply(List.of(run));
            fleet.commit(batch);
            assessments.addAll(batch.assessments());
        }
        return assessments;
    }

    private static Collection<SeriesState> storedAndRead(List<Observation> runs, Fleet fleet)
            throws JsonProcessingException {
        Map<SeriesKey, SeriesState> read = new LinkedHashMap<>();
        for (Observation run : runs) {
            SeriesKey key = SeriesKey.of(run);
            if (fleet.state(key).isPresent()) {
                read.put(
                        key,
                        JSON.readValue(JSON.writeValueAsString(fleet.state(key).get()), SeriesState.class));
            }
        }
        return read.values();
    }
}
