package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import network.litewatch.controlplane.api.AgentsResource.BusyException;
import network.litewatch.controlplane.api.AgentsResource.Verdict;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.ingest.Acknowledged;
import network.litewatch.controlplane.ingest.MinuteSummaries;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.network.MinerCanaries;
import network.litewatch.controlplane.network.Network;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.store.VantageStore;
import network.litewatch.controlplane.vantage.Delivery;
import network.litewatch.controlplane.vantage.SeenDocument;
import network.litewatch.controlplane.vantage.VantagePlans;
import network.litewatch.controlplane.vantage.VantageProbe;
import network.litewatch.controlplane.vantage.VantageSettings;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.http.TargetJson;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a delivery, over a real PostgreSQL. */
class AgentDeskIT {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final Vantage EAST = new Vantage("east");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final Delivery.Status STATUS = new Delivery.Status(3, 1.5, 0, false);

    private final List<Observation> judged = new ArrayList<>();
    private Jdbi jdbi;
    private VantageStore store;
    private AgentDesk desk;

    @BeforeEach
    void open() {
        jdbi = SharedStores.get().database("agent_desk");
        Acknowledged.record(jdbi);
        store = new VantageStore(jdbi, CLOCK);
        desk = desk(AgentDesk.Limits.DEFAULT);
        desk.judgeWith(observation -> {
            judged.add(observation);
            desk.committed(List.of(observation));
        });
    }

    @Test
    void whatIsOfNowIsJudgedAndWhatIsNotIsStoredOnly() {
        List<Verdict> verdicts = deliver(
                seen("site", NOW.minusSeconds(10)),
                seen("site", NOW.minusSeconds(29)),
                seen("site", NOW.minusSeconds(31)),
                seen("site", NOW.minus(Duration.ofDays(3))),
                seen("site", NOW.plusSeconds(20)));

        assertThat(verdicts).extracting(Verdict::verdict).containsOnly("stored");
        assertThat(verdicts).extracting(Verdict::id).doesNotHaveDuplicates();
        assertThat(judged).extracting(Observation::slot).containsExactly(NOW.minusSeconds(10), NOW.minusSeconds(29));
        assertThat(judged).allSatisfy(observation -> {
            assertThat(observation.vantage()).isEqualTo(EAST);
            assertThat(observation.labels()).containsEntry("operator", "ours");
        });
        // The pipeline of this test stores nothing: what is there is what was not judged.
        assertThat(Acknowledged.ids(jdbi))
                .containsExactlyInAnyOrder(
                        "litewatch-observations-2026.11.20/" + verdicts.get(2).id(),
                        "litewatch-observations-2026.11.17/" + verdicts.get(3).id(),
                        "litewatch-observations-2026.11.20/" + verdicts.get(4).id());
    }

    @Test
    void oneBadObservationIsRejectedAloneAndSaysWhy() {
        List<Verdict> verdicts = deliver(
                seen("site", NOW),
                seen("another", NOW),
                seen("site", NOW.plus(Duration.ofMinutes(5))),
                seen("site", NOW.minus(Duration.ofDays(20))),
                TargetJson.parse("{\"probe\": 7}").orElseThrow(),
                ((ObjectNode) seen("site", NOW.minusSeconds(1))).put("vantage", "west"),
                seen("site", NOW.minusSeconds(2)));

        assertThat(verdicts)
                .extracting(Verdict::verdict)
                .containsExactly("stored", "rejected", "rejected", "rejected", "rejected", "rejected", "stored");
        assertThat(verdicts.get(1).reason()).contains("not in the plan of this vantage");
        assertThat(verdicts.get(2).reason()).contains("check the clock");
        assertThat(verdicts.get(3).reason()).contains("14 days");
        assertThat(verdicts.get(4).reason()).contains("probe must be a text");
        assertThat(judged).hasSize(2);
    }

    @Test
    void theSameDeliveryAgainGivesTheSameIds() {
        JsonNode late = seen("site", NOW.minusSeconds(60));

        assertThat(deliver(late)).isEqualTo(deliver(late));
        assertThat(Acknowledged.ids(jdbi)).hasSize(1);
    }

    @Test
    void whatThePipelineRefusesIsNotAcknowledged() {
        desk.judgeWith(observation -> desk.refused(observation));

        assertThatThrownBy(() -> deliver(seen("site", NOW)))
                .isInstanceOf(BusyException.class)
                .hasMessageContaining("queue is full");
        assertThat(store.find(EAST)).hasValueSatisfying(heard -> {
            assertThat(heard.deliveredAt()).isNull();
            assertThat(heard.status()).isEqualTo(STATUS);
        });
    }

    @Test
    void whoIsHeardAndSentAwayIsBehind() {
        AgentDesk full = desk(new AgentDesk.Limits(0, Duration.ofSeconds(5)));
        try (VantageProbe probe = new VantageProbe(store::find, new Later(NOW.minusSeconds(400), NOW))) {
            assertThatThrownBy(() -> full.deliver(EAST, new Delivery(NOW, STATUS, List.of())))
                    .isInstanceOf(BusyException.class);

            assertThat(measured(probe))
                    .containsEntry(Measurement.VANTAGE_SILENT, 0.0)
                    .containsEntry(Measurement.VANTAGE_BACKLOG, 3.0)
                    .containsEntry(Measurement.VANTAGE_OLDEST_UNSENT, 400.0);

            deliver(seen("site", NOW));

            assertThat(measured(probe)).containsEntry(Measurement.VANTAGE_OLDEST_UNSENT, 1.5);
        }
    }

    @Test
    void whatAnAgentHasLostIsToldOnlyWhileItBecomesMore() {
        try (VantageProbe probe = new VantageProbe(store::find, () -> NOW.plusSeconds(60))) {
            loses(5, NOW);
            assertThat(measured(probe))
                    .as("since when is not known of what was lost before it was first heard")
                    .containsEntry(Measurement.VANTAGE_DROPPED, 5.0)
                    .doesNotContainKey(Measurement.VANTAGE_DROP_AGE);

            loses(6, NOW.plusSeconds(10));
            assertThat(measured(probe)).containsEntry(Measurement.VANTAGE_DROP_AGE, 50.0);

            loses(6, NOW.plusSeconds(20));
            loses(2, NOW.plusSeconds(30));
            assertThat(measured(probe))
                    .as("a new buffer begins to count anew")
                    .containsEntry(Measurement.VANTAGE_DROPPED, 2.0)
                    .containsEntry(Measurement.VANTAGE_DROP_AGE, 50.0);
        }
    }

    private void loses(long dropped, Instant at) {
        new VantageStore(jdbi, () -> at).said(EAST, at, new Delivery.Status(0, 0, dropped, false));
    }

    @Test
    void whatIsNotCommittedInTimeIsNotAcknowledged() {
        AgentDesk slow = desk(new AgentDesk.Limits(1 << 30, Duration.ofMillis(50)));

        assertThatThrownBy(() -> slow.deliver(EAST, new Delivery(NOW, STATUS, List.of(seen("site", NOW)))))
                .isInstanceOf(BusyException.class)
                .hasMessageContaining("nothing was committed");
    }

    @Test
    void aFullOutboxSendsAgentsAway() {
        deliver(seen("site", NOW.minusSeconds(60)));
        AgentDesk full = desk(new AgentDesk.Limits(10, Duration.ofSeconds(5)));

        assertThatThrownBy(() -> full.deliver(EAST, new Delivery(NOW, STATUS, List.of())))
                .isInstanceOf(BusyException.class)
                .hasMessageContaining("the outbox is full");
    }

    @Test
    void aSignOfLifeIsKeptWithTheClockAndTheProbeSaysHowLongAgo() {
        AgentDesk before = desk;
        try (VantageProbe probe =
                new VantageProbe(store::find, new Later(NOW.minusSeconds(100), NOW.minusSeconds(60)))) {
            assertThat(silent(probe)).as("never heard: since the start").isEqualTo(40.0);

            before.deliver(EAST, new Delivery(NOW.plusSeconds(7), STATUS, List.of()));

            assertThat(measured(probe))
                    .containsEntry(Measurement.VANTAGE_BACKLOG, 3.0)
                    .containsEntry(Measurement.VANTAGE_CLOCK_SKEW, 7.0);
        }
        assertThat(desk.views()).singleElement().satisfies(view -> {
            assertThat(view.heardAt()).isEqualTo(NOW);
            assertThat(view.plans()).isEqualTo(1);
            assertThat(view.clockSkewSeconds()).isEqualTo(7);
        });
    }

    @Test
    void thePlanHoldsWhatTheAgentNeedsAndNothingMore() {
        assertThat(desk.plan(new Vantage("west"))).isEmpty();
        String json = desk.plan(EAST).orElseThrow().json();

        assertThat(json).contains("site.example.org/key", "10.0.0.0/8").doesNotContain("witness.example.org");
    }

    /** Two instants: when the service started, and whenever it is asked later. */
    private static final class Later implements java.time.InstantSource {
        private final Instant then;
        private Instant now;

        Later(Instant start, Instant then) {
            this.now = start;
            this.then = then;
        }

        @Override
        public Instant instant() {
            Instant answer = now;
            now = then;
            return answer;
        }
    }

    private static double silent(VantageProbe probe) {
        return measured(probe).getOrDefault(Measurement.VANTAGE_SILENT, -1.0);
    }

    private static Map<Measurement, Double> measured(VantageProbe probe) {
        return probe.run(VantageProbe.target(EAST), Duration.ofSeconds(5))
                .join()
                .measurements();
    }

    private List<Verdict> deliver(JsonNode... observations) {
        return desk.deliver(EAST, new Delivery(NOW, STATUS, List.of(observations)));
    }

    private AgentDesk desk(AgentDesk.Limits limits) {
        Target rpc = target("rpc", "https://witness.example.org/key2");
        ProbePlan plan = new ProbePlan(
                new Http(),
                target("site", "https://site.example.org/key").withWitness(rpc),
                Duration.ofSeconds(5),
                Duration.ofSeconds(3));
        Network lab = new Network(
                new NetworkId("lab"),
                "Lab",
                1,
                Duration.ofSeconds(1),
                Map.of(),
                Map.of(),
                List.of("10.0.0.0/8"),
                List.of(),
                Map.of(),
                Network.Indexing.DEFAULT,
                Map.of(),
                MinerCanaries.DEFAULT);
        VantagePlans plans = new VantagePlans(
                List.of(new VantageSettings.Agent("east", List.of(), List.of("http"), List.of())),
                () -> List.of(lab),
                () -> List.of(plan));
        assertThat(plans.vantages()).isEqualTo(Set.of(EAST));
        Outbox outbox = new Outbox(jdbi, CLOCK);
        return new AgentDesk(plans, store, jdbi, outbox, new MinuteSummaries(jdbi, outbox, CLOCK), CLOCK, limits);
    }

    private static Target target(String id, String url) {
        return new Target(
                new TargetId(id),
                TargetKind.ENDPOINT,
                new NetworkId("lab"),
                SecretUrl.parse(url),
                Optional.empty(),
                Map.of("operator", "ours"),
                Map.of("probe", "http"));
    }

    private static JsonNode seen(String target, Instant slot) {
        return TargetJson.parse(SeenDocument.write(new Observation(
                        new ProbeId("http"),
                        new TargetId(target),
                        TargetKind.ENDPOINT,
                        new NetworkId("claimed"),
                        new Vantage("claimed"),
                        Map.of("operator", "claimed"),
                        slot,
                        slot,
                        Duration.ofMillis(5),
                        Finding.of(Outcome.ok()))))
                .orElseThrow();
    }

    /** Is never run here. */
    private static final class Http implements Probe {
        @Override
        public ProbeId id() {
            return new ProbeId("http");
        }

        @Override
        public TargetKind kind() {
            return TargetKind.ENDPOINT;
        }

        @Override
        public CompletableFuture<Finding> run(Target target, Duration timeout) {
            return new CompletableFuture<>();
        }
    }
}
