package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import network.litewatch.controlplane.alert.incident.Matcher;
import network.litewatch.controlplane.alert.incident.Silence;
import network.litewatch.controlplane.drill.Blast;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.DrillJournal;
import network.litewatch.controlplane.drill.DrillRun;
import network.litewatch.controlplane.drill.DrillRun.Command;
import network.litewatch.controlplane.drill.DrillRun.State;
import network.litewatch.controlplane.drill.Injector;
import network.litewatch.controlplane.drill.Mode;
import network.litewatch.controlplane.drill.Sight;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.store.AuditLog;
import network.litewatch.controlplane.store.AuditLog.Actor;
import network.litewatch.controlplane.store.DrillStore;
import network.litewatch.controlplane.store.DrillStore.Held;
import network.litewatch.controlplane.store.SilenceStore;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs drills: looks once a second, stores each step before it is acted on, and asks injectors.
 *
 * <p>A run is this node's for {@link #LEASE} at a time. One whose node was killed is taken over when that is past, by this node
 * after its start or by another, and is ended as aborted: its fault is undone, or ends with its own lease.
 */
final class DrillDesk implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(DrillDesk.class);
    private static final Actor SELF = new Actor("drills", "");
    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private final Jdbi jdbi;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Records records;
    private final Surroundings around;
    private final DrillMarks marks;
    private final Consumer<JsonNode> journals;
    // A node that starts anew is another owner: what it ran before it must take over.
    private final String owner = UUID.randomUUID().toString();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "drills"));
    private volatile List<DrillRun> mutants = List.of();

    /** Where what happens is written. */
    record Records(DrillStore runs, SilenceStore silences, AuditLog audit, Outbox outbox, DrillSigner signer) {}

    /** What drills see of the rest of the service, and do to it. */
    interface Surroundings {
        /** What there is to see around {@code run}; {@code turn} is whether nothing is in its way. */
        Sight sight(DrillRun run, Blast blast, Instant now, boolean turn);

        /** What {@code drill} would touch now. */
        Blast blast(Drill drill);

        /** What makes faults for {@code drill}; empty where nothing does. */
        Optional<Injector> injector(Drill drill);

        /** Has rules judged anew, because {@link #mutants} are others. */
        void judgeAnew();
    }

    /** {@code journals} gets the signed journal of each run that is closed. */
    DrillDesk(
            Jdbi jdbi,
            InstantSource clock,
            RandomGenerator random,
            Records records,
            Surroundings around,
            DrillMarks marks,
            Consumer<JsonNode> journals) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.random = random;
        this.records = records;
        this.around = around;
        this.marks = marks;
        this.journals = journals;
    }

    @Override
    public void start() {
        marks.use(records.runs().marked(clock.instant().minus(REMEMBERED)));
        var unused = thread.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
    }

    @Override
    public void stop() throws InterruptedException {
        thread.shutdown();
        if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
            thread.shutdownNow();
        }
    }

    /** Runs in which rules are broken on purpose. */
    List<DrillRun> mutants() {
        return mutants;
    }

    /** Plans a run of {@code drill}, which begins when its turn comes. */
    DrillRun plan(Drill drill, Mode mode, Actor actor) {
        Instant now = clock.instant();
        String id = drill.id() + "-" + String.format("%08x", random.nextInt());
        DrillRun run = DrillRun.planned(id, drill, mode, now);
        jdbi.useTransaction(handle -> {
            records.runs().add(handle, run, around.blast(drill), now);
            records.audit().append(handle, actor, "drill.plan", id, "", drill.id() + " " + mode.label());
        });
        thread.execute(this::look);
        return run;
    }

    /** Has a run ended; false when no open one has this id. */
    boolean abort(String run, Actor actor) {
        return jdbi.inTransaction(handle -> {
            boolean wanted = records.runs().wantAbort(handle, run, "ended by " + actor.name());
            if (wanted) {
                records.audit().append(handle, actor, "drill.abort", run, "", "");
            }
            return wanted;
        });
    }

    private void look() {
        try {
            Instant now = clock.instant();
            adopt(now);
            List<Held> mine = records.runs().owned(owner);
            for (Held held : mine) {
                advance(held);
            }
            marks.use(records.runs().marked(now.minus(REMEMBERED)));
            mutate();
        } catch (RuntimeException e) {
            // The database may be away; faults end by their leases, and the next look goes on from what is stored.
            LOG.warn("drills wait: {}", e.getMessage());
        }
    }

    private void adopt(Instant now) {
        for (Held held : records.runs().adopt(owner, now, LEASE)) {
            if (held.run().state() != State.PLANNED) {
                LOG.warn(
                        "a drill is taken over: drill={} state={}",
                        held.run().id(),
                        held.run().state().label());
                store(held, held.run().aborted("whoever ran it was gone", now));
            }
        }
    }

    private void advance(Held held) {
        DrillRun run = held.run();
        Instant now = clock.instant();
        if (held.abortWanted() != null) {
            run = run.aborted(held.abortWanted(), now);
        }
        if (run.state() == State.PLANNED) {
            begin(held, run, now);
            return;
        }
        DrillRun.Next next = run.isOver()
                ? new DrillRun.Next(run, Command.NOTHING)
                : run.step(around.sight(run, held.blast(), now, true));
        if (store(held, next.run())) {
            obey(held, next);
        }
    }

    /** One node at a time, so that no two runs that are in each other's way begin. */
    private void begin(Held held, DrillRun run, Instant now) {
        jdbi.useTransaction(handle -> {
            boolean turn = records.runs().begunWhileNobodyElseBegins(handle).stream()
                    .noneMatch(other -> other.blast().isInTheWayOf(held.blast())
                            && !other.run().mode().mayGoBeside(run.mode()));
            DrillRun after = run.isOver()
                    ? run
                    : run.step(around.sight(run, held.blast(), now, turn)).run();
            var unused = save(handle, held, after);
        });
    }

    private boolean store(Held held, DrillRun run) {
        return jdbi.inTransaction(handle -> save(handle, held, run));
    }

    private boolean save(Handle handle, Held held, DrillRun run) {
        Instant now = clock.instant();
        if (!records.runs().save(handle, held, run, now.plus(LEASE))) {
            LOG.warn("a drill has another owner: drill={}", run.id());
            return false;
        }
        if (held.run().state() != run.state()) {
            LOG.info("drill={} state={} verdict={}", run.id(), run.state().label(), run.verdict());
            entered(handle, held.run(), run, now);
        }
        return true;
    }

    private void entered(Handle handle, DrillRun before, DrillRun run, Instant now) {
        if (run.state() == State.ARMED && run.mode() == Mode.ROUTE_REMOVED) {
            records.silences().save(handle, silence(run, now));
        }
        if (run.state() == State.INJECTING) {
            records.audit()
                    .append(
                            handle,
                            SELF,
                            "drill.inject",
                            run.id(),
                            "",
                            run.drill().fault().type() + " at "
                                    + run.drill().fault().at());
        }
        if (run.isOver() && !before.isOver()) {
            JsonNode journal = DrillJournal.of(run);
            String signed = records.signer().sign(journal);
            records.runs().journal(handle, run.id(), signed);
            records.outbox().append(handle, List.of(DrillDocuments.of(run, journal)));
            records.audit().append(handle, SELF, "drill.close", run.id(), "", run.verdict() + ": " + run.why());
            journals.accept(DrillDocuments.parse(signed));
        }
    }

    private static Silence silence(DrillRun run, Instant now) {
        return new Silence(
                UUID.nameUUIDFromBytes(run.id().getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                List.of(Matcher.equal(Sight.LABEL, run.id())),
                now,
                now.plus(run.drill().limits().maxRuntime()),
                "drills",
                "the route is removed on purpose, to see whether the drill notices",
                now);
    }

    private void obey(Held held, DrillRun.Next next) {
        if (next.command() == Command.NOTHING) {
            return;
        }
        DrillRun run = next.run();
        Optional<Injector> injector = around.injector(run.drill());
        DrillRun after;
        if (injector.isEmpty()) {
            after = next.command() == Command.INJECT
                    ? run.notInjected("nothing makes faults there", true, clock.instant())
                    : run.notRolledBack("nothing makes faults there any more", clock.instant());
        } else if (next.command() == Command.INJECT) {
            after = inject(run, injector.get());
        } else {
            after = injector.get()
                    .undo(run.drill().fault(), Optional.ofNullable(run.fault()))
                    .map(why -> run.notRolledBack(why, clock.instant()))
                    .orElseGet(() -> run.rolledBack(clock.instant()));
        }
        var unused = store(new Held(run, held.blast(), held.epoch(), held.abortWanted()), after);
    }

    private DrillRun inject(DrillRun run, Injector injector) {
        // From before it was asked: an alert cannot have fired earlier because of it.
        Instant asked = clock.instant();
        Injector.Answer answer = injector.inject(run.drill().fault());
        if (answer instanceof Injector.Made made) {
            return run.injected(made.handle(), made.ends(), asked);
        }
        Injector.NotMade not = (Injector.NotMade) answer;
        return run.notInjected(not.reason(), not.certain(), clock.instant());
    }

    /** Breaks rules for the runs that want it, and mends them after. */
    private void mutate() {
        List<DrillRun> wanted = new ArrayList<>();
        for (Held held : records.runs().owned(owner)) {
            DrillRun run = held.run();
            if (DrillMutants.concerns(run.mode()) && run.state().compareTo(State.STEADY) >= 0 && !run.isOver()) {
                wanted.add(run);
            }
        }
        if (!ids(wanted).equals(ids(mutants))) {
            mutants = List.copyOf(wanted);
            around.judgeAnew();
        }
    }

    private static List<String> ids(List<DrillRun> runs) {
        return runs.stream().map(DrillRun::id).sorted().toList();
    }

    /** Of each alert when it was last proved, by drill. */
    Map<String, DrillRun> proved() {
        return records.runs().proved().stream()
                .collect(Collectors.toMap(run -> run.drill().id(), Function.identity()));
    }
}
