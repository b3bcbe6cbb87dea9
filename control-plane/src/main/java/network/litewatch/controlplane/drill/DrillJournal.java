package network.litewatch.controlplane.drill;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.drill.DrillRun.State;
import org.jspecify.annotations.Nullable;

/** A run as Chaos Toolkit writes its journals, with what is ours under {@code litewatch}. */
public final class DrillJournal {
    private final DrillRun run;
    private final Drill drill;
    private final ObjectNode root = JsonNodeFactory.instance.objectNode();

    private DrillJournal(DrillRun run) {
        this.run = run;
        this.drill = run.drill();
    }

    /** The journal of a run that is closed. */
    public static ObjectNode of(DrillRun run) {
        return new DrillJournal(run).write();
    }

    private ObjectNode write() {
        Instant start = Objects.requireNonNull(run.entered().get(State.PLANNED));
        Instant end = run.entered().getOrDefault(State.CLOSED, start);
        Verdict verdict = Objects.requireNonNullElse(run.verdict(), Verdict.INCONCLUSIVE);
        root.put("chaoslib-version", "1.0.0").put("platform", "litewatch");
        experiment();
        root.put("start", start.toString()).put("end", end.toString());
        root.put("duration", seconds(start, end));
        root.put("status", status(verdict));
        root.put("deviated", !run.isPassed());
        steadyStates();
        activities();
        ours(verdict);
        return root;
    }

    private void experiment() {
        ObjectNode experiment = root.putObject("experiment");
        experiment
                .put("version", "1.0.0")
                .put(
                        "title",
                        drill.proves().alert() + " fires for " + drill.fault().type());
        experiment.put("description", "Drill " + drill.id() + " of the runbook " + drill.runbook());
        experiment.putArray("tags").add(drill.tier().name()).add(run.mode().label());
        ObjectNode hypothesis = experiment.putObject("steady-state-hypothesis").put("title", "as before");
        ArrayNode probes = hypothesis.putArray("probes");
        for (Drill.Tolerance probe : drill.before().probes()) {
            ObjectNode one = probes.addObject().put("type", "probe").put("name", probe.signal());
            one.putObject("tolerance")
                    .put("type", "range")
                    .putArray("range")
                    .add(probe.low())
                    .add(probe.high());
        }
        ArrayNode method = experiment.putArray("method");
        drill.faults().forEach(fault -> activity(method.addObject(), "inject", fault));
        ArrayNode rollbacks = experiment.putArray("rollbacks");
        drill.faults().forEach(fault -> activity(rollbacks.addObject(), "undo", fault));
    }

    private static void activity(ObjectNode node, String name, Drill.Fault fault) {
        node.put("type", "action").put("name", name + " " + fault.type());
        ObjectNode provider = node.putObject("provider").put("type", "fault");
        provider.put("at", fault.at());
        ObjectNode arguments = provider.putObject("arguments");
        fault.args().forEach((key, value) -> arguments.put(key, String.valueOf(value)));
        provider.put("lease", Durations.format(fault.lease()));
    }

    private static String status(Verdict verdict) {
        return switch (verdict) {
            case ABORTED -> "interrupted";
            case UNSAFE_START, INCONCLUSIVE -> "aborted";
            case PROVED, REHEARSED -> "completed";
            default -> "failed";
        };
    }

    private void steadyStates() {
        ObjectNode states = root.putObject("steady_states");
        states.putObject("before").put("steady_state_met", run.entered().containsKey(State.ARMED));
        states.putObject("after")
                .put("steady_state_met", run.resolvedAt() != null && run.verdict() != Verdict.NOT_RESOLVED);
    }

    private void activities() {
        ArrayNode method = root.putArray("run");
        Instant injected = run.entered().get(State.INJECTED);
        if (run.entered().containsKey(State.INJECTING)) {
            done(method, "inject", run.entered().get(State.INJECTING), injected);
        }
        ArrayNode rollbacks = root.putArray("rollbacks");
        if (run.entered().containsKey(State.ROLLING_BACK)) {
            done(
                    rollbacks,
                    "undo",
                    run.entered().get(State.ROLLING_BACK),
                    run.entered().get(State.ROLLED_BACK));
        }
    }

    private void done(ArrayNode to, String name, @Nullable Instant begun, @Nullable Instant ended) {
        for (Drill.Fault fault : drill.faults()) {
            ObjectNode node = to.addObject();
            activity(node.putObject("activity"), name, fault);
            node.put("status", ended == null ? "failed" : "succeeded");
            if (begun != null) {
                node.put("start", begun.toString());
            }
            if (ended != null) {
                node.put("end", ended.toString());
            }
        }
    }

    private void ours(Verdict verdict) {
        ObjectNode ours = root.putObject("litewatch");
        ours.put("run", run.id()).put("drill", drill.id()).put("runbook", drill.runbook());
        ours.put("network", drill.targets().network())
                .put("alert", drill.proves().alert());
        ours.put("mode", run.mode().label()).put("verdict", verdict.label()).put("why", run.why());
        ours.put("passed", run.isPassed()).put("messages", run.messages());
        run.toFire().ifPresent(time -> ours.put("seconds_to_fire", time.toMillis() / 1e3));
        run.toResolve().ifPresent(time -> ours.put("seconds_to_resolve", time.toMillis() / 1e3));
        ours.put("fires_within_seconds", drill.firesWithin().toSeconds());
        ours.put("resolves_within_seconds", drill.resolvesWithin().toSeconds());
        List<DrillRun.Event> events = run.events();
        ArrayNode told = ours.putArray("events");
        events.forEach(
                event -> told.addObject().put("at", event.at().toString()).put("what", event.what()));
    }

    private static double seconds(Instant from, Instant to) {
        return java.time.Duration.between(from, to).toMillis() / 1e3;
    }
}
