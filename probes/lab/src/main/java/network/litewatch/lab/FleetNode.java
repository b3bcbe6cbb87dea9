package network.litewatch.lab;

import java.time.Duration;
import network.litewatch.lab.evm.Accounts;

/**
 * What one miner of the fleet is. The first three are alike; those after them differ in speed and model, each combination several times
 * in a fleet of sixteen, so that miners have peers.
 *
 * @param number 1 for miner-1
 */
record FleetNode(int number, SpeedClass speed, String model) {

    private static final String FIRST_MODEL = "lab-tiny-1";
    private static final String SECOND_MODEL = "lab-tiny-2";
    private static final int ALIKE = 3;

    /** How fast a miner's machine is: {@code factor} times the standard distance from token to token. */
    enum SpeedClass {
        FAST("lab-fast", 0.6),
        SLOW("lab-slow", 2),
        STANDARD("lab-standard", 1);

        private final String label;
        private final double factor;

        SpeedClass(String label, double factor) {
            this.label = label;
            this.factor = factor;
        }

        /** The name of the class of machines. */
        String label() {
            return label;
        }
    }

    /** The miner of that number, 1 or more. */
    static FleetNode of(int number) {
        int beyond = number - ALIKE - 1;
        if (beyond < 0) {
            return new FleetNode(number, SpeedClass.STANDARD, FIRST_MODEL);
        }
        SpeedClass[] classes = SpeedClass.values();
        String model = beyond / classes.length % 2 == 0 ? SECOND_MODEL : FIRST_MODEL;
        return new FleetNode(number, classes[beyond % classes.length], model);
    }

    String name() {
        return "miner-" + number;
    }

    String account() {
        return Accounts.FLEET.get(number - 1);
    }

    /** The number of its model on the chain. */
    int modelIdentifier() {
        return model.equals(FIRST_MODEL) ? 1 : 2;
    }

    /** The distance between its tokens, when it is {@code standard} for the standard class. */
    Duration tokenInterval(Duration standard) {
        return Duration.ofMillis(Math.round(standard.toMillis() * speed.factor));
    }
}
