package network.litewatch.controlplane.bench.fleet;

/**
 * What is to be simulated.
 *
 * @param miners how many, {@value #LEAST_MINERS} or more, so that every fault is planted
 * @param days how long, {@value #LEAST_DAYS} or more
 * @param perDay canaries for each node and day, of all kinds, in the shares of {@code canary plan}
 * @param seed everything follows from it
 */
public record FleetOrder(int miners, int days, int perDay, long seed) {
    public static final int LEAST_MINERS = 40;
    public static final int LEAST_DAYS = 60;
    public static final int MOST_MINERS = 10_000;
    public static final int MOST_DAYS = 1_000;
    private static final int MOST_CANARIES = 100_000;

    public FleetOrder {
        within("miners", miners, LEAST_MINERS, MOST_MINERS);
        within("days", days, LEAST_DAYS, MOST_DAYS);
        within("canaries a day", perDay, 24, 1_440);
        // Trusted answers of all of it are kept in memory.
        within("days times canaries a day", days * perDay, 1, MOST_CANARIES);
    }

    private static void within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ": " + value);
        }
    }
}
