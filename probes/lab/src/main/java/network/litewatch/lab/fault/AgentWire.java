package network.litewatch.lab.fault;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import network.litewatch.fault.Arguments;
import network.litewatch.fault.FaultInjector;
import network.litewatch.lab.http.Exchange;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.LoopbackServer;
import org.jspecify.annotations.Nullable;

/**
 * What lies between an agent and what watches the lab: it can make the agent's clock look wrong, have it say that it loses things, and send
 * away what it brings.
 * Everything else passes as it is. Thread-safe.
 */
public final class AgentWire implements AutoCloseable {

    /** The kinds of faults that can be made here. */
    public static final Set<String> KINDS = Set.of("agent.clock", "agent.drops", "agent.refused");

    private static final int THREADS = 4;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final double FURTHEST = 3_600; // seconds
    private static final List<String> ASKED = List.of("Authorization", "Content-Type", "If-None-Match");
    private static final List<String> ANSWERED = List.of("ETag", "Retry-After");

    private final URI watcher;
    private final HttpClient http;
    private final List<Duration> ahead = new CopyOnWriteArrayList<>();
    private final List<Object> refusals = new CopyOnWriteArrayList<>();
    private final List<AtomicLong> losses = new CopyOnWriteArrayList<>();
    private final LoopbackServer server;

    /** Listens at once; port 0 picks a free one. {@code watcher} need not be there yet. */
    public AgentWire(int listenPort, URI watcher) {
        this.watcher = watcher;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build();
        this.server = LoopbackServer.start("agent-wire", listenPort, THREADS, this::handle);
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /**
     * Makes faults of one kind here: {@code agent.clock} {seconds} moves all instants of what an agent delivers, ahead or, below 0, back;
     * {@code agent.drops} {} has each delivery say that one observation more was lost than the one before; {@code agent.refused} {} answers deliveries with 503, and nothing else.
     *
     * @throws IllegalArgumentException when there is no such kind
     */
    public FaultInjector injector(String kind) {
        return switch (kind) {
            case "agent.clock" ->
                (args, lease) -> {
                    Arguments.onlyKnown(args, Set.of("seconds"));
                    double seconds = Arguments.number(args, "seconds", null, -FURTHEST, FURTHEST);
                    Duration by = Duration.ofMillis(Math.round(seconds * 1_000));
                    ahead.add(by);
                    return () -> ahead.remove(by);
                };
            case "agent.drops" ->
                (args, lease) -> {
                    Arguments.onlyKnown(args, Set.of());
                    var lost = new AtomicLong();
                    losses.add(lost);
                    return () -> losses.remove(lost);
                };
            case "agent.refused" ->
                (args, lease) -> {
                    Arguments.onlyKnown(args, Set.of());
                    var refusal = new Object();
                    refusals.add(refusal);
                    return () -> refusals.remove(refusal);
                };
            default -> throw new IllegalArgumentException("unknown kind " + kind + "; known: " + KINDS);
        };
    }

    @Override
    public void close() {
        server.close();
    }

    private void handle(Exchange exchange) throws IOException {
        byte[] body = exchange.body();
        if (exchange.method().equals("POST") && exchange.path().endsWith("/observations")) {
            if (!refusals.isEmpty()) {
                exchange.send(503, Json.object().put("code", 503).put("message", "sent away by the lab"));
                return;
            }
            Duration by = ahead.stream().reduce(Duration.ZERO, Duration::plus);
            long lost = losses.stream().mapToLong(AtomicLong::incrementAndGet).sum();
            body = by.isZero() && lost == 0 ? body : changed(body, by, lost);
        }
        HttpResponse<byte[]> answer = forward(exchange, body);
        if (answer == null) {
            exchange.sendError(502, "what watches the lab does not answer");
            return;
        }
        ANSWERED.forEach(name -> answer.headers().firstValue(name).ifPresent(value -> exchange.setHeader(name, value)));
        exchange.send(
                answer.statusCode(), answer.headers().firstValue("Content-Type").orElse("text/plain"), answer.body());
    }

    /** Null where nobody answers. */
    private @Nullable HttpResponse<byte[]> forward(Exchange exchange, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(watcher.resolve(exchange.path()))
                .timeout(TIMEOUT)
                .method(exchange.method(), HttpRequest.BodyPublishers.ofByteArray(body));
        for (String name : ASKED) {
            String value = exchange.header(name);
            if (value != null) {
                request.header(name, value);
            }
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private static byte[] changed(byte[] body, Duration by, long lost) throws IOException {
        JsonNode delivery;
        try {
            delivery = Json.MAPPER.readTree(body);
        } catch (JacksonException e) {
            return body; // not ours to refuse
        }
        if (delivery.path("status") instanceof ObjectNode status) {
            status.put("dropped", status.path("dropped").asLong() + lost);
        }
        move(delivery, "sentAt", by);
        for (JsonNode seen : delivery.path("observations")) {
            move(seen, "slot", by);
            move(seen, "startedAt", by);
        }
        return Json.MAPPER.writeValueAsBytes(delivery);
    }

    private static void move(JsonNode of, String field, Duration by) {
        if (of instanceof ObjectNode object && object.path(field).isTextual()) {
            try {
                object.put(
                        field,
                        Instant.parse(object.path(field).asText()).plus(by).toString());
            } catch (DateTimeParseException e) {
                // No instant: whoever reads it says so.
                return;
            }
        }
    }
}
