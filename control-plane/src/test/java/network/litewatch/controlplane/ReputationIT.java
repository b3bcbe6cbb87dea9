package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.jackson.Jackson;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.alert.incident.Pace;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.ingest.MinuteSummaries;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.ingest.Selection;
import network.litewatch.controlplane.ingest.Shipper;
import network.litewatch.controlplane.ingest.elastic.BulkWriter;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import network.litewatch.controlplane.ingest.elastic.Templates;
import network.litewatch.controlplane.network.Storing;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.reputation.Component;
import network.litewatch.controlplane.reputation.EvidenceReader;
import network.litewatch.controlplane.reputation.NodeRecord;
import network.litewatch.controlplane.reputation.Pieces;
import network.litewatch.controlplane.reputation.Replay;
import network.litewatch.controlplane.reputation.ReplayPage;
import network.litewatch.controlplane.reputation.Tally;
import network.litewatch.controlplane.store.AlertStore;
import network.litewatch.controlplane.store.Checkpoints;
import network.litewatch.controlplane.store.MuteStore;
import network.litewatch.controlplane.store.ReputationStore;
import network.litewatch.controlplane.store.SloStore;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

/** Counting goes on where it stopped, and stored documents give the same counts again. */
class ReputationIT {
    private static final ObjectMapper JSON = Jackson.newObjectMapper();
    private static final Instant T0 = Instant.parse("2026-03-01T21:00:00Z");
    private static final Instant END = T0.plus(Duration.ofDays(1));
    private static final Clock CLOCK = Clock.fixed(END, ZoneOffset.UTC);
    private static final Map<String, String> WAY = Map.of("router", "r", "rpc", "a", "operator", "op");
    private static final List<String> INDICES =
            List.of("litewatch-observations-2026.03.01", "litewatch-observations-2026.03.02");
    private static final EvidenceReader READER = new EvidenceReader(Pieces.FORMULA, SpeedTable.EMPTY, Set.of());

    @Test
    void aServiceThatIsKilledAndStartedAgainCountsAsOneThatNeverStopped() {
        Jdbi one = SharedStores.get().database("reputation_one");
        Pipeline never = pipeline(one);
        batches().forEach(never::process);

        Jdbi other = SharedStores.get().database("reputation_other");
        for (List<Observation> batch : batches()) {
            // Dies in the middle of the commit, and what it had not committed comes again.
            other.useHandle(handle -> handle.execute("ALTER TABLE reputation RENAME TO gone"));
            assertThatThrownBy(() -> pipeline(other).process(batch)).isInstanceOf(RuntimeException.class);
            other.useHandle(handle -> handle.execute("ALTER TABLE gone RENAME TO reputation"));
            pipeline(other).process(batch);
        }

        List<NodeRecord> records = store(one).all();
        assertThat(records).hasSize(2);
        NodeRecord faulty = records.get(0);
        assertThat(faulty.tally(Component.AVAILABILITY).bad())
                .as("failures that are charged to it count")
                .isGreaterThan(1);
        assertThat(faulty.tally(Component.CORRECTNESS).bad()).isGreaterThan(1);
        assertThat(faulty.operator()).isEqualTo("op");
        assertThat(records.get(1).tally(Component.AVAILABILITY).bad()).isZero();
        assertThat(store(other).all()).isEqualTo(records);
        assertThat(rows(other, "reputation_snapshot")).isEqualTo(rows(one, "reputation_snapshot"));
        assertThat(rows(one, "reputation_snapshot")).as("midnight was passed").hasSize(2);
    }

    @Test
    void storedDocumentsGiveTheSameCountsAgain() throws IOException, InterruptedException {
        Jdbi jdbi = SharedStores.get().database("reputation_replay");
        Pipeline live = pipeline(jdbi);
        batches().forEach(live::process);
        ElasticsearchClient elasticsearch = SharedStores.get().elasticsearch();
        Templates.put(elasticsearch, 0);
        ship(jdbi, elasticsearch);
        try {
            Replay replay = new Replay(READER);
            long read = new ReputationReplay(new ObservationSearch(elasticsearch)::search, documents -> {})
                    .run(T0, END, List.of(replay));

            assertThat(read).isGreaterThan(500);
            List<NodeRecord> counted = store(jdbi).all();
            assertThat(replay.records()).hasSameSizeAs(counted);
            for (NodeRecord record : counted) {
                NodeRecord again =
                        Objects.requireNonNull(replay.byNode().get(record.node().value()));
                for (Component component : Component.values()) {
                    Tally tally = record.tally(component);
                    assertThat(again.tally(component).good()).isCloseTo(tally.good(), within(1e-9));
                    assertThat(again.tally(component).bad()).isCloseTo(tally.bad(), within(1e-9));
                    assertThat(again.tally(component).pieces()).isEqualTo(tally.pieces());
                    assertThat(again.tally(component).newest()).isEqualTo(tally.newest());
                }
            }
            assertThat(ReplayPage.of(replay, T0, END)).contains("| 1 | sound | op |", "| 2 | faulty | op |");
            assertThat(ReplayPage.difference(replay, replay, END)).contains("+0.0000");
        } finally {
            elasticsearch.indices().delete(d -> d.index(INDICES));
        }
    }

    private static void ship(Jdbi jdbi, ElasticsearchClient elasticsearch) throws IOException, InterruptedException {
        Outbox outbox = new Outbox(jdbi, Clock.systemUTC());
        Shipper shipper =
                new Shipper(outbox, new BulkWriter(elasticsearch), Clock.systemUTC(), new Random(1), verdict -> {});
        shipper.start();
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> outbox.backlog().rows() == 0);
        shipper.stop();
        elasticsearch.indices().refresh(r -> r.index(INDICES));
    }

    private static List<Map<String, Object>> rows(Jdbi jdbi, String table) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT node, day::text AS day, state::text AS state FROM " + table + " ORDER BY node, day")
                .mapToMap()
                .list());
    }

    private static ReputationStore store(Jdbi jdbi) {
        return new ReputationStore(jdbi, JSON);
    }

    /** One that goes on from what is stored, as after a start. */
    private static Pipeline pipeline(Jdbi jdbi) {
        Outbox outbox = new Outbox(jdbi, CLOCK);
        Checkpoints checkpoints = new Checkpoints(JSON);
        AlertStore alerts = new AlertStore(jdbi, JSON);
        return new Pipeline(
                jdbi,
                new Pipeline.Stores(
                        outbox,
                        new MinuteSummaries(jdbi, outbox, CLOCK),
                        checkpoints,
                        alerts,
                        new IncidentLog(
                                jdbi, JSON, CLOCK, Pace.DEFAULT, alerts::of, new MuteStore(jdbi, JSON, List::of)::at),
                        new SloStore(jdbi, CLOCK, List::of),
                        new Reputation(store(jdbi), () -> READER)),
                Fleet.of(checkpoints.load(jdbi)),
                new AlertBook(List.of(), alerts.alive()),
                new Selection(observation -> Storing.ALL),
                new Deaf(),
                CLOCK);
    }

    /** Hears of everything and does nothing. */
    private static final class Deaf implements Pipeline.Listener {
        @Override
        public void refused(Observation observation) {}

        @Override
        public void committed(
                List<Observation> observations, List<Assessment> assessments, List<Transition> transitions) {}
    }

    /** Six hours of two miners behind one router, over midnight; one of them is silent now and then, and wrong now and then. */
    private static List<List<Observation>> batches() {
        SplittableRandom random = new SplittableRandom(7);
        List<Observation> all = new ArrayList<>();
        for (int second = 0; second < 6 * 3_600; second += 60) {
            double head = T0.getEpochSecond() + second;
            all.add(run(
                    "rpc.head",
                    "a",
                    TargetKind.RPC,
                    second,
                    Outcome.ok(),
                    Map.of(Measurement.RPC_HEAD_NUMBER, head, Measurement.RPC_HEAD_TIMESTAMP, head)));
            all.add(run("router.status", "r", TargetKind.ROUTER, second + 1, Outcome.ok(), Map.of()));
            boolean silent = random.nextInt(10) == 0;
            boolean wrong = random.nextInt(5) == 0;
            all.add(run(
                    "miner.ping",
                    "faulty",
                    TargetKind.MINER,
                    second + 20,
                    silent ? Outcome.failed(Reason.TIMEOUT, "silence") : Outcome.ok(),
                    silent ? Map.of() : Map.of(Measurement.CANARY_RIGHT, wrong ? 0.0 : 1.0)));
            all.add(run(
                    "miner.ping",
                    "sound",
                    TargetKind.MINER,
                    second + 25,
                    Outcome.ok(),
                    Map.of(Measurement.CANARY_RIGHT, 1.0)));
        }
        List<List<Observation>> batches = new ArrayList<>();
        for (int i = 0; i < all.size(); ) {
            int end = Math.min(all.size(), i + 1 + random.nextInt(120));
            batches.add(all.subList(i, end));
            i = end;
        }
        return batches;
    }

    private static Observation run(
            String probe,
            String target,
            TargetKind kind,
            int second,
            Outcome outcome,
            Map<Measurement, Double> measurements) {
        Instant slot = T0.plusSeconds(second);
        return new Observation(
                new ProbeId(probe),
                new TargetId(target),
                kind,
                new NetworkId("lab"),
                new Vantage("here"),
                WAY,
                slot,
                slot,
                Duration.ofMillis(200),
                new Finding(outcome, Map.of(), measurements, Map.of()));
    }
}
