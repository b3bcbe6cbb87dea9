package network.litewatch.controlplane.drill;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.drill.Drill.AlertName;
import org.jspecify.annotations.Nullable;

/** A drill, and what there is to see around its runs. */
public final class Scenes {
    static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
    static final String ID = "freeze-1";

    private Scenes() {}

    static Drill drill() {
        return new Drill(
                "freeze",
                "rpc-head-stalled",
                new AlertName("Stalled", Map.of("target", "rpc-b")),
                Drill.Tier.CI,
                Optional.empty(),
                new Drill.Targets(Map.of("network", "lab", "target", "rpc-b"), 1, Set.of(), false),
                new Drill.Steady(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(60),
                        List.of(new Drill.Tolerance("lag", Optional.empty(), 0, 4))),
                new Drill.Steady(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(30),
                        List.of(new Drill.Tolerance("lag", Optional.empty(), 0, 4))),
                new Drill.Fault("rpc.freeze", "rpc-b", Map.of(), Duration.ofSeconds(120)),
                List.of(),
                List.of(new Drill.Expectation(
                        new AlertName("Stalled", Map.of("target", "rpc-b")),
                        "critical",
                        Duration.ofSeconds(40),
                        Duration.ofSeconds(20),
                        1,
                        true)),
                Set.of("RouterDown"),
                Set.of("Behind"),
                new Drill.Limits(Optional.of("critical"), Duration.ofMinutes(5)),
                Optional.empty());
    }

    /** A drill that expects {@code alert} of the same target besides. */
    static Drill expectingToo(String alert, String severity) {
        Drill drill = drill();
        Drill.Expectation first = drill.expects().get(0);
        return new Drill(
                drill.id(),
                drill.runbook(),
                drill.proves(),
                drill.tier(),
                drill.domain(),
                drill.targets(),
                drill.before(),
                drill.after(),
                drill.fault(),
                drill.besides(),
                List.of(
                        first,
                        new Drill.Expectation(
                                new AlertName(alert, first.alert().labels()),
                                severity,
                                first.firesWithin(),
                                first.resolvesWithin(),
                                1,
                                true)),
                drill.forbid(),
                Set.of(),
                drill.limits(),
                Optional.empty());
    }

    /** The drill with {@code faults} beside its own. */
    static Drill besides(Drill.Fault... faults) {
        Drill drill = drill();
        return new Drill(
                drill.id(),
                drill.runbook(),
                drill.proves(),
                drill.tier(),
                drill.domain(),
                drill.targets(),
                drill.before(),
                drill.after(),
                drill.fault(),
                List.of(faults),
                drill.expects(),
                drill.forbid(),
                drill.allow(),
                drill.limits(),
                drill.schedule());
    }

    /** A drill that is begun by the clock. */
    public static Drill scheduled(String id, Drill.Tier tier, Drill.Schedule schedule) {
        Drill drill = drill();
        return new Drill(
                id,
                drill.runbook(),
                drill.proves(),
                tier,
                drill.domain(),
                drill.targets(),
                drill.before(),
                drill.after(),
                drill.fault(),
                drill.besides(),
                drill.expects(),
                drill.forbid(),
                drill.allow(),
                drill.limits(),
                Optional.of(schedule));
    }

    public static Alert alert(
            String name,
            String severity,
            @Nullable String drill,
            Alert.State state,
            Instant at,
            @Nullable Instant end) {
        Map<String, String> labels = drill == null
                ? Map.of("target", "rpc-b", "severity", severity, "network", "lab")
                : Map.of("target", "rpc-b", "severity", severity, "network", "lab", Sight.LABEL, drill);
        return new Alert(
                name + drill,
                name,
                state,
                labels,
                Map.of(),
                at,
                state == Alert.State.PENDING ? null : at,
                at,
                end,
                at,
                List.of(),
                List.of());
    }

    static Sight sight(Instant at, double lag, List<Alert> alerts, List<Sight.Told> told) {
        return new Sight(at, List.of("rpc-b"), alerts, Map.of("rpc-b", Map.of("lag", lag)), told, List.of(), true);
    }
}
