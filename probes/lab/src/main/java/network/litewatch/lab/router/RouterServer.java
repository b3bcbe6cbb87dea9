package network.litewatch.lab.router;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.evm.Accounts;
import network.litewatch.lab.evm.Deployment;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.evm.EvmException;
import network.litewatch.lab.http.BadRequest;
import network.litewatch.lab.http.Exchange;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.LoopbackServer;

/**
 * The router's HTTP API, in the shapes that clients of the network's routers expect, with the oddities that were observed: without any
 * connected miner /info and /status fail with a KeyError's text, while /miners and /sessions answer. Thread-safe.
 */
public final class RouterServer implements AutoCloseable {

    private static final String VERSION = "lab-0.1";
    private static final int THREADS = 48;
    private static final Set<String> ROUTES = Set.of(
            "ping/0",
            "info/0",
            "status/0",
            "miners/0",
            "sessions/0",
            "sessions/1",
            "tasks/1",
            "tasks/2",
            "completions/0",
            "completions/1");
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);

    /** A miner to serve with; {@code model} is what it says it runs. */
    public record MinerAddress(String name, String account, String model, URI endpoint) {}

    /** What a router needs to know; {@code port} 0 picks a free one, {@code rpc} is where it reads and writes the chain. */
    public record Settings(int port, String token, URI rpc, Deployment contracts, List<MinerAddress> miners) {}

    private final Settings settings;
    private final TaskChain chain;
    private final RouterView view;
    private final CompletionService completions;
    private final InstantSource clock;
    private final Instant started;
    private final FailureSwitch failures = new FailureSwitch();
    private final RouterFaults faults = new RouterFaults();
    private final LoopbackServer server;

    /** Starts a router; {@code clock} stamps what it creates. */
    public RouterServer(Settings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.started = clock.instant();
        var http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        this.chain = new TaskChain(new EvmClient(settings.rpc(), CALL_LIMIT), settings.contracts());
        List<MinerLink> links = settings.miners().stream()
                .map(miner -> new MinerLink(miner, http))
                .toList();
        this.view = RouterView.start(chain, links);
        this.completions = new CompletionService(chain, view, faults, clock);
        this.server = LoopbackServer.start("router", settings.port(), THREADS, this::handle);
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /** How many miners answered their last health check. */
    public int connectedMiners() {
        return view.connectedMiners().size();
    }

    /** Answers everything with {@code status}, 500 to 599, until undone. The last of several wins. */
    public FaultHandle failWith(int status) {
        return failures.failWith(status);
    }

    /** Takes the documented default token besides its own, until undone. */
    public FaultHandle takeDefaultToken() {
        faults.takeDefaultToken(true);
        return () -> faults.takeDefaultToken(false);
    }

    /** Answers whoever asks, token or none, until undone. */
    public FaultHandle takeAnybody() {
        faults.takeAnybody(true);
        return () -> faults.takeAnybody(false);
    }

    /** Answers 401 at a path that it should hide, until undone. */
    public FaultHandle expose(String path) {
        faults.expose(path);
        return () -> faults.expose(null);
    }

    /** Leaves a session out of its list, until undone. */
    public FaultHandle hideSession(long id) {
        faults.hideSession(id);
        return () -> faults.hideSession(0);
    }

    /**
     * Leaves the miner {@code hidden} out of the list of miners; with an empty name lists all that it ever had, connected or not. Until undone.
     *
     * @throws IllegalArgumentException when there is no such miner
     */
    public FaultHandle listWrongly(String hidden) {
        List<String> names = settings.miners().stream().map(MinerAddress::name).toList();
        if (!hidden.isEmpty() && !names.contains(hidden)) {
            throw new IllegalArgumentException("hide: expected one of " + names + ", got " + hidden);
        }
        faults.lieAboutMiners(hidden);
        return () -> faults.lieAboutMiners(null);
    }

    /** Submits a share (0 to 1) of tasks and lets no miner hear of them, until undone. */
    public FaultHandle dropTasks(double share) {
        faults.drop(share);
        return () -> faults.drop(0);
    }

    /** Says everything later by {@code share} of the time that it took, also each token of a stream, until undone. */
    public FaultHandle slowBy(double share) {
        faults.slow(share);
        return () -> faults.slow(0);
    }

    /** Gives a field of a route's answer (info, status, miners or sessions) another name, until undone. */
    public FaultHandle rename(String route, String field, String name) {
        faults.rename(new RouterFaults.Renamed(route, field, name));
        return () -> faults.rename(null);
    }

    @Override
    public void close() {
        server.close();
        completions.close();
        view.close();
    }

    private void handle(Exchange exchange) throws IOException {
        exchange.stretch(faults.slowness());
        int failure = failures.status();
        if (failure != 0) {
            exchange.sendError(failure, failure == 503 ? "Service Unavailable" : "Internal Server Error");
            return;
        }
        List<String> parts = exchange.pathParts();
        if (faults.exposes(exchange)) {
            exchange.sendError(401, "Invalid Authorization header format");
        } else if (parts.equals(List.of("about"))) {
            about(exchange);
        } else if (parts.size() >= 3
                && parts.get(0).equals("api")
                && parts.get(1).equals("v1")) {
            route(exchange, parts.subList(2, parts.size()));
        } else {
            exchange.sendError(404, "Not Found");
        }
    }

    private void route(Exchange exchange, List<String> path) throws IOException {
        String first = path.get(0);
        if (first.equals("about")) {
            about(exchange);
            return;
        }
        // As behind the public nginx template: what is not proxied is not found, whoever asks.
        if (!ROUTES.contains(first + "/" + (path.size() - 1))) {
            exchange.sendError(404, "Not Found");
            return;
        }
        if (!("Bearer " + settings.token()).equals(exchange.header("Authorization")) && !faults.letsIn(exchange)) {
            exchange.sendError(401, "Invalid Authorization header format");
            return;
        }
        String wanted = first.equals("completions") ? "POST" : "GET";
        if (!exchange.method().equals(wanted)) {
            exchange.sendError(405, "Method Not Allowed");
            return;
        }
        try {
            answer(exchange, first, path);
        } catch (EvmException e) {
            throw new BadRequest(502, "Failed to read from the blockchain");
        }
    }

    private void answer(Exchange exchange, String first, List<String> path) throws IOException {
        switch (first + "/" + (path.size() - 1)) {
            case "ping/0" ->
                exchange.send(
                        200,
                        Json.object()
                                .put("status", "ok")
                                .put("timestamp", clock.instant().getEpochSecond()));
            case "info/0" -> info(exchange);
            case "status/0" -> status(exchange);
            case "miners/0" -> exchange.send(200, faults.shaped("miners", miners()));
            case "sessions/0" -> sessions(exchange);
            case "sessions/1" -> exchange.send(200, session(found(path.get(1))));
            case "tasks/1" -> tasks(exchange, found(path.get(1)));
            case "tasks/2" -> task(exchange, found(path.get(1)), Completion.id("task id", path.get(2)));
            case "completions/0" -> completions.serve(exchange, null);
            case "completions/1" -> completions.serve(exchange, path.get(1));
            default -> exchange.sendError(404, "Not Found");
        }
    }

    private void about(Exchange exchange) throws IOException {
        exchange.send(
                200,
                Json.object().put("name", "lab-router").put("version", VERSION).put("network", "lab"));
    }

    private void info(Exchange exchange) throws IOException {
        int miners = connectedMiners();
        if (miners == 0) {
            exchange.sendError(500, "Failed to get router information: 'total'");
            return;
        }
        ObjectNode info = Json.object()
                .put("active_sessions", view.sessions().size())
                .put("address", Accounts.ROUTER)
                .put("ip_address", "127.0.0.1")
                .put("name", "lab-router");
        info.set("node_stats", stats(miners));
        info.put("total_sessions", view.sessions().size()).put("version", VERSION);
        exchange.send(200, faults.shaped("info", info));
    }

    private void status(Exchange exchange) throws IOException {
        int miners = connectedMiners();
        if (miners == 0) {
            exchange.sendError(500, "Failed to get router status: 'total_count'");
            return;
        }
        var machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        double memoryUsed = 1 - (double) machine.getFreeMemorySize() / machine.getTotalMemorySize();
        ObjectNode status = Json.object()
                .put("active_sessions", view.sessions().size())
                .put("connected_miners", miners)
                .put("cpu_usage", Math.max(0, machine.getCpuLoad()) * 100)
                .put("memory_usage", memoryUsed * 100)
                .put("uptime", Duration.between(started, clock.instant()).toSeconds());
        exchange.send(200, faults.shaped("status", status));
    }

    private ObjectNode miners() {
        ObjectNode answer = Json.object();
        ObjectNode nodes = answer.putObject("nodes");
        List<MinerLink> listed = faults.listed(view.miners());
        for (MinerLink miner : listed) {
            nodes.putObject(miner.address())
                    .put("address", miner.address())
                    .put("name", miner.name())
                    .put("type", "dedicated")
                    .put("model", miner.model());
        }
        answer.set("stats", listed.isEmpty() ? Json.object() : stats(listed.size()));
        return answer;
    }

    private void sessions(Exchange exchange) throws IOException {
        boolean idle = connectedMiners() == 0;
        ArrayNode list = Json.array();
        if (!idle) {
            view.sessions().stream()
                    .filter(session -> !faults.hides(session.id()))
                    .forEach(session -> list.add(session(session)));
        }
        ObjectNode answer = Json.object().put("count", list.size());
        answer.set("sessions", list);
        exchange.send(200, faults.shaped("sessions", answer));
    }

    private ObjectNode session(TaskChain.Session session) {
        return Json.object()
                .put("active", session.active())
                .put("created_at", session.createdAt())
                .put("id", Long.toString(session.id()))
                .put("name", session.name())
                .put("miners_count", view.connectedMinersOf(session).size())
                .put("owner", session.owner())
                .put("updated_at", session.updatedAt());
    }

    private void tasks(Exchange exchange, TaskChain.Session session) throws IOException {
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("tasks");
        chain.tasks(session.id()).forEach(task -> list.add(summary(task)));
        exchange.send(200, answer);
    }

    private void task(Exchange exchange, TaskChain.Session session, long id) throws IOException {
        if (chain.tasks(session.id()).stream().noneMatch(task -> task.id() == id)) {
            throw new BadRequest(404, "Task " + id + " not found");
        }
        ObjectNode answer = summary(chain.task(session.id(), id));
        TaskChain.Results results = chain.results(session.id(), id);
        ObjectNode shown = answer.putObject("results");
        ArrayNode data = shown.putArray("data");
        ArrayNode miners = shown.putArray("miners");
        for (int i = 0; i < results.miners().size(); i++) {
            if (!results.data().get(i).isEmpty()) {
                data.add(results.data().get(i));
                miners.add(results.miners().get(i));
            }
        }
        exchange.send(200, answer);
    }

    private TaskChain.Session found(String id) {
        return view.session(Completion.id("session id", id))
                .orElseThrow(() -> new BadRequest(404, "Session " + id + " not found"));
    }

    private static ObjectNode summary(TaskChain.Task task) {
        ObjectNode summary = Json.object().put("task_id", task.id()).put("session_id", task.session());
        ArrayNode assigned = summary.putArray("assigned_miners");
        task.miners().forEach(assigned::add);
        summary.put("created_at", task.createdAt()).put("status", task.status());
        if (task.finishedAt() == 0) {
            return summary.putNull("finished_at");
        }
        return summary.put("finished_at", task.finishedAt());
    }

    private static ObjectNode stats(int miners) {
        return Json.object()
                .put("dedicated_count", miners)
                .put("ephemeral_count", 0)
                .put("total_count", miners);
    }
}
