package network.litewatch.controlplane.slo;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.assess.Verdict;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.TargetId;

/** What a batch of judgements counts for. */
public final class SloEvents {
    private SloEvents() {}

    /** A minute of a series. */
    public record Key(SloSeries series, Instant minute) {}

    /**
     * The runs of {@code batch} that count, by series and by the minute in which they ended. A run that is judged once counts once;
     * a failed canary counts when it is charged with the miner, in the minute of the run itself, and else not at all.
     */
    public static Map<Key, Counts> of(Collection<Slo> slos, Fleet.Batch batch) {
        Map<Key, Counts> counts = new LinkedHashMap<>();
        for (Slo slo : slos) {
            for (Assessment run : batch.assessments()) {
                slo.sli()
                        .good(run)
                        .ifPresent(good ->
                                add(counts, slo, run.network(), run.key().target(), run.at(), good));
            }
            for (Verdict verdict : batch.verdicts()) {
                if (charged(slo.sli(), verdict)) {
                    add(
                            counts,
                            slo,
                            verdict.network(),
                            verdict.key().target(),
                            verdict.charge().endedAt(),
                            false);
                }
            }
        }
        return counts;
    }

    private static boolean charged(Sli sli, Verdict verdict) {
        Map<String, String> labels = verdict.charge().labels();
        return verdict.party() == Verdict.Party.MINER
                && !labels.containsKey(Sli.DRILL)
                && sli.selects(
                        verdict.key().probe(), verdict.network(), verdict.key().target(), labels);
    }

    private static void add(
            Map<Key, Counts> counts, Slo slo, NetworkId network, TargetId target, Instant at, boolean good) {
        Optional<TargetId> own = slo.sli().by() == Sli.By.TARGET ? Optional.of(target) : Optional.empty();
        counts.merge(
                new Key(new SloSeries(slo, network, own), at.truncatedTo(ChronoUnit.MINUTES)),
                Counts.one(good),
                Counts::plus);
    }
}
