package network.litewatch.controlplane.drift;

/** Checks of arguments whose message names the argument and its limits. */
public final class Require {
    private Require() {}

    /** {@code value}, which must lie strictly between {@code low} and {@code high}; no number is refused as well. */
    public static double inside(String name, double value, double low, double high) {
        if (value > low && value < high) {
            return value;
        }
        throw new IllegalArgumentException(
                name + " must be more than " + low + " and less than " + high + ": " + value);
    }

    public static int atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
        }
        return value;
    }
}
