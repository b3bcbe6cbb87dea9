package network.litewatch.controlplane.alert.incident;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How things are with an incident.
 *
 * @param members alerts of the group that fire, or ended since the incident was opened
 * @param out whether its message is out
 * @param unsent whether a try to send it began and its end is not known, or it was not delivered
 * @param mutesChange when a silence begins or ends next; empty when none does
 */
public record Situation(
        Instant now, List<Member> members, boolean out, boolean unsent, Optional<Instant> mutesChange, Pace pace) {
    public Situation {
        members = List.copyOf(members);
    }
}
