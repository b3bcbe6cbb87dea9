package network.litewatch.controlplane.notify;

import java.time.Instant;
import java.util.Optional;
import network.litewatch.controlplane.alert.incident.Incident;
import network.litewatch.controlplane.notify.Notifier.Posted;

/**
 * An incident as it stands.
 *
 * @param posted its own message, where it has one that is out
 * @param told whether people can read of it: its own message is out, or the digest is, and says of it what it is to say
 * @param trouble of the latest try to send; empty when there was none
 */
public record IncidentView(
        Incident incident,
        Optional<Posted> posted,
        boolean told,
        Optional<Instant> closedAt,
        Optional<String> trouble) {
    /** What there is of incidents, up to the condition. The digest speaks of one when its newest version is out and younger than the entry. */
    static final String SELECT = """
            SELECT *, ts IS NOT NULL OR EXISTS (SELECT 1 FROM digest d
                       WHERE d.ts IS NOT NULL AND NOT d.unsent AND d.said_at >= incident.digest_at) AS told
              FROM incident WHERE\s""";
}
