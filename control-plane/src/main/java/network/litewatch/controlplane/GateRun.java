package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import network.litewatch.controlplane.drill.Mode;
import network.litewatch.controlplane.gate.Answer;
import network.litewatch.controlplane.gate.GateData;
import network.litewatch.controlplane.gate.GateData.Node;
import network.litewatch.controlplane.gate.GateData.Rehearsed;
import network.litewatch.controlplane.gate.GateData.Span;
import network.litewatch.controlplane.gate.GatePlan;
import network.litewatch.controlplane.gate.load.LoadRun;

/** Runs a plan at a service: its load, its drills one after the other under a lighter load, and then what is to be counted. */
final class GateRun {
    private static final String WHOSE = "an operator's";
    private static final String DRILLS = "/api/v1/drills";

    private final ServiceApi api;
    private final Place place;
    private final GatePlan plan;
    private final Clock clock;
    private final PrintStream out;
    private final LoadRun load;
    private final List<Answer> answers = new ArrayList<>();
    private final List<Span> spans = new ArrayList<>();
    private final List<Rehearsed> drills = new ArrayList<>();

    /**
     * Where the load goes and documents are counted.
     *
     * @param router base URL
     * @param token of the router; may be empty
     */
    record Place(URI router, String token, Optional<URI> elasticsearch) {
        /** Prints no token. */
        @Override
        public String toString() {
            return router.getHost() + ":" + router.getPort();
        }
    }

    GateRun(ServiceApi api, Place place, GatePlan plan, Clock clock, PrintStream out) {
        this.api = api;
        this.place = place;
        this.plan = plan;
        this.clock = clock;
        this.out = out;
        this.load = new LoadRun(place.router(), place.token(), plan.load(), clock);
    }

    /**
     * All of it, or what was seen until the service stopped answering, or until the thread was interrupted, which it is not any more
     * afterwards: what is known then is to be written.
     */
    GateData run() {
        Instant from = clock.instant();
        try {
            return whole(from);
        } catch (IllegalStateException e) {
            return brokenOff(from, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            return brokenOff(from, "it was told to end");
        }
    }

    private GateData brokenOff(Instant from, String why) {
        say("broken off: " + why);
        return new GateData(
                from, clock.instant(), answers, spans, drills, List.of(), Map.of(), Map.of(), Optional.of(why));
    }

    private GateData whole(Instant from) throws InterruptedException {
        for (GatePlan.Stage stage : plan.load().stages()) {
            say("load " + stage.name() + ": " + stage.perSecond() + "/s for "
                    + stage.lasts().toSeconds() + " s");
            Instant begun = clock.instant();
            answers.addAll(load.run(stage, () -> false));
            spans.add(new Span(stage.name(), begun, begun.plus(stage.lasts()), stage.perSecond()));
        }
        Map<String, Double> before = reputations();
        underLoad();
        Instant to = clock.instant();
        say("settling for " + plan.settle().toSeconds() + " s");
        TimeUnit.MILLISECONDS.sleep(plan.settle().toMillis());
        GateCounts counts = new GateCounts(api, place.elasticsearch());
        return new GateData(
                from,
                to,
                answers,
                spans,
                drills,
                nodes(before, reputations(), drills),
                counts.committed(spans, answers),
                counts.of(from, to, clock.instant(), answers),
                Optional.empty());
    }

    private void underLoad() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        Instant begun = clock.instant();
        Optional<CompletableFuture<List<Answer>>> beside = plan.load()
                .underDrills()
                .map(stage -> CompletableFuture.supplyAsync(
                        () -> besides(stage, over), task -> new Thread(task, "gate-load").start()));
        try {
            for (String drill : plan.drills()) {
                drills.add(rehearse(drill));
            }
        } finally {
            over.set(true);
            beside.ifPresent(asked -> answers.addAll(asked.join()));
        }
        if (beside.isPresent()) {
            spans.add(new Span(
                    GatePlan.DRILLS,
                    begun,
                    clock.instant(),
                    plan.load().underDrills().orElseThrow().perSecond()));
        }
    }

    private List<Answer> besides(GatePlan.Stage stage, AtomicBoolean over) {
        try {
            return load.run(stage, over::get);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    private Rehearsed rehearse(String drill) throws InterruptedException {
        say("drill " + drill);
        Instant from = clock.instant();
        JsonNode planned = api.get(DRILLS + "/" + ServiceApi.segment(drill) + "/plan", WHOSE);
        List<String> touched = new ArrayList<>();
        planned.path("touches").forEach(id -> touched.add(id.asText()));
        String run = DrillCommand.begin(api, drill, Mode.FAULT);
        JsonNode now;
        try {
            now = closed(DRILLS + "/runs/" + run);
        } catch (InterruptedException e) {
            abort(run);
            throw e;
        }
        String verdict = now.path("verdict").asText()
                + (now.path("passed").asBoolean() ? "" : ": " + now.path("why").asText());
        say("  " + verdict + ", fired after " + now.path("secondsToFire").asText("-") + " s, resolved after "
                + now.path("secondsToResolve").asText("-") + " s");
        return new Rehearsed(
                drill,
                now.path("alert").asText(),
                from,
                clock.instant(),
                now.path("passed").asBoolean(),
                verdict,
                seconds(now.path("secondsToFire")),
                seconds(now.path("secondsToResolve")),
                touched);
    }

    private JsonNode closed(String run) throws InterruptedException {
        JsonNode now = api.getPatiently(run, WHOSE);
        while (!now.path("state").asText().equals("closed")) {
            TimeUnit.SECONDS.sleep(1);
            now = api.getPatiently(run, WHOSE);
        }
        return now;
    }

    /** Nobody would look at it any more. Where the service is gone too, its injector ends the fault. */
    private void abort(String run) throws InterruptedException {
        try {
            var unused = api.post(DRILLS + "/runs/" + run + "/abort", "{}", WHOSE);
            say("  aborted");
        } catch (IllegalStateException e) {
            say("  not aborted: " + e.getMessage());
        }
    }

    private static OptionalDouble seconds(JsonNode value) {
        return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
    }

    /** The point of each node's interval; NaN while there is none. */
    private Map<String, Double> reputations() throws InterruptedException {
        Map<String, Double> points = new TreeMap<>();
        api.each(
                "/api/v1/reputation",
                WHOSE,
                item -> points.put(
                        item.path("node").asText(), item.at("/interval/point").asDouble(Double.NaN)));
        return points;
    }

    private static List<Node> nodes(Map<String, Double> before, Map<String, Double> after, List<Rehearsed> drills) {
        Set<String> touched = new HashSet<>();
        drills.forEach(drill -> touched.addAll(drill.touched()));
        Map<String, Double> all = new TreeMap<>(new HashMap<>(before));
        all.putAll(after);
        return all.keySet().stream()
                .map(node -> new Node(node, known(before.get(node)), known(after.get(node)), touched.contains(node)))
                .toList();
    }

    private static OptionalDouble known(@org.jspecify.annotations.Nullable Double point) {
        return point == null || point.isNaN() ? OptionalDouble.empty() : OptionalDouble.of(point);
    }

    private void say(String line) {
        out.println(clock.instant().truncatedTo(java.time.temporal.ChronoUnit.SECONDS) + " " + line);
        out.flush();
    }
}
