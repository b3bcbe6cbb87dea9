package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetKind;
import org.junit.jupiter.api.Test;

/** When something on the way to others works, and when it does not. */
class HealthTest {
    private static final Instant T0 = Runs.T0;
    private static final BlockTime TWO_SECONDS = new BlockTime(2, 4);

    @Test
    void aHeadMayRestForTenBlocksOrFiveSeconds() {
        // A block of unknown time is taken for one of a second.
        assertThat(works(rpc(), head(BlockTime.UNKNOWN, 10, 0))).isTrue();
        assertThat(works(rpc(), head(BlockTime.UNKNOWN, 11, 0))).isFalse();
        assertThat(works(rpc(), head(TWO_SECONDS, 20, 0))).isTrue();
        assertThat(works(rpc(), head(TWO_SECONDS, 21, 0))).isFalse();
        assertThat(works(rpc(), head(new BlockTime(0.25, 4), 5, 0))).isTrue();
        assertThat(works(rpc(), head(new BlockTime(0.25, 4), 6, 0))).isFalse();
    }

    @Test
    void aHeadMayBeTwentyBlocksOrSecondsOld() {
        assertThat(works(rpc(), head(BlockTime.UNKNOWN, 0, 20))).isTrue();
        assertThat(works(rpc(), head(BlockTime.UNKNOWN, 0, 21))).isFalse();
        assertThat(works(rpc(), head(TWO_SECONDS, 0, 40))).isTrue();
        assertThat(works(rpc(), head(TWO_SECONDS, 0, 41))).isFalse();
        assertThat(works(rpc(), head(new BlockTime(0.25, 4), 0, 20))).isTrue();
        assertThat(works(rpc(), head(new BlockTime(0.25, 4), 0, 21))).isFalse();
    }

    @Test
    void theHeadOfAQuietChainMayRestForever() {
        Observation quiet = Runs.labelled(rpc(), Map.of("cadence", "quiet"));

        assertThat(works(quiet, head(TWO_SECONDS, 4_000, 4_000))).isTrue();
        assertThat(Health.NONE.step(quiet, null)).isEqualTo(new Health(null, quiet.endedAt()));
    }

    @Test
    void whatWeDidNotAskOrCouldNotSaysNothing() {
        Health before = new Health(T0, T0.plusSeconds(1));
        for (Outcome outcome :
                new Outcome[] {Outcome.notRun(Reason.PROBER_LATE, ""), Outcome.inconclusive(Reason.VANTAGE_OFFLINE, "")
                }) {
            assertThat(before.step(Runs.run("router.status", "r", TargetKind.ROUTER, 9, outcome, Map.of()), null))
                    .isEqualTo(before);
        }
    }

    @Test
    void aMinerMustAnswerRightAndARouterAtAll() {
        Outcome shape = Outcome.failed(Reason.SHAPE_CHANGED, "");
        Observation router = Runs.run("router.status", "r", TargetKind.ROUTER, 9, shape, Map.of());
        Observation miner = Runs.run("miner.ping", "m", TargetKind.MINER, 9, shape, Map.of());

        assertThat(Health.NONE.step(router, null)).isEqualTo(new Health(router.slot(), null));
        assertThat(Health.NONE.step(miner, null)).isEqualTo(new Health(null, miner.endedAt()));
    }

    @Test
    void betweenTwoMomentsItWorkedWhenFoundSoAfterThemAndNotOtherwiseSince() {
        Instant from = T0.plusSeconds(10);
        Instant to = T0.plusSeconds(20);
        assertThat(Health.NONE.between(from, to)).isEqualTo(Health.State.UNKNOWN);
        assertThat(new Health(to, null).between(from, to)).isEqualTo(Health.State.WORKED);
        assertThat(new Health(to.minusMillis(1), null).between(from, to)).isEqualTo(Health.State.UNKNOWN);
        assertThat(new Health(to, from).between(from, to)).isEqualTo(Health.State.DID_NOT);
        assertThat(new Health(to, from.minusMillis(1)).between(from, to)).isEqualTo(Health.State.WORKED);
    }

    private static boolean works(Observation observation, Head head) {
        return observation.slot().equals(Health.NONE.step(observation, head).okSlot());
    }

    private static Observation rpc() {
        return Runs.run("rpc.head", "a", TargetKind.RPC, 5_000, Outcome.ok(), Map.of());
    }

    /** First seen that long before it was seen last, and that old then. */
    private static Head head(BlockTime blockTime, int restedSeconds, int ageSeconds) {
        Instant seen = T0.plusSeconds(5_000);
        double timestamp = seen.getEpochSecond() - ageSeconds;
        return new Head(
                100,
                timestamp,
                seen,
                seen.minusSeconds(restedSeconds),
                "",
                blockTime,
                new Head.Seen(100, timestamp, seen),
                null);
    }
}
