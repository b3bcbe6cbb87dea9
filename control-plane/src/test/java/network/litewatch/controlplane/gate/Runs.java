package network.litewatch.controlplane.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import network.litewatch.controlplane.gate.GateData.Node;
import network.litewatch.controlplane.gate.GateData.Part;
import network.litewatch.controlplane.gate.GateData.Rehearsed;
import network.litewatch.controlplane.gate.GateData.Span;

/** Runs of a gate as tests need them. */
public final class Runs {
    public static final Instant BEGUN = Instant.parse("2026-11-20T10:00:00Z");

    private Runs() {}

    /** {@code whole} answers after 0.01 s, 0.02 s ..., then {@code timeouts}, in rounds of two sessions. */
    public static List<Answer> answers(int whole, int timeouts) {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < whole + timeouts; i++) {
            boolean ok = i < whole;
            double ttft = ok ? (i + 1) / 100.0 : Double.POSITIVE_INFINITY;
            answers.add(new Answer(
                    "steady",
                    1 + i % 2,
                    i / 2,
                    BEGUN.plusMillis(i * 100L),
                    ttft,
                    ttft + (ok ? 0.2 : 0),
                    ok ? 66 : 0,
                    ok ? Optional.empty() : Optional.of(ErrorClass.TIMEOUT),
                    ok ? "text" + i / 2 : "",
                    Optional.of(Integer.toString(i))));
        }
        return answers;
    }

    public static Rehearsed drill(String name, boolean proved) {
        return new Rehearsed(
                name,
                "RpcHeadStalled",
                BEGUN.plusSeconds(20),
                BEGUN.plusSeconds(50),
                proved,
                proved ? "proved" : "late: <after> 90 s",
                OptionalDouble.of(12),
                proved ? OptionalDouble.of(3.5) : OptionalDouble.empty(),
                List.of("lab-rpc-b"));
    }

    public static GateData facts(List<Answer> answers, List<Rehearsed> drills, List<Node> nodes) {
        return facts(answers, drills, nodes, Optional.empty());
    }

    public static GateData facts(
            List<Answer> answers, List<Rehearsed> drills, List<Node> nodes, Optional<String> brokenOff) {
        return new GateData(
                BEGUN,
                BEGUN.plusSeconds(60),
                answers,
                List.of(new Span("steady", BEGUN, BEGUN.plusSeconds(10), 10)),
                drills,
                nodes,
                Map.of("steady", new Part(9, 10)),
                Map.of(Measure.OBSERVATIONS_TWICE, Measured.read(0, 500, "all documents")),
                brokenOff);
    }

    public static Limit limit(Measure measure, double bound, boolean most) {
        return new Limit(
                measure.label().replace('_', '-'),
                measure,
                measure.needs(Measure.Needs.QUANTILE) ? OptionalDouble.of(0.5) : OptionalDouble.empty(),
                measure.needs(Measure.Needs.STAGES) ? Set.of("steady") : Set.of(),
                Optional.empty(),
                measure.needs(Measure.Needs.DRILL) ? Optional.of("freeze-head") : Optional.empty(),
                bound,
                most);
    }

    public static GatePlan plan(Limit... limits) {
        return new GatePlan(
                "short",
                "A <short> plan",
                new GatePlan.Load(
                        16,
                        Duration.ofSeconds(10),
                        List.of(new GatePlan.Stage("steady", List.of(1L, 2L), 10, Duration.ofSeconds(10))),
                        Optional.empty()),
                List.of("freeze-head"),
                Duration.ofSeconds(1),
                List.of(limits),
                "0".repeat(64));
    }
}
