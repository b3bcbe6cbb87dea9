package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.assess.OpenCharge;
import network.litewatch.controlplane.assess.SeriesKey;
import network.litewatch.controlplane.assess.Verdict;
import network.litewatch.controlplane.ingest.Document;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

class VerdictDocumentsTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void saysWhoIsChargedWhyAndOnWhatItRestsAtTheSlotOfTheCanary() {
        Document document = document(Verdict.Party.ROUTER);
        assertThat(document.index()).isEqualTo("litewatch-observations-2026.11.21");
        assertThat(document.json())
                .contains(
                        "miner.verdict",
                        "inconclusive",
                        "path_unhealthy",
                        "\"charged_to\":\"router\"",
                        "\"because\":\"it was silent\"",
                        "router.status@r 2026-11-21T12:00:05Z",
                        "2026-11-21T12:00:00Z");
    }

    @Test
    void aReplayGivesTheSameDocumentAndAnotherSlotAnother() {
        assertThat(document(Verdict.Party.MINER).id())
                .isEqualTo(document(Verdict.Party.ROUTER).id());
        assertThat(document(Verdict.Party.MINER).json()).contains("\"charged_to\":\"miner\"", "\"failure\"");
    }

    private static Document document(Verdict.Party party) {
        return ObservationDocuments.of(VerdictDocuments.observation(verdict(party)));
    }

    private static Verdict verdict(Verdict.Party party) {
        return new Verdict(
                new SeriesKey(new ProbeId("miner.canary"), new TargetId("m"), new Vantage("here")),
                new NetworkId("lab"),
                new OpenCharge(NOON, NOON.plusSeconds(4), Reason.TIMEOUT, "silence", Map.of("router", "r", "rpc", "a")),
                NOON.plusSeconds(6),
                party,
                "it was silent",
                List.of("router.status@r 2026-11-21T12:00:05Z"));
    }
}
