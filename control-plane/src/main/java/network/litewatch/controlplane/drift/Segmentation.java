package network.litewatch.controlplane.drift;

import java.util.ArrayList;
import java.util.List;

/**
 * A series as stretches of one level each.
 *
 * @param segments in order, without gaps; empty when no sample of the series is known
 */
public record Segmentation(List<Segment> segments) {
    public Segmentation {
        segments = List.copyOf(segments);
    }

    /** The steps between neighbours, in order. */
    public List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        for (int i = 1; i < segments.size(); i++) {
            changes.add(Change.between(segments.get(i - 1), segments.get(i)));
        }
        return List.copyOf(changes);
    }
}
