package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.alert.incident.Pace;
import network.litewatch.controlplane.api.SlosResource;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.ingest.MinuteSummaries;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.ingest.Selection;
import network.litewatch.controlplane.network.Storing;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.store.AlertStore;
import network.litewatch.controlplane.store.Checkpoints;
import network.litewatch.controlplane.store.MuteStore;
import network.litewatch.probe.Finding;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From runs of a router to a page and back, with the shipped SLOs and rules, over a real database and a clock of our own. */
class SloIT {
    private static final ProbeId STATUS = new ProbeId("router.status");
    private static final Vantage HERE = new Vantage("here");
    private static final Instant T0 = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration EVERY = Duration.ofSeconds(30);

    private final Files files = ShippedFiles.load();
    private final Jdbi jdbi = SharedStores.get().database("slo_flow");
    private final Target router = new Target(
            new TargetId("router-1"),
            TargetKind.ROUTER,
            new NetworkId("lab"),
            SecretUrl.parse("http://127.0.0.1:1"),
            Optional.empty(),
            Map.of(),
            Map.of());
    private Instant now = T0;
    private Slos slos = slos();
    private final List<String> told = new ArrayList<>();
    private Pipeline pipeline = pipeline();

    private Slos slos() {
        return new Slos(jdbi, () -> now, files.slos());
    }

    private Pipeline pipeline() {
        ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());
        Outbox outbox = new Outbox(jdbi, Clock.systemUTC());
        Checkpoints checkpoints = new Checkpoints(json);
        AlertStore alerts = new AlertStore(jdbi, json);
        return new Pipeline(
                jdbi,
                new Pipeline.Stores(
                        outbox,
                        new MinuteSummaries(jdbi, outbox, () -> now),
                        checkpoints,
                        alerts,
                        new IncidentLog(
                                jdbi,
                                json,
                                () -> now,
                                Pace.DEFAULT,
                                alerts::of,
                                new MuteStore(jdbi, json, List::of)::at),
                        slos.store(),
                        Reputation.of(jdbi, json, () -> files, Set.of())),
                Fleet.of(checkpoints.load(jdbi)),
                new AlertBook(files.rules(), alerts.alive()),
                new Selection(observation -> Storing.ALL),
                new Pipeline.Listener() {
                    @Override
                    public void refused(Observation observation) {
                        throw new AssertionError("nothing is refused here");
                    }

                    @Override
                    public void committed(
                            List<Observation> observations,
                            List<Assessment> assessments,
                            List<Transition> transitions) {
                        transitions.forEach(
                                transition -> told.add(transition.alert().rule() + " " + transition.kind() + " "
                                        + transition.alert().labels().get("target")));
                    }
                },
                () -> now);
    }

    @AfterEach
    void close() {
        slos.close();
    }

    @Test
    void anOutageIsPagedOnceAndEndsAfterItAlsoAcrossARestart() throws Exception {
        run(Duration.ofHours(2), Outcome.ok());
        assertThat(told).isEmpty();
        SlosResource.View quiet = view("router-availability");
        assertThat(quiet.samples()).isEqualTo(240);
        assertThat(quiet.target()).isEqualTo("router-1");
        assertThat(quiet.objective()).isEqualTo(0.995);
        assertThat(quiet.burns()).extracting(SlosResource.BurnView::firing).containsOnly(false);

        // What nobody answers for must not count, however long.
        run(Duration.ofMinutes(30), Outcome.inconclusive(Reason.RATE_LIMITED, "429"));
        assertThat(view("router-availability").samples()).isEqualTo(240);
        assertThat(slo(told)).isEmpty();

        run(Duration.ofMinutes(8), Outcome.failed(Reason.TIMEOUT, "no answer"));
        assertThat(slo(told))
                .contains("SloBurnPage FIRED router-availability.router-1")
                .doesNotHaveDuplicates();
        assertThat(view("router-availability").samples()).isEqualTo(256);

        slos.close();
        slos = slos();
        pipeline = pipeline();
        plans();
        assertThat(view("router-availability").samples()).isEqualTo(256);
        told.clear();
        run(Duration.ofMinutes(1), Outcome.failed(Reason.TIMEOUT, "no answer"));
        assertThat(slo(told)).noneMatch(line -> line.contains("SloBurnPage FIRED router-availability"));

        run(Duration.ofHours(3), Outcome.ok());
        assertThat(slo(told)).contains("SloBurnPage RESOLVED router-availability.router-1");
        SlosResource.View after = view("router-availability");
        assertThat(after.samples()).isEqualTo(256 + 2 + 360);
        assertThat(Objects.requireNonNull(after.budgetLeft()).value())
                .isLessThan(Objects.requireNonNull(quiet.budgetLeft()).value());
    }

    private static List<String> slo(List<String> told) {
        return told.stream().filter(line -> line.startsWith("Slo")).toList();
    }

    private SlosResource.View view(String slo) {
        plans();
        return slos.resource().list(null, null).items().stream()
                .filter(item -> item.slo().equals(slo))
                .findFirst()
                .orElseThrow();
    }

    private List<ProbePlan> plans() {
        return slos.plans(List.of(new ProbePlan(new Asking(), router, EVERY, EVERY)));
    }

    /** The router as it is asked, and every SLO of it every minute. */
    private void run(Duration length, Outcome outcome) throws Exception {
        Instant end = now.plus(length);
        List<ProbePlan> plans = plans();
        assertThat(plans)
                .extracting(plan -> plan.target().id().value())
                .containsExactlyInAnyOrder("router-availability.router-1", "router-latency.router-1");
        for (int i = 0; now.isBefore(end); i++) {
            now = now.plus(EVERY);
            List<Observation> batch = new ArrayList<>();
            batch.add(Observation.of(STATUS, router, HERE, now, now, now.plusMillis(80), Finding.of(outcome)));
            pipeline.process(batch);
            if (i % 2 == 1) {
                List<Observation> asked = new ArrayList<>();
                for (ProbePlan plan : plans) {
                    Finding finding =
                            plan.probe().run(plan.target(), plan.timeout()).get();
                    asked.add(Observation.of(
                            plan.probe().id(), plan.target(), HERE, now, now, now.plusMillis(5), finding));
                }
                pipeline.process(asked);
            }
        }
    }

    /** Stands for the probe of a plan; it is never run. */
    private record Asking() implements Probe {
        @Override
        public ProbeId id() {
            return STATUS;
        }

        @Override
        public TargetKind kind() {
            return TargetKind.ROUTER;
        }

        @Override
        public CompletableFuture<Finding> run(Target target, Duration timeout) {
            throw new AssertionError("not asked");
        }
    }
}
