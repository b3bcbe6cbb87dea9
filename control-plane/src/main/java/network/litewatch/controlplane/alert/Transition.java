package network.litewatch.controlplane.alert;

/** Something that a person should hear of: an alert fired, or one that had fired resolved. */
public record Transition(Kind kind, Alert alert) {
    /** Which of the two. */
    public enum Kind {
        FIRED,
        RESOLVED
    }
}
