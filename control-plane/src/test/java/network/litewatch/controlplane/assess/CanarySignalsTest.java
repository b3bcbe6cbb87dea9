package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.miner.MinerCanaryProbe;
import org.junit.jupiter.api.Test;

/** What the canaries of one miner say, from run to run. */
class CanarySignalsTest {
    private static final SpeedTable TABLE = new SpeedTable(
            0.4,
            0.75,
            Map.of("rtx-4090", new SpeedTable.Card(1_000, 24, "here")),
            Map.of("m", new SpeedTable.Model(10, "here")));
    private static final Map<String, String> CLASS = Map.of("gpu_class", "rtx-4090", "model", "m", "router", "r");

    private final Fleet fleet = Fleet.of(List.of(), Set.of(), TABLE, DriftPolicy.DEFAULT);
    private final SplittableRandom random = new SplittableRandom(2);
    private int second;

    @Test
    void aDropToAFifthIsFoundWithinFourRunsOfAYoungMinerAndStaysUntilItIsOver() {
        Map<Signal, Double> signals = Map.of();
        for (int i = 0; i < 10; i++) {
            signals = rate("miner", noisy(60, 0.03), Map.of());
        }
        assertThat(signals).containsEntry(Signal.CANARY_SPEED_DROPPED, 0.0);

        int runs = 0;
        while (signals.getOrDefault(Signal.CANARY_SPEED_DROPPED, 0.0) == 0 && runs < 10) {
            signals = rate("miner", noisy(12, 0.03), Map.of());
            runs++;
        }
        assertThat(runs).isLessThanOrEqualTo(4);
        assertThat(signals.get(Signal.CANARY_SPEED_SINCE_SECONDS)).isBetween(0.0, 240 * 5.0);
        for (int i = 0; i < 100; i++) {
            signals = rate("miner", noisy(12, 0.03), Map.of());
        }
        assertThat(signals).containsEntry(Signal.CANARY_SPEED_DROPPED, 1.0);
        assertThat(signals.get(Signal.CANARY_SPEED_SINCE_SECONDS)).isBetween(240 * 100.0, 240 * 105.0);
        assertThat(signals.get(Signal.CANARY_SPEED_RATIO)).isCloseTo(0.2, within(0.02));
        assertThat(signals.get(Signal.CANARY_SPEED_RATIO_HIGH)).isLessThan(0.3);
        for (int i = 0; i < 6; i++) {
            signals = rate("miner", noisy(60, 0.03), Map.of());
        }
        assertThat(signals)
                .containsEntry(Signal.CANARY_SPEED_DROPPED, 0.0)
                .doesNotContainKey(Signal.CANARY_SPEED_SINCE_SECONDS);
    }

    @Test
    void aMinerThatWasAlwaysSlowIsBelowItsClassAndOneThatIsTooFastAboveItsRoof() {
        Map<Signal, Double> slow = Map.of();
        Map<Signal, Double> right = Map.of();
        Map<Signal, Double> fast = Map.of();
        for (int i = 0; i < 30; i++) {
            slow = rate("slow", noisy(20, 0.05), CLASS);
            right = rate("right", noisy(65, 0.05), CLASS);
            fast = rate("fast", noisy(150, 0.05), CLASS);
        }
        // The card reads 1,000 GB a second, the model has 10: 100 tokens a second, of which 40 are the least.
        assertThat(slow.get(Signal.CANARY_FLOOR_RATIO)).isCloseTo(0.5, within(0.06));
        assertThat(right.get(Signal.CANARY_FLOOR_RATIO)).isGreaterThan(1);
        assertThat(right.get(Signal.CANARY_ROOF_RATIO)).isLessThan(1);
        assertThat(fast.get(Signal.CANARY_ROOF_RATIO)).isBetween(1.2, 1.5);
    }

    @Test
    void withoutACardInTheTableNothingIsSaidOfClasses() {
        Map<Signal, Double> signals = Map.of();
        for (int i = 0; i < 8; i++) {
            signals = rate("miner", noisy(20, 0.05), Map.of("gpu_class", "abacus", "model", "m"));
        }
        assertThat(signals).doesNotContainKeys(Signal.CANARY_FLOOR_RATIO, Signal.CANARY_ROOF_RATIO);
    }

    @Test
    void coldAndWarmAreTwoSeries() {
        Map<Signal, Double> signals = Map.of();
        for (int i = 0; i < 40; i++) {
            signals = see(
                    "miner",
                    Map.of(
                            Measurement.CANARY_TTFT,
                            i % 4 == 3 ? 8.0 : noisy(0.4, 0.1),
                            Measurement.CANARY_DECODE_RATE,
                            noisy(60, 0.03),
                            Measurement.CANARY_TOKENS,
                            8.0),
                    "answer " + i,
                    Map.of());
        }
        assertThat(signals.get(Signal.CANARY_TTFT_WARM_SECONDS)).isCloseTo(0.4, within(0.05));
        assertThat(signals.get(Signal.CANARY_TTFT_COLD_SECONDS)).isCloseTo(8, within(0.5));
        assertThat(signals.get(Signal.CANARY_COLD_RATIO)).isCloseTo(0.25, within(0.06));
        assertThat(signals.get(Signal.CANARY_COLD_RATIO_LOW)).isBetween(0.05, 0.25);
    }

    @Test
    void falseClaimsStoredAnswersAndWrongOnesAreCounted() {
        Map<Signal, Double> signals = Map.of();
        for (int i = 0; i < 8; i++) {
            signals = see(
                    "miner",
                    Map.of(
                            Measurement.CANARY_DECODE_RATE,
                            noisy(60, 0.03),
                            Measurement.CANARY_TOKENS,
                            32.0,
                            Measurement.CANARY_CLAIMED_TOKENS,
                            48.0,
                            Measurement.CANARY_RIGHT,
                            i % 2 == 0 ? 1.0 : 0.0),
                    "always the same",
                    Map.of());
        }
        assertThat(signals)
                .containsEntry(Signal.CANARY_CLAIM_RATIO, 1.5)
                .containsEntry(Signal.CANARY_CLAIM_FALSE, 1.0)
                .containsEntry(Signal.CANARY_CACHED, 1.0)
                .containsEntry(Signal.CANARY_REPEATED_ANSWERS, 7.0)
                .containsEntry(Signal.CANARY_FAST_ANSWERS, 0.0)
                .containsEntry(Signal.CANARY_RIGHT_RATIO, 0.5)
                .containsEntry(Signal.CANARY_RIGHT_SAMPLES, 8.0);
    }

    @Test
    void twoBackToBackTellColdFromWarmAtOnce() {
        assertThat(firstToken(8, 0.4, 60))
                .containsEntry(Signal.CANARY_COLD_RATIO, 1.0)
                .containsEntry(Signal.CANARY_COLD_SAMPLES, 1.0);
        Map<Signal, Double> warm = firstToken(0.4, 0.4, 60);
        assertThat(warm).containsEntry(Signal.CANARY_COLD_RATIO, 0.5);
        assertThat(warm.get(Signal.CANARY_TTFT_COLD_SECONDS)).isCloseTo(8, within(1e-9));
        assertThat(warm.get(Signal.CANARY_TTFT_WARM_SECONDS)).isCloseTo(0.4, within(1e-9));
    }

    @Test
    void aLateFirstTokenOfABusyMinerIsNoLoading() {
        for (int i = 0; i < 12; i++) {
            firstToken(0.4, 0.4, 60);
        }
        // Below half of its usual speed, and just above.
        assertThat(firstToken(8, 0, 25))
                .containsEntry(Signal.CANARY_COLD_SAMPLES, 12.0)
                .containsEntry(Signal.CANARY_COLD_RATIO, 0.0);
        assertThat(firstToken(8, 0, 40)).containsEntry(Signal.CANARY_COLD_SAMPLES, 13.0);
    }

    @Test
    void aFirstTokenThatTookNoTimeIsNone() {
        assertThat(firstToken(0, 0.4, 60))
                .doesNotContainKeys(
                        Signal.CANARY_TTFT_WARM_SECONDS, Signal.CANARY_COLD_RATIO, Signal.CANARY_COLD_SAMPLES);
        firstToken(0.4, 0.4, 60);
        assertThat(firstToken(0, 0.4, 60)).containsEntry(Signal.CANARY_COLD_SAMPLES, 1.0);
    }

    @Test
    void answersFarBeyondTheRoofComeOutOfAStoreAndAreNoSpeed() {
        Map<Signal, Double> signals = Map.of();
        for (int i = 0; i < 6; i++) {
            signals = rate("stored", 900, CLASS);
        }
        assertThat(signals)
                .containsEntry(Signal.CANARY_CACHED, 1.0)
                .containsEntry(Signal.CANARY_FAST_ANSWERS, 6.0)
                .containsEntry(Signal.CANARY_CACHE_SAMPLES, 6.0)
                .containsEntry(Signal.CANARY_REPEATED_ANSWERS, 0.0)
                .doesNotContainKeys(Signal.CANARY_SPEED_DROPPED, Signal.CANARY_ROOF_RATIO);
    }

    @Test
    void fasterThanThreeTimesItselfIsAStoreAlsoWhereNoTableKnowsTheCard() {
        for (int i = 0; i < 30; i++) {
            rate("alone", noisy(60, 0.03), Map.of());
        }
        assertThat(rate("alone", 150, Map.of())).containsEntry(Signal.CANARY_FAST_ANSWERS, 0.0);
        assertThat(rate("alone", 250, Map.of())).containsEntry(Signal.CANARY_FAST_ANSWERS, 1.0);
    }

    @Test
    void answersOutOfAStoreThatComeAtAnyRateAreNoSlowdown() {
        for (int i = 0; i < 20; i++) {
            rate("store", noisy(60, 0.03), CLASS);
        }
        double lowest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 40; i++) {
            // What is read out of a store takes microseconds, and its rate is anything.
            Double ratio = rate("store", i < 30 ? 70_000 : 5_000, CLASS).get(Signal.CANARY_DECODE_RATE_RATIO);
            lowest = ratio == null ? lowest : Math.min(lowest, ratio);
        }
        assertThat(lowest).isBetween(0.9, 1.1);
    }

    @Test
    void whatWasNotMeasuredIsNotSaid() {
        assertThat(see("miner", Map.of(), "", Map.of()))
                .doesNotContainKeys(
                        Signal.CANARY_SPEED_DROPPED,
                        Signal.CANARY_CACHED,
                        Signal.CANARY_RIGHT_RATIO,
                        Signal.CANARY_CLAIM_RATIO,
                        Signal.CANARY_IDENTITY_SUSPECT,
                        Signal.CANARY_COLD_RATIO);
    }

    @Test
    void theNewestFortyCheckedAnswersCount() {
        Map<Signal, Double> signals = Map.of();
        for (int i = 0; i < 60; i++) {
            signals = see("miner", Map.of(Measurement.CANARY_RIGHT, i < 30 ? 0.0 : 1.0), "", Map.of());
        }
        assertThat(signals)
                .containsEntry(Signal.CANARY_RIGHT_SAMPLES, 40.0)
                .containsEntry(Signal.CANARY_RIGHT_RATIO, 0.75);
    }

    /** A run whose second question back to back took that long; 0 for a single one. */
    private Map<Signal, Double> firstToken(double first, double secondOne, double rate) {
        Map<Measurement, Double> measured = new HashMap<>(Map.of(
                Measurement.CANARY_TTFT, first, Measurement.CANARY_DECODE_RATE, rate, Measurement.CANARY_TOKENS, 32.0));
        measured.put(Measurement.CANARY_TTFT_SECOND, secondOne);
        return see("miner", measured, "answer " + second, Map.of());
    }

    private double noisy(double middle, double variation) {
        return middle
                * Math.exp(variation * (random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5) * 2);
    }

    private Map<Signal, Double> rate(String miner, double rate, Map<String, String> labels) {
        return see(
                miner,
                Map.of(Measurement.CANARY_DECODE_RATE, rate, Measurement.CANARY_TOKENS, 32.0),
                "answer " + second,
                labels);
    }

    private Map<Signal, Double> see(
            String miner, Map<Measurement, Double> measurements, String text, Map<String, String> labels) {
        second += 240;
        Observation plain = new Observation(
                new ProbeId("miner.canary"),
                new TargetId(miner),
                TargetKind.MINER,
                new NetworkId("lab"),
                new Vantage("here"),
                labels,
                Runs.T0.plusSeconds(second),
                Runs.T0.plusSeconds(second),
                Duration.ofMillis(700),
                new Finding(Outcome.ok(), Map.of(), measurements, Map.of(MinerCanaryProbe.TEXT, text)));
        Fleet.Batch batch = fleet.apply(List.of(plain));
        fleet.commit(batch);
        return batch.assessments().get(0).signals();
    }
}
