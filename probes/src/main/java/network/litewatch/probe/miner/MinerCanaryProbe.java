package network.litewatch.probe.miner;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.AnswerPattern;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.UntrustedText;

/**
 * Asks one miner for a short completion through its router, and times the tokens.
 *
 * <p>Target parameters: {@code session}, the router's session that is served by this miner; optionally {@code model}
 * and {@code expect}, a regular expression to be found in the answer.
 */
public final class MinerCanaryProbe implements Probe {
    public static final ProbeId ID = new ProbeId("miner.canary");

    /** Target parameter: the router's session that this miner serves. Needed. */
    public static final String SESSION = "session";

    /** Target parameter: the model to ask for. */
    public static final String MODEL = "model";

    /** Target parameter: a regular expression that is to be found in the first 2,048 characters of the answer. */
    public static final String EXPECT = "expect";

    private static final Pattern SESSION_ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");
    private static final int EVIDENCE_CHARS = 80;
    private static final long PRECOMMIT_SECONDS = 90;

    private final HttpExchanger exchanger;
    private final RandomGenerator random;
    private final CanaryPrompt prompt;

    /**
     * A canary that asks {@code prompt} with numbers from {@code random}.
     *
     * @param random need not be thread-safe; used by this probe alone
     */
    public MinerCanaryProbe(HttpExchanger exchanger, RandomGenerator random, CanaryPrompt prompt) {
        this.exchanger = exchanger;
        this.random = random;
        this.prompt = prompt;
    }

    @Override
    public ProbeId id() {
        return ID;
    }

    @Override
    public TargetKind kind() {
        return TargetKind.MINER;
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        String session = target.parameters().getOrDefault(SESSION, "");
        Optional<String> expect = Optional.ofNullable(target.parameters().get(EXPECT));
        Optional<AnswerPattern> expected = expect.flatMap(AnswerPattern::compile);
        if (!SESSION_ID.matcher(session).matches()) {
            return notRun("parameter session is missing or not 1-80 letters, digits, _ or -");
        }
        if (expect.isPresent() && expected.isEmpty()) {
            return notRun("parameter expect is not a regular expression");
        }
        CompletionStream stream = new CompletionStream();
        CanaryVerdict verdict = new CanaryVerdict(prompt.minTokens(), expected);
        HttpRequest request = HttpRequest.postForStream(
                target.url().resolve("/api/v1/completions/" + session),
                target.token(),
                body(target, session, timeout),
                timeout);
        return exchanger.stream(request, stream)
                .thenApply(result -> finding(verdict.of(result, stream), result, stream));
    }

    private String body(Target target, String session, Duration timeout) {
        long seconds = Math.max(1, timeout.toSeconds());
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("session_id", session);
        Optional.ofNullable(target.parameters().get(MODEL)).ifPresent(model -> body.put("model", model));
        synchronized (random) {
            body.put("prompt", prompt.fresh(random));
            body.put("client_reference", Long.toHexString(random.nextLong()));
        }
        return body.put("prompt_type", 1)
                .put("prompt_template", "")
                .put("stream", true)
                .put("timeout", seconds)
                .put("precommit_timeout", Math.min(PRECOMMIT_SECONDS, seconds))
                .put("max_tokens", prompt.maxTokens())
                .put("temperature", 0)
                .put("top_p", 1)
                .put("presence_penalty", 0)
                .put("frequency_penalty", 0)
                .toString();
    }

    private static Finding finding(Outcome outcome, HttpResult result, CompletionStream stream) {
        Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        result.trace()
                .sentNanos()
                .ifPresent(sent -> measurements.putAll(new TokenTimings(sent, stream.arrivals()).measurements()));
        stream.claimedTokens().ifPresent(claimed -> measurements.put(Measurement.CANARY_CLAIMED_TOKENS, claimed));
        Map<String, String> evidence = new LinkedHashMap<>();
        stream.task().ifPresent(task -> evidence.put("task_id", task));
        stream.finishReason().ifPresent(reason -> evidence.put("finish_reason", reason));
        stream.model().ifPresent(model -> evidence.put("model", model));
        String start = UntrustedText.clean(stream.text(), EVIDENCE_CHARS);
        if (!start.isEmpty()) {
            evidence.put("text", start);
        }
        return new Finding(outcome, result.trace().phases(), measurements, evidence);
    }

    private static CompletableFuture<Finding> notRun(String why) {
        return CompletableFuture.completedFuture(Finding.of(Outcome.notRun(Reason.PROBER_ERROR, why)));
    }
}
