package network.litewatch.controlplane.reputation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a score is made of. Each is a share from 0 to 1, of which 1 is best. */
public enum Component {
    /** Canaries that were answered, among those that were and those whose failure is charged to the node. */
    AVAILABILITY(true),
    /** Acks, precommits and commits of assigned tasks that were on the chain in time, where others of the task were. */
    DEADLINES(true),
    /** Network tasks that it precommitted, whenever, among those that any node did: what the network calls the precommit score. */
    PRECOMMITS(true),
    /** Answers that are right, among those that can be checked. */
    CORRECTNESS(false),
    /** Decode rate against the floor of the card and model that the node claims; 1 at the floor and above. */
    SPEED(true),
    /** Judgements of its answers to identity prompts that did not find another model. */
    IDENTITY(false);

    private final boolean excused;

    Component(boolean excused) {
        this.excused = excused;
    }

    /** Whether nothing is counted while the node is announced to be away. What it answers all the same is still right or wrong. */
    public boolean excused() {
        return excused;
    }

    /** Lower-case name, as configuration, documents and answers spell it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The component that {@code label} names. */
    public static Optional<Component> labelled(String label) {
        return Arrays.stream(values()).filter(c -> c.label().equals(label)).findFirst();
    }
}
