package network.litewatch.probe.miner;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
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
 * Asks one miner for a short completion through its router, and times the tokens. What is sent is what any user of the router
 * could send: nothing but the fresh numbers tells one canary from another, and nothing a canary from a user.
 *
 * <p>Target parameters: {@code session}, the router's session that is served by this miner; optionally {@code model}
 * and {@code expect}, a regular expression to be found in the answer.
 */
public final class MinerCanaryProbe implements Probe {
    /** The probe of speeds, {@link CanaryKind#RATE}. */
    public static final ProbeId ID = CanaryKind.RATE.id();

    /** Target parameter: the router's session that this miner serves. Needed. */
    public static final String SESSION = "session";

    /** Target parameter: the model to ask for. */
    public static final String MODEL = "model";

    /** Target parameter: a regular expression that is to be found in the first 2,048 characters of the answer. */
    public static final String EXPECT = "expect";

    /** Evidence of identity canaries: which of its prompts this was, as {@code round/number}. */
    public static final String PROMPT = "prompt";

    /** Evidence: the answer's first characters. */
    public static final String TEXT = "text";

    private static final Pattern SESSION_ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");
    private static final int EVIDENCE_CHARS = 80;
    private static final long PRECOMMIT_SECONDS = 90;
    private static final int MIN_TOKENS = 2;
    private static final String MAC = "HmacSHA256";

    /** Less time than this is not worth a second ping. */
    private static final Duration LEAST = Duration.ofMillis(500);

    private final HttpExchanger exchanger;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final CanaryKind kind;
    private final CanarySettings settings;

    /**
     * A canary of one kind, with numbers from {@code random}.
     *
     * @param random need not be thread-safe if it is used by canaries alone, which share it as their lock
     * @param clock says which round of identity prompts it is
     * @param nanos monotonic, for what is left of a run's time
     */
    public MinerCanaryProbe(
            HttpExchanger exchanger,
            RandomGenerator random,
            InstantSource clock,
            LongSupplier nanos,
            CanaryKind kind,
            CanarySettings settings) {
        this.exchanger = exchanger;
        this.random = random;
        this.clock = clock;
        this.nanos = nanos;
        this.kind = kind;
        this.settings = settings;
    }

    @Override
    public ProbeId id() {
        return kind.id();
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
        long began = nanos.getAsLong();
        CanaryVerdict verdict =
                new CanaryVerdict(MIN_TOKENS, kind == CanaryKind.IDENTITY ? Optional.empty() : expected);
        return ask(target, session, timeout, verdict).thenCompose(first -> {
            Duration left = timeout.minusNanos(nanos.getAsLong() - began);
            return kind == CanaryKind.PING && first.outcome().isOk() && left.compareTo(LEAST) > 0 && pairs()
                    ? ask(target, session, left, verdict).thenApply(second -> paired(first, second))
                    : CompletableFuture.completedFuture(first);
        });
    }

    private CompletableFuture<Finding> ask(Target target, String session, Duration timeout, CanaryVerdict verdict) {
        Asked asked = asked();
        CompletionStream stream = new CompletionStream();
        HttpRequest request = HttpRequest.postForStream(
                target.url().resolve("/api/v1/completions/" + session),
                target.token(),
                body(target, session, timeout, asked),
                timeout);
        return exchanger.stream(request, stream)
                .thenApply(result -> finding(verdict.of(result, stream), result, stream, asked));
    }

    /** A prompt, and what identifies it where several miners are sent the same one. */
    private record Asked(CanaryPrompt.Drawn drawn, Optional<String> shared) {}

    private Asked asked() {
        synchronized (random) {
            if (kind != CanaryKind.IDENTITY) {
                return new Asked(settings.pool().draw(kind, random), Optional.empty());
            }
            long round = Math.floorDiv(clock.instant().getEpochSecond(), settings.round());
            int number = random.nextInt(settings.promptsPerRound());
            // Every node and every miner gets the same prompt out of the same seed, and nobody else can foresee it.
            RandomGenerator shared = new SplittableRandom(seed(round, number));
            return new Asked(settings.pool().draw(kind, shared), Optional.of(round + "/" + number));
        }
    }

    private long seed(long round, int number) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(bytes(settings.seed()), MAC));
            mac.update(bytes(round));
            return ByteBuffer.wrap(mac.doFinal(bytes(number))).getLong();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + MAC, e);
        }
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private boolean pairs() {
        synchronized (random) {
            return random.nextDouble() < settings.pairs();
        }
    }

    /** The first of a pair, with what the second says of it: right behind the first, a model is loaded. */
    private static Finding paired(Finding first, Finding second) {
        Double ttft = second.measurements().get(Measurement.CANARY_TTFT);
        if (!second.outcome().isOk() || ttft == null) {
            return first;
        }
        Map<Measurement, Double> measurements = new EnumMap<>(first.measurements());
        measurements.put(Measurement.CANARY_TTFT_SECOND, ttft);
        return new Finding(first.outcome(), first.phases(), measurements, first.evidence());
    }

    private String body(Target target, String session, Duration timeout, Asked asked) {
        long seconds = Math.max(1, timeout.toSeconds());
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("session_id", session);
        Optional.ofNullable(target.parameters().get(MODEL)).ifPresent(model -> body.put("model", model));
        body.put("prompt", asked.drawn().text());
        synchronized (random) {
            body.put("client_reference", Long.toHexString(random.nextLong()));
        }
        return body.put("prompt_type", 1)
                .put("prompt_template", "")
                .put("stream", true)
                .put("timeout", seconds)
                .put("precommit_timeout", Math.min(PRECOMMIT_SECONDS, seconds))
                .put("max_tokens", settings.tokensOf(kind))
                .put("temperature", kind == CanaryKind.IDENTITY ? settings.temperature() : 0)
                .put("top_p", 1)
                .put("presence_penalty", 0)
                .put("frequency_penalty", 0)
                .toString();
    }

    private static Finding finding(Outcome outcome, HttpResult result, CompletionStream stream, Asked asked) {
        Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        result.trace()
                .sentNanos()
                .ifPresent(sent -> measurements.putAll(new TokenTimings(sent, stream.arrivals()).measurements()));
        stream.claimedTokens().ifPresent(claimed -> measurements.put(Measurement.CANARY_CLAIMED_TOKENS, claimed));
        Map<String, String> evidence = new LinkedHashMap<>();
        stream.task().ifPresent(task -> evidence.put("task_id", task));
        stream.finishReason().ifPresent(reason -> evidence.put("finish_reason", reason));
        stream.model().ifPresent(model -> evidence.put("model", model));
        asked.shared().ifPresent(prompt -> evidence.put(PROMPT, prompt));
        String start = UntrustedText.clean(stream.text(), EVIDENCE_CHARS);
        if (!start.isEmpty()) {
            evidence.put(TEXT, start);
        }
        if (outcome.isOk()) {
            asked.drawn()
                    .check()
                    .isRight(stream.text(), asked.drawn().numbers())
                    .ifPresent(right -> measurements.put(Measurement.CANARY_RIGHT, right ? 1.0 : 0.0));
        }
        return new Finding(outcome, result.trace().phases(), measurements, evidence);
    }

    private static CompletableFuture<Finding> notRun(String why) {
        return CompletableFuture.completedFuture(Finding.of(Outcome.notRun(Reason.PROBER_ERROR, why)));
    }
}
