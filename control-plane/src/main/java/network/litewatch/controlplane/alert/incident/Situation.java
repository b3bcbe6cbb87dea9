package network.litewatch.controlplane.alert.incident;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How things are with an incident.
 *
 * @param members alerts of the group that fire, or ended since the incident was opened
 * @param out whether its message is out
 * @param unsent whether a try to send it began and its end is not known, or it was decided to send it and it was not delivered
 * @param hiding how many alerts of others are hidden because one of these says that its target is down
 * @param mutesChange when what mutes changes next, as far as is known
 */
public record Situation(
        Instant now,
        List<Member> members,
        boolean out,
        boolean unsent,
        int hiding,
        Optional<Instant> mutesChange,
        Pace pace) {
    public Situation {
        members = List.copyOf(members);
    }
}
