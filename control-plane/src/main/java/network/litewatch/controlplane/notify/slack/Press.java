package network.litewatch.controlplane.notify.slack;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.base.Splitter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import network.litewatch.controlplane.config.Durations;

/**
 * Somebody pressed a button of an incident's message.
 *
 * @param user id of who did
 * @param channel id of where
 * @param lasts for how long; what the button says, or what was chosen
 */
public record Press(String user, String channel, UUID incident, Action action, Duration lasts) {
    /** How long an ack lasts, as by the API. */
    private static final Duration USUAL = Duration.ofHours(4);

    /** The {@code action_id} of a menu that offers several actions: which one stands in the value of what was chosen. */
    static final String MENU = "litewatch_menu";

    /** What a button does. */
    public enum Action {
        ACK,
        SILENCE,
        ESCALATE,
        FALSE_ALARM;

        /** The {@code action_id} of its button. */
        public String id() {
            return "litewatch_" + name().toLowerCase(Locale.ROOT);
        }

        /** What a choice of {@link #MENU} sends for {@code incident}; {@code lasts} is empty for the usual time. */
        String choice(UUID incident, String lasts) {
            return (incident + " " + id() + " " + lasts).strip();
        }
    }

    /** Reads Slack's {@code block_actions} payload; empty for anything that no button of ours sends. */
    public static Optional<Press> of(JsonNode payload) {
        JsonNode pressed = payload.path("actions").path(0);
        // A menu has its choice in its value, behind the incident.
        String value = pressed.path("selected_option")
                .path("value")
                .asText(pressed.path("value").asText());
        String id = pressed.path("action_id").asText();
        boolean severalActions = id.equals(MENU);
        List<String> parts = Splitter.on(' ').splitToList(value);
        Optional<Action> action = named(severalActions ? part(parts, 1) : id);
        String lasts = part(parts, severalActions ? 2 : 1);
        if (!payload.path("type").asText().equals("block_actions") || action.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Press(
                    payload.path("user").path("id").asText(),
                    payload.path("channel").path("id").asText(),
                    UUID.fromString(part(parts, 0)),
                    action.get(),
                    lasts.isEmpty() ? USUAL : Durations.parse(lasts)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String part(List<String> parts, int i) {
        return i < parts.size() ? parts.get(i) : "";
    }

    private static Optional<Action> named(String id) {
        return Arrays.stream(Action.values())
                .filter(known -> known.id().equals(id))
                .findFirst();
    }
}
