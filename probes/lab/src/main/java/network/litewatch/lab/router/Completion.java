package network.litewatch.lab.router;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import network.litewatch.lab.http.BadRequest;
import network.litewatch.lab.http.Json;
import org.jspecify.annotations.Nullable;

/** The shapes of POST /completions: what is asked, and OpenAI's text_completion for what is answered. */
final class Completion {

    private static final int MAX_PROMPT_BYTES = 8_192;

    /** One request, checked; {@code session} is empty when the router is to choose. */
    record Request(
            OptionalLong session,
            String prompt,
            boolean stream,
            Duration timeout,
            String clientReference,
            ObjectNode task) {

        /**
         * Reads a request.
         *
         * @param pathSession the session named in the path, which wins over the body's, or null
         * @throws BadRequest naming the field
         */
        static Request of(@Nullable String pathSession, JsonNode body) {
            String prompt = body.path("prompt").asText();
            if (prompt.isEmpty() || prompt.getBytes(StandardCharsets.UTF_8).length > MAX_PROMPT_BYTES) {
                throw new BadRequest(400, "prompt: expected 1 to " + MAX_PROMPT_BYTES + " bytes");
            }
            String session =
                    pathSession != null ? pathSession : body.path("session_id").asText("");
            ObjectNode task = Json.object().put("prompt", prompt);
            task.put("max_tokens", within(body, "max_tokens", 32, 1, 512));
            for (String field : new String[] {"temperature", "top_p", "top_k", "seed"}) {
                if (body.path(field).isNumber()) {
                    task.set(field, body.path(field));
                }
            }
            return new Request(
                    session.isEmpty() ? OptionalLong.empty() : OptionalLong.of(id("session_id", session)),
                    prompt,
                    body.path("stream").asBoolean(false),
                    Duration.ofSeconds(within(body, "timeout", 60, 1, 300)),
                    body.path("client_reference").asText(""),
                    task);
        }

        private static int within(JsonNode body, String field, int otherwise, int min, int max) {
            int value = body.path(field).asInt(otherwise);
            if (value < min || value > max) {
                throw new BadRequest(400, field + ": expected " + min + " to " + max + ", got " + value);
            }
            return value;
        }
    }

    private final long session;
    private final long task;
    private final String model;
    private final Instant created;

    Completion(long session, long task, String model, Instant created) {
        this.session = session;
        this.task = task;
        this.model = model;
        this.created = created;
    }

    /** A frame with one token. */
    ObjectNode token(String text) {
        return with(text, null);
    }

    /** The last frame: no text, why it ended, and the counts of {@code done}, the miner's last line. */
    ObjectNode last(JsonNode done) {
        return usage(with("", done.path("finish_reason").asText("stop")), done);
    }

    /** The whole answer at once. */
    ObjectNode whole(String text, JsonNode done) {
        return usage(with(text, done.path("finish_reason").asText("stop")), done);
    }

    /** One server-sent event that carries {@code body}. */
    static byte[] frame(JsonNode body) {
        return ("data: " + body + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The event that ends a stream. */
    static byte[] doneFrame() {
        return "data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8);
    }

    /** A session's or task's id in a path or a field. */
    static long id(String field, String text) {
        try {
            long id = Long.parseLong(text);
            if (id >= 0) {
                return id;
            }
        } catch (NumberFormatException e) {
            // told below, as a negative one is
        }
        throw new BadRequest(400, field + ": expected a number, got " + text);
    }

    private ObjectNode with(String text, @Nullable String finishReason) {
        ObjectNode frame = Json.object()
                .put("id", "cmpl-" + session + "-" + task)
                .put("object", "text_completion")
                .put("created", created.getEpochSecond())
                .put("model", model)
                .put("session_id", session)
                .put("task_id", task);
        ObjectNode choice =
                frame.putArray("choices").addObject().put("index", 0).put("text", text);
        choice.put("finish_reason", finishReason).putNull("logprobs");
        return frame;
    }

    private static ObjectNode usage(ObjectNode frame, JsonNode done) {
        int prompt = done.path("prompt_tokens").asInt();
        int completion = done.path("completion_tokens").asInt();
        frame.putObject("usage")
                .put("prompt_tokens", prompt)
                .put("completion_tokens", completion)
                .put("total_tokens", prompt + completion);
        return frame;
    }
}
