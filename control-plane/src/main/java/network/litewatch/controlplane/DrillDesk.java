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
import java.util.function.UnaryOperator;
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
import network.litewatch.controlplane.store.DrillSwitch;
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
    private static final String SECOND =
            "waits for a second person, who approves it by a token of their own: litewatch drill approve RUN";
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
    private final InjectorCalls calls;
    private volatile List<DrillRun> mutants = List.of();

    /** Where what happens is written. */
    record Records(
            DrillStore runs,
            DrillSwitch killSwitch,
            SilenceStore silences,
            AuditLog audit,
            Outbox outbox,
            DrillSigner signer) {}

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
        this.calls = new InjectorCalls(clock);
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
        calls.close();
    }

    /** Runs in which rules are broken on purpose. */
    List<DrillRun> mutants() {
        return mutants;
    }

    /** Plans a run of {@code drill}, which begins when its turn comes. */
    DrillRun plan(Drill drill, Mode mode, Actor actor) {
        Instant now = clock.instant();
        String id = drill.id() + "-" + String.format("%08x", random.nextInt());
        DrillRun planned = DrillRun.planned(id, drill, mode, now).noted("wanted by " + actor.name(), now);
        DrillRun run = planned.needsTwoPeople() ? planned.noted(SECOND, now) : planned;
        jdbi.useTransaction(handle -> {
            records.runs().add(handle, run, around.blast(drill), actor.name(), now);
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

    /** Has a second person agree to a run; false when it is not one that waits for that, or the person is the one who wanted it. */
    boolean approve(String run, Actor actor) {
        return jdbi.inTransaction(handle -> {
            boolean approved = records.runs().approve(handle, run, actor.name());
            if (approved) {
                records.audit().append(handle, actor, "drill.approve", run, "", "");
            }
            return approved;
        });
    }

    /** The kill switch: ends every run, what is broken is mended first, and lets none begin until {@link #release}. */
    DrillSwitch.Stop stopAll(String reason, Actor actor) {
        DrillSwitch.Stop stop = new DrillSwitch.Stop(clock.instant(), actor.name(), reason);
        DrillSwitch.Stop standing = jdbi.inTransaction(handle -> {
            records.killSwitch().turn(handle, stop);
            int open = records.runs().wantAbortOfAll(handle, stop.toString());
            records.audit().append(handle, actor, "drill.stop", "all drills", "", open + " open: " + reason);
            return records.killSwitch().stop(handle).orElse(stop);
        });
        thread.execute(this::look);
        return standing;
    }

    /** Lets drills begin again; false when nothing stopped them. */
    boolean release(Actor actor) {
        return jdbi.inTransaction(handle -> {
            boolean released = records.killSwitch().release(handle);
            if (released) {
                records.audit().append(handle, actor, "drill.release", "all drills", "", "");
            }
            return released;
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
            calls.forgetAllBut(mine.stream().map(held -> held.run().id()).toList());
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
        UnaryOperator<DrillRun> answer = calls.answer(held.run().id());
        DrillRun run = answer.apply(held.run());
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
            calls.take(held.run().id(), answer);
            obey(next);
        }
    }

    /** One node at a time, so that no two runs that are in each other's way begin. */
    private void begin(Held held, DrillRun run, Instant now) {
        jdbi.useTransaction(handle -> {
            boolean free = records.runs().begunWhileNobodyElseBegins(handle).stream()
                    .noneMatch(other -> other.blast().isInTheWayOf(held.blast())
                            && !other.run().mode().mayGoBeside(run.mode()));
            boolean agreed = !run.needsTwoPeople() || held.approvedBy() != null;
            DrillRun first = records.killSwitch()
                    .stop(handle)
                    .map(stop -> run.aborted(stop.toString(), now))
                    .orElse(agreed && run.needsTwoPeople() ? run.noted("approved by " + held.approvedBy(), now) : run);
            DrillRun after = first.isOver()
                    ? first
                    : first.step(around.sight(first, held.blast(), now, free && agreed))
                            .run();
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
                            run.drill().broken());
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

    private void obey(DrillRun.Next next) {
        if (next.command() == Command.NOTHING) {
            return;
        }
        Optional<Injector> injector = around.injector(next.run().drill());
        if (next.command() == Command.INJECT) {
            calls.inject(next.run(), injector);
        } else {
            calls.undo(next.run(), injector);
        }
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
