package network.litewatch.controlplane;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import network.litewatch.controlplane.assess.Verdict;
import network.litewatch.controlplane.ingest.Document;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Observation;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetKind;

/**
 * Who a failed canary is charged with, stored beside the observation of its run as one of the probe {@code miner.verdict}, at the
 * same slot.
 */
final class VerdictDocuments {
    static final ProbeId ID = new ProbeId("miner.verdict");

    private VerdictDocuments() {}

    static Document of(Verdict verdict) {
        Map<String, String> evidence = new LinkedHashMap<>();
        evidence.put("charged_to", verdict.party().label());
        evidence.put("because", verdict.why());
        evidence.put("probe", verdict.key().probe().value());
        if (!verdict.restsOn().isEmpty()) {
            evidence.put("rests_on", String.join(", ", verdict.restsOn()));
        }
        return ObservationDocuments.of(new Observation(
                ID,
                verdict.key().target(),
                TargetKind.MINER,
                verdict.network(),
                verdict.key().vantage(),
                verdict.charge().labels(),
                verdict.charge().slot(),
                verdict.charge().slot(),
                Duration.between(verdict.charge().slot(), verdict.charge().endedAt()),
                new Finding(verdict.outcome(), Map.of(), Map.of(), evidence)));
    }
}
