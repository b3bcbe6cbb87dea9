package network.litewatch.lab.fault;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import network.litewatch.fault.Fault;
import network.litewatch.fault.FaultRegistry;
import network.litewatch.lab.http.BadRequest;
import network.litewatch.lab.http.Exchange;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.LoopbackServer;
import org.jspecify.annotations.Nullable;

/**
 * The fault API: {@code POST /faults}, {@code GET /faults}, {@code DELETE /faults/{id}}. Refuses what a browser sends from another site.
 * Thread-safe.
 */
public final class FaultServer implements AutoCloseable {

    private static final int THREADS = 8;
    private static final Pattern LEASE = Pattern.compile("([0-9]{1,6})(ms|s|m)");
    private static final Pattern LOCAL = Pattern.compile("(127\\.0\\.0\\.1|localhost)(:[0-9]{1,5})?");
    private static final Map<String, List<String>> ARGUMENTS = Map.ofEntries(
            entry("tcp.latency", List.of("ms", "jitter_ms")),
            entry("rpc.lag", List.of("blocks")),
            entry("miner.slow", List.of("factor")),
            entry("miner.swap-model", List.of("model")),
            entry("miner.cold", List.of("load", "idle")),
            entry("miner.mixed", List.of("share", "model")),
            entry("miner.lie-tokens", List.of("factor")),
            entry("miner.wrong", List.of("share")),
            entry("miner.hang", List.of("share")),
            entry("fleet.outage", List.of("share")),
            entry("fleet.churn", List.of("away", "between")),
            entry("queue.spike", List.of("per_second", "tokens")),
            entry("router.drop-tasks", List.of("share")),
            entry("router.slow", List.of("percent")),
            entry("router.5xx", List.of("status")),
            entry("chain.task-timeout", List.of("seconds")),
            entry("chain.reorg", List.of("depth")),
            entry("wallet.drain", List.of("left_ether")),
            entry("wallet.stuck", List.of("count")),
            entry("wallet.revert", List.of("count")),
            entry("ticket.unredeemed", List.of("days")),
            entry("rpc.old-finality", List.of("safe", "finalized")),
            entry("chain.private-endpoint", List.of("endpoint")),
            entry("rpc.late-receipts", List.of("from", "seconds")),
            entry("rollup.no-confirmations", List.of("blocks")),
            entry("slack.429", List.of("retry_after")));

    private final FaultRegistry registry;
    private final LoopbackServer server;

    /** Listens at once; port 0 picks a free one. */
    public FaultServer(int port, FaultRegistry registry) {
        this.registry = registry;
        this.server = LoopbackServer.start("faults", port, THREADS, this::handle);
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }

    private void handle(Exchange exchange) throws IOException {
        refuseForeign(exchange.header("Host"), exchange.header("Origin"));
        List<String> path = exchange.pathParts();
        String asked = exchange.method() + " " + path.get(0) + "/" + (path.size() - 1);
        switch (asked) {
            case "GET faults/0" -> exchange.send(200, listed());
            case "POST faults/0" -> exchange.send(201, shown(inject(exchange.json())));
            case "DELETE faults/1" -> delete(exchange, path.get(1));
            default -> exchange.sendError(404, "known: POST /faults, GET /faults, DELETE /faults/{id}");
        }
    }

    private Fault inject(JsonNode body) {
        if (!body.isObject()) {
            throw new BadRequest(
                    400, "expected an object: {\"type\":\"..\",\"target\":\"..\",\"args\":{},\"lease\":\"30s\"}");
        }
        JsonNode args = body.has("args") ? body.path("args") : Json.object();
        if (!args.isObject()) {
            throw new BadRequest(400, "args: expected an object");
        }
        try {
            return registry.inject(text(body, "type"), text(body, "target"), args, lease(body.path("lease")));
        } catch (NoSuchElementException e) {
            throw new BadRequest(404, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw new BadRequest(400, String.valueOf(e.getMessage()));
        }
    }

    private void delete(Exchange exchange, String id) throws IOException {
        if (!registry.end(id)) {
            List<String> active = registry.list().stream().map(Fault::id).toList();
            throw new BadRequest(404, "no fault " + id + " is in effect; in effect: " + active);
        }
        exchange.send(200, Json.object().put("ended", id));
    }

    private ObjectNode listed() {
        ObjectNode answer = Json.object();
        ArrayNode active = answer.putArray("active");
        registry.list().forEach(fault -> active.add(shown(fault)));
        ArrayNode known = answer.putArray("known");
        for (Map.Entry<String, Set<String>> type : registry.known().entrySet()) {
            ObjectNode entry = known.addObject().put("type", type.getKey());
            type.getValue().forEach(entry.putArray("targets")::add);
            ARGUMENTS.getOrDefault(type.getKey(), List.of()).forEach(entry.putArray("args")::add);
        }
        return answer;
    }

    private static ObjectNode shown(Fault fault) {
        ObjectNode shown =
                Json.object().put("id", fault.id()).put("type", fault.type()).put("target", fault.target());
        shown.set("args", fault.args());
        return shown.put("injected_at", fault.injectedAt().toString())
                .put("ends_at", fault.endsAt().toString());
    }

    private static String text(JsonNode body, String field) {
        String value = body.path(field).asText("");
        if (value.isEmpty()) {
            throw new BadRequest(400, field + ": required");
        }
        return value;
    }

    private static Duration lease(JsonNode value) {
        Matcher matcher = LEASE.matcher(value.asText(""));
        if (!matcher.matches()) {
            throw new BadRequest(400, "lease: required, a whole number with ms, s or m, such as \"30s\"; 1s to 120m");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
    }

    /** A page of another site could post here, or rebind its name to this address; a command line does neither. */
    private static void refuseForeign(@Nullable String host, @Nullable String origin) {
        if (host == null || !LOCAL.matcher(host).matches()) {
            throw new BadRequest(403, "Host: expected 127.0.0.1 or localhost");
        }
        if (origin != null
                && !LOCAL.matcher(origin.replaceFirst("^http://", "")).matches()) {
            throw new BadRequest(403, "Origin: requests of other sites are refused");
        }
    }
}
