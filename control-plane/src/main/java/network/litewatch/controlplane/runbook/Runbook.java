package network.litewatch.controlplane.runbook;

import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.notify.Panel;

/**
 * What to do when one of {@code alerts} fires.
 *
 * @param id name of the file without {@code .md}
 * @param alerts names of the alerts that link here
 * @param facts further front matter for people: owner, threshold_reason, expected_rate, reviewed
 * @param panels where what it is about is seen, the best first
 * @param markdown the text below the front matter
 */
public record Runbook(
        String id,
        String title,
        List<String> alerts,
        String severity,
        Map<String, String> facts,
        List<Panel> panels,
        String markdown) {
    /** Headings that every runbook has, in this order. */
    public static final List<String> HEADINGS =
            List.of("Meaning", "Impact", "Diagnosis", "Mitigation", "Escalation", "After");

    public Runbook {
        alerts = List.copyOf(alerts);
        facts = Map.copyOf(facts);
        panels = List.copyOf(panels);
    }
}
