package network.litewatch.probe.edge;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;

/**
 * What the generic probes share: each set of parameters is read once, and kept.
 *
 * @param <Q> the question that parameters make
 */
abstract class EdgeProbe<Q> implements Probe {
    private final EdgeKind kind;
    private final Function<Parameters, Q> reader;
    // One entry a configured target at most.
    private final Map<Map<String, String>, Read<Q>> questions = new ConcurrentHashMap<>();

    private record Read<Q>(Q question, Optional<String> problem) {}

    EdgeProbe(EdgeKind kind, Function<Parameters, Q> reader) {
        this.kind = kind;
        this.reader = reader;
    }

    @Override
    public final ProbeId id() {
        return kind.id();
    }

    @Override
    public final TargetKind kind() {
        return TargetKind.ENDPOINT;
    }

    @Override
    public final boolean suits(Target target) {
        return target.kind() == TargetKind.ENDPOINT && kind.asks(target);
    }

    @Override
    public final CompletableFuture<Finding> run(Target target, Duration timeout) {
        Read<Q> read = questions.computeIfAbsent(target.parameters(), this::read);
        return read.problem().isPresent()
                ? CompletableFuture.completedFuture(Finding.of(
                        Outcome.notRun(Reason.PROBER_ERROR, read.problem().get())))
                : ask(target, read.question(), timeout);
    }

    /** Asks once; as {@link Probe#run}. */
    abstract CompletableFuture<Finding> ask(Target target, Q question, Duration timeout);

    private Read<Q> read(Map<String, String> parameters) {
        Parameters reading = new Parameters(parameters);
        Q question = reader.apply(reading);
        Optional<String> problem = reading.problems().entrySet().stream()
                .map(entry -> "parameter " + entry.getKey() + " " + entry.getValue())
                .findFirst();
        return new Read<>(question, problem);
    }
}
