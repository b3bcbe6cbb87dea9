package network.litewatch.controlplane.drill;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A rehearsal: break this, and that alert must fire in time, be told once with its runbook, and resolve once it is mended.
 *
 * @param id unique over all runbooks
 * @param runbook that it stands in
 * @param proves the alert that it is about; one of {@code expects}
 * @param domain drills of one domain never run at once, nor with those of one below it, as lab/rpc is below lab; empty for that of the
 *     network and the kind of target
 * @param besides what is broken too, from before {@code fault} on: the alert must come all the same
 * @param forbid alerts that must not fire
 * @param allow alerts that may fire beside the expected ones without being held against the drill
 * @param limits what ends it early
 * @param schedule when it is run by itself; empty when only somebody's wish runs it
 */
public record Drill(
        String id,
        String runbook,
        AlertName proves,
        Tier tier,
        Optional<String> domain,
        Targets targets,
        Steady before,
        Steady after,
        Fault fault,
        List<Fault> besides,
        List<Expectation> expects,
        Set<String> forbid,
        Set<String> allow,
        Limits limits,
        Optional<Schedule> schedule) {
    public Drill {
        besides = besides == null
                ? List.of()
                : List.copyOf(besides); // a run that was stored before there were any has none
        expects = List.copyOf(expects);
        forbid = Set.copyOf(forbid);
        allow = Set.copyOf(allow);
    }

    /** Where a drill may be run. */
    public enum Tier {
        CI,
        STAGING,
        PRODUCTION
    }

    /**
     * An alert by name, and labels that it must have.
     *
     * @param labels some of its labels; empty for any
     */
    public record AlertName(String alert, Map<String, String> labels) {
        public AlertName {
            labels = Map.copyOf(labels);
        }

        /** Whether an alert of that rule and labels is meant. */
        public boolean isOf(String rule, Map<String, String> actual) {
            return alert.equals(rule) && actual.entrySet().containsAll(labels.entrySet());
        }
    }

    /**
     * What is broken, by labels.
     *
     * @param selector {@code network}, {@code target}, {@code kind} and labels that a target must have; {@code network} among them
     * @param count how many targets it is to find, neither more nor fewer
     * @param reach ids of further targets that feel it
     * @param alone whether what is asked through a target does not feel it, as it does else
     */
    public record Targets(Map<String, String> selector, int count, Set<String> reach, boolean alone) {
        public Targets {
            selector = Map.copyOf(selector);
            reach = Set.copyOf(reach);
        }

        public String network() {
            return selector.getOrDefault("network", "");
        }
    }

    /**
     * A state that must be there, and stay.
     *
     * @param hold for how long without a break
     * @param timeout how long it is waited for
     */
    public record Steady(Duration hold, Duration timeout, List<Tolerance> probes) {
        public Steady {
            probes = List.copyOf(probes);
        }
    }

    /**
     * A signal of a target within bounds, which are part of it.
     *
     * @param target whose; empty for each of the drill's targets
     */
    public record Tolerance(String signal, Optional<String> target, double low, double high) {
        boolean holds(double value) {
            return value >= low && value <= high;
        }
    }

    /**
     * What is injected.
     *
     * @param at the injector's name for what it breaks, which need not be the target's
     * @param args numbers and texts by name
     * @param lease after which the injector ends it, whatever became of us
     */
    public record Fault(String type, String at, Map<String, Object> args, Duration lease) {
        public Fault {
            args = Map.copyOf(args);
        }

        @Override
        public String toString() {
            return type + " at " + at;
        }
    }

    /**
     * What must come of it.
     *
     * @param firesWithin from the injection
     * @param resolvesWithin from the end of the fault
     * @param messagesMax how many messages people may get
     * @param runbookLinked whether the message must link the runbook that names the alert
     */
    public record Expectation(
            AlertName alert,
            String severity,
            Duration firesWithin,
            Duration resolvesWithin,
            int messagesMax,
            boolean runbookLinked) {}

    /**
     * What ends it before its time.
     *
     * @param severity of any other alert of the network that fires; empty when none ends it
     * @param maxRuntime from its start to its verdict
     */
    public record Limits(Optional<String> severity, Duration maxRuntime) {}

    /**
     * When it is run by itself.
     *
     * @param window when it may begin, as {@code Tue 10:00-12:00 UTC}; empty for any time
     * @param skipIf {@code open_incident} and {@code freeze}
     */
    public record Schedule(Duration every, Optional<String> window, Set<String> skipIf) {
        public Schedule {
            skipIf = Set.copyOf(skipIf);
        }
    }

    /** All that is injected, in that order. */
    public List<Fault> faults() {
        return Stream.concat(besides.stream(), Stream.of(fault)).toList();
    }

    /** What is broken, in words: {@code rpc.freeze at rpc-b, beside slack.down at slack}. */
    public String broken() {
        return besides.isEmpty()
                ? fault.toString()
                : fault + ", beside " + besides.stream().map(Fault::toString).collect(Collectors.joining(", "));
    }

    /** The longest time to fire of all that it expects. */
    public Duration firesWithin() {
        return expects.stream()
                .map(Expectation::firesWithin)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** The longest time to resolve of all that it expects. */
    public Duration resolvesWithin() {
        return expects.stream()
                .map(Expectation::resolvesWithin)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }
}
