package network.litewatch.lab.router;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;
import network.litewatch.lab.evm.EvmException;
import network.litewatch.lab.http.BadRequest;
import network.litewatch.lab.http.Exchange;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From prompt to tokens: a task on the chain, then every assigned miner at work, the first one's tokens passed on as they come. What the
 * other miners of a shared session say goes to the chain only. Thread-safe.
 */
final class CompletionService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CompletionService.class);

    private final TaskChain chain;
    private final RouterView view;
    private final RouterFaults faults;
    private final InstantSource clock;
    private final AtomicLong turn = new AtomicLong();
    private final ThreadPoolExecutor behind = Threads.pool("router-chain", 4);

    CompletionService(TaskChain chain, RouterView view, RouterFaults faults, InstantSource clock) {
        this.chain = chain;
        this.view = view;
        this.faults = faults;
        this.clock = clock;
    }

    /** Serves one request; {@code pathSession} is the session named in the path, or null. */
    void serve(Exchange exchange, @Nullable String pathSession) throws IOException {
        var request = Completion.Request.of(pathSession, exchange.json());
        long deadline = System.nanoTime() + request.timeout().toNanos();
        TaskChain.Session session = choose(request);
        List<MinerLink> miners = view.connectedMinersOf(session);
        if (miners.isEmpty()) {
            throw new BadRequest(503, "No connected miner for session " + session.id());
        }
        long task = submit(request, session, deadline);
        Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
        ObjectNode work = request.task().put("session_id", session.id()).put("task_id", task);
        boolean dropped = faults.drops(session.id(), task);
        List<MinerLink.Stream> streams = miners.stream()
                .map(miner -> dropped ? miner.forget() : miner.generate(work, left))
                .toList();
        MinerLink.Stream first = streams.get(0);
        var shape = new Completion(session.id(), task, miners.get(0).model(), clock.instant());
        try {
            if (request.stream()) {
                stream(exchange, shape, first, deadline);
            } else {
                whole(exchange, shape, first, deadline);
            }
        } catch (MinerFailed e) {
            if (!e.silent) {
                streams.forEach(MinerLink.Stream::cancel);
                giveUp(session.id(), task);
            }
        }
    }

    @Override
    public void close() {
        behind.shutdownNow();
    }

    /** The caller has been told already. A silent miner may still be at work: its task is then the oracle's to close, else ours. */
    private static final class MinerFailed extends IOException {
        private static final long serialVersionUID = 1L;
        private final boolean silent;

        MinerFailed(IOException cause) {
            super(cause);
            silent = cause instanceof MinerLink.Silence;
        }
    }

    private TaskChain.Session choose(Completion.Request request) {
        if (request.session().isPresent()) {
            long id = request.session().getAsLong();
            return view.session(id).orElseThrow(() -> new BadRequest(404, "Session " + id + " not found"));
        }
        List<TaskChain.Session> sessions = view.sessions();
        if (sessions.isEmpty()) {
            throw new BadRequest(503, "No active session");
        }
        return sessions.get((int) (turn.getAndIncrement() % sessions.size()));
    }

    private long submit(Completion.Request request, TaskChain.Session session, long deadline) {
        try {
            Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
            return chain.submit(session.id(), request.prompt(), request.clientReference(), left);
        } catch (EvmException e) {
            LOG.warn("session {}: the task was not queued: {}", session.id(), e.toString());
            throw new BadRequest(502, "Failed to submit task");
        }
    }

    private static void whole(Exchange exchange, Completion shape, MinerLink.Stream tokens, long deadline)
            throws IOException {
        var text = new StringBuilder();
        JsonNode done = Json.object();
        try {
            for (JsonNode line = tokens.next(deadline); line != null; line = tokens.next(deadline)) {
                text.append(line.path("token").asText(""));
                done = line.has("done") ? line : done;
            }
        } catch (IOException e) {
            exchange.sendError(504, "Task failed: " + e.getMessage());
            throw new MinerFailed(e);
        }
        exchange.send(200, shape.whole(text.toString(), done));
    }

    private static void stream(Exchange exchange, Completion shape, MinerLink.Stream tokens, long deadline)
            throws IOException {
        JsonNode line = firstLine(exchange, tokens, deadline);
        try (OutputStream out = exchange.stream("text/event-stream")) {
            while (line != null) {
                exchange.awaitStretched(tokens.arrivedNanos());
                send(
                        out,
                        Completion.frame(
                                line.has("done")
                                        ? shape.last(line)
                                        : shape.token(line.path("token").asText())));
                try {
                    line = tokens.next(deadline);
                } catch (IOException e) {
                    send(out, Completion.frame(Json.object().put("error", "Task failed: " + e.getMessage())));
                    throw new MinerFailed(e);
                }
            }
            send(out, Completion.doneFrame());
        }
    }

    /** The status line waits for the first token, so that a miner that fails at once is an HTTP error and not a broken stream. */
    private static @Nullable JsonNode firstLine(Exchange exchange, MinerLink.Stream tokens, long deadline)
            throws IOException {
        try {
            return tokens.next(deadline);
        } catch (IOException e) {
            exchange.sendError(504, "Task failed: " + e.getMessage());
            throw new MinerFailed(e);
        }
    }

    private void giveUp(long session, long task) {
        behind.execute(() -> {
            try {
                chain.end(session, task);
            } catch (
                    RuntimeException
                            e) { // a thread boundary: the task then stays open on the chain, as it would with a router
                // that died
                LOG.warn("task {}/{} could not be ended: {}", session, task, e.toString());
            }
        });
    }

    private static void send(OutputStream out, byte[] frame) throws IOException {
        out.write(frame);
        out.flush();
    }
}
