package network.litewatch.controlplane.bench.fleet;

import java.util.List;
import java.util.OptionalInt;

/**
 * What came out of a simulation.
 *
 * @param order what was simulated
 * @param found a line for each fault
 * @param falsely a line for each judge
 * @param classDelays canaries until a class of {@link FleetSimulation#CLASS_NODES} that lost one point was found, in order
 */
record FleetResult(FleetOrder order, List<Found> found, List<Falsely> falsely, List<Long> classDelays) {
    /**
     * How a fault was found.
     *
     * @param planted nodes that had it
     * @param samples of those that were found, from its beginning, in order
     * @param hours of the same, in order
     * @param tooShort nodes that were not found and got fewer samples than the promise speaks of: nobody can say
     */
    record Found(Fault fault, int planted, List<Long> samples, List<Double> hours, int tooShort) {
        /** Whether what is promised was kept, as far as one can say; true where nothing is. */
        boolean kept() {
            return keptWith(tooShort);
        }

        /** Whether it would be kept too if what was too short were missed. */
        boolean keptForCertain() {
            return keptWith(0);
        }

        private boolean keptWith(int more) {
            OptionalInt within = fault.within();
            if (within.isEmpty()) {
                return true;
            }
            long inTime = samples.stream().filter(n -> n <= within.getAsInt()).count() + more;
            return fault.all() ? inTime == planted : 2 * inTime >= planted;
        }

        /** Samples at which a share of the planted had been found; -1 when fewer ever were. */
        long samplesAt(double share) {
            int index = (int) Math.ceil(share * planted) - 1;
            return index < samples.size() ? samples.get(Math.max(0, index)) : -1;
        }

        double hoursAt(double share) {
            int index = (int) Math.ceil(share * planted) - 1;
            return index < hours.size() ? hours.get(Math.max(0, index)) : -1;
        }
    }

    /**
     * How often a judge accused nodes that had given it no reason.
     *
     * @param years of nodes that were watched so
     * @param accusations how many began
     * @param allowed in a year of one node
     */
    record Falsely(Judge judge, double years, int accusations, double allowed) {
        double perYear() {
            return accusations / years;
        }

        /** The rate a year that would have brought so few with a chance of 5 % (F. Garwood, Biometrika 28, 1936). */
        double upper() {
            double low = 0;
            double high = 2 * accusations + 20;
            while (high - low > 1e-6) {
                double middle = (low + high) / 2;
                if (atMost(accusations, middle) > 0.05) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return high / years;
        }

        boolean kept() {
            // Of what is never to happen, nothing may; of a rate, the figure counts that was seen.
            return judge == Judge.IDENTITY ? accusations == 0 : perYear() <= allowed;
        }

        /** Chance of {@code count} events or fewer where {@code mean} are expected. */
        private static double atMost(int count, double mean) {
            // In logarithms, where the first terms of a large mean are too small for a double.
            double logarithm = -mean;
            double sum = Math.exp(logarithm);
            for (int i = 1; i <= count; i++) {
                logarithm += Math.log(mean / i);
                sum += Math.exp(logarithm);
            }
            return sum;
        }
    }

    boolean kept() {
        return found.stream().allMatch(Found::kept) && falsely.stream().allMatch(Falsely::kept) && classKept();
    }

    /** Half of the classes within a day of all their canaries. */
    boolean classKept() {
        return classDelays.get((classDelays.size() - 1) / 2) <= (long) FleetSimulation.CLASS_NODES * order.perDay();
    }
}
