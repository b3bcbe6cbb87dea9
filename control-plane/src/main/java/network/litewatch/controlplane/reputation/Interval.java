package network.litewatch.controlplane.reputation;

/** A share that is not known exactly: 0 to 1, {@code lower <= point <= upper}. */
public record Interval(double lower, double point, double upper) {}
