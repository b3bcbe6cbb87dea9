package network.litewatch.controlplane.gate.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import network.litewatch.controlplane.gate.Answer;
import network.litewatch.controlplane.gate.ErrorClass;
import network.litewatch.controlplane.gate.GateData;
import network.litewatch.controlplane.gate.GatePlan;
import network.litewatch.controlplane.gate.LimitResult;
import network.litewatch.controlplane.gate.Measured;

/**
 * All that is told of a run.
 *
 * @param planted the fault that was planted to see whether the gate notices, as JSON; empty for none
 */
public record GateReport(
        GatePlan plan, GateData facts, List<LimitResult> judged, Conditions conditions, String planted) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public GateReport {
        judged = List.copyOf(judged);
    }

    /** A run that was broken off did not pass, whatever could be told of it. */
    public LimitResult.Verdict verdict() {
        LimitResult.Verdict all = LimitResult.of(judged);
        return all == LimitResult.Verdict.PASSED && facts.brokenOff().isPresent()
                ? LimitResult.Verdict.INCONCLUSIVE
                : all;
    }

    /** The report for machines; what is not known or without bound is null. */
    public String json() {
        ObjectNode root = JSON.createObjectNode()
                .put("schema", "gate-report/v1")
                .put("plan", plan.id())
                .put("title", plan.title())
                .put("plan_sha256", plan.digest())
                .put("verdict", verdict().label())
                .put("planted", planted)
                .put("broken_off", facts.brokenOff().orElse(""))
                .put("from", facts.from().toString())
                .put("to", facts.to().toString());
        ObjectNode held = root.putObject("conditions");
        conditions.named().forEach(held::put);
        ArrayNode limits = root.putArray("limits");
        judged.forEach(one -> limit(limits.addObject(), one));
        ArrayNode drills = root.putArray("drills");
        facts.drills().forEach(one -> drill(drills.addObject(), one));
        ArrayNode nodes = root.putArray("reputation");
        facts.nodes().forEach(node -> {
            ObjectNode told = nodes.addObject().put("node", node.id()).put("touched", node.touched());
            number(told, "before", node.before().orElse(Double.NaN));
            number(told, "after", node.after().orElse(Double.NaN));
        });
        ArrayNode stages = root.putArray("stages");
        facts.spans()
                .forEach(span -> stages.addObject()
                        .put("stage", span.stage())
                        .put("from", span.from().toString())
                        .put("to", span.to().toString())
                        .put("per_second", span.perSecond()));
        ArrayNode answers = root.putArray("answers");
        facts.answers().forEach(answer -> answer(answers.addObject(), answer));
        return root.toPrettyString();
    }

    private static void limit(ObjectNode node, LimitResult one) {
        Measured measured = one.measured();
        node.put("id", one.limit().id())
                .put("group", one.limit().measure().group().label())
                .put("what", one.limit().what())
                .put("unit", one.limit().measure().unit())
                .put(one.limit().isMost() ? "at_most" : "at_least", one.limit().bound());
        number(node, "value", measured.value());
        number(node, "low", measured.low());
        number(node, "high", measured.high());
        node.put("n", measured.samples()).put("method", measured.method());
        node.put("verdict", one.verdict().label()).put("why", one.why());
    }

    private static void drill(ObjectNode node, GateData.Rehearsed one) {
        node.put("drill", one.drill())
                .put("alert", one.alert())
                .put("passed", one.passed())
                .put("verdict", one.verdict());
        number(node, "seconds_to_fire", orNothing(one.toFire()));
        number(node, "seconds_to_resolve", orNothing(one.toResolve()));
        ArrayNode touched = node.putArray("touched");
        one.touched().forEach(touched::add);
    }

    private void answer(ObjectNode node, Answer answer) {
        node.put("stage", answer.stage()).put("session", answer.session());
        node.put("at", Duration.between(facts.from(), answer.slot()).toMillis() / 1e3);
        number(node, "ttft", answer.ttftSeconds());
        number(node, "total", answer.totalSeconds());
        number(node, "tokens_per_second", answer.tokensPerSecond());
        node.put("error", answer.error().map(ErrorClass::label).orElse(""));
    }

    private static double orNothing(OptionalDouble value) {
        return value.orElse(Double.NaN);
    }

    private static void number(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, Math.round(value * 1e6) / 1e6);
        } else {
            node.putNull(name);
        }
    }
}
