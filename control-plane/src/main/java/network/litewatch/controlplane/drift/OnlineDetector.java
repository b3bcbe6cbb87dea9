package network.litewatch.controlplane.drift;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Tells changes of level while a series comes in, from what came so far and nothing else.
 *
 * <p>Two stages. A cheap one looks at each sample: is the median of the last few off the level of the segment we are in? If so the
 * recent window is cut as history would be ({@link Segmenter}), and a change in it is told once its new level has lasted
 * {@code lag} samples. The window begins no earlier than a little before the last change that was told. Not thread-safe; memory is
 * bounded by the window.
 */
public final class OnlineDetector {
    /**
     * A change that was told.
     *
     * @param index first sample of the new level, counted from 0, lost samples too
     * @param at the sample at which it was told; never before {@code index}
     */
    public record Told(int index, int at) {}

    private record Sample(int index, double value) {}

    private final OnlineSettings settings;
    private final Segmenter segmenter;
    private final Deque<Sample> recent = new ArrayDeque<>();
    private int next;
    private int lastTold;

    public OnlineDetector(OnlineSettings settings) {
        this.settings = settings;
        this.segmenter = new Segmenter(settings.segment());
    }

    /** Takes the next sample; a negative value or one that is no number is a lost one. Returns a change told at it. */
    public Optional<Told> step(double value) {
        int index = next++;
        if (!Segmenter.isKnown(value)) {
            return Optional.empty();
        }
        recent.addLast(new Sample(index, value));
        if (recent.size() > settings.window()) {
            recent.removeFirst();
        }
        double[] values = new double[recent.size()];
        int[] at = new int[values.length];
        int count = 0;
        for (Sample sample : recent) {
            values[count] = sample.value();
            at[count++] = sample.index();
        }
        if (!isOff(values, at)) {
            return Optional.empty();
        }
        Optional<Told> told = lookAt(values, at, index);
        told.ifPresent(change -> lastTold = change.index());
        return told;
    }

    /** Whether the last samples lie off the level since the last change. */
    private boolean isOff(double[] values, int[] at) {
        int from = firstOf(at, lastTold);
        int quiet = values.length - settings.lag();
        if (quiet - from < settings.run()) {
            return false;
        }
        double[] before = Arrays.copyOfRange(values, from, quiet);
        double level = Order.median(before);
        double off = Math.max(settings.least(), settings.wake() * Order.spread(before, level));
        double now = Order.median(Arrays.copyOfRange(values, values.length - settings.run(), values.length));
        return Math.abs(now - level) >= off;
    }

    private Optional<Told> lookAt(double[] values, int[] at, int index) {
        List<Change> changes = segmenter.segment(values).changes();
        for (Change change : changes) {
            int start = at[change.index()];
            boolean fresh = start >= lastTold + settings.apart();
            if (fresh && values.length - change.index() >= settings.lag()) {
                return Optional.of(new Told(start, index));
            }
        }
        return Optional.empty();
    }

    private static int firstOf(int[] at, int index) {
        int found = Arrays.binarySearch(at, index);
        return found >= 0 ? found : Math.min(at.length, -found - 1);
    }
}
