package network.litewatch.controlplane.alert.incident;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A line in the thread of an incident's message.
 *
 * @param id the same however often it is decided
 * @param mention whether whoever is on call is to be called by it
 * @param broadcast whether the channel is to see it too
 */
public record Note(UUID id, String text, boolean mention, boolean broadcast) {
    static Note of(Incident incident, String key, String text, boolean mention, boolean broadcast) {
        String identity = incident.id() + "/" + key;
        return new Note(UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8)), text, mention, broadcast);
    }
}
