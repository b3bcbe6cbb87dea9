package network.litewatch.lab.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import network.litewatch.fault.Arguments;
import network.litewatch.fault.FaultInjector;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.evm.EvmException;
import network.litewatch.lab.http.Exchange;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.LoopbackServer;
import org.jspecify.annotations.Nullable;

/**
 * A JSON-RPC proxy on 127.0.0.1 that can make a node look stuck ({@code rpc.freeze}), behind ({@code rpc.lag}) or like several of
 * different height ({@code rpc.backwards}), and change single answers ({@link RpcLies}) or all of them ({@code rpc.malformed}). What no
 * fault speaks of passes as it is; so do ids and batches. With no fault in effect bytes pass untouched. Thread-safe.
 */
public final class RpcFaultProxy implements AutoCloseable {

    private static final int THREADS = 32;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(5);

    /** Where the head is seen while a fault lasts. Compared by identity: two faults of one kind are two. */
    @FunctionalInterface
    private interface Distortion {
        HeadView seen(HeadView now);
    }

    /** The kinds of faults that can be made here. */
    public static final Set<String> KINDS = kinds();

    private final URI upstream;
    private final EvmClient node;
    private final HttpClient http;
    private final List<Distortion> distortions = new CopyOnWriteArrayList<>();
    private final List<RpcLies.Lie> lies = new CopyOnWriteArrayList<>();
    private final List<Supplier<byte[]>> pages = new CopyOnWriteArrayList<>();
    private final LoopbackServer server;

    /** Listens at once; port 0 picks a free one. */
    public RpcFaultProxy(int listenPort, URI upstream) {
        this.upstream = upstream;
        this.node = new EvmClient(upstream, HEAD_TIMEOUT);
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(HEAD_TIMEOUT)
                .build();
        this.server = LoopbackServer.start("rpc-proxy", listenPort, THREADS, this::handle);
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /**
     * Makes faults of one kind here: {@code rpc.freeze} {} keeps the head of the moment of injection, {@code rpc.lag} {blocks} shows the
     * head of that many blocks ago, {@code rpc.backwards} {blocks, every} does so in every so many requests, {@code rpc.no-finality} {}
     * keeps safe and finalized where they are, {@code rpc.malformed} {}
     * answers everything with a page of HTML; the others are in {@link RpcLies}.
     *
     * @throws IllegalArgumentException when there is no such kind
     */
    public FaultInjector injector(String kind) {
        return switch (kind) {
            case "rpc.freeze" ->
                (args, lease) -> {
                    Arguments.onlyKnown(args, Set.of());
                    HeadView frozen = heads();
                    return distort(now -> frozen);
                };
            case "rpc.lag" ->
                (args, lease) -> {
                    Arguments.onlyKnown(args, Set.of("blocks"));
                    int blocks = Arguments.whole(args, "blocks", null, 1, 400);
                    return distort(now -> now.back(blocks));
                };
            case "rpc.backwards" ->
                (args, lease) -> {
                    Arguments.onlyKnown(args, Set.of("blocks", "every"));
                    int blocks = Arguments.whole(args, "blocks", 40, 1, 400);
                    int every = Arguments.whole(args, "every", 4, 2, 1_000);
                    var requests = new AtomicInteger();
                    return distort(now -> requests.incrementAndGet() % every == 0 ? now.back(blocks) : now);
                };
            case "rpc.no-finality" ->
                (args, lease) -> {
                    Arguments.onlyKnown(args, Set.of());
                    HeadView then = heads();
                    return distort(now -> new HeadView(now.latest(), then.safe(), then.finalized()));
                };
            case "rpc.malformed" ->
                (args, lease) -> {
                    Arguments.onlyKnown(args, Set.of());
                    return during(pages, () -> "<html>sign in</html>".getBytes(UTF_8));
                };
            default -> {
                var kinds = RpcLies.KINDS;
                if (!kinds.containsKey(kind)) {
                    throw new IllegalArgumentException("unknown kind " + kind + "; known: " + KINDS);
                }
                yield (args, lease) -> during(lies, kinds.get(kind).apply(args));
            }
        };
    }

    @Override
    public void close() {
        server.close();
    }

    private FaultHandle distort(Distortion distortion) {
        return during(distortions, distortion);
    }

    private static <T> FaultHandle during(List<T> active, T fault) {
        active.add(fault);
        return () -> active.remove(fault);
    }

    private static Set<String> kinds() {
        Set<String> kinds = new TreeSet<>(RpcLies.KINDS.keySet());
        kinds.addAll(Set.of("rpc.freeze", "rpc.lag", "rpc.backwards", "rpc.no-finality", "rpc.malformed"));
        return Collections.unmodifiableSet(kinds);
    }

    private void handle(Exchange exchange) throws IOException {
        if (!exchange.method().equals("POST")) {
            exchange.sendError(405, "JSON-RPC goes by POST");
            return;
        }
        byte[] body = exchange.body();
        try {
            HeadView view = view();
            if (!pages.isEmpty()) {
                exchange.send(200, "text/html", pages.get(0).get());
            } else if (view == null && lies.isEmpty()) {
                HttpResponse<byte[]> answer = forward(body);
                exchange.send(answer.statusCode(), "application/json", answer.body());
            } else {
                distorted(exchange, view, body);
            }
        } catch (EvmException e) {
            exchange.sendError(502, "the node does not answer");
        }
    }

    private void distorted(Exchange exchange, @Nullable HeadView view, byte[] body) throws IOException {
        JsonNode request;
        try {
            request = Json.MAPPER.readTree(body);
        } catch (JacksonException e) {
            request = Json.object(); // not ours to refuse: the node gets the bytes as they came
        }
        Map<JsonNode, ObjectNode> calls = new HashMap<>();
        for (JsonNode one : request.isArray() ? request : Json.array().add(request)) {
            if (one instanceof ObjectNode call) {
                // As it was asked: a lie about the latest block must know that the latest was meant.
                calls.put(call.path("id"), call.deepCopy());
                if (view != null) {
                    view.rewriteRequest(call);
                }
            }
        }
        HttpResponse<byte[]> answer = forward(request.isEmpty() ? body : Json.MAPPER.writeValueAsBytes(request));
        JsonNode said;
        try {
            said = Json.MAPPER.readTree(answer.body());
        } catch (JacksonException e) {
            exchange.send(answer.statusCode(), "application/json", answer.body());
            return;
        }
        for (JsonNode one : said.isArray() ? said : Json.array().add(said)) {
            if (one instanceof ObjectNode result) {
                ObjectNode call = calls.getOrDefault(result.path("id"), Json.object());
                if (view != null) {
                    view.rewriteAnswer(call.path("method").asText(), result);
                }
                lies.forEach(lie -> lie.tell(call, result));
            }
        }
        exchange.send(answer.statusCode(), said);
    }

    /** What is to be seen now, or null for things as they are. */
    private @Nullable HeadView view() {
        if (distortions.isEmpty()) {
            return null;
        }
        HeadView now = heads();
        HeadView seen = now;
        for (Distortion distortion : distortions) {
            seen = seen.olderOf(distortion.seen(now));
        }
        return seen;
    }

    private HeadView heads() {
        return new HeadView(node.blockNumber(), tagged("safe"), tagged("finalized"));
    }

    private long tagged(String tag) {
        JsonNode block = node.call(
                "eth_getBlockByNumber",
                Json.MAPPER.getNodeFactory().textNode(tag),
                Json.MAPPER.getNodeFactory().booleanNode(false));
        return block.isObject() ? EvmClient.quantity(block.path("number")) : 0;
    }

    private HttpResponse<byte[]> forward(byte[] body) {
        try {
            var request = HttpRequest.newBuilder(upstream)
                    .timeout(TIMEOUT)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new EvmException("the node does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EvmException("interrupted", e);
        }
    }
}
