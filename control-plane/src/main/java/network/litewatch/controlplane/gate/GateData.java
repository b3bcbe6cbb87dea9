package network.litewatch.controlplane.gate;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * All that a run of a plan saw.
 *
 * @param spans when each stage of the load went on
 * @param nodes reputations before the drills and after them
 * @param committed by stage, of the tasks that more than one miner worked on, those that all of them committed
 * @param counts figures that are read and not sampled, by measure; one that is missing was not measured
 * @param brokenOff why it ended before its plan did; empty where it did not
 */
public record GateData(
        Instant from,
        Instant to,
        List<Answer> answers,
        List<Span> spans,
        List<Rehearsed> drills,
        List<Node> nodes,
        Map<String, Part> committed,
        Map<Measure, Measured> counts,
        Optional<String> brokenOff) {
    public GateData {
        answers = List.copyOf(answers);
        spans = List.copyOf(spans);
        drills = List.copyOf(drills);
        nodes = List.copyOf(nodes);
        committed = Map.copyOf(committed);
        counts = Map.copyOf(counts);
    }

    /** A stage of the load as it was. */
    public record Span(String stage, Instant from, Instant to, double perSecond) {}

    /**
     * A drill as it was run.
     *
     * @param verdict as the service says it, with its reason
     * @param passed whether it came to what it should
     * @param toFire seconds from the injection; empty where the alert did not fire
     * @param toResolve seconds from the end of the fault; empty where that was not seen
     * @param touched ids of targets that felt the fault
     */
    public record Rehearsed(
            String drill,
            String alert,
            Instant from,
            Instant to,
            boolean passed,
            String verdict,
            OptionalDouble toFire,
            OptionalDouble toResolve,
            List<String> touched) {
        public Rehearsed {
            touched = List.copyOf(touched);
        }
    }

    /**
     * A node's reputation, the point of its interval; empty where there was not enough evidence.
     *
     * @param touched whether a drill's fault was for it, or on the way to it
     */
    public record Node(String id, OptionalDouble before, OptionalDouble after, boolean touched) {}

    /** Some of all. */
    public record Part(long some, long all) {}
}
