package network.litewatch.controlplane.assess;

import com.google.common.hash.Hashing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.canary.CacheWatch;
import network.litewatch.controlplane.canary.SpeedWatch;
import network.litewatch.controlplane.canary.TokenClaims;
import network.litewatch.controlplane.canary.Warmth;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Observation;
import network.litewatch.probe.miner.CanaryKind;
import network.litewatch.probe.miner.MinerCanaryProbe;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one kind of a miner's canaries.
 *
 * @param miner what the network's file says of it; {@link Labels#NONE} before the first run
 * @param open failed runs that nobody is charged with yet, oldest first; at most {@value #OPEN}
 * @param speed of its decoding; null before the first sample, and for canaries of identity, whose lengths differ
 * @param warmth of pings and speeds
 * @param right {@code 1} or {@code 0} for each of the last {@value #CHECKED} answers that were checked
 * @param identity of canaries of that kind
 */
public record CanaryMemory(
        Labels miner,
        List<OpenCharge> open,
        @Nullable SpeedWatch speed,
        Warmth warmth,
        TokenClaims claims,
        CacheWatch cache,
        String right,
        IdentityMemory identity) {
    static final CanaryMemory NONE = new CanaryMemory(
            Labels.NONE, List.of(), null, Warmth.NONE, TokenClaims.NONE, CacheWatch.NONE, "", IdentityMemory.NONE);

    /** More that wait for a verdict are no news. */
    static final int OPEN = 10;

    static final int CHECKED = 40;

    // Below this share of its usual speed a node was busy, and its late first token says nothing of loading.
    private static final double BUSY = 0.5;

    /** What a miner is said to be, and how it is reached; empty is unknown. Whether to trust it is the operator's word. */
    public record Labels(String router, String gpuClass, String model, boolean trusted) {
        static final Labels NONE = new Labels("", "", "", false);

        static Labels of(Map<String, String> labels) {
            return new Labels(
                    labels.getOrDefault(PathToMiner.ROUTER, ""),
                    labels.getOrDefault("gpu_class", ""),
                    labels.getOrDefault("model", ""),
                    "true".equals(labels.get(IdentityMemory.TRUSTED)));
        }

        /** Whether both decode the same model on the same card, as far as they say. */
        boolean sameClass(Labels other) {
            return !gpuClass.isEmpty() && gpuClass.equals(other.gpuClass) && sameModel(other);
        }

        boolean sameModel(Labels other) {
            return !model.isEmpty() && model.equals(other.model);
        }
    }

    public CanaryMemory {
        miner = miner == null ? Labels.NONE : miner;
        open = open == null ? List.of() : List.copyOf(open);
        warmth = warmth == null ? Warmth.NONE : warmth;
        claims = claims == null ? TokenClaims.NONE : claims;
        cache = cache == null ? CacheWatch.NONE : cache;
        right = right == null ? "" : right;
        identity = identity == null ? IdentityMemory.NONE : identity;
    }

    /** After a run of a canary of a node of that class. */
    CanaryMemory step(Observation observation, NodeClass known) {
        Labels labels = Labels.of(observation.labels());
        CanaryMemory next = new CanaryMemory(labels, open, speed, warmth, claims, cache, right, identity);
        return switch (observation.outcome().kind()) {
            case FAILED -> next.opened(observation);
            case OK -> next.learnt(observation, known);
            default -> next;
        };
    }

    private CanaryMemory opened(Observation observation) {
        List<OpenCharge> more = new ArrayList<>(open);
        more.add(new OpenCharge(
                observation.slot(),
                observation.endedAt(),
                observation.outcome().reason(),
                observation.outcome().detail(),
                observation.labels()));
        return new CanaryMemory(
                miner,
                more.subList(Math.max(0, more.size() - OPEN), more.size()),
                speed,
                warmth,
                claims,
                cache,
                right,
                identity);
    }

    private CanaryMemory learnt(Observation observation, NodeClass known) {
        Map<Measurement, Double> seen = observation.finding().measurements();
        boolean isIdentity = CanaryKind.of(observation.probe()).equals(Optional.of(CanaryKind.IDENTITY));
        double rate = seen.getOrDefault(Measurement.CANARY_DECODE_RATE, 0.0);
        long tokens = seen.getOrDefault(Measurement.CANARY_TOKENS, 0.0).longValue();
        Double claimed = seen.get(Measurement.CANARY_CLAIMED_TOKENS);
        Double checked = seen.get(Measurement.CANARY_RIGHT);
        boolean usable = rate > 0 && Double.isFinite(rate);
        double usual = Double.isFinite(known.usual()) ? known.usual() : ownSpeed();
        CacheWatch.Answer answer = CacheWatch.Answer.of(
                // Its prompts have fresh numbers each: the slot stands for one.
                observation.slot().toEpochMilli(),
                Hashing.farmHashFingerprint64()
                        .hashUnencodedChars(observation.finding().evidence().getOrDefault(MinerCanaryProbe.TEXT, ""))
                        .asLong(),
                (int) Math.min(tokens, Integer.MAX_VALUE),
                rate,
                known.roof(),
                usual);
        return new CanaryMemory(
                miner,
                open,
                // What came out of a store says nothing of how fast the card is.
                usable && !isIdentity && !answer.fast()
                        ? (speed == null ? SpeedWatch.before(known.prior()) : speed)
                                .after(observation.slot(), rate, known.roof())
                        : speed,
                isIdentity ? warmth : warmer(seen, rate),
                claimed == null ? claims : claims.after(claimed.longValue(), tokens),
                usable && !isIdentity ? cache.after(answer) : cache,
                checked == null ? right : newest(right + (checked > 0 ? '1' : '0')),
                isIdentity ? identity.step(observation, known.trusted()) : identity);
    }

    private Warmth warmer(Map<Measurement, Double> seen, double rate) {
        Double first = seen.get(Measurement.CANARY_TTFT);
        Double second = seen.get(Measurement.CANARY_TTFT_SECOND);
        if (first == null || !(first > 0)) {
            return warmth;
        }
        if (second != null && second > 0) {
            return warmth.afterPair(first, second);
        }
        double own = ownSpeed();
        return warmth.after(first, !Double.isFinite(own) || rate >= BUSY * own, Double.NaN);
    }

    /** Tokens a second of its baseline, which is what it had before it became slow; infinite while unknown. */
    private double ownSpeed() {
        if (speed == null) {
            return Double.POSITIVE_INFINITY;
        }
        double now = speed.speed().map(SpeedWatch.Estimate::value).orElse(Double.POSITIVE_INFINITY);
        return speed.slow()
                ? now / speed.ratio().map(SpeedWatch.Estimate::value).orElse(1.0)
                : now;
    }

    private static String newest(String letters) {
        return letters.substring(Math.max(0, letters.length() - CHECKED));
    }

    /** Without {@code charge}, which was decided. */
    CanaryMemory without(OpenCharge charge) {
        return new CanaryMemory(
                miner,
                open.stream().filter(other -> !other.equals(charge)).toList(),
                speed,
                warmth,
                claims,
                cache,
                right,
                identity);
    }

    boolean undecided() {
        return !open.isEmpty();
    }
}
