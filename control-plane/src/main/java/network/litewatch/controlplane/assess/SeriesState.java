package network.litewatch.controlplane.assess;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.rpc.RpcConsistencyProbe;
import org.jspecify.annotations.Nullable;

/**
 * All that is remembered of one series: what a checkpoint stores and a restart reads back. A few hundred bytes, about
 * 1.5 KB with a full speed reference.
 *
 * @param lastSlot slot of the newest run; older and equal slots change nothing, nor do slots that were not run
 * @param head what an RPC showed last; null for other kinds and before the first answer
 * @param concludedAt end of the last run that was ok or failed, at first the first slot: since then nothing is known. Null
 *     in a checkpoint of before it was kept
 * @param openedAt end of the last run that saw a session, task or network task opened on the chain; null before the first
 * @param health of what lies on the way to others, or beside them: RPCs, routers and miners
 * @param canary what is remembered of a miner's canaries
 * @param drift the detectors of drift, of RPCs, routers and miners
 * @param reconciled what measurements, claims and the chain are compared by
 */
public record SeriesState(
        SeriesKey key,
        NetworkId network,
        Instant lastSlot,
        SuccessWindow success,
        int consecutiveFailures,
        @Nullable Head head,
        @Memory SpeedReference speed,
        ReasonWindow reasons,
        @Nullable Instant concludedAt,
        @Memory Anchors anchors,
        @Memory FeeReference fees,
        @Nullable WalletSpend wallet,
        @Memory PushSilence push,
        @Memory LogsRanges logsRanges,
        @Memory TransactionTimes heartbeats,
        @Memory PostingWait batches,
        @Memory PostingWait assertions,
        @Memory Reverts reverts,
        @Memory Claims claims,
        @Nullable Instant openedAt,
        @Memory Health health,
        @Memory CanaryMemory canary,
        @Memory DriftMemory drift,
        @Memory Reconciled reconciled)
        implements Detector<Observation, SeriesState> {

    private static final Set<TargetKind> DEPENDED_ON = EnumSet.of(TargetKind.RPC, TargetKind.ROUTER, TargetKind.MINER);

    /** Evidence of {@code wallet.transactions}. */
    private static final String REVERTED = "reverted";

    public SeriesState {
        // A checkpoint of before these were kept has none of them, nor has one of a series that never had them.
        speed = speed == null ? SpeedReference.EMPTY : speed;
        reasons = reasons == null ? ReasonWindow.EMPTY : reasons;
        anchors = anchors == null ? Anchors.NONE : anchors;
        fees = fees == null ? FeeReference.EMPTY : fees;
        push = push == null ? PushSilence.NONE : push;
        logsRanges = logsRanges == null ? LogsRanges.NONE : logsRanges;
        heartbeats = heartbeats == null ? TransactionTimes.NONE : heartbeats;
        batches = batches == null ? PostingWait.NONE : batches;
        assertions = assertions == null ? PostingWait.NONE : assertions;
        reverts = reverts == null ? Reverts.NONE : reverts;
        claims = claims == null ? Claims.NONE : claims;
        health = health == null ? Health.NONE : health;
        canary = canary == null ? CanaryMemory.NONE : canary;
        drift = drift == null ? DriftMemory.NONE : drift;
        reconciled = reconciled == null ? Reconciled.NONE : reconciled;
    }

    /** The state before the first observation of a series. */
    static SeriesState before(Observation first) {
        return new SeriesState(
                SeriesKey.of(first),
                first.network(),
                Instant.MIN,
                SuccessWindow.EMPTY,
                0,
                null,
                SpeedReference.EMPTY,
                ReasonWindow.EMPTY,
                first.slot(),
                Anchors.NONE,
                FeeReference.EMPTY,
                null,
                PushSilence.NONE,
                LogsRanges.NONE,
                TransactionTimes.NONE,
                PostingWait.NONE,
                PostingWait.NONE,
                Reverts.NONE,
                Claims.NONE,
                null,
                Health.NONE,
                CanaryMemory.NONE,
                DriftMemory.NONE,
                Reconciled.NONE);
    }

    /** Whether other series of its network are judged by what this one shows. */
    boolean bearsWitness() {
        return head != null
                || !anchors.seen().isEmpty()
                || wallet != null
                || openedAt != null
                || !health.equals(Health.NONE);
    }

    /**
     * Whether {@code observation} is newer than everything that was asked. A slot that was not asked never moves this on:
     * its observation is there at once, before that of the earlier slot that is still in flight, and would make a run that
     * times out seem late and be forgotten. But where a target is left alone because it refused us, no run is in flight, and
     * the slot belongs to what is known of its limit.
     */
    boolean accepts(Observation observation) {
        return observation.slot().isAfter(lastSlot);
    }

    @Override
    public SeriesState step(Observation observation) {
        return step(observation, NodeClass.UNKNOWN, DriftPolicy.DEFAULT);
    }

    /** As {@link #step(Observation)}, of a miner of a class that is {@code known}, under a policy. */
    SeriesState step(Observation observation, NodeClass known, DriftPolicy policy) {
        Outcome outcome = observation.outcome();
        if (!accepts(observation)) {
            return this;
        }
        if (outcome.kind() == Outcome.Kind.NOT_RUN) {
            return outcome.reason() == Reason.BACKING_OFF ? leftAlone(observation) : this;
        }
        // A canary that failed counts when it is known whose failure it was.
        boolean counts = outcome.counts() && (outcome.isOk() || observation.kind() != TargetKind.MINER);
        SuccessWindow nextSuccess = counts ? success.step(outcome.isOk()) : success;
        int failures = counts ? (outcome.isOk() ? 0 : consecutiveFailures + 1) : consecutiveFailures;
        Head nextHead = nextHead(observation);
        Double rate = observation.finding().measurements().get(Measurement.CANARY_DECODE_RATE);
        CanaryMemory nextCanary = observation.kind() == TargetKind.MINER ? canary.step(observation, known) : canary;
        // A rate of zero or without bound is no speed, nor is that of an answer out of a store; a few in the reference
        // would make
        // the ratio meaningless.
        boolean usable = outcome.isOk()
                && rate != null
                && rate > 0
                && Double.isFinite(rate)
                && !nextCanary.cache().newestTooFast();
        SpeedReference nextSpeed = usable && rate != null ? speed.step(rate) : speed;
        // A target that was moved to another network shows heads of another chain: the old ones say nothing there.
        return new SeriesState(
                key,
                observation.network(),
                observation.slot(),
                nextSuccess,
                failures,
                nextHead,
                nextSpeed,
                reasons.step(outcome),
                outcome.counts() ? observation.endedAt() : concludedAt,
                nextAnchors(observation),
                nextFees(observation),
                nextWallet(observation),
                nextPush(observation),
                nextLogsRanges(observation),
                nextHeartbeats(observation),
                nextBatches(observation),
                nextAssertions(observation),
                nextReverts(observation),
                nextClaims(observation),
                nextOpened(observation),
                DEPENDED_ON.contains(observation.kind()) ? health.step(observation, nextHead) : health,
                nextCanary,
                drift.step(observation, lastSlot, policy),
                reconciled.step(observation));
    }

    private SeriesState leftAlone(Observation observation) {
        return new SeriesState(
                key,
                network,
                observation.slot(),
                success,
                consecutiveFailures,
                head,
                speed,
                reasons.step(observation.outcome()),
                concludedAt,
                anchors,
                fees,
                wallet,
                push,
                logsRanges,
                heartbeats,
                batches,
                assertions,
                reverts,
                claims,
                openedAt,
                health,
                canary,
                drift,
                reconciled);
    }

    private @Nullable Head nextHead(Observation observation) {
        Map<Measurement, Double> seen = observation.finding().measurements();
        Double number = seen.get(Measurement.RPC_HEAD_NUMBER);
        Double timestamp = seen.get(Measurement.RPC_HEAD_TIMESTAMP);
        Head before = observation.network().equals(network) ? head : null;
        if (!observation.outcome().isOk() || number == null || timestamp == null) {
            return before;
        }
        Instant at = observation.endedAt();
        String operator = observation.labels().getOrDefault("operator", "");
        return before == null
                ? Head.first(number, timestamp, at, operator)
                : before.next(number, timestamp, at, operator);
    }

    private Anchors nextAnchors(Observation observation) {
        Double number = observation.finding().measurements().get(Measurement.RPC_ANCHOR_NUMBER);
        String hash = observation.finding().evidence().get(RpcConsistencyProbe.ANCHOR_HASH);
        Anchors before = observation.network().equals(network) ? anchors : Anchors.NONE;
        return number == null || hash == null
                ? before
                : before.with(new Anchors.Anchor(
                        number.longValue(),
                        hash,
                        observation.labels().getOrDefault("operator", ""),
                        observation.endedAt()));
    }

    private FeeReference nextFees(Observation observation) {
        Double price = observation.finding().measurements().get(Measurement.RPC_GAS_PRICE);
        return price == null || !observation.outcome().isOk() ? fees : fees.step(price, observation.endedAt());
    }

    private @Nullable WalletSpend nextWallet(Observation observation) {
        Map<Measurement, Double> seen = observation.finding().measurements();
        Double balance = seen.get(Measurement.WALLET_BALANCE);
        Double nonce = seen.get(Measurement.WALLET_NONCE);
        Double pending = seen.get(Measurement.WALLET_PENDING);
        if (balance == null || nonce == null || pending == null) {
            return wallet;
        }
        return wallet == null || !observation.network().equals(network)
                ? WalletSpend.first(balance, nonce, pending, observation.endedAt())
                : wallet.step(balance, nonce, pending, observation.endedAt());
    }

    private PushSilence nextPush(Observation observation) {
        Map<Measurement, Double> seen = observation.finding().measurements();
        Double rise = seen.get(Measurement.PUSH_HTTP_RISE);
        if (rise == null || !observation.outcome().isOk()) {
            return push;
        }
        PushSilence before = observation.network().equals(network) ? push : PushSilence.NONE;
        double newest = seen.getOrDefault(Measurement.PUSH_NEWEST, Double.NaN);
        return before.step(newest, rise, observation.slot(), observation.endedAt());
    }

    private LogsRanges nextLogsRanges(Observation observation) {
        Double blocks = observation.finding().measurements().get(Measurement.RPC_LOGS_RANGE);
        return blocks == null || !observation.outcome().isOk() ? logsRanges : logsRanges.step(blocks);
    }

    private TransactionTimes nextHeartbeats(Observation observation) {
        Double time = observation.finding().measurements().get(Measurement.HEARTBEAT_TIME);
        return time == null || !observation.outcome().isOk() ? heartbeats : heartbeats.step(time);
    }

    private PostingWait nextBatches(Observation observation) {
        Map<Measurement, Double> seen = observation.finding().measurements();
        Double head = seen.get(Measurement.ROLLUP_HEAD_TIMESTAMP);
        double posted = seen.getOrDefault(Measurement.ROLLUP_BATCH_TIMESTAMP, Double.NaN);
        return head == null || !observation.outcome().isOk()
                ? batches
                : batches.step(posted, head, observation.endedAt());
    }

    private PostingWait nextAssertions(Observation observation) {
        Map<Measurement, Double> seen = observation.finding().measurements();
        double posted = seen.getOrDefault(Measurement.ROLLUP_ASSERTION_TIMESTAMP, Double.NaN);
        double batch = seen.getOrDefault(Measurement.ROLLUP_BATCH_TIMESTAMP, batches.newest());
        // Before the first batch was seen nobody knows what there is to assert.
        return !observation.outcome().isOk() || !seen.containsKey(Measurement.ROLLUP_HEAD_TIMESTAMP) || batch == 0
                ? assertions
                : assertions.step(posted, batch, observation.endedAt());
    }

    private Reverts nextReverts(Observation observation) {
        Finding finding = observation.finding();
        return finding.measurements().containsKey(Measurement.WALLET_REVERTED)
                ? reverts.step(finding.evidence().getOrDefault(REVERTED, ""), observation.endedAt())
                : reverts;
    }

    private Claims nextClaims(Observation observation) {
        if (observation.kind() != TargetKind.INDEXER || !observation.outcome().isOk()) {
            return claims;
        }
        Claims before = observation.network().equals(network) ? claims : Claims.NONE;
        return before.step(observation.finding().measurements(), observation.endedAt());
    }

    private @Nullable Instant nextOpened(Observation observation) {
        double opened = observation.finding().measurements().getOrDefault(Measurement.CHAIN_OPENED, 0.0);
        return opened > 0 ? observation.endedAt() : openedAt;
    }

    /** The same state, of an indexer, when something was last seen opened on the chain at {@code opened}. */
    SeriesState chainOpened(Instant opened, Instant at) {
        return judged(success, consecutiveFailures, anchors, claims.opened(opened, at), canary, drift, reconciled);
    }

    /** The same state with the verdict of others on its newest anchor. */
    SeriesState counted(boolean mismatch) {
        return judged(success, consecutiveFailures, anchors.counted(mismatch), claims, canary, drift, reconciled);
    }

    /** The same state when it was compared with others. */
    SeriesState reconciled(Reconciled next) {
        return judged(success, consecutiveFailures, anchors, claims, canary, drift, next);
    }

    /** The same state, of a miner, when it is decided who a failed canary of its is charged with. */
    SeriesState decided(Verdict verdict) {
        boolean own = verdict.party() == Verdict.Party.MINER;
        // A run that was ok since then has ended what the failure began.
        boolean newest = health.okSlot() == null
                || health.okSlot().isBefore(verdict.charge().slot());
        return judged(
                own ? success.step(false) : success,
                own && newest ? consecutiveFailures + 1 : consecutiveFailures,
                anchors,
                claims,
                canary.without(verdict.charge()),
                own ? drift.failed(verdict.charge().slot()) : drift,
                own ? reconciled.charged() : reconciled);
    }

    private SeriesState judged(
            SuccessWindow nextSuccess,
            int failures,
            Anchors nextAnchors,
            Claims nextClaims,
            CanaryMemory nextCanary,
            DriftMemory nextDrift,
            Reconciled nextReconciled) {
        return new SeriesState(
                key,
                network,
                lastSlot,
                nextSuccess,
                failures,
                head,
                speed,
                reasons,
                concludedAt,
                nextAnchors,
                fees,
                wallet,
                push,
                logsRanges,
                heartbeats,
                batches,
                assertions,
                reverts,
                nextClaims,
                openedAt,
                health,
                nextCanary,
                nextDrift,
                nextReconciled);
    }
}
