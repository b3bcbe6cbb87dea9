package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import network.litewatch.probe.Finding;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

/** How often a series is asked says how many runs a false alarm about it must be apart, whatever its first gap was. */
class PaceTest {
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final Duration DAY = Duration.ofDays(1);
    private static final double YEAR_OF_RUNS = Duration.ofDays(365).toSeconds() / 5.0;
    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    private final Random random = new Random(5);
    private Fleet fleet = Fleet.of(List.of());
    private Instant slot = Instant.parse("2026-11-20T10:00:00Z");

    @Test
    void whatIsAskedEveryFiveSecondsAfterADayOfSilenceIsNotAccusedMoreOften() {
        run(DAY, true, 0.3);
        run(DAY, true, 0.3);

        int accused = 0;
        for (int i = 0; i < 8_000; i++) {
            // As often as promised, and now and then for long.
            Map<Signal, Double> signals =
                    run(EVERY, random.nextDouble() >= 0.01, 0.3 * Math.exp(0.1 * random.nextGaussian()));
            accused += signals.getOrDefault(Signal.PROBE_FAILING, 0.0) > 0
                            || signals.getOrDefault(Signal.LATENCY_ROSE, 0.0) > 0
                    ? 1
                    : 0;
        }

        assertThat(accused).isZero();
    }

    @Test
    void theShortestOfFiveGapsIsThePace() {
        Pace pace = Pace.UNKNOWN;
        for (int minutes : new int[] {1_440, 3, 2, 7}) {
            pace = pace.after(Duration.ofMinutes(minutes));
            assertThat(pace.known()).isFalse();
            // While it is not known, nobody is accused of what may be chance.
            assertThat(DriftPolicy.DEFAULT.between(pace)).isEqualTo(1e9);
        }
        Pace known = pace.after(Duration.ofMinutes(3));

        assertThat(known).isEqualTo(new Pace(5, Duration.ofMinutes(2)));
        assertThat(known.known()).isTrue();
        assertThat(DriftPolicy.DEFAULT.between(known)).isEqualTo(365 * 24 * 30);
        // Two runs at once, much later, are no pace.
        assertThat(known.after(Duration.ofMillis(1))).isEqualTo(known);
    }

    @Test
    void runsBetweenFalseAlarmsStayWithinBounds() {
        assertThat(DriftPolicy.DEFAULT.between(new Pace(5, Duration.ofDays(2)))).isEqualTo(1_000);
        assertThat(DriftPolicy.DEFAULT.between(new Pace(5, Duration.ZERO))).isEqualTo(1e9);
        assertThat(DriftPolicy.DEFAULT.between(new Pace(5, Duration.ofMillis(20))))
                .isEqualTo(1e9);
    }

    @Test
    void whoIsDownFromTheSecondRunOnIsToldAsSoonAsThePaceIsKnown() {
        run(DAY, true, 0.3);
        for (int gap = 1; gap < Pace.LEARNT; gap++) {
            assertThat(run(EVERY, false, 0.3)).containsEntry(Signal.PROBE_FAILING, 0.0);
        }

        assertThat(run(EVERY, false, 0.3)).containsEntry(Signal.PROBE_FAILING, 1.0);
    }

    @Test
    void killedAndStartedAgainAtAnyRunItConcludesTheSame() throws JsonProcessingException {
        List<Observation> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(observation(i == 1 ? DAY : EVERY, i % 7 != 3, i < 25 ? 0.3 : 0.9));
        }
        List<Assessment> expected = fleet.apply(all).assessments();

        for (int kill = 1; kill < all.size(); kill++) {
            Fleet before = Fleet.of(List.of());
            List<Assessment> concluded = new ArrayList<>();
            Fleet.Batch batch = before.apply(all.subList(0, kill));
            concluded.addAll(batch.assessments());
            List<SeriesState> stored = new ArrayList<>();
            for (SeriesState state : batch.changed()) {
                stored.add(JSON.readValue(JSON.writeValueAsString(state), SeriesState.class));
            }
            concluded.addAll(
                    Fleet.of(stored).apply(all.subList(kill, all.size())).assessments());
            assertThat(concluded).as("killed after run %d", kill).isEqualTo(expected);
        }
    }

    @Test
    void aCheckpointOfBeforeThePaceWasKeptIsReadAndMended() throws JsonProcessingException {
        for (int i = 0; i < 20; i++) {
            run(EVERY, i != 3, 0.3);
        }
        ObjectNode old = (ObjectNode) JSON.readTree(JSON.writeValueAsString(state()));
        ObjectNode drift = (ObjectNode) old.get("drift");
        double threshold = drift.get("elapsed").get("threshold").doubleValue();
        drift.remove("pace");
        ((ObjectNode) drift.get("success")).put("between", 1_000);
        ((ObjectNode) drift.get("elapsed")).put("threshold", 5);

        SeriesState read = JSON.treeToValue(old, SeriesState.class);
        fleet = Fleet.of(List.of(read));
        assertThat(read.drift().success()).isNotNull().returns(20L - 1, s -> s.samples());
        for (int i = 0; i < 5; i++) {
            run(EVERY, true, 0.3);
        }

        assertThat(state().drift().success()).isNotNull().returns(YEAR_OF_RUNS, s -> s.between());
        assertThat(state().drift().elapsed()).isNotNull().returns(threshold, e -> e.threshold());
    }

    @Test
    void runsOfACanaryThatNobodyIsChargedWithAreAPaceAsWell() {
        for (int second = 0; second < 30; second += 5) {
            fleet.commit(fleet.apply(List.of(Runs.run(
                    "miner.ping", "m", TargetKind.MINER, second, Outcome.failed(Reason.TIMEOUT, "late"), Map.of()))));
        }
        assertThat(fleet.state(new SeriesKey(new ProbeId("miner.ping"), new TargetId("m"), new Vantage("here"))))
                .get()
                .returns(new DriftMemory(null, null, null, new Pace(5, EVERY)), SeriesState::drift);
    }

    private SeriesState state() {
        return fleet.state(new SeriesKey(new ProbeId("rpc.head"), new TargetId("rpc"), new Vantage("here")))
                .orElseThrow();
    }

    private Map<Signal, Double> run(Duration gap, boolean ok, double seconds) {
        Fleet.Batch batch = fleet.apply(List.of(observation(gap, ok, seconds)));
        fleet.commit(batch);
        return batch.assessments().get(0).signals();
    }

    private Observation observation(Duration gap, boolean ok, double seconds) {
        slot = slot.plus(gap);
        return new Observation(
                new ProbeId("rpc.head"),
                new TargetId("rpc"),
                TargetKind.RPC,
                new NetworkId("lab"),
                new Vantage("here"),
                Map.of(),
                slot,
                slot,
                Duration.ofNanos((long) (seconds * 1e9)),
                new Finding(
                        ok ? Outcome.ok() : Outcome.failed(Reason.TIMEOUT, "no answer"), Map.of(), Map.of(), Map.of()));
    }
}
