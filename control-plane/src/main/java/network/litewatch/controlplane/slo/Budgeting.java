package network.litewatch.controlplane.slo;

import java.time.Duration;

/** What the error budget is made of. */
public sealed interface Budgeting {
    /** Each run counts. */
    record Occurrences() implements Budgeting {
        @Override
        public String label() {
            return "Occurrences";
        }
    }

    /**
     * Each slice of time counts, however many runs lie in it. A slice without any says nothing.
     *
     * @param target share of a slice's runs that must be good for the slice to be, above 0 to 1
     * @param length whole minutes that divide an hour, so that slices end with the hours in which counts are kept
     */
    record Timeslices(double target, Duration length) implements Budgeting {
        private static final long HOUR_MINUTES = 60;

        public Timeslices {
            if (!(target > 0 && target <= 1)) {
                throw new IllegalArgumentException("must be above 0, to 1: " + target);
            }
            long minutes = length.toMinutes();
            if (minutes < 1 || HOUR_MINUTES % minutes != 0 || !length.equals(Duration.ofMinutes(minutes))) {
                throw new IllegalArgumentException("must be whole minutes that divide an hour, as 1m or 5m");
            }
        }

        boolean good(Counts runs) {
            // Not a hair's breadth for the way in which doubles are multiplied: 0.95 of 20 is 19.
            return runs.good() >= target * runs.total() - 1e-9;
        }

        @Override
        public String label() {
            return "Timeslices";
        }
    }

    /** As OpenSLO spells it. */
    String label();
}
