package network.litewatch.lab.miner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import network.litewatch.lab.http.BadRequest;
import network.litewatch.lab.http.Exchange;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.LoopbackServer;

/** What a miner answers: GET /health, POST /generate (NDJSON, a line for each token), POST /control. Thread-safe. */
final class MinerApi implements LoopbackServer.Handler {

    private static final int MAX_TOKENS = 512;

    private final TinyModel model;
    private final String claimedModel;
    private final TaskRecord record;
    private final MinerWork work;

    /** {@code claimedModel} is what it says it runs, whatever it runs. */
    MinerApi(TinyModel model, String claimedModel, TaskRecord record, MinerWork work) {
        this.model = model;
        this.claimedModel = claimedModel;
        this.record = record;
        this.work = work;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        switch (exchange.method() + " " + exchange.path()) {
            case "GET /health" ->
                exchange.send(200, Json.object().put("status", "ok").put("model", claimedModel));
            case "POST /generate" -> generate(exchange);
            case "POST /control" -> control(exchange);
            default -> exchange.sendError(404, "no such path");
        }
    }

    private void control(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        if (body.has("slow_factor")) {
            try {
                work.pacing().slowBy(body.path("slow_factor").asDouble());
            } catch (IllegalArgumentException e) {
                throw new BadRequest(400, String.valueOf(e.getMessage()));
            }
        }
        if (body.has("model")) {
            model.load(body.path("model").asText());
        }
        work.conduct().take(body);
        exchange.send(200, Json.object().put("ok", true));
    }

    private void generate(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        TinyModel.Request request = request(body);
        int promptTokens = model.countTokens(request.prompt());
        if (promptTokens + request.maxTokens() > TinyModel.CONTEXT) {
            throw new BadRequest(
                    400,
                    "prompt: " + promptTokens + " tokens and " + request.maxTokens() + " more do not fit in "
                            + TinyModel.CONTEXT);
        }
        long session = body.path("session_id").asLong();
        long task = body.path("task_id").asLong();
        var result = new CompletableFuture<String>();
        if (body.has("task_id")) {
            record.record(session, task, result);
        }
        try {
            Conduct.Treatment treatment = work.conduct().of(session, task);
            if (treatment == Conduct.Treatment.HANG) {
                work.hang();
            }
            stream(exchange, work.begin(request, treatment), promptTokens, result);
        } finally {
            result.completeExceptionally(
                    new IllegalStateException("the stream broke")); // without effect when it is complete
        }
    }

    /** A task without a seed gets one of its own: above temperature 0 two answers are then two samples. */
    private static TinyModel.Request request(JsonNode body) {
        int maxTokens = body.path("max_tokens").asInt(32);
        if (maxTokens < 1 || maxTokens > MAX_TOKENS) {
            throw new BadRequest(400, "max_tokens: expected 1 to " + MAX_TOKENS + ", got " + maxTokens);
        }
        return new TinyModel.Request(
                body.path("prompt").asText(),
                maxTokens,
                body.path("temperature").asDouble(0),
                body.path("top_p").asDouble(1),
                body.path("top_k").asInt(40),
                body.has("seed")
                        ? body.path("seed").asInt()
                        : ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
    }

    /** A reader that leaves early ends the task: there is then no result to commit. */
    private void stream(Exchange exchange, MinerWork.Answer begun, int promptTokens, CompletableFuture<String> result)
            throws IOException {
        try (begun;
                OutputStream out = exchange.stream("application/x-ndjson")) {
            for (String token = begun.next(); token != null; token = begun.next()) {
                write(out, Json.object().put("token", token));
            }
            result.complete(begun.text());
            write(
                    out,
                    Json.object()
                            .put("done", true)
                            .put("finish_reason", "length")
                            .put("model", claimedModel)
                            .put("prompt_tokens", promptTokens)
                            .put("completion_tokens", begun.claimedTokens()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while streaming", e);
        }
    }

    private static void write(OutputStream out, ObjectNode line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
