package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.alert.rules.RuleLoader;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.assess.SeriesState;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.config.YamlDocument;
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

/** The shipped rules on drift, over a fleet of RPCs that are asked every five seconds. */
class DriftRulesTest {
    private static final Instant T0 = Instant.parse("2026-11-20T10:00:00Z");
    private static final int FLEET = 20;

    private final Random random = new Random(11);
    private final Map<String, Integer> firstAlert = new HashMap<>();
    private final Map<String, Map<Signal, Double>> latest = new HashMap<>();
    private final Set<String> firing = new TreeSet<>();
    private final AlertBook alerts = new AlertBook(
            RuleLoader.load(
                            List.of(YamlDocument.read(Path.of("../alert-rules/network/drift.yml")
                                    .toAbsolutePath()
                                    .normalize())),
                            Files.PROBES)
                    .rules(),
            List.of());
    private Fleet fleet = Fleet.of(List.of());
    private int round;

    @Test
    void whoFailsATenthOfItsRunsIsNamedAndNobodyElse() {
        rounds(700, 0.002, 0.3);
        assertThat(firstAlert).isEmpty();

        rounds(400, 0.1, 0.3);

        assertThat(firing).containsExactly("SuccessDropped rpc-0");
        assertThat(firstAlert.keySet()).containsExactly("SuccessDropped rpc-0");
        assertThat(Objects.requireNonNull(firstAlert.get("SuccessDropped rpc-0")) - 700)
                .isBetween(10, 250);
        Map<Signal, Double> seen = Objects.requireNonNull(latest.get("rpc-0"));
        assertThat(seen.get(Signal.PROBE_FAILED_RATIO_LOW)).isBetween(0.02, 0.1);
        assertThat(seen.get(Signal.PROBE_FAILED_RATIO_HIGH)).isBetween(0.1, 0.2);
        assertThat(seen.get(Signal.PROBE_FAILED_SAMPLES)).isBetween(300.0, 480.0);

        rounds(400, 0.002, 0.3);
        assertThat(firing).isEmpty();
    }

    @Test
    void whoFailedEveryRunAndCameBackIsNotNamedForEver() {
        rounds(300, 0.002, 0.3);
        rounds(40, 1, 0.3);
        assertThat(firing).containsExactly("SuccessDropped rpc-0");

        // It is well before the share since the fall is small, and that share is not known from then on.
        rounds(60, 0, 0.3);
        assertThat(firing).isEmpty();
    }

    @Test
    void whoTakesLongerIsNamedWithTheFactorAndEndsWithIt() {
        rounds(400, 0, 0.3);
        rounds(80, 0, 0.45);

        assertThat(firing).containsExactly("LatencyRose rpc-0");
        Map<Signal, Double> seen = Objects.requireNonNull(latest.get("rpc-0"));
        assertThat(seen.get(Signal.LATENCY_RATIO_LOW)).isBetween(1.25, 1.5);
        assertThat(seen.get(Signal.LATENCY_RATIO_HIGH)).isBetween(1.5, 1.8);

        rounds(60, 0, 0.3);
        assertThat(firing).isEmpty();
        assertThat(firstAlert.keySet()).containsExactly("LatencyRose rpc-0");
    }

    @Test
    void whatHurtsNobodyIsNotTold() {
        // Half as long again, of a tenth of a second; and five per cent of a third.
        rounds(300, 0, 0.1);
        rounds(100, 0, 0.15);
        assertThat(firstAlert).isEmpty();
        assertThat(latest.get("rpc-0")).containsEntry(Signal.LATENCY_ROSE, 1.0);
    }

    @Test
    void aFleetThatWasStoppedAndReadBackSaysTheSame() throws Exception {
        ObjectMapper json = new ObjectMapper()
                .registerModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
        rounds(200, 0.002, 0.3);
        rounds(25, 0.2, 0.5);
        List<SeriesState> stored = new ArrayList<>();
        for (int i = 0; i < FLEET; i++) {
            SeriesState state = fleet.state(new network.litewatch.controlplane.assess.SeriesKey(
                            new ProbeId("rpc.head"), new TargetId("rpc-" + i), new Vantage("here")))
                    .orElseThrow();
            stored.add(json.readValue(json.writeValueAsString(state), SeriesState.class));
        }
        Fleet restarted = Fleet.of(stored);
        for (int i = 0; i < 50; i++) {
            List<Observation> next = observations(0.1, 0.5);
            Fleet.Batch one = fleet.apply(next);
            Fleet.Batch other = restarted.apply(next);
            assertThat(other.assessments()).isEqualTo(one.assessments());
            assertThat(other.changed()).isEqualTo(one.changed());
            fleet.commit(one);
            restarted.commit(other);
        }
    }

    /** Rounds in which the first RPC fails that share of its runs and takes so long at the middle; all others fail 0.2 % and take 0.3 s. */
    private void rounds(int count, double failing, double seconds) {
        for (int i = 0; i < count; i++) {
            Fleet.Batch batch = fleet.apply(observations(failing, seconds));
            fleet.commit(batch);
            for (Assessment assessment : batch.assessments()) {
                latest.computeIfAbsent(assessment.key().target().value(), t -> new HashMap<>())
                        .putAll(assessment.signals());
            }
            AlertBook.Changes changes = alerts.evaluate(batch.assessments());
            alerts.commit(changes);
            changes.transitions().forEach(transition -> {
                String name = transition.alert().rule() + " "
                        + transition.alert().labels().getOrDefault("target", "");
                if (transition.kind() == Transition.Kind.FIRED) {
                    firing.add(name);
                    firstAlert.putIfAbsent(name, round);
                } else {
                    firing.remove(name);
                }
            });
        }
    }

    private List<Observation> observations(double failing, double seconds) {
        List<Observation> all = new ArrayList<>();
        for (int i = 0; i < FLEET; i++) {
            boolean ok = random.nextDouble() >= (i == 0 ? failing : 0.002);
            double took = (i == 0 ? seconds : 0.3) * Math.exp(0.1 * random.nextGaussian());
            Instant slot = T0.plusSeconds(5L * round);
            all.add(new Observation(
                    new ProbeId("rpc.head"),
                    new TargetId("rpc-" + i),
                    TargetKind.RPC,
                    new NetworkId("lab"),
                    new Vantage("here"),
                    Map.of("operator", "o" + i),
                    slot,
                    slot,
                    Duration.ofNanos((long) (took * 1e9)),
                    new Finding(
                            ok ? Outcome.ok() : Outcome.failed(Reason.TIMEOUT, "no answer"),
                            Map.of(),
                            Map.of(),
                            Map.of())));
        }
        round++;
        return all;
    }
}
