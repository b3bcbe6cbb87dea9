package network.litewatch.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.annotation.security.RolesAllowed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import network.litewatch.controlplane.auth.Caller;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.drill.Blast;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.DrillRun;
import network.litewatch.controlplane.drill.DrillRun.State;
import network.litewatch.controlplane.drill.Mode;
import network.litewatch.controlplane.store.DrillSkips;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Drills of the runbooks: what they prove, their runs, and journals. */
@Path("/api/v1/drills")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class DrillsResource {
    private static final int CONFLICT = 409;

    private final DrillActions drills;

    public DrillsResource(DrillActions drills) {
        this.drills = drills;
    }

    /**
     * A drill.
     *
     * @param provedAt when a run last proved it; absent when none did here
     * @param secondsToFire of that run
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record View(
            String id,
            String runbook,
            String alert,
            String tier,
            String network,
            String fault,
            String firesWithin,
            String resolvesWithin,
            @Nullable Instant provedAt,
            @Nullable Double secondsToFire) {
        static View of(Drill drill, @Nullable DrillRun proof) {
            return new View(
                    drill.id(),
                    drill.runbook(),
                    drill.proves().alert(),
                    drill.tier().name().toLowerCase(Locale.ROOT),
                    drill.targets().network(),
                    drill.broken(),
                    Durations.format(drill.firesWithin()),
                    Durations.format(drill.resolvesWithin()),
                    proof == null ? null : proof.entered().get(State.CLOSED),
                    proof == null
                            ? null
                            : proof.toFire().map(DrillsResource::seconds).orElse(null));
        }
    }

    /**
     * What would be done.
     *
     * @param breaks ids of the targets that the fault is for
     * @param touches ids of all targets whose observations would be the drill's
     * @param domain drills of one domain wait for each other
     * @param refusals why it would not begin now; empty when it would
     */
    public record Plan(
            View drill,
            List<String> steps,
            List<String> breaks,
            List<String> touches,
            String domain,
            List<String> refusals) {}

    /** Something that happened in a run. */
    public record EventView(Instant at, String what) {}

    /**
     * What became of an expected alert in a run.
     *
     * @param secondsToFire from the injection; absent where it did not fire
     * @param secondsToResolve from the end of the fault; absent where that was not seen
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ExpectedView(
            String alert,
            String severity,
            String firesWithin,
            @Nullable Double secondsToFire,
            @Nullable Double secondsToResolve) {
        static ExpectedView of(Drill.Expectation expected, DrillRun run) {
            String alert = expected.alert().alert();
            return new ExpectedView(
                    alert,
                    expected.severity(),
                    Durations.format(expected.firesWithin()),
                    run.toFire(alert).map(DrillsResource::seconds).orElse(null),
                    run.toResolve(alert).map(DrillsResource::seconds).orElse(null));
        }
    }

    /**
     * A run.
     *
     * @param expected every alert that it must bring about, in the order of its file
     * @param mode fault, null, actionless or a mutant
     * @param needsTwoPeople whether it begins only when a second person approves it
     * @param verdict absent until one is found
     * @param passed whether it came to what its mode has to come to
     * @param secondsToFire from the injection; absent where not all fired
     * @param secondsToResolve from the end of the fault; absent where that was not seen
     * @param faultEndsAt when the injector ends the fault by itself; absent before there was one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RunView(
            String id,
            String drill,
            String alert,
            String fault,
            String mode,
            boolean needsTwoPeople,
            String state,
            @Nullable String verdict,
            boolean passed,
            String why,
            int messages,
            String firesWithin,
            @Nullable Double secondsToFire,
            @Nullable Double secondsToResolve,
            List<ExpectedView> expected,
            Instant plannedAt,
            @Nullable Instant faultEndsAt,
            @Nullable Instant closedAt,
            List<EventView> events) {
        static RunView of(DrillRun run) {
            return new RunView(
                    run.id(),
                    run.drill().id(),
                    run.drill().proves().alert(),
                    run.drill().broken(),
                    run.mode().label(),
                    run.needsTwoPeople(),
                    run.state().label(),
                    run.verdict() == null ? null : run.verdict().label(),
                    run.isPassed(),
                    run.why(),
                    run.messages(),
                    Durations.format(run.drill().firesWithin()),
                    run.toFire().map(DrillsResource::seconds).orElse(null),
                    run.toResolve().map(DrillsResource::seconds).orElse(null),
                    run.drill().expects().stream()
                            .map(expected -> ExpectedView.of(expected, run))
                            .toList(),
                    Objects.requireNonNull(run.entered().get(State.PLANNED)),
                    run.faultEnds(),
                    run.entered().get(State.CLOSED),
                    run.events().stream()
                            .map(event -> new EventView(event.at(), event.what()))
                            .toList());
        }
    }

    /** What journals are signed with. */
    public record KeyView(String algorithm, String key) {}

    @GET
    public Page<View> list(@QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        Map<String, DrillRun> proved = asked(drills::proved);
        return Page.of(
                drills.drills().stream()
                        .map(drill -> View.of(drill, proved.get(drill.id())))
                        .toList(),
                Page.limit(limit),
                cursor);
    }

    @GET
    @Path("/{id}/plan")
    public Plan plan(@PathParam("id") String id) {
        Drill drill = drill(id);
        Blast blast = drills.blast(drill);
        return asked(() -> new Plan(
                View.of(drill, drills.proved().get(id)),
                steps(drill),
                blast.broken().stream().sorted().toList(),
                blast.touched().stream().sorted().toList(),
                blast.domain(),
                drills.refusals(drill)));
    }

    @POST
    @Path("/runs")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.OPERATE)
    public RunView start(@Nullable Map<String, String> wish, @Context HttpServletRequest request) {
        if (wish == null || !Set.of("drill", "mode").containsAll(wish.keySet())) {
            throw ApiError.badRequest(
                    "a run has nothing but drill and mode, as {\"drill\": \"freeze-head\", \"mode\": \"fault\"}");
        }
        String name = wish.getOrDefault("mode", Mode.FAULT.label());
        Mode mode = Mode.named(name)
                .orElseThrow(() -> ApiError.badRequest("mode must be one of "
                        + List.of(Mode.values()).stream().map(Mode::label).toList()));
        Drill drill = drill(wish.getOrDefault("drill", ""));
        if (drill.tier() == Drill.Tier.PRODUCTION) {
            if (Mode.MUTANTS.contains(mode)) {
                throw ApiError.badRequest("mode must be fault, null or actionless: rules of production are not broken");
            }
            requirePerson(request);
        }
        asked(drills::stop).ifPresent(stop -> {
            throw ApiError.of(CONFLICT, stop + "; litewatch drill release lets them begin again");
        });
        return RunView.of(asked(() -> drills.plan(drill, mode, Actors.of(request))));
    }

    @GET
    @Path("/runs")
    public Page<RunView> runs(
            @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        int size = Page.limit(limit);
        int offset = Page.offset(cursor);
        List<RunView> rows = asked(() -> drills.runs(size + 1, offset)).stream()
                .map(RunView::of)
                .toList();
        boolean more = rows.size() > size;
        return new Page<>(more ? rows.subList(0, size) : rows, more ? Integer.toString(offset + size) : null);
    }

    /** Why scheduled drills that were due were not begun. */
    @GET
    @Path("/skips")
    public Page<DrillSkips.Skip> skips(
            @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        int size = Page.limit(limit);
        int offset = Page.offset(cursor);
        List<DrillSkips.Skip> rows = asked(() -> drills.skips(size + 1, offset));
        boolean more = rows.size() > size;
        return new Page<>(more ? rows.subList(0, size) : rows, more ? Integer.toString(offset + size) : null);
    }

    @GET
    @Path("/runs/{id}")
    public RunView run(@PathParam("id") String id) {
        return asked(() -> drills.run(id))
                .map(RunView::of)
                .orElseThrow(() -> ApiError.notFound("no run has this id; see /api/v1/drills/runs"));
    }

    @POST
    @Path("/runs/{id}/abort")
    @RolesAllowed(Role.OPERATE)
    public RunView abort(@PathParam("id") String id, @Context HttpServletRequest request) {
        if (!asked(() -> drills.abort(id, Actors.of(request)))) {
            throw ApiError.notFound("no open run has this id; see /api/v1/drills/runs");
        }
        return run(id);
    }

    /** The second person, of a run that one person does not begin. */
    @POST
    @Path("/runs/{id}/approve")
    @RolesAllowed(Role.OPERATE)
    public RunView approve(@PathParam("id") String id, @Context HttpServletRequest request) {
        RunView before = run(id);
        requirePerson(request);
        if (!before.needsTwoPeople()) {
            throw ApiError.badRequest("this run needs no second person");
        }
        if (!asked(() -> drills.approve(id, Actors.of(request)))) {
            throw ApiError.of(
                    CONFLICT,
                    "not approved: it does not wait for a second person any more, or you are the one who wanted it");
        }
        return run(id);
    }

    /** Two people are told apart by their tokens; without any, everybody is the same one. */
    private static void requirePerson(HttpServletRequest request) {
        if (!(request.getUserPrincipal() instanceof Caller caller) || caller.equals(Caller.LOCAL)) {
            throw ApiError.badRequest(
                    "a drill of tier production needs two people, who are told apart by tokens of their own: see auth.tokens");
        }
    }

    /** As it was signed, to the character. */
    @GET
    @Path("/runs/{id}/journal")
    public String journal(@PathParam("id") String id) {
        return asked(() -> drills.journal(id))
                .orElseThrow(() -> ApiError.notFound("no run that is closed has this id; see /api/v1/drills/runs"));
    }

    @GET
    @Path("/key")
    public KeyView key() {
        return new KeyView("Ed25519", asked(drills::key));
    }

    private Drill drill(String id) {
        return drills.drills().stream()
                .filter(drill -> drill.id().equals(id))
                .findFirst()
                .orElseThrow(() -> ApiError.notFound("no drill has this id; see /api/v1/drills"));
    }

    private static List<String> steps(Drill drill) {
        List<String> steps = new ArrayList<>();
        steps.add(
                "wait until it is steady for " + Durations.format(drill.before().hold()) + ", "
                        + Durations.format(drill.before().timeout()) + " at most");
        drill.before()
                .probes()
                .forEach(probe ->
                        steps.add("steady is: " + probe.signal() + " from " + probe.low() + " to " + probe.high()));
        drill.faults()
                .forEach(fault -> steps.add("inject " + fault + " " + fault.args() + ", which ends by itself after "
                        + Durations.format(fault.lease())));
        drill.expects()
                .forEach(expected -> steps.add("expect " + expected.alert().alert() + " "
                        + expected.alert().labels() + ", " + expected.severity() + ", within "
                        + Durations.format(expected.firesWithin()) + ", told once with its runbook"));
        drill.forbid().stream().sorted().forEach(alert -> steps.add("must not fire: " + alert));
        steps.add("roll back, and expect all to be over within " + Durations.format(drill.resolvesWithin()));
        steps.add("end in any case after " + Durations.format(drill.limits().maxRuntime()));
        return steps;
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1e3;
    }

    static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
    }
}
