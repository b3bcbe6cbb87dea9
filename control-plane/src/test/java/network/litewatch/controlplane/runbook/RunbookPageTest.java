package network.litewatch.controlplane.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.notify.Panel;
import network.litewatch.controlplane.runbook.RunbookPage.Live;
import org.junit.jupiter.api.Test;

/** Where a runbook's page leads. */
class RunbookPageTest {
    private static final String GRAFANA = "https://grafana.example.org";
    private static final Runbook RUNBOOK = new Runbook(
            "stalled",
            "It stands",
            List.of("Stalled"),
            "critical",
            Map.of(),
            List.of(new Panel("chains", 2, "Heads & tails"), new Panel("miners", 5, "Speed")),
            "## Meaning\n");

    @Test
    void aPanelIsOpenedAtTheTargetAndTimeOfTheAlertThatTheReaderCameFrom() {
        List<Live> live = List.of(live("f1", "rpc-a"), live("f2", "rpc-b\" onclick=\"x"));

        assertThat(RunbookPage.of(RUNBOOK, live, List.of(), "f2", GRAFANA))
                .contains(
                        "<a href=\"https://grafana.example.org/d/chains?var-network=lab&amp;var-target=rpc-b%22+onclick"
                                + "%3D%22x&amp;from=1763631000000&amp;to=now&amp;viewPanel=2\">Heads &amp; tails</a>, <a href=");
        assertThat(RunbookPage.of(RUNBOOK, live, List.of(), "", GRAFANA)).contains("var-target=rpc-a&amp;");
    }

    @Test
    void withoutAnAlertAPanelIsOpenedAsItIs() {
        String link = "<a href=\"https://grafana.example.org/d/miners?viewPanel=5\">Speed</a>";

        assertThat(RunbookPage.of(RUNBOOK, List.of(), List.of(), "", GRAFANA)).contains(link);
        assertThat(RunbookPage.withoutAlerts(RUNBOOK, "the database is away", GRAFANA))
                .contains(link);
    }

    @Test
    void withoutGrafanaThereIsNothingToOpen() {
        assertThat(RunbookPage.of(RUNBOOK, List.of(), List.of(), "", "")).doesNotContain("Grafana");
    }

    @Test
    void whatIsOfADrillSaysSo() {
        assertThat(Live.of(alert(Map.of("target", "rpc-b"))).state()).isEqualTo("firing");
        assertThat(Live.of(alert(Map.of("target", "rpc-b", "drill", "freeze-1")))
                        .state())
                .isEqualTo("firing, of a drill: no action");
    }

    private static Alert alert(Map<String, String> labels) {
        Instant at = Instant.parse("2026-11-20T10:00:00Z");
        return new Alert(
                "f", "Stalled", Alert.State.FIRING, labels, Map.of(), at, at, at, null, at, List.of(), List.of());
    }

    private static Live live(String fingerprint, String target) {
        return new Live(fingerprint, "Stalled", "firing", "lab", target, "2025-11-20T10:00:00Z", "lag 20 s > 10 s");
    }
}
