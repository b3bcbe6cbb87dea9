package network.litewatch.lab.fault;

/** Which tasks a share takes: drawn from the task's own numbers, so that the same tasks are taken in every run. */
public final class Draw {

    private Draw() {}

    /** 0 or more and less than 1, evenly spread over tasks; draws of different {@code kind} are independent. */
    public static double of(String kind, long session, long task) {
        long seed = kind.hashCode() * 0x9E3779B97F4A7C15L + session;
        return (mix(mix(seed) + task) >>> 11) * 0x1.0p-53;
    }

    /** SplitMix64's finisher: neighbours come out far apart. */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
