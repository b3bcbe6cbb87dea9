package network.litewatch.controlplane.gate.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import network.litewatch.controlplane.gate.Answer;
import network.litewatch.controlplane.gate.ErrorClass;
import network.litewatch.controlplane.gate.GatePlan;
import org.jspecify.annotations.Nullable;

/**
 * Asks a router for completions at fixed slots, whether or not those before are answered; all times count from the slot, so that a
 * router that falls behind is not asked less for it. Thread-safe.
 */
public final class LoadRun {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK = 200;
    private static final int SERVER = 500;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI router;
    private final String token;
    private final GatePlan.Load load;
    private final InstantSource clock;

    /** Asks {@code router}, a base URL, with a bearer {@code token} that may be empty. */
    public LoadRun(URI router, String token, GatePlan.Load load, InstantSource clock) {
        this.router = router;
        this.token = token;
        this.load = load;
        this.clock = clock;
    }

    /** Sends the requests of {@code stage}, for as long as it lasts or until {@code over}, and waits for the answers. */
    public List<Answer> run(GatePlan.Stage stage, BooleanSupplier over) throws InterruptedException {
        List<CompletableFuture<Answer>> asked = new ArrayList<>();
        Instant begun = clock.instant();
        long start = System.nanoTime();
        long interval = stage.interval().toNanos();
        boolean endless = stage.lasts().isZero();
        for (int i = 0; (endless || i * interval < stage.lasts().toNanos()) && !over.getAsBoolean(); i++) {
            long slot = start + i * interval;
            TimeUnit.NANOSECONDS.sleep(Math.max(0, slot - System.nanoTime()));
            asked.add(ask(stage, i, begun.plusNanos(i * interval), slot));
        }
        List<Answer> answers = new ArrayList<>();
        asked.forEach(one -> answers.add(one.join()));
        if (!endless) {
            // A stage ends when it should, not when its last request was sent.
            TimeUnit.NANOSECONDS.sleep(
                    over.getAsBoolean() ? 0 : Math.max(0, start + stage.lasts().toNanos() - System.nanoTime()));
        }
        return answers;
    }

    private CompletableFuture<Answer> ask(GatePlan.Stage stage, int number, Instant slot, long from) {
        int sessions = stage.sessions().size();
        long session = stage.sessions().get(number % sessions);
        int round = number / sessions;
        TokenStream stream = new TokenStream();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(router + "/api/v1/completions/" + session))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body(stage, round)));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        long left = Math.max(1, from + load.timeout().toNanos() - System.nanoTime());
        CompletableFuture<HttpResponse<Void>> answer =
                http.sendAsync(request.build(), HttpResponse.BodyHandlers.fromLineSubscriber(stream));
        return answer.orTimeout(left, TimeUnit.NANOSECONDS).handle((response, failure) -> {
            if (failure != null) {
                stream.cancel();
            }
            Optional<ErrorClass> error = error(response, failure, stream);
            boolean begun = stream.tokens() > 0;
            boolean whole = error.isEmpty();
            return new Answer(
                    stage.name(),
                    session,
                    round,
                    slot,
                    begun ? (stream.first() - from) / 1e9 : Double.POSITIVE_INFINITY,
                    whole ? (stream.end() - from) / 1e9 : Double.POSITIVE_INFINITY,
                    whole ? stream.perSecond() : 0,
                    error,
                    whole ? hash(stream.text()) : "",
                    stream.task().isEmpty() ? Optional.empty() : Optional.of(stream.task()));
        });
    }

    /** One prompt a round, for all its sessions, so that their answers can be compared; temperature 0 is the router's default. */
    private String body(GatePlan.Stage stage, int round) {
        ObjectNode body = JSON.createObjectNode()
                .put("prompt", round + " " + stage.name() + ": what does the miner do?")
                .put("stream", true)
                .put("max_tokens", load.tokens())
                .put("temperature", 0)
                .put("timeout", Math.max(1, load.timeout().toSeconds()));
        return body.toString();
    }

    private static Optional<ErrorClass> error(
            @Nullable HttpResponse<Void> response, @Nullable Throwable failure, TokenStream stream) {
        if (failure != null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof TimeoutException) {
                return Optional.of(ErrorClass.TIMEOUT);
            }
            return Optional.of(stream.tokens() > 0 ? ErrorClass.BROKEN : ErrorClass.CONNECTION);
        }
        int status = response == null ? 0 : response.statusCode();
        if (status != OK) {
            return Optional.of(status >= SERVER ? ErrorClass.HTTP_5XX : ErrorClass.HTTP_4XX);
        }
        return stream.isWhole() ? Optional.empty() : Optional.of(ErrorClass.BROKEN);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
