package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.rpc.RpcConsistencyProbe;
import org.junit.jupiter.api.Test;

/** What one series remembers, what it forgets when its target is moved to another network, and when others listen to it. */
class SeriesStateTest {
    private static final Map<Measurement, Double> WALLET =
            Map.of(Measurement.WALLET_BALANCE, 100.0, Measurement.WALLET_NONCE, 1.0, Measurement.WALLET_PENDING, 1.0);

    @Test
    void anOlderOrEqualSlotChangesNothing() {
        SeriesState state = after(Runs.head("a", 5, 100));

        assertThat(state.step(Runs.head("a", 5, 101))).isSameAs(state);
        assertThat(state.step(Runs.head("a", 4, 101))).isSameAs(state);
        assertThat(state.step(notRun(6, Reason.PROBER_LATE))).isSameAs(state);
        assertThat(state.step(notRun(6, Reason.BACKING_OFF)).lastSlot()).isEqualTo(Runs.T0.plusSeconds(6));
        assertThat(state.step(Runs.head("a", 6, 101)).head()).isNotNull().returns(101.0, Head::number);
    }

    @Test
    void othersListenToWhatShowsHeadsAnchorsWalletsTheChainOrAWayThatWorks() {
        assertThat(SeriesState.before(Runs.head("a", 0, 1)).bearsWitness()).isFalse();
        assertThat(after(run("dns", TargetKind.ENDPOINT, Map.of())).bearsWitness())
                .isFalse();
        assertThat(after(run("chain.events", TargetKind.CHAIN, Map.of(Measurement.CHAIN_OPENED, 0.0)))
                        .bearsWitness())
                .isFalse();

        assertThat(after(run("chain.events", TargetKind.CHAIN, Map.of(Measurement.CHAIN_OPENED, 1.0)))
                        .bearsWitness())
                .isTrue();
        assertThat(after(run("wallet.gas", TargetKind.WALLET, WALLET)).bearsWitness())
                .isTrue();
        assertThat(after(run("router.status", TargetKind.ROUTER, Map.of())).bearsWitness())
                .isTrue();
        SeriesState head = after(Runs.head("a", 0, 1));
        assertThat(head.head()).isNotNull();
        assertThat(head.bearsWitness()).isTrue();
        assertThat(after(anchor("lab", 1, "0x1")).bearsWitness()).isTrue();
    }

    @Test
    void aWalletWantsAllThreeNumbers() {
        for (Measurement missing : WALLET.keySet()) {
            Map<Measurement, Double> two = new HashMap<>(WALLET);
            two.remove(missing);
            assertThat(after(run("wallet.gas", TargetKind.WALLET, two)).wallet())
                    .as(missing.name())
                    .isNull();
        }
    }

    @Test
    void onAnotherNetworkHeadsAnchorsWalletsPushesAndClaimsBeginAnew() {
        SeriesState head = after(Runs.head("a", 0, 100)).step(on("other", Runs.head("a", 5, 50)));
        assertThat(Objects.requireNonNull(head.head()).backwardsBlocks()).isZero();
        assertThat(head.network()).isEqualTo(new NetworkId("other"));

        SeriesState anchors = after(anchor("lab", 1, "0x1")).step(anchor("other", 2, "0x2"));
        assertThat(anchors.anchors().seen()).hasSize(1);
        assertThat(after(anchor("lab", 1, "0x1"))
                        .step(anchor("lab", 2, "0x2"))
                        .anchors()
                        .seen())
                .hasSize(2);

        Observation wallet = run("wallet.gas", TargetKind.WALLET, WALLET);
        Observation later = Runs.run("wallet.gas", "target", TargetKind.WALLET, 60, Outcome.ok(), WALLET);
        assertThat(Objects.requireNonNull(after(wallet).step(later).wallet()).waitingSince())
                .isEqualTo(wallet.endedAt());
        assertThat(Objects.requireNonNull(after(wallet).step(on("other", later)).wallet())
                        .waitingSince())
                .isEqualTo(later.endedAt());

        Map<Measurement, Double> pushes = Map.of(Measurement.PUSH_HTTP_RISE, 2.0);
        Observation first = Runs.run("rpc.subscription", "target", TargetKind.RPC, 0, Outcome.ok(), pushes);
        Observation next = Runs.run("rpc.subscription", "target", TargetKind.RPC, 60, Outcome.ok(), pushes);
        assertThat(after(first).step(next).push().since()).isEqualTo(first.slot());
        assertThat(after(first).step(on("other", next)).push().since()).isEqualTo(next.slot());

        Map<Measurement, Double> claim = Map.of(Measurement.INDEXER_SESSIONS, 5.0);
        Map<Measurement, Double> less = Map.of(Measurement.INDEXER_SESSIONS, 2.0);
        SeriesState claimed = after(run("indexer.claims", TargetKind.INDEXER, claim));
        Observation fewer = Runs.run("indexer.claims", "target", TargetKind.INDEXER, 60, Outcome.ok(), less);
        assertThat(claimed.step(fewer).claims().resetAt()).isNotNull();
        assertThat(claimed.step(on("other", fewer)).claims().resetAt()).isNull();
    }

    @Test
    void aFailedRunTeachesNothing() {
        Outcome failed = Outcome.failed(Reason.TIMEOUT, "");
        Map<Measurement, Double> all = Map.of(
                Measurement.PUSH_HTTP_RISE, 2.0,
                Measurement.RPC_LOGS_RANGE, 5.0,
                Measurement.HEARTBEAT_TIME, 5.0,
                Measurement.RPC_GAS_PRICE, 5.0,
                Measurement.ROLLUP_HEAD_TIMESTAMP, 9.0,
                Measurement.ROLLUP_BATCH_TIMESTAMP, 5.0,
                Measurement.ROLLUP_ASSERTION_TIMESTAMP, 5.0);
        SeriesState state = after(Runs.run("any", "target", TargetKind.CHAIN, 0, failed, all));

        assertThat(state)
                .returns(PushSilence.NONE, SeriesState::push)
                .returns(LogsRanges.NONE, SeriesState::logsRanges)
                .returns(TransactionTimes.NONE, SeriesState::heartbeats)
                .returns(FeeReference.EMPTY, SeriesState::fees)
                .returns(PostingWait.NONE, SeriesState::batches)
                .returns(PostingWait.NONE, SeriesState::assertions)
                .returns(1, SeriesState::consecutiveFailures);
        assertThat(state.step(Runs.run("any", "target", TargetKind.CHAIN, 1, Outcome.ok(), all)))
                .returns(2, s -> s.success().runs())
                .returns(0, SeriesState::consecutiveFailures)
                .returns(5.0, s -> s.logsRanges().best())
                .returns(List.of(5.0), s -> s.heartbeats().seconds());
    }

    @Test
    void aFailureThatIsTheMinersOwnLengthensTheRowUnlessItAnsweredSince() {
        Outcome silent = Outcome.failed(Reason.TIMEOUT, "");
        SeriesState silentOnly = after(Runs.canary("m", 10, silent, 0));
        assertThat(silentOnly.decided(verdict(silentOnly, Verdict.Party.MINER)).consecutiveFailures())
                .isEqualTo(1);
        assertThat(silentOnly.decided(verdict(silentOnly, Verdict.Party.ROUTER)).consecutiveFailures())
                .isZero();
        assertThat(silentOnly
                        .decided(verdict(silentOnly, Verdict.Party.ROUTER))
                        .canary()
                        .open())
                .isEmpty();

        SeriesState okBefore = after(Runs.canary("m", 5, Outcome.ok(), 9)).step(Runs.canary("m", 10, silent, 0));
        assertThat(okBefore.decided(verdict(okBefore, Verdict.Party.MINER)).consecutiveFailures())
                .isEqualTo(1);
        SeriesState okSince = silentOnly.step(Runs.canary("m", 15, Outcome.ok(), 9));
        assertThat(okSince.decided(verdict(okSince, Verdict.Party.MINER)).consecutiveFailures())
                .isZero();
    }

    private static Verdict verdict(SeriesState state, Verdict.Party party) {
        return new Verdict(
                state.key(), state.network(), state.canary().open().get(0), Runs.T0, party, "why", List.of());
    }

    private static SeriesState after(Observation run) {
        return SeriesState.before(run).step(run);
    }

    private static Observation run(String probe, TargetKind kind, Map<Measurement, Double> measured) {
        return Runs.run(probe, "target", kind, 0, Outcome.ok(), measured);
    }

    private static Observation notRun(int second, Reason reason) {
        return Runs.run("rpc.head", "a", TargetKind.RPC, second, Outcome.notRun(reason, ""), Map.of());
    }

    private static Observation anchor(String network, int second, String hash) {
        Observation run = Runs.run(
                "rpc.consistency",
                "a",
                TargetKind.RPC,
                second,
                Outcome.inconclusive(Reason.VANTAGE_OFFLINE, ""),
                Map.of(Measurement.RPC_ANCHOR_NUMBER, 64.0 * second));
        return with(
                run,
                new NetworkId(network),
                new Finding(
                        run.outcome(),
                        Map.of(),
                        run.finding().measurements(),
                        Map.of(RpcConsistencyProbe.ANCHOR_HASH, hash)));
    }

    private static Observation on(String network, Observation run) {
        return with(run, new NetworkId(network), run.finding());
    }

    private static Observation with(Observation run, NetworkId network, Finding finding) {
        return new Observation(
                run.probe(),
                run.target(),
                run.kind(),
                network,
                run.vantage(),
                run.labels(),
                run.slot(),
                run.startedAt(),
                run.elapsed(),
                finding);
    }
}
