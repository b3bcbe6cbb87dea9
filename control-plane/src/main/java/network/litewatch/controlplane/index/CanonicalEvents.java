package network.litewatch.controlplane.index;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What of stored chain events is on the chain: more of its documents say {@code added} than {@code removed}. Pure. */
public final class CanonicalEvents {
    private CanonicalEvents() {}

    /** The documents of {@code events} that are on the chain, each once, in their order. */
    public static List<JsonNode> of(List<JsonNode> events) {
        Map<String, Integer> balance = new HashMap<>();
        for (JsonNode event : events) {
            balance.merge(place(event), isAdded(event) ? 1 : -1, Integer::sum);
        }
        return events.stream()
                .filter(CanonicalEvents::isAdded)
                // Taken out when it was seen: added twice after a reorg it is there once.
                .filter(event -> {
                    Integer times = balance.remove(place(event));
                    return times != null && times > 0;
                })
                .toList();
    }

    private static boolean isAdded(JsonNode event) {
        return event.path("cortensor").path("state").asText().equals("added");
    }

    private static String place(JsonNode event) {
        JsonNode own = event.path("cortensor");
        return own.path("block_hash").asText() + ":" + own.path("log_index").asText();
    }
}
