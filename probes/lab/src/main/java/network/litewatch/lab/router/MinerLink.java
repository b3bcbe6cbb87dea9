package network.litewatch.lab.router;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import network.litewatch.lab.http.Json;
import org.jspecify.annotations.Nullable;

/** The router's connection to one miner. Thread-safe. */
final class MinerLink {

    private static final Duration HEALTH_LIMIT = Duration.ofMillis(900);
    private static final JsonNode END = Json.object();

    private final String name;
    private final String address;
    private final URI endpoint;
    private final HttpClient http;
    private volatile boolean connected;

    MinerLink(String name, String address, URI endpoint, HttpClient http) {
        this.name = name;
        this.address = address.toLowerCase(Locale.ROOT);
        this.endpoint = endpoint;
        this.http = http;
    }

    String name() {
        return name;
    }

    /** Its account, in lower case. */
    String address() {
        return address;
    }

    /** Whether it answered the last health check. */
    boolean connected() {
        return connected;
    }

    /** Asks whether it is healthy; the answer shows in {@link #connected} within a second. */
    void check() {
        var request = HttpRequest.newBuilder(endpoint.resolve("/health"))
                .timeout(HEALTH_LIMIT)
                .build();
        var unused = http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .whenComplete((answer, failure) -> connected = failure == null && answer.statusCode() == 200);
    }

    /** Starts a generation; its lines arrive in the stream whether or not somebody reads them. */
    Stream generate(JsonNode task, Duration limit) {
        var stream = new Stream(name);
        var request = HttpRequest.newBuilder(endpoint.resolve("/generate"))
                .timeout(limit)
                .POST(HttpRequest.BodyPublishers.ofString(task.toString()))
                .build();
        var unused = http.sendAsync(request, HttpResponse.BodyHandlers.fromLineSubscriber(stream))
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        stream.onError(failure);
                    }
                });
        return stream;
    }

    /** The lines of one generation, for one reader. */
    static final class Stream implements Flow.Subscriber<String> {

        private static final int MAX_LINES = 2_000; // more than any generation has

        private final String miner;
        private final LinkedBlockingQueue<JsonNode> lines = new LinkedBlockingQueue<>(MAX_LINES);
        private volatile Flow.@Nullable Subscription subscription;

        private Stream(String miner) {
            this.miner = miner;
        }

        /**
         * The next line, or null at the end.
         *
         * @throws IOException when the miner failed, or nothing came until {@code deadline} on {@link System#nanoTime}'s scale
         */
        @Nullable
        JsonNode next(long deadline) throws IOException {
            try {
                JsonNode line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (line == null) {
                    throw new IOException(miner + " did not answer in time");
                }
                if (line.has("error")) {
                    throw new IOException(miner + ": " + line.path("error").asText());
                }
                return line.isEmpty() ? null : line;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        void cancel() {
            Flow.Subscription current = subscription;
            if (current != null) {
                current.cancel();
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            subscription.request(MAX_LINES);
        }

        @Override
        public void onNext(String line) {
            try {
                put(Json.MAPPER.readTree(line));
            } catch (IOException e) {
                put(Json.object().put("error", "sent a line that is not JSON"));
            }
        }

        @Override
        public void onError(Throwable failure) {
            put(Json.object().put("error", "the connection failed"));
        }

        @Override
        public void onComplete() {
            put(END);
        }

        private void put(JsonNode line) {
            if (!lines.offer(line)) {
                cancel();
            }
        }
    }
}
