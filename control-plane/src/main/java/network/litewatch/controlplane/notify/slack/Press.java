package network.litewatch.controlplane.notify.slack;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Arrays;
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
    }

    /** Reads Slack's {@code block_actions} payload; empty for anything that no button of ours sends. */
    public static Optional<Press> of(JsonNode payload) {
        JsonNode pressed = payload.path("actions").path(0);
        Optional<Action> action = Arrays.stream(Action.values())
                .filter(known -> known.id().equals(pressed.path("action_id").asText()))
                .findFirst();
        if (!payload.path("type").asText().equals("block_actions") || action.isEmpty()) {
            return Optional.empty();
        }
        // A menu has its choice in its value, behind the incident.
        String value = pressed.path("selected_option")
                .path("value")
                .asText(pressed.path("value").asText());
        String[] parts = value.split(" ", 2);
        try {
            return Optional.of(new Press(
                    payload.path("user").path("id").asText(),
                    payload.path("channel").path("id").asText(),
                    UUID.fromString(parts[0]),
                    action.get(),
                    parts.length == 1 ? USUAL : Durations.parse(parts[1])));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
