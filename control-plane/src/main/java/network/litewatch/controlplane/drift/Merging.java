package network.litewatch.controlplane.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes out steps that are of no practical size, the weakest first. */
final class Merging {
    // What instruments resolve; a series that stands still has no spread to measure steps by.
    private static final double LEAST_SPREAD = 0.05;

    private final SegmentSettings settings;
    private final double[] values;

    Merging(SegmentSettings settings, double[] values) {
        this.settings = settings;
        this.values = values;
    }

    /** The segments that begin at {@code starts}, ascending from 0, less those that end at a weak step. */
    List<Segment> merge(List<Integer> starts) {
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            segments.add(of(starts.get(i), i + 1 < starts.size() ? starts.get(i + 1) : values.length));
        }
        while (segments.size() > 1) {
            int weakest = 1;
            double least = Double.POSITIVE_INFINITY;
            for (int i = 1; i < segments.size(); i++) {
                double strength = strength(segments.get(i - 1), segments.get(i));
                if (strength < least) {
                    least = strength;
                    weakest = i;
                }
            }
            if (least >= 1) {
                break;
            }
            Segment right = segments.remove(weakest);
            segments.set(weakest - 1, of(segments.get(weakest - 1).from(), right.to()));
        }
        return segments;
    }

    /** How strong the step is over the least that counts: below 1 it goes. */
    private double strength(Segment left, Segment right) {
        int shorter = Math.min(left.samples(), right.samples());
        if (shorter == 0) {
            return 0;
        }
        double step = Math.abs(right.level() - left.level());
        double spread = Math.max(LEAST_SPREAD, Math.min(left.spread(), right.spread()));
        double energy = step * Math.sqrt(shorter) / Math.max(LEAST_SPREAD, Math.min(left.level(), right.level()));
        return Math.min(
                step / (settings.leastSpreads() * spread),
                Math.min(step / settings.leastStep(), energy / settings.leastEnergy()));
    }

    private Segment of(int from, int to) {
        double[] known = new double[to - from];
        int count = 0;
        for (int i = from; i < to; i++) {
            if (Segmenter.isKnown(values[i])) {
                known[count++] = values[i];
            }
        }
        known = Arrays.copyOf(known, count);
        double level = count == 0 ? 0 : Order.median(known);
        return new Segment(from, to, level, count == 0 ? 0 : Order.spread(known, level), count);
    }
}
