package network.litewatch.controlplane.notify.slack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What Slack puts into envelopes: each press is handed on once, however often and over however many sockets it comes, and every envelope is
 * acked, for what is not acked within three seconds comes again. Thread-safe.
 */
final class SocketEnvelopes {
    private static final int REMEMBERED = 10_000;
    private static final int LONGEST_ID = 200;

    private final ObjectMapper json;
    private final Consumer<Press> pressed;
    // The ids of envelopes, and those of the presses in them: it is nowhere said that the same press comes in the same
    // envelope again.
    private final Cache<String, Boolean> seen =
            CacheBuilder.newBuilder().maximumSize(REMEMBERED).build();

    /** {@code pressed} is told of each press, once, and must neither throw nor keep its caller waiting. */
    SocketEnvelopes(ObjectMapper json, Consumer<Press> pressed) {
        this.json = json;
        this.pressed = pressed;
    }

    /** Takes an envelope; what is to be answered, which is nothing where it is none. */
    Optional<String> take(JsonNode envelope) {
        String id = envelope.path("envelope_id").asText();
        if (id.isEmpty() || id.length() > LONGEST_ID) {
            return Optional.empty();
        }
        JsonNode payload = envelope.path("payload");
        if (envelope.path("type").asText().equals("interactive") && isFirst(id, payload)) {
            Press.of(payload).ifPresent(pressed);
        }
        return Optional.of(json.createObjectNode().put("envelope_id", id).toString());
    }

    private boolean isFirst(String envelope, JsonNode payload) {
        String trigger = payload.path("trigger_id").asText();
        boolean known = isKnown("envelope " + envelope);
        if (!trigger.isEmpty() && trigger.length() <= LONGEST_ID) {
            known |= isKnown("trigger " + trigger);
        }
        return !known;
    }

    /** Whether it was seen before; it is from now on. */
    private boolean isKnown(String id) {
        return seen.asMap().putIfAbsent(id, true) != null;
    }
}
