package network.litewatch.probe.miner;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import network.litewatch.probe.http.AnswerPattern;
import network.litewatch.probe.http.SseConsumer;
import network.litewatch.probe.http.SseEvent;
import network.litewatch.probe.http.TargetJson;
import network.litewatch.probe.http.UntrustedText;
import org.jspecify.annotations.Nullable;

/**
 * Follows the frames of one task in a completion stream.
 *
 * <p>Frames of several tasks can interleave, keyed by {@code task_id} or else {@code id}; the first key seen is ours,
 * and frames without one are everybody's. A frame with text is one token, whatever it holds: routers send a frame a
 * token, and what is packed into one frame arrived at one time.
 *
 * <p>Written by the exchange's thread, read after its end.
 */
final class CompletionStream implements SseConsumer {
    private static final String DONE = "[DONE]";
    private static final int MAX_TOKENS = 65_536;

    private final LongStream.Builder arrivals = LongStream.builder();
    private final StringBuilder text = new StringBuilder();
    private int tokens;
    private boolean done;
    private boolean malformed;
    private @Nullable String task;
    private @Nullable String finishReason;
    private @Nullable String error;
    private @Nullable String model;
    private OptionalDouble claimedTokens = OptionalDouble.empty();

    @Override
    public synchronized boolean accept(SseEvent event, long nanos) {
        String data = event.data().strip();
        if (data.equals(DONE)) {
            done = true;
            return false;
        }
        Optional<JsonNode> frame = TargetJson.parse(data).filter(JsonNode::isObject);
        if (frame.isEmpty()) {
            malformed = true;
            return false;
        }
        if (isOurs(frame.get())) {
            read(frame.get(), nanos);
        }
        return error == null && tokens < MAX_TOKENS;
    }

    private boolean isOurs(JsonNode frame) {
        JsonNode key = frame.hasNonNull("task_id") ? frame.path("task_id") : frame.path("id");
        if (!key.isValueNode() || key.isNull()) {
            return true;
        }
        String name = UntrustedText.clean(key.asText(), 80);
        if (task == null) {
            task = name;
        }
        return name.equals(task);
    }

    private void read(JsonNode frame, long nanos) {
        Optional<String> message = RouterErrors.message(frame);
        if (message.isPresent()) {
            error = message.get();
            return;
        }
        JsonNode choice = frame.path("choices").path(0);
        String piece = choice.path("text").asText("");
        if (!piece.isEmpty()) {
            tokens++;
            arrivals.add(nanos);
            text.append(piece, 0, Math.min(piece.length(), AnswerPattern.MAX_CHARS - text.length()));
        }
        if (choice.path("finish_reason").isTextual()) {
            finishReason = UntrustedText.clean(choice.path("finish_reason").asText(), 40);
        }
        if (frame.path("model").isTextual()) {
            model = UntrustedText.clean(frame.path("model").asText(), 80);
        }
        JsonNode claim = frame.path("usage").path("completion_tokens");
        if (claim.isNumber() && claim.doubleValue() >= 0 && Double.isFinite(claim.doubleValue())) {
            claimedTokens = OptionalDouble.of(claim.doubleValue());
        }
    }

    synchronized long[] arrivals() {
        return arrivals.build().toArray();
    }

    /** Non-empty tokens of our task. */
    synchronized int tokens() {
        return tokens;
    }

    /** The start of the answer, at most {@link AnswerPattern#MAX_CHARS} characters, as the miner sent it. */
    synchronized String text() {
        return text.toString();
    }

    /** Whether the stream said that the answer is whole. */
    synchronized boolean isFinished() {
        return done || finishReason != null;
    }

    /** Whether a frame was not a JSON object. */
    synchronized boolean isMalformed() {
        return malformed;
    }

    synchronized Optional<String> task() {
        return Optional.ofNullable(task);
    }

    synchronized Optional<String> finishReason() {
        return Optional.ofNullable(finishReason);
    }

    synchronized Optional<String> error() {
        return Optional.ofNullable(error);
    }

    /** The model that the answer says it comes from: a claim. */
    synchronized Optional<String> model() {
        return Optional.ofNullable(model);
    }

    synchronized OptionalDouble claimedTokens() {
        return claimedTokens;
    }
}
