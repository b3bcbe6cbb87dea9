package network.litewatch.controlplane;

import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.AutoCloseableManager;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.incident.GroupKey;
import network.litewatch.controlplane.alert.incident.Incident;
import network.litewatch.controlplane.api.DrillActions;
import network.litewatch.controlplane.api.DrillStopResource;
import network.litewatch.controlplane.api.DrillsResource;
import network.litewatch.controlplane.drill.Blast;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.DrillRun;
import network.litewatch.controlplane.drill.DrillRun.State;
import network.litewatch.controlplane.drill.Injector;
import network.litewatch.controlplane.drill.Mode;
import network.litewatch.controlplane.drill.Sight;
import network.litewatch.controlplane.drill.http.HttpInjector;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.notify.IncidentView;
import network.litewatch.controlplane.runbook.Runbook;
import network.litewatch.controlplane.runbook.RunbookPage;
import network.litewatch.controlplane.schedule.QuartzCluster.Chore;
import network.litewatch.controlplane.store.AuditLog.Actor;
import network.litewatch.controlplane.store.DrillSkips;
import network.litewatch.controlplane.store.DrillStanding;
import network.litewatch.controlplane.store.DrillStore;
import network.litewatch.controlplane.store.DrillSwitch;
import network.litewatch.controlplane.vantage.Connectivity;
import network.litewatch.controlplane.vantage.VantageProbe;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything about drills, and what they see of the rest. */
final class Drills implements DrillDesk.Surroundings, DrillActions, ScheduledDrills.Around {
    private static final Logger LOG = LoggerFactory.getLogger(Drills.class);
    private static final int THREADS = 2;
    private static final int INCIDENTS = 500;

    private static final Actor SCHEDULE = new Actor("schedule", "");

    private final Parts parts;
    private final Clock clock;
    private final boolean scheduled;
    private final List<Target> vantages;
    private final DrillSkips skips;
    private final DrillStore store;
    private final DrillSwitch killSwitch;
    private final Set<String> places;
    private final Map<String, Injector> injectors;
    private final DrillSigner signer;
    private final DrillMarks marks = new DrillMarks();
    private final DrillDesk desk;
    private final DrillProofs proofs;

    /** What drills see: files as they are, what is known of targets, people's messages; {@code judgeAnew} has the rules read again. */
    record Parts(
            Supplier<Files> files, LatestAssessments latest, Incidents incidents, Outbox outbox, Runnable judgeAnew) {}

    private Drills(
            ControlPlaneConfiguration all,
            Environment env,
            Jdbi jdbi,
            Clock clock,
            RandomGenerator random,
            Parts parts) {
        DrillSettings config = all.drills();
        this.parts = parts;
        this.clock = clock;
        this.vantages = all.vantages().agents().stream()
                .map(agent -> VantageProbe.target(agent.vantage()))
                .toList();
        this.scheduled = config.scheduled();
        this.skips = new DrillSkips(jdbi);
        this.store = new DrillStore(jdbi, env.getObjectMapper());
        this.killSwitch = new DrillSwitch(jdbi);
        this.places = config.places();
        this.injectors = injectors(config, env);
        this.signer = DrillSigner.of(jdbi);
        this.desk = new DrillDesk(
                jdbi,
                clock,
                random,
                new DrillDesk.Records(
                        store,
                        killSwitch,
                        parts.incidents().silences(),
                        parts.incidents().audit(),
                        parts.outbox(),
                        signer),
                this,
                marks,
                journal -> DrillDocuments.write(config.journals(), journal));
        env.lifecycle().manage(desk);
        DrillStanding standing = new DrillStanding(jdbi);
        this.proofs = new DrillProofs(this::onSchedule, drill -> standing.of(drill.id(), clock.instant()), clock);
        env.lifecycle().manage(new AutoCloseableManager(proofs));
    }

    /** Wires it; what is started and stopped is managed by {@code env}. */
    static Drills wire(
            ControlPlaneConfiguration config,
            Environment env,
            Jdbi jdbi,
            Clock clock,
            RandomGenerator random,
            Parts parts) {
        return new Drills(config, env, jdbi, clock, random, parts);
    }

    private static Map<String, Injector> injectors(DrillSettings config, Environment env) {
        Map<String, Injector> injectors = new HashMap<>();
        config.injectors().forEach((network, at) -> {
            if (!at.url().isEmpty()) {
                // The operator's own word says where it is; what it answers is bounded all the same.
                GuardedClient client =
                        new GuardedClient(EgressPolicy.allowing(Connectivity.ANYWHERE), System::nanoTime, THREADS);
                env.lifecycle().manage(new AutoCloseableManager(client));
                injectors.put(network, new HttpInjector(client.http(), SecretUrl.parse(at.url()), at.bearer()));
            }
        });
        return Map.copyOf(injectors);
    }

    /** What the cluster does for drills: begins those that are due, where the configuration wants that. */
    List<Chore> chores() {
        return scheduled ? List.of(new ScheduledDrills(this, clock).chore()) : List.of();
    }

    /** What asks whether schedules are kept. */
    DrillProofs proofs() {
        return proofs;
    }

    private List<Drill> onSchedule() {
        return scheduled
                ? drills().stream()
                        .filter(drill -> ScheduledDrills.isBegun(drill, injector(drill)))
                        .toList()
                : List.of();
    }

    @Override
    public Optional<Instant> last(String drill) {
        return store.lastPlanned(drill);
    }

    @Override
    public List<String> obstacles(Drill drill, Instant now) {
        Optional<DrillSwitch.Stop> stop = killSwitch.stop();
        if (stop.isPresent()) {
            return List.of(stop.get().toString());
        }
        Blast blast = blast(drill);
        List<String> obstacles = new ArrayList<>(new DrillObstacles(
                        store.open(),
                        parts.incidents().alerts().around(drill.targets().network(), ""),
                        parts.files().get().maintenance(),
                        inventory())
                .of(drill, blast, now));
        // What is against any run is against this one; it is asked last, since it asks the injector.
        return obstacles.isEmpty() ? refusals(drill) : obstacles;
    }

    @Override
    public void begin(Drill drill) {
        var unused = desk.plan(drill, Mode.FAULT, SCHEDULE);
    }

    @Override
    public void skipped(Drill drill, String reason, Instant now) {
        if (skips.note(drill.id(), reason, now)) {
            LOG.info("a drill that is due is not begun: drill={} reason={}", drill.id(), reason);
        }
    }

    @Override
    public List<DrillSkips.Skip> skips(int limit, int offset) {
        return skips.list(limit, offset);
    }

    DrillMarks marks() {
        return marks;
    }

    /** What serves them. */
    List<Object> resources() {
        return List.of(new DrillsResource(this), new DrillStopResource(this));
    }

    /** {@code rules} as they are to be judged by now: broken on purpose where a run wants that. */
    List<Rule> rules(List<Rule> rules) {
        return DrillMutants.of(rules, desk.mutants());
    }

    /** What the page of {@code runbook} says of its drills. */
    List<RunbookPage.Rehearsal> rehearsals(Runbook runbook) {
        Map<String, DrillRun> proved = proved();
        return drills().stream()
                .filter(drill -> drill.runbook().equals(runbook.id()))
                .flatMap(drill -> drill.expects().stream()
                        .map(expected -> rehearsal(drill, expected.alert().alert(), proved.get(drill.id()))))
                .toList();
    }

    private static RunbookPage.Rehearsal rehearsal(Drill drill, String alert, @Nullable DrillRun proof) {
        return new RunbookPage.Rehearsal(
                drill.id(),
                alert,
                drill.broken(),
                proof == null
                        ? ""
                        : Optional.ofNullable(proof.entered().get(State.CLOSED))
                                .map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString())
                                .orElse(""),
                proof == null
                        ? ""
                        : proof.toFire(alert)
                                .map(time -> Long.toString(time.toSeconds()))
                                .orElse(""));
    }

    @Override
    public List<Drill> drills() {
        return parts.files().get().drills().drills();
    }

    @Override
    public Map<String, DrillRun> proved() {
        return desk.proved();
    }

    @Override
    public Blast blast(Drill drill) {
        return Blast.of(drill, inventory());
    }

    private List<Target> inventory() {
        Stream<Target> asked = parts.files().get().networks().stream().flatMap(network -> network.targets().stream());
        return Stream.concat(asked, vantages.stream()).toList();
    }

    @Override
    public Optional<Injector> injector(Drill drill) {
        return Optional.ofNullable(injectors.get(drill.targets().network()));
    }

    @Override
    public void judgeAnew() {
        parts.judgeAnew().run();
    }

    @Override
    public List<String> refusals(Drill drill) {
        return refusals(
                drill,
                blast(drill),
                parts.incidents().alerts().around(drill.targets().network(), ""));
    }

    @Override
    public Sight sight(DrillRun run, Blast blast, Instant now, boolean turn) {
        Drill drill = run.drill();
        List<Alert> alerts = parts.incidents().alerts().around(drill.targets().network(), run.id());
        boolean begins = run.state() == State.STEADY;
        return new Sight(
                now,
                List.copyOf(blast.broken()),
                alerts,
                signals(drill, blast),
                told(run, alerts),
                begins ? refusals(drill, blast, alerts) : List.of(),
                turn);
    }

    private Map<String, Map<String, Double>> signals(Drill drill, Blast blast) {
        Set<String> targets = new LinkedHashSet<>(blast.broken());
        drill.before().probes().forEach(probe -> probe.target().ifPresent(targets::add));
        drill.after().probes().forEach(probe -> probe.target().ifPresent(targets::add));
        Map<String, Map<String, Double>> signals = new TreeMap<>();
        for (String target : targets) {
            Map<String, Double> of = new TreeMap<>();
            parts.latest().signals(new TargetId(target)).forEach((signal, value) -> of.put(signal.signalName(), value));
            signals.put(target, of);
        }
        return signals;
    }

    private List<Sight.Told> told(DrillRun run, List<Alert> alerts) {
        if (run.state().compareTo(State.INJECTED) < 0) {
            return List.of();
        }
        Map<String, Runbook> runbooks = parts.files().get().runbooks();
        List<Sight.Told> told = new ArrayList<>();
        for (IncidentView view : parts.incidents().log().list(true, INCIDENTS, 0)) {
            Incident incident = view.incident();
            Incident.Shown shown = incident.shown();
            if (shown == null || !incident.group().drill().equals(Optional.of(run.id()))) {
                continue;
            }
            List<String> names = alerts.stream()
                    .filter(alert -> GroupKey.of(alert).equals(incident.group()))
                    .map(Alert::rule)
                    .distinct()
                    .toList();
            Runbook linked = runbooks.get(shown.first().annotations().getOrDefault("runbook", ""));
            boolean named =
                    linked != null && linked.alerts().contains(shown.first().rule());
            told.add(new Sight.Told(names, view.told(), named));
        }
        return told;
    }

    private List<String> refusals(Drill drill, Blast blast, List<Alert> alerts) {
        return new DrillRefusals(alerts, injector(drill), places).of(drill, blast);
    }

    @Override
    public DrillRun plan(Drill drill, Mode mode, Actor actor) {
        return desk.plan(drill, mode, actor);
    }

    @Override
    public boolean abort(String run, Actor actor) {
        return desk.abort(run, actor);
    }

    @Override
    public boolean approve(String run, Actor actor) {
        return desk.approve(run, actor);
    }

    @Override
    public DrillSwitch.Stop stopAll(String reason, Actor actor) {
        return desk.stopAll(reason, actor);
    }

    @Override
    public boolean release(Actor actor) {
        return desk.release(actor);
    }

    @Override
    public Optional<DrillSwitch.Stop> stop() {
        return killSwitch.stop();
    }

    @Override
    public List<DrillRun> runs(int limit, int offset) {
        return store.list(limit, offset);
    }

    @Override
    public Optional<DrillRun> run(String id) {
        return store.find(id);
    }

    @Override
    public Optional<String> journal(String run) {
        return store.journal(run);
    }

    @Override
    public String key() {
        return Objects.requireNonNull(signer).publicKey();
    }
}
