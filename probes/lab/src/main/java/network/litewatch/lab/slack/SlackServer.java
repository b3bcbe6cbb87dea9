package network.litewatch.lab.slack;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import network.litewatch.fault.Arguments;
import network.litewatch.fault.FaultInjector;
import network.litewatch.lab.http.Exchange;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.LoopbackServer;

/**
 * Stands in for Slack on 127.0.0.1: the Web API under {@code /api/}, Socket Mode on a port of its own, a page at {@code /} that shows what
 * people would see, and everything as data, edits included, at {@code /state.json}. Thread-safe.
 */
public final class SlackServer implements AutoCloseable {

    /** The kinds that {@link #injector} knows. */
    public static final Set<String> KINDS = Set.of("slack.429", "slack.5xx", "slack.down", "slack.slow");

    /** The signing secret of the app, for those who take its clicks. */
    public static final String SIGNING_SECRET = "lab-signing-secret";

    /** The app-level token of the app, for those who open a socket. */
    public static final String APP_TOKEN = "xapp-lab";

    /** The person who presses the buttons of the page. */
    public static final String PERSON = "U00000OPS";

    private static final Map<String, Set<String>> ARGUMENTS =
            Map.of("slack.429", Set.of("retry_after"), "slack.slow", Set.of("delay"));
    private static final int THREADS = 16;
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:";
    private static final Map<String, String> FILES = Map.of(
            "/", "text/html; charset=utf-8",
            "/page.js", "text/javascript; charset=utf-8",
            "/page.css", "text/css; charset=utf-8");

    /** One way not to work. Compared by identity: two of a kind are two. */
    private static final class Trouble {
        private final String kind;
        private final int retryAfter;
        private final Duration delay;

        private Trouble(String kind, int retryAfter, Duration delay) {
            this.kind = kind;
            this.retryAfter = retryAfter;
            this.delay = delay;
        }
    }

    private final SlackStore store;
    private final SlackApi api;
    private final List<Trouble> troubles = new CopyOnWriteArrayList<>();
    private final SlackSockets sockets = new SlackSockets();
    private final SlackClicks clicks;
    private final LoopbackServer server;

    /** Listens at once; port 0 picks a free one. Calls must carry {@code botToken}. */
    public SlackServer(int port, String botToken) {
        this(port, botToken, InstantSource.system());
    }

    /** As the other one, with a clock for stamps and for the rate limit. */
    public SlackServer(int port, String botToken, InstantSource clock) {
        this.clicks = new SlackClicks(sockets, SIGNING_SECRET, clock);
        this.store = new SlackStore(clock);
        // A workspace has its channels before anybody speaks.
        store.channel("ops-alerts");
        this.api = new SlackApi(botToken, store, new RateLimit(clock), sockets::ticket);
        this.server = LoopbackServer.start("slack", port, THREADS, this::handle);
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /**
     * Makes faults of one kind: {@code slack.429} {retry_after} limits every call, {@code slack.5xx} {} fails every call,
     * {@code slack.down} {} hangs up on every call, and on sockets that are open, and {@code slack.slow} {delay} does what it is asked and
     * says so that much later. The page works on.
     *
     * @throws IllegalArgumentException when there is no such kind
     */
    public FaultInjector injector(String kind) {
        if (!KINDS.contains(kind)) {
            throw new IllegalArgumentException("unknown kind " + kind + "; known: " + KINDS);
        }
        return (args, lease) -> {
            Arguments.onlyKnown(args, ARGUMENTS.getOrDefault(kind, Set.of()));
            var trouble = new Trouble(
                    kind,
                    Arguments.whole(args, "retry_after", 1, 1, 3_600),
                    Arguments.duration(
                            args, "delay", Duration.ofMillis(500), Duration.ofMillis(1), Duration.ofSeconds(30)));
            troubles.add(trouble);
            if (kind.equals("slack.down")) {
                sockets.cut();
            }
            return () -> troubles.remove(trouble);
        };
    }

    /** Has buttons tell {@code app} while it has no socket open; without either they do nothing. */
    public void tell(URI app) {
        clicks.tell(app);
    }

    /** How many sockets are open. */
    public int sockets() {
        return sockets.open();
    }

    /**
     * Tells the app that its sockets are about to end, and ends them.
     *
     * @param reason {@code warning} or {@code refresh_requested}, after which the app should open another one; {@code link_disabled}
     */
    public void disconnect(String reason) {
        sockets.disconnect(reason);
    }

    /** The next {@code acks} of presses are lost on the way, so that what they are for is delivered again. */
    public void loseAcks(int acks) {
        sockets.loseAcks(acks);
    }

    @Override
    public void close() {
        server.close();
        sockets.close();
    }

    private void handle(Exchange exchange) throws IOException {
        String path = exchange.path();
        if (path.startsWith("/api/")) {
            call(exchange, path.substring("/api/".length()));
        } else if (path.equals("/click") && exchange.method().equals("POST")) {
            click(exchange);
        } else if (path.equals("/state.json")) {
            exchange.setHeader("Cache-Control", "no-store");
            exchange.send(200, store.state().put("sockets", sockets.open()));
        } else {
            file(exchange, path);
        }
    }

    private void click(Exchange exchange) throws IOException {
        JsonNode click;
        try {
            click = exchange.json();
        } catch (JacksonException e) {
            exchange.sendError(
                    400, "a click is JSON with channel, ts, action_id, value and, if not the page's person, user");
            return;
        }
        try {
            OptionalInt status = clicks.press(click);
            if (status.isPresent()) {
                exchange.send(200, Json.object().put("status", status.getAsInt()));
            } else {
                exchange.sendError(409, "nobody takes clicks");
            }
        } catch (IOException e) {
            exchange.sendError(502, "the app does not answer: " + e.getClass().getSimpleName());
        }
    }

    private void call(Exchange exchange, String method) throws IOException {
        var call = SlackCall.of(method, exchange);
        Duration delay = Duration.ZERO;
        for (Trouble trouble : troubles) {
            if (trouble.kind.equals("slack.slow")) {
                delay = delay.plus(trouble.delay);
                continue;
            }
            switch (trouble.kind) {
                case "slack.down" -> throw new IOException("hung up on purpose");
                case "slack.5xx" ->
                    exchange.send(
                            503,
                            "text/plain",
                            "upstream connect error".getBytes(java.nio.charset.StandardCharsets.UTF_8));
                default -> refuse(exchange, new SlackApi.Refusal("ratelimited", trouble.retryAfter));
            }
            return;
        }
        try {
            ObjectNode answer = api.answer(call);
            late(delay);
            exchange.send(200, answer);
        } catch (SlackApi.Refusal e) {
            refuse(exchange, e);
        }
    }

    private static void late(Duration delay) throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(delay.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while an answer was late on purpose", e);
        }
    }

    private static void refuse(Exchange exchange, SlackApi.Refusal refusal) throws IOException {
        int status = 200;
        if (refusal.retryAfterSeconds() > 0) {
            exchange.setHeader("Retry-After", Integer.toString(refusal.retryAfterSeconds()));
            status = 429;
        }
        exchange.send(status, Json.object().put("ok", false).put("error", refusal.error()));
    }

    private static void file(Exchange exchange, String path) throws IOException {
        String type = FILES.get(path);
        String name = path.equals("/") ? "/page.html" : path;
        try (InputStream in = type == null ? null : SlackServer.class.getResourceAsStream("/slack" + name)) {
            if (in == null || type == null) {
                exchange.sendError(404, "no such page");
                return;
            }
            exchange.setHeader("Content-Security-Policy", POLICY);
            exchange.setHeader("X-Content-Type-Options", "nosniff");
            exchange.send(200, type, in.readAllBytes());
        }
    }
}
