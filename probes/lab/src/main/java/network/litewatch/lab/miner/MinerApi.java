package network.litewatch.lab.miner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
    private final Pacing pacing;

    /** {@code claimedModel} is what it says it runs, whatever it runs. */
    MinerApi(TinyModel model, String claimedModel, TaskRecord record, Pacing pacing) {
        this.model = model;
        this.claimedModel = claimedModel;
        this.record = record;
        this.pacing = pacing;
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
                pacing.slowBy(body.path("slow_factor").asDouble());
            } catch (IllegalArgumentException e) {
                throw new BadRequest(400, String.valueOf(e.getMessage()));
            }
        }
        if (body.has("model")) {
            model.load(body.path("model").asText());
        }
        exchange.send(200, Json.object().put("ok", true));
    }

    private void generate(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        String prompt = body.path("prompt").asText();
        int maxTokens = body.path("max_tokens").asInt(32);
        if (maxTokens < 1 || maxTokens > MAX_TOKENS) {
            throw new BadRequest(400, "max_tokens: expected 1 to " + MAX_TOKENS + ", got " + maxTokens);
        }
        int promptTokens = model.countTokens(prompt);
        if (promptTokens + maxTokens > TinyModel.CONTEXT) {
            throw new BadRequest(
                    400,
                    "prompt: " + promptTokens + " tokens and " + maxTokens + " more do not fit in "
                            + TinyModel.CONTEXT);
        }
        var request = new TinyModel.Request(
                prompt,
                maxTokens,
                body.path("temperature").asDouble(0),
                body.path("top_p").asDouble(1),
                body.path("top_k").asInt(40),
                body.path("seed").asInt(1));
        var result = new CompletableFuture<String>();
        if (body.has("task_id")) {
            record.record(body.path("session_id").asLong(), body.path("task_id").asLong(), result);
        }
        stream(exchange, model.generate(request), promptTokens, result);
    }

    /** A reader that leaves early ends the task: there is then no result to commit. */
    private void stream(
            Exchange exchange, TinyModel.Generation tokens, int promptTokens, CompletableFuture<String> result)
            throws IOException {
        var text = new StringBuilder();
        int count = 0;
        try (OutputStream out = exchange.stream("application/x-ndjson")) {
            Pacing.Stream clock = null;
            for (String token = tokens.next(); token != null; token = tokens.next()) {
                text.append(token);
                count++;
                clock = clock == null ? pacing.start(System.nanoTime()) : clock;
                TimeUnit.NANOSECONDS.sleep(clock.nextDelayNanos(System.nanoTime()));
                write(out, Json.object().put("token", token));
            }
            result.complete(text.toString());
            write(
                    out,
                    Json.object()
                            .put("done", true)
                            .put("finish_reason", "length")
                            .put("model", claimedModel)
                            .put("prompt_tokens", promptTokens)
                            .put("completion_tokens", count));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while streaming", e);
        } finally {
            tokens.cancel();
            result.completeExceptionally(
                    new IllegalStateException("the stream broke")); // without effect when it is complete
        }
    }

    private static void write(OutputStream out, ObjectNode line) throws IOException {
        out.write((line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
        out.flush();
    }
}
