package network.litewatch.controlplane.gate.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a run's figures hold for: machine, versions, plan. By name, in the order in which they are shown. */
public record Conditions(Map<String, String> named) {
    public Conditions {
        named = new LinkedHashMap<>(named);
    }
}
