package network.litewatch.probe.miner;

import static network.litewatch.probe.http.FakeExchanger.failure;
import static network.litewatch.probe.http.FakeExchanger.response;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Outcome.Kind;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.FakeExchanger;
import network.litewatch.probe.http.FakeExchanger.Frame;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.TargetJson;
import network.litewatch.probe.http.WireTrace.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MinerCanaryProbeTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final HttpResult WHOLE = response(200, "");
    private static final String DONE = "[DONE]";
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-20T10:00:00Z"));

    @Test
    void timesTheNonEmptyTokensOfTheFirstTask() {
        Finding finding = run(
                Map.of(),
                WHOLE,
                token("a", ""),
                token("a", "one "),
                token("b", "NOT OURS"),
                token("a", "two "),
                token("a", "three"),
                "{\"task_id\":\"a\",\"choices\":[{\"text\":\"\",\"finish_reason\":\"length\"}],"
                        + "\"usage\":{\"completion_tokens\":32}}",
                DONE);

        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.evidence())
                .containsOnly(
                        Map.entry("task_id", "a"),
                        Map.entry("finish_reason", "length"),
                        Map.entry("text", "one two three"));
        // Frame n comes n tenths of a second after the request.
        assertThat(finding.measurements())
                .containsEntry(Measurement.CANARY_TTFT, 0.2)
                .containsEntry(Measurement.CANARY_END_TO_END, 0.5)
                .containsEntry(Measurement.CANARY_TOKENS, 3.0)
                .containsEntry(Measurement.CANARY_CLAIMED_TOKENS, 32.0)
                .containsEntry(Measurement.CANARY_ITL_MAX, 0.2);
    }

    @Test
    void neverStoresMoreThanTheStartOfAnAnswer() {
        Finding finding = run(Map.of(), WHOLE, token("a", "x\u0000\u202E"), token("a", "y".repeat(5000)), DONE);
        assertThat(finding.outcome().isOk()).isTrue();
        assertThat(finding.evidence()).containsEntry("text", "x" + "y".repeat(79));
    }

    @Test
    void asksWithFreshNumbersEachTimeAndEquallyLong() throws Exception {
        FakeExchanger exchanger = new FakeExchanger(request -> WHOLE);
        MinerCanaryProbe probe = new MinerCanaryProbe(
                exchanger, new SplittableRandom(7), CLOCK, () -> 0, CanaryKind.RATE, CanarySettings.DEFAULT);
        Target target = target(Map.of("session", "s-1", "model", "m"));
        for (int i = 0; i < 20; i++) {
            probe.run(target, TIMEOUT).get();
        }

        List<JsonNode> bodies = exchanger.requests().stream()
                .map(request -> TargetJson.parse(request.json().orElseThrow()).orElseThrow())
                .toList();
        assertThat(bodies.stream().map(body -> body.path("prompt").asText())).doesNotHaveDuplicates();
        // As many lengths as there are templates: numbers have a fixed count of digits.
        assertThat(bodies.stream()
                        .map(body -> body.path("prompt").asText().length())
                        .distinct())
                .hasSizeLessThanOrEqualTo(3);
        assertThat(bodies.get(0).path("stream").asBoolean()).isTrue();
        assertThat(bodies.get(0).path("max_tokens").asInt()).isEqualTo(128);
        assertThat(bodies.get(0).path("model").asText()).isEqualTo("m");
        assertThat(bodies.get(0).path("timeout").asInt()).isEqualTo(20);
        assertThat(bodies.get(0).path("precommit_timeout").asInt()).isEqualTo(20);
        HttpRequest first = exchanger.requests().get(0);
        assertThat(first.url().reveal().getPath()).isEqualTo("/base/api/v1/completions/s-1");
        assertThat(first.bearer()).contains(new Secret("t"));
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECTION_REFUSED, STARTED, INCONCLUSIVE, PATH_UNHEALTHY",
        "DNS_FAILURE,        STARTED, INCONCLUSIVE, PATH_UNHEALTHY",
        "TLS_FAILURE,        STARTED, INCONCLUSIVE, PATH_UNHEALTHY",
        "TIMEOUT,            STARTED, INCONCLUSIVE, PATH_UNHEALTHY",
        "TIMEOUT,            SENDING, INCONCLUSIVE, PATH_UNHEALTHY",
        "TIMEOUT,            WAITING, FAILED,       TIMEOUT",
        "TIMEOUT,            RECEIVING, FAILED,     TIMEOUT",
        "CONNECTION_RESET,   WAITING, INCONCLUSIVE, PATH_UNHEALTHY",
        "CONNECTION_RESET,   RECEIVING, FAILED,     TRUNCATED",
        "BODY_TOO_LARGE,     WAITING, INCONCLUSIVE, PATH_UNHEALTHY",
        "BODY_TOO_LARGE,     RECEIVING, FAILED,     BODY_TOO_LARGE",
        "PROTOCOL_ERROR,     WAITING, INCONCLUSIVE, PROTOCOL_ERROR",
        "EGRESS_DENIED,      STARTED, NOT_RUN,      EGRESS_DENIED",
        "PROBER_ERROR,       STARTED, INCONCLUSIVE, PROBER_ERROR",
    })
    void chargesTheMinerOnlyAfterTheRouterAccepted(Reason reason, Stage stage, Kind kind, Reason outcome) {
        assertOutcome(run(Map.of(), failure(reason, stage)), kind, outcome);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500|oops                                                  |INCONCLUSIVE|PATH_UNHEALTHY",
                "502|<html>Bad Gateway</html>                              |INCONCLUSIVE|PATH_UNHEALTHY",
                "503|{\"error\":{\"message\":\"database is locked\"}}      |INCONCLUSIVE|PATH_UNHEALTHY",
                "503|{\"error\":{\"message\":\"no miner for session 3\"}}  |FAILED|MINER_ERROR",
                "500|{\"error\":\"Miner timed out\"}                       |FAILED|MINER_ERROR",
                "504|{\"message\":\"Task timed out\"}                      |FAILED|MINER_ERROR",
                "500|{\"error\":\"rpc error while assigning a miner\"}     |INCONCLUSIVE|PATH_UNHEALTHY",
                "200|{\"error\":\"node did not precommit\"}                |FAILED|MINER_ERROR",
                "200|{\"error\":\"queue full\"}                            |INCONCLUSIVE|PATH_UNHEALTHY",
                "200|{\"choices\":[{\"text\":\"all at once\"}]}            |INCONCLUSIVE|PROTOCOL_ERROR",
                "200|<html>welcome</html>                                  |INCONCLUSIVE|PROTOCOL_ERROR",
                "401|{\"error\":\"Invalid Authorization header format\"}   |INCONCLUSIVE|UNAUTHORIZED",
                "403|{\"error\":\"miner not allowed\"}                     |INCONCLUSIVE|UNAUTHORIZED",
                "429|slow down                                             |INCONCLUSIVE|RATE_LIMITED",
                "404|no such session                                       |INCONCLUSIVE|HTTP_STATUS",
                "302|                                                      |INCONCLUSIVE|HTTP_STATUS"
            })
    void readsRefusals(int status, String body, Kind kind, Reason reason) {
        assertOutcome(run(Map.of(), response(status, body == null ? "" : body)), kind, reason);
    }

    @Test
    void anEmptyStreamIsAnEmptyAnswer() {
        assertOutcome(run(Map.of(), WHOLE), Kind.FAILED, Reason.EMPTY_ANSWER);
        assertOutcome(run(Map.of(), WHOLE, token("a", " \n"), DONE), Kind.FAILED, Reason.EMPTY_ANSWER);
    }

    @Test
    void aStreamWithoutItsEndIsTruncated() {
        assertOutcome(run(Map.of(), WHOLE, token("a", "1"), token("a", "2")), Kind.FAILED, Reason.TRUNCATED);
    }

    @Test
    void aFinishReasonIsAnEndEvenIfTheStreamHangsAfterIt() {
        String last = "{\"task_id\":\"a\",\"choices\":[{\"text\":\"2\",\"finish_reason\":\"stop\"}]}";
        assertThat(run(Map.of(), WHOLE, token("a", "1"), last).outcome().isOk()).isTrue();
        assertThat(run(Map.of(), failure(Reason.TIMEOUT, Stage.RECEIVING), token("a", "1"), last)
                        .outcome()
                        .isOk())
                .isTrue();
    }

    @Test
    void aFinishReasonThatMeansBrokenOffIsTruncated() {
        String last = "{\"task_id\":\"a\",\"choices\":[{\"text\":\"2\",\"finish_reason\":\"error\"}]}";
        assertOutcome(run(Map.of(), WHOLE, token("a", "1"), last, DONE), Kind.FAILED, Reason.TRUNCATED);
    }

    @Test
    void tooFewTokensAreAWrongAnswerThatSaysWhatWasWanted() {
        Finding finding = run(Map.of(), WHOLE, token("a", "1"), DONE);
        assertOutcome(finding, Kind.FAILED, Reason.WRONG_ANSWER);
        assertThat(finding.outcome().detail()).isEqualTo("1 tokens instead of at least 2");
    }

    @Test
    void checksTheExpectation() {
        String[] frames = {token("a", "12"), token("a", "345"), DONE};
        assertThat(run(Map.of("expect", "^1.*5$"), WHOLE, frames).outcome().isOk())
                .isTrue();
        assertOutcome(run(Map.of("expect", "[a-z]"), WHOLE, frames), Kind.FAILED, Reason.WRONG_ANSWER);
    }

    @Test
    void anExpectationThatExplodesChargesNobody() {
        Finding finding = run(
                Map.of("expect", ".*.*.*.*.*="), WHOLE, token("a", "a".repeat(60)), token("a", "a".repeat(60)), DONE);
        assertOutcome(finding, Kind.INCONCLUSIVE, Reason.PROBER_ERROR);
    }

    @Test
    void errorFramesOfOurTaskCountAndThoseOfOthersDoNot() {
        String ours = "{\"task_id\":\"a\",\"error\":{\"message\":\"miner disconnected\"}}";
        String path = "{\"error\":\"nonce too low while the miner waited\"}";
        String others = "{\"task_id\":\"b\",\"error\":\"miner disconnected\"}";
        assertOutcome(run(Map.of(), WHOLE, token("a", "1"), ours), Kind.FAILED, Reason.MINER_ERROR);
        assertOutcome(run(Map.of(), WHOLE, token("a", "1"), path), Kind.INCONCLUSIVE, Reason.PATH_UNHEALTHY);
        assertThat(run(Map.of(), WHOLE, token("a", "1"), others, token("a", "2"), DONE)
                        .outcome()
                        .isOk())
                .isTrue();
    }

    @Test
    void framesThatAreNotJsonAreTheRoutersDoing() {
        assertOutcome(run(Map.of(), WHOLE, token("a", "1"), "garbage"), Kind.INCONCLUSIVE, Reason.PROTOCOL_ERROR);
    }

    @Test
    void isNotRunOnBadParameters() {
        assertOutcome(run(Map.of("session", "../../admin"), WHOLE), Kind.NOT_RUN, Reason.PROBER_ERROR);
        assertOutcome(run(Map.of("expect", "("), WHOLE), Kind.NOT_RUN, Reason.PROBER_ERROR);
    }

    @Test
    void aPingIsSentTwiceForItsShareAndTheSecondSaysHowSoonALoadedModelBegins() {
        CanarySettings always = new CanarySettings(PromptPool.DEFAULT, Map.of(), 1, 3_600, 2, 1, 0);
        FakeExchanger exchanger = new FakeExchanger(request -> WHOLE, timed(token("a", "12"), token("a", "3"), DONE));
        Finding pair = probe(exchanger, CanaryKind.PING, always)
                .run(target(Map.of("session", "7")), TIMEOUT)
                .join();

        assertThat(exchanger.requests()).hasSize(2);
        assertThat(pair.measurements())
                .containsEntry(Measurement.CANARY_TTFT, 0.1)
                .containsEntry(Measurement.CANARY_TTFT_SECOND, 0.1)
                .containsEntry(Measurement.CANARY_RIGHT, 0.0);

        CanarySettings never = new CanarySettings(PromptPool.DEFAULT, Map.of(), 0, 3_600, 2, 1, 0);
        FakeExchanger once = new FakeExchanger(request -> WHOLE, timed(token("a", "12"), token("a", "3"), DONE));
        assertThat(probe(once, CanaryKind.PING, never)
                        .run(target(Map.of("session", "7")), TIMEOUT)
                        .join()
                        .measurements())
                .doesNotContainKey(Measurement.CANARY_TTFT_SECOND);
        assertThat(once.requests()).hasSize(1);
    }

    @Test
    void aPingThatFailedIsNotSentAgain() {
        CanarySettings always = new CanarySettings(PromptPool.DEFAULT, Map.of(), 1, 3_600, 2, 1, 0);
        FakeExchanger exchanger = new FakeExchanger(request -> WHOLE, timed(DONE));
        probe(exchanger, CanaryKind.PING, always)
                .run(target(Map.of("session", "7")), TIMEOUT)
                .join();
        assertThat(exchanger.requests()).hasSize(1);
    }

    @Test
    void identityPromptsAreTheSameForAllMinersOfARoundAndNobodyElsesToForesee() {
        Set<String> one = identityPrompts(11, CLOCK, 1);
        assertThat(one).hasSize(2);
        assertThat(identityPrompts(11, CLOCK, 2)).isEqualTo(one);
        assertThat(identityPrompts(11, InstantSource.offset(CLOCK, Duration.ofMinutes(59)), 3))
                .isEqualTo(one);
        assertThat(identityPrompts(11, InstantSource.offset(CLOCK, Duration.ofHours(1)), 1))
                .doesNotContainAnyElementsOf(one);
        assertThat(identityPrompts(12, CLOCK, 1)).doesNotContainAnyElementsOf(one);
    }

    private static Set<String> identityPrompts(long seed, InstantSource clock, int chance) {
        CanarySettings settings = new CanarySettings(PromptPool.DEFAULT, Map.of(), 0, 3_600, 2, 1, seed);
        FakeExchanger exchanger = new FakeExchanger(request -> WHOLE, timed(token("a", "12"), token("a", "3"), DONE));
        MinerCanaryProbe probe = new MinerCanaryProbe(
                exchanger, new SplittableRandom(chance), clock, () -> 0, CanaryKind.IDENTITY, settings);
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < 20; i++) {
            Finding finding = probe.run(target(Map.of("session", "7")), TIMEOUT).join();
            names.add(finding.evidence().getOrDefault(MinerCanaryProbe.PROMPT, "none"));
        }
        long round = Math.floorDiv(clock.instant().getEpochSecond(), 3_600);
        assertThat(names).containsExactly(round + "/0", round + "/1");
        List<JsonNode> bodies = exchanger.requests().stream()
                .map(request -> TargetJson.parse(request.json().orElseThrow()).orElseThrow())
                .toList();
        assertThat(bodies)
                .allSatisfy(body -> assertThat(body.path("temperature").asInt()).isEqualTo(1));
        return bodies.stream().map(body -> body.path("prompt").asText()).collect(Collectors.toSet());
    }

    private static MinerCanaryProbe probe(FakeExchanger exchanger, CanaryKind kind, CanarySettings settings) {
        return new MinerCanaryProbe(exchanger, new SplittableRandom(1), CLOCK, () -> 0, kind, settings);
    }

    private static List<Frame> timed(String... frames) {
        List<Frame> timed = new ArrayList<>();
        for (String frame : frames) {
            timed.add(new Frame((timed.size() + 1) * 100_000_000L, frame));
        }
        return timed;
    }

    private static String token(String task, String text) {
        ObjectNode frame = TargetJson.mapper().createObjectNode().put("task_id", task);
        frame.putArray("choices").addObject().put("text", text).putNull("finish_reason");
        return frame.toString();
    }

    private static Finding run(Map<String, String> parameters, HttpResult result, String... frames) {
        Map<String, String> all = new HashMap<>(Map.of("session", "7"));
        all.putAll(parameters);
        return new MinerCanaryProbe(
                        new FakeExchanger(request -> result, timed(frames)),
                        new SplittableRandom(1),
                        CLOCK,
                        () -> 0,
                        CanaryKind.RATE,
                        CanarySettings.DEFAULT)
                .run(target(all), TIMEOUT)
                .join();
    }

    private static Target target(Map<String, String> parameters) {
        return new Target(
                new TargetId("miner-1"),
                TargetKind.MINER,
                new NetworkId("lab"),
                SecretUrl.parse("http://router.example/base"),
                Optional.of(new Secret("t")),
                Map.of(),
                parameters);
    }

    private static void assertOutcome(Finding finding, Kind kind, Reason reason) {
        assertThat(finding.outcome().kind()).as(finding.outcome().toString()).isEqualTo(kind);
        assertThat(finding.outcome().reason()).isEqualTo(reason);
    }
}
