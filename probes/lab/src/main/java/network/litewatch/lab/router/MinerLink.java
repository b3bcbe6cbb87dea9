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
    private static final Duration CALLER_FIRST = Duration.ofSeconds(5);
    private static final JsonNode END = Json.object();

    private final String name;
    private final String address;
    private final String model;
    private final URI endpoint;
    private final HttpClient http;
    private volatile boolean connected;

    MinerLink(RouterServer.MinerAddress miner, HttpClient http) {
        this.name = miner.name();
        this.address = miner.account().toLowerCase(Locale.ROOT);
        this.model = miner.model();
        this.endpoint = miner.endpoint();
        this.http = http;
    }

    String name() {
        return name;
    }

    /** Its account, in lower case. */
    String address() {
        return address;
    }

    /** What it says that it runs. */
    String model() {
        return model;
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

    /** A task that the miner never hears of: nothing arrives. */
    Stream forget() {
        return new Stream(name);
    }

    /**
     * Starts a generation; its lines arrive in the stream whether or not somebody reads them.
     *
     * @param limit when the caller gives up: a miner that was silent until then is silent there, not broken here
     */
    Stream generate(JsonNode task, Duration limit) {
        var stream = new Stream(name);
        var request = HttpRequest.newBuilder(endpoint.resolve("/generate"))
                .timeout(limit.plus(CALLER_FIRST))
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

    /** Nothing came from the miner while there was time: it may still work, and its task is open. */
    static final class Silence extends IOException {
        private static final long serialVersionUID = 1L;

        private Silence(String message) {
            super(message);
        }
    }

    private record Line(JsonNode json, long nanos) {}

    /** The lines of one generation, for one reader. */
    static final class Stream implements Flow.Subscriber<String> {

        private static final int MAX_LINES = 2_000; // more than any generation has

        private final String miner;
        private final LinkedBlockingQueue<Line> lines = new LinkedBlockingQueue<>(MAX_LINES);
        private long arrivedNanos; // the reader's
        private volatile Flow.@Nullable Subscription subscription;

        private Stream(String miner) {
            this.miner = miner;
        }

        /**
         * The next line, or null at the end.
         *
         * @throws Silence when nothing came until {@code deadline} on {@link System#nanoTime}'s scale
         * @throws IOException when the miner failed
         */
        @Nullable
        JsonNode next(long deadline) throws IOException {
            try {
                Line next = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    throw new Silence(miner + " did not answer in time");
                }
                arrivedNanos = next.nanos();
                JsonNode line = next.json();
                if (line.has("error")) {
                    throw new IOException(miner + ": " + line.path("error").asText());
                }
                return line.isEmpty() ? null : line;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        /** When the line that {@link #next} gave last had come, on {@link System#nanoTime}'s scale. */
        long arrivedNanos() {
            return arrivedNanos;
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
            if (!lines.offer(new Line(line, System.nanoTime()))) {
                cancel();
            }
        }
    }
}
