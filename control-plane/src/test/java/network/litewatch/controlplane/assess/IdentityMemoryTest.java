package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
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

/** Miners that answer identity prompts, some of them trusted, round by round. */
class IdentityMemoryTest {
    private static final Map<String, String> TRUSTED = Map.of("model", "m", "trusted", "true");
    private static final Map<String, String> AUDITED = Map.of("model", "m");

    private final Fleet fleet = Fleet.of(List.of());
    private final SplittableRandom random = new SplittableRandom(7);
    private int second;

    @Test
    void whoAnswersUnlikeTheTrustedIsSuspectAndNobodyElse() {
        Map<Signal, Double> honest = Map.of();
        Map<Signal, Double> liar = Map.of();
        Map<Signal, Double> other = Map.of();
        Map<Signal, Double> trusted = Map.of();
        for (int round = 0; round < 9; round++) {
            for (int prompt = 0; prompt < 8; prompt++) {
                for (int node = 0; node < 8; node++) {
                    trusted = say("trusted-" + node, TRUSTED, round, prompt, drawn(prompt, "model"));
                }
                honest = say("honest", AUDITED, round, prompt, drawn(prompt, "model"));
                liar = say("liar", AUDITED, round, prompt, drawn(prompt, "another"));
                other = say("other", Map.of("model", "n"), round, prompt, drawn(prompt, "another"));
            }
        }

        assertThat(honest)
                .containsEntry(Signal.CANARY_IDENTITY_SUSPECT, 0.0)
                .containsEntry(Signal.CANARY_IDENTITY_SAMPLES, 64.0);
        assertThat(honest.get(Signal.CANARY_IDENTITY_LOW_RATIO)).isBetween(0.1, 0.45);
        assertThat(honest.get(Signal.CANARY_IDENTITY_EVIDENCE)).isLessThan(5);
        assertThat(liar)
                .containsEntry(Signal.CANARY_IDENTITY_SUSPECT, 1.0)
                .containsEntry(Signal.CANARY_IDENTITY_SAMPLES, 64.0)
                .containsEntry(Signal.CANARY_IDENTITY_LOW_RATIO, 1.0);
        assertThat(liar.get(Signal.CANARY_IDENTITY_EVIDENCE)).isGreaterThan(5);
        // Nobody who is trusted serves that model, and the trusted are not judged.
        assertThat(other)
                .containsEntry(Signal.CANARY_IDENTITY_SAMPLES, 0.0)
                .doesNotContainKeys(Signal.CANARY_IDENTITY_EVIDENCE, Signal.CANARY_IDENTITY_LOW_RATIO);
        assertThat(trusted).containsEntry(Signal.CANARY_IDENTITY_SAMPLES, 0.0);
    }

    @Test
    void whoIsBegunAnewIsJudgedByWhatItAnswersFromThenOn() {
        Map<Signal, Double> signals = rounds(0, 9, AUDITED, "another");
        assertThat(signals).containsEntry(Signal.CANARY_IDENTITY_SUSPECT, 1.0);

        // Going back to the model does not end it, nor does a day that is yet to come.
        signals = rounds(9, 2, Map.of("model", "m", "identity_since", "2100-01-01T00:00:00Z"), "model");
        assertThat(signals).containsEntry(Signal.CANARY_IDENTITY_SUSPECT, 1.0);

        Map<String, String> anew = since(second);
        signals = rounds(11, 3, anew, "model");
        assertThat(signals)
                .containsEntry(Signal.CANARY_IDENTITY_SUSPECT, 0.0)
                .containsEntry(Signal.CANARY_IDENTITY_SAMPLES, 16.0);

        signals = rounds(14, 9, anew, "another");
        assertThat(signals).containsEntry(Signal.CANARY_IDENTITY_SUSPECT, 1.0);
        // An earlier time, or none, or what is no time, takes nothing back.
        for (Map<String, String> labels :
                List.of(since(1), AUDITED, Map.of("model", "m", "identity_since", "yesterday"))) {
            assertThat(rounds(second, 1, labels, "model")).containsEntry(Signal.CANARY_IDENTITY_SUSPECT, 1.0);
        }
    }

    @Test
    void whatIsAnsweredInADrillSpeaksForNobodyAndAgainstNobody() {
        rounds(0, 3, AUDITED, "model");
        Map<Signal, Double> signals =
                rounds(3, 9, Map.of("model", "m", "drill", "cached-answers-1"), "what the drill made of it");
        assertThat(signals).containsEntry(Signal.CANARY_IDENTITY_SUSPECT, 0.0);

        // Rounds 0 and 1 before, 12 after; of 2 the trusted have forgotten their answers.
        signals = rounds(12, 2, AUDITED, "model");
        assertThat(signals)
                .containsEntry(Signal.CANARY_IDENTITY_SUSPECT, 0.0)
                .containsEntry(Signal.CANARY_IDENTITY_SAMPLES, 24.0);

        IdentityMemory trusted =
                IdentityMemory.NONE.step(answer("t", Map.of("trusted", "true", "drill", "d"), "r/1", "x"), List.of());
        assertThat(trusted.nothingSaid()).isTrue();
    }

    private Map<Signal, Double> rounds(int first, int count, Map<String, String> labels, String model) {
        Map<Signal, Double> signals = Map.of();
        for (int round = first; round < first + count; round++) {
            for (int prompt = 0; prompt < 8; prompt++) {
                for (int node = 0; node < 8; node++) {
                    say("trusted-" + node, TRUSTED, round, prompt, drawn(prompt, "model"));
                }
                signals = say("miner", labels, round, prompt, drawn(prompt, model));
            }
        }
        return signals;
    }

    private static Map<String, String> since(int second) {
        return Map.of(
                "model", "m", "identity_since", Runs.T0.plusSeconds(second).toString());
    }

    @Test
    void identityRunsSayNothingOfSpeedWarmthOrStores() {
        Map<Signal, Double> signals = Map.of();
        for (int i = 0; i < 20; i++) {
            signals = say("miner", AUDITED, 0, i, "the same answer to every prompt");
        }

        assertThat(signals)
                .containsEntry(Signal.CANARY_IDENTITY_SUSPECT, 0.0)
                .doesNotContainKeys(
                        Signal.CANARY_SPEED_DROPPED,
                        Signal.CANARY_TTFT_WARM_SECONDS,
                        Signal.CANARY_CACHED,
                        Signal.CANARY_RIGHT_RATIO);
    }

    @Test
    void anAnswerIsRememberedForTwoRoundsAndByItsFirstCharacters() {
        IdentityMemory memory = IdentityMemory.NONE
                .step(answer("miner", AUDITED, "r1/p1", "x".repeat(50)), List.of())
                .step(answer("miner", AUDITED, "r1/p2", "short"), List.of());
        assertThat(memory.said())
                .containsExactly(
                        new IdentityMemory.Said("r1", "p1", "x".repeat(40)),
                        new IdentityMemory.Said("r1", "p2", "short"));

        memory = memory.step(answer("miner", AUDITED, "r2/p1", "a"), List.of());
        assertThat(memory.said()).extracting(IdentityMemory.Said::round).containsExactly("r1", "r1", "r2");
        memory = memory.step(answer("miner", AUDITED, "r3/p1", "b"), List.of());
        assertThat(memory.said()).extracting(IdentityMemory.Said::round).containsExactly("r2", "r3");
    }

    @Test
    void aRoundOfManyPromptsKeepsTheNewestEighty() {
        IdentityMemory memory = IdentityMemory.NONE;
        for (int i = 0; i < 90; i++) {
            memory = memory.step(answer("miner", AUDITED, "r/" + i, "text"), List.of());
        }

        assertThat(memory.said()).hasSize(80);
        assertThat(memory.said().get(0).prompt()).isEqualTo("10");
    }

    @Test
    void aPromptWithoutARoundIsNoIdentityPrompt() {
        assertThat(IdentityMemory.NONE.nothingSaid()).isTrue();
        for (String prompt : List.of("", "p1", "/p1")) {
            assertThat(IdentityMemory.NONE.step(answer("miner", AUDITED, prompt, "text"), List.of()))
                    .isEqualTo(IdentityMemory.NONE);
        }
        assertThat(IdentityMemory.NONE
                        .step(answer("miner", AUDITED, "r/p", "text"), List.of())
                        .nothingSaid())
                .isFalse();
    }

    /** One of many texts of that model: it goes on as the model would from wherever chance took it. */
    private String drawn(int prompt, String model) {
        return model + " on " + prompt + " says " + random.nextInt(6) + random.nextInt(6) + random.nextInt(6)
                + " and more of it";
    }

    private Map<Signal, Double> say(String miner, Map<String, String> labels, int round, int prompt, String text) {
        Fleet.Batch batch = fleet.apply(List.of(answer(miner, labels, "r" + round + "/p" + prompt, text)));
        fleet.commit(batch);
        return batch.assessments().get(0).signals();
    }

    private Observation answer(String miner, Map<String, String> labels, String prompt, String text) {
        second++;
        return new Observation(
                new ProbeId("miner.identity"),
                new TargetId(miner),
                TargetKind.MINER,
                new NetworkId("lab"),
                new Vantage("here"),
                labels,
                Runs.T0.plusSeconds(second),
                Runs.T0.plusSeconds(second),
                Duration.ofMillis(700),
                new Finding(
                        Outcome.ok(),
                        Map.of(),
                        Map.of(
                                Measurement.CANARY_TTFT,
                                0.3,
                                Measurement.CANARY_DECODE_RATE,
                                60.0,
                                Measurement.CANARY_TOKENS,
                                32.0),
                        Map.of(MinerCanaryProbe.PROMPT, prompt, MinerCanaryProbe.TEXT, text)));
    }
}
