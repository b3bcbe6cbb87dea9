package network.litewatch.controlplane;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.assess.Verdict;
import network.litewatch.controlplane.reputation.EvidenceReader;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.miner.CanaryKind;

/**
 * Who a failed canary is charged with, stored beside the observation of its run as one of the probe {@code miner.verdict}, at the
 * same slot.
 */
final class VerdictDocuments {
    static final ProbeId ID = EvidenceReader.VERDICT;

    private VerdictDocuments() {}

    static Observation observation(Verdict verdict) {
        Map<String, String> evidence = new LinkedHashMap<>();
        evidence.put("charged_to", verdict.party().label());
        evidence.put("because", verdict.why());
        evidence.put("probe", verdict.key().probe().value());
        if (!verdict.restsOn().isEmpty()) {
            evidence.put("rests_on", String.join(", ", verdict.restsOn()));
        }
        return new Observation(
                ID,
                verdict.key().target(),
                TargetKind.MINER,
                verdict.network(),
                verdict.key().vantage(),
                verdict.charge().labels(),
                verdict.charge().slot(),
                verdict.charge().slot(),
                Duration.between(verdict.charge().slot(), verdict.charge().endedAt()),
                new Finding(verdict.outcome(), Map.of(), Map.of(), evidence));
    }

    /**
     * What is concluded of a miner's identity, beside the run that it follows, as one of the probe {@code miner.identity_verdict};
     * empty while nothing is.
     */
    static Optional<Observation> identity(Assessment assessment) {
        Double suspect = assessment.signals().get(Signal.CANARY_IDENTITY_SUSPECT);
        Double samples = assessment.signals().get(Signal.CANARY_IDENTITY_SAMPLES);
        if (!assessment.key().probe().equals(CanaryKind.IDENTITY.id())
                || suspect == null
                || samples == null
                || !(samples > 0)) {
            return Optional.empty();
        }
        Instant at = assessment.at();
        Outcome outcome = suspect > 0
                ? Outcome.failed(Reason.WRONG_ANSWER, "answers differ from those of trusted miners of the model")
                : Outcome.ok();
        return Optional.of(new Observation(
                EvidenceReader.IDENTITY_VERDICT,
                assessment.key().target(),
                TargetKind.MINER,
                assessment.network(),
                assessment.key().vantage(),
                assessment.labels(),
                at,
                at,
                Duration.ZERO,
                Finding.of(outcome)));
    }
}
