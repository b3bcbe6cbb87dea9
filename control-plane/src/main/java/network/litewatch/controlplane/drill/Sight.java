package network.litewatch.controlplane.drill;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import network.litewatch.controlplane.alert.Alert;

/**
 * What there is to see around a run.
 *
 * @param broken ids of the targets that the fault is for
 * @param alerts of the drill's network: those that are pending or firing, and those of this run in any state
 * @param signals newest values by target and signal
 * @param told incidents of this run
 * @param refusals why it must not begin now; empty when it may
 * @param turn whether no other run is in its way
 */
public record Sight(
        Instant at,
        List<String> broken,
        List<Alert> alerts,
        Map<String, Map<String, Double>> signals,
        List<Told> told,
        List<String> refusals,
        boolean turn) {
    /** Label that everything under a drill carries, with the id of the run. */
    public static final String LABEL = "drill";

    public Sight {
        broken = List.copyOf(broken);
        alerts = List.copyOf(alerts);
        told = List.copyOf(told);
        refusals = List.copyOf(refusals);
    }

    /**
     * What people got.
     *
     * @param alerts names of the alerts that it is about
     * @param out whether it is out
     * @param runbookNames whether the runbook that it links is there and names the alert
     */
    public record Told(List<String> alerts, boolean out, boolean runbookNames) {}

    /** Alerts that came of {@code run}. */
    List<Alert> of(String run) {
        return alerts.stream()
                .filter(alert -> run.equals(alert.labels().get(LABEL)))
                .toList();
    }

    /** Whether {@code alert} fired at {@code since} or later, and is not another run's. */
    static boolean concerns(Alert alert, String run, Instant since) {
        String drill = alert.labels().get(LABEL);
        Instant fired = alert.firedAt();
        return fired != null && !fired.isBefore(since) && (drill == null || drill.equals(run));
    }

    static String severity(Alert alert) {
        return Objects.requireNonNullElse(alert.labels().get("severity"), "");
    }
}
