package network.litewatch.controlplane.drift;

/** The last values of a series in the order of their size. Bounded; a step costs a search and a shift. */
final class Recent {
    private final double[] arrived;
    private final double[] sorted;
    private int count;
    private int oldest;

    Recent(int most) {
        arrived = new double[most];
        sorted = new double[most];
    }

    int count() {
        return count;
    }

    /** The value at a place from 0, the smallest, to {@code count - 1}. */
    double at(int place) {
        return sorted[place];
    }

    /** How many are less than {@code value}. */
    int below(double value) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    void add(double value) {
        if (count == arrived.length) {
            int gone = below(arrived[oldest]);
            System.arraycopy(sorted, gone + 1, sorted, gone, count - gone - 1);
            count--;
        }
        int place = below(value);
        System.arraycopy(sorted, place, sorted, place + 1, count - place);
        sorted[place] = value;
        count++;
        arrived[oldest] = value;
        oldest = (oldest + 1) % arrived.length;
    }

    /** Distance from {@code value} to the nearest; not a number when there is none. */
    double nearest(double value) {
        if (count == 0) {
            return Double.NaN;
        }
        int place = below(value);
        double above = place < count ? sorted[place] - value : Double.POSITIVE_INFINITY;
        double under = place > 0 ? value - sorted[place - 1] : Double.POSITIVE_INFINITY;
        // Values at both ends of what a double holds are further apart than it can say.
        return Math.min(Double.MAX_VALUE, Math.min(above, under));
    }
}
