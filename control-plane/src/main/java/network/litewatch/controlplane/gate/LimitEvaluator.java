package network.litewatch.controlplane.gate;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import network.litewatch.controlplane.gate.GateData.Node;
import network.litewatch.controlplane.gate.GateData.Part;
import network.litewatch.controlplane.gate.GateData.Rehearsed;

/** What the facts of a run say of each limit. */
public final class LimitEvaluator {
    /** How often a drill is looked at. */
    private static final double LOOK_SECONDS = 1;

    private final GateData facts;

    public LimitEvaluator(GateData facts) {
        this.facts = facts;
    }

    /** Every limit of {@code plan} with its verdict, in the plan's order. */
    public List<LimitResult> judge(GatePlan plan) {
        return plan.limits().stream().map(limit -> limit.judge(of(limit, plan))).toList();
    }

    private Measured of(Limit limit, GatePlan plan) {
        return unfinished(limit)
                .map(stage -> Measured.nothing("the run was broken off before the stage " + stage + " was over"))
                .orElseGet(() -> seen(limit, plan));
    }

    /** A stage that the limit is of and that did not go on to its end. */
    private Optional<String> unfinished(Limit limit) {
        Set<String> whole = facts.spans().stream().map(GateData.Span::stage).collect(Collectors.toSet());
        return limit.stages().stream()
                .filter(stage -> facts.brokenOff().isPresent() && !whole.contains(stage))
                .sorted()
                .findFirst();
    }

    private Measured seen(Limit limit, GatePlan plan) {
        return switch (limit.measure()) {
            case TTFT_SECONDS -> quantile(limit, Answer::ttftSeconds);
            case TOTAL_SECONDS -> quantile(limit, Answer::totalSeconds);
            case TOKENS_PER_SECOND -> quantile(limit, Answer::tokensPerSecond);
            case ANSWERS_PER_SECOND -> throughput(limit);
            case ERROR_SHARE -> errors(limit);
            case DETECTION_SECONDS -> drill(limit, Rehearsed::toFire);
            case RECOVERY_SECONDS -> drill(limit, Rehearsed::toResolve);
            case DRILLS_PROVED -> proved(plan.drills().size());
            case REPUTATION_CHANGE -> reputation();
            case ANSWERS_AGREE -> agreement(limit);
            case TASKS_COMMITTED_BY_ALL -> committed(limit);
            case OBSERVATIONS_MISSING, OBSERVATIONS_TWICE, SLOTS_MISSING, TASKS_UNINDEXED, AUDIT_BROKEN ->
                facts.counts().getOrDefault(limit.measure(), Measured.nothing("it was not measured"));
        };
    }

    private List<Answer> in(Set<String> stages) {
        return facts.answers().stream()
                .filter(answer -> stages.contains(answer.stage()))
                .toList();
    }

    /** What had no answer is in it, as slower than all: leaving it out would make a router that hangs a fast one. */
    private Measured quantile(Limit limit, ToDoubleFunction<Answer> what) {
        double[] samples = in(limit.stages()).stream().mapToDouble(what).toArray();
        return Measured.quantile(samples, limit.quantile().orElseThrow());
    }

    private Measured throughput(Limit limit) {
        List<Answer> asked = in(limit.stages());
        double seconds = facts.spans().stream()
                .filter(span -> limit.stages().contains(span.stage()))
                .mapToDouble(span ->
                        java.time.Duration.between(span.from(), span.to()).toMillis() / 1e3)
                .sum();
        if (asked.isEmpty() || seconds <= 0) {
            return Measured.nothing("nothing was asked");
        }
        long whole = asked.stream().filter(answer -> answer.error().isEmpty()).count();
        return Measured.share(whole, asked.size()).times(asked.size() / seconds);
    }

    private Measured errors(Limit limit) {
        List<Answer> asked = in(limit.stages());
        long wrong = asked.stream()
                .filter(answer -> answer.error().isPresent()
                        && (limit.error().isEmpty() || limit.error().equals(answer.error())))
                .count();
        return Measured.share(wrong, asked.size());
    }

    private Measured drill(Limit limit, java.util.function.Function<Rehearsed, OptionalDouble> time) {
        Optional<Rehearsed> run = facts.drills().stream()
                .filter(one -> limit.drill().equals(Optional.of(one.drill())))
                .findFirst();
        if (run.isEmpty()) {
            return Measured.nothing("the drill was not run");
        }
        OptionalDouble seconds = time.apply(run.get());
        return seconds.isPresent()
                ? Measured.within(seconds.getAsDouble(), LOOK_SECONDS)
                : Measured.nothing("the drill ended as " + run.get().verdict());
    }

    private Measured proved(int planned) {
        List<Rehearsed> all = facts.drills();
        if (all.isEmpty()) {
            return Measured.nothing("no drill was run");
        }
        long proved = all.stream().filter(Rehearsed::passed).count();
        if (facts.brokenOff().isPresent() && proved == all.size() && proved < planned) {
            return Measured.nothing("the run was broken off after " + proved + " of " + planned + " drills");
        }
        return Measured.read((double) proved / all.size(), all.size(), "each run once");
    }

    private Measured reputation() {
        if (facts.nodes().isEmpty() && facts.brokenOff().isPresent()) {
            return Measured.nothing("it was not read");
        }
        List<Node> left = facts.nodes().stream().filter(node -> !node.touched()).toList();
        if (left.isEmpty()) {
            return Measured.nothing("every node was touched by a drill");
        }
        if (left.stream()
                .anyMatch(node -> node.before().isEmpty() || node.after().isEmpty())) {
            return Measured.nothing("not every node had evidence enough before and after the drills");
        }
        double most = left.stream()
                .mapToDouble(node ->
                        Math.abs(node.after().getAsDouble() - node.before().getAsDouble()))
                .max()
                .orElse(0);
        return Measured.read(most, left.size(), "largest of the nodes that no drill touched");
    }

    /** Sessions that were given the same prompt, at temperature 0, by the same model: do all say the same? */
    private Measured agreement(Limit limit) {
        Collection<List<Answer>> rounds = in(limit.stages()).stream()
                .filter(answer -> answer.error().isEmpty())
                .collect(Collectors.groupingBy(answer -> answer.stage() + " " + answer.round()))
                .values();
        List<List<Answer>> redundant =
                rounds.stream().filter(round -> round.size() > 1).toList();
        long agree = redundant.stream()
                .filter(round -> round.stream().map(Answer::text).distinct().count() == 1)
                .count();
        return Measured.share(agree, redundant.size());
    }

    private Measured committed(Limit limit) {
        long some = 0;
        long all = 0;
        for (Map.Entry<String, Part> one : facts.committed().entrySet()) {
            if (limit.stages().contains(one.getKey())) {
                some += one.getValue().some();
                all += one.getValue().all();
            }
        }
        return all == 0 ? Measured.nothing("no task had more than one miner") : Measured.share(some, all);
    }
}
