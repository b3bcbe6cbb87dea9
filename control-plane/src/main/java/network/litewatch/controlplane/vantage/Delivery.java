package network.litewatch.controlplane.vantage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What an agent sends at a time: what it says of itself, and observations, each as {@link SeenDocument} writes it. Without any it is a
 * sign of life.
 *
 * @param sentAt by the agent's clock
 */
public record Delivery(Instant sentAt, Status status, List<JsonNode> observations) {
    /** Most observations of one delivery. */
    public static final int MAX_OBSERVATIONS = 500;

    /** Most bytes of one delivery. */
    public static final int MAX_BYTES = 4 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * An agent of itself: claims, for graphs and alerts.
     *
     * @param backlog observations that were not delivered, on its disk or, while that takes nothing, in its memory
     * @param oldestSeconds age of the oldest of them; 0 without any
     * @param dropped observations that it could not keep, since its buffer was made
     * @param offline whether none of its witnesses could be reached when it last looked
     */
    public record Status(long backlog, double oldestSeconds, long dropped, boolean offline) {}

    public Delivery {
        observations = List.copyOf(observations);
    }

    /** One line of JSON, with {@code observations}, which are JSON already. */
    public static String json(Instant sentAt, Status status, List<String> observations) {
        ObjectNode head = JSON.createObjectNode().put("sentAt", sentAt.toString());
        head.putObject("status")
                .put("backlog", status.backlog())
                .put("oldestSeconds", status.oldestSeconds())
                .put("dropped", status.dropped())
                .put("offline", status.offline());
        try {
            String text = JSON.writeValueAsString(head);
            return text.substring(0, text.length() - 1) + ",\"observations\":[" + String.join(",", observations) + "]}";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of our own cannot be written", e);
        }
    }

    /** Reads a delivery; throws {@link IllegalArgumentException} that says which field is wrong. */
    public static Delivery parse(JsonNode root) {
        Fields.only(root, "", "sentAt", "status", "observations");
        JsonNode status = root.path("status");
        Fields.only(status, "status", "backlog", "oldestSeconds", "dropped", "offline");
        JsonNode list = root.path("observations");
        if (!list.isArray() || list.size() > MAX_OBSERVATIONS) {
            throw new IllegalArgumentException("observations must be a list of at most " + MAX_OBSERVATIONS);
        }
        List<JsonNode> observations = new ArrayList<>();
        list.forEach(observations::add);
        return new Delivery(
                Fields.instant(root, "sentAt"),
                new Status(
                        Fields.whole(status, "backlog", Long.MAX_VALUE),
                        Fields.finite(status, "oldestSeconds"),
                        Fields.whole(status, "dropped", Long.MAX_VALUE),
                        status.path("offline").asBoolean()),
                observations);
    }
}
