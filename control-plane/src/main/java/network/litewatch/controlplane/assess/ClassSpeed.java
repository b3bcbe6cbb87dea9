package network.litewatch.controlplane.assess;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import network.litewatch.controlplane.canary.SpeedPrior;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.controlplane.canary.SpeedWatch;

/**
 * How fast nodes of a class decode, before one of them was ever asked.
 *
 * @param prior what its own samples begin with
 * @param roof tokens a second that the card cannot exceed with this model; infinite when the table does not say
 * @param usual tokens a second of the others of the class; infinite without any
 */
record ClassSpeed(SpeedPrior prior, double roof, double usual) {
    static final ClassSpeed UNKNOWN =
            new ClassSpeed(SpeedPrior.NONE, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** What {@code table} and the {@code others}, the same question to other nodes, say of one with these labels. */
    static ClassSpeed of(SpeedTable table, SeriesKey own, Map<String, String> labels, Collection<SeriesState> others) {
        CanaryMemory.Labels miner = CanaryMemory.Labels.of(labels);
        List<Double> speeds = others.stream()
                .filter(state -> state.key().probe().equals(own.probe())
                        && !state.key().target().equals(own.target())
                        && state.canary().miner().sameClass(miner))
                .flatMap(state -> Stream.ofNullable(state.canary().speed()))
                .flatMap(watch -> watch.speed().stream())
                .map(SpeedWatch.Estimate::value)
                .toList();
        var expected = table.expected(miner.gpuClass(), miner.model());
        SpeedPrior byTable = expected.map(SpeedPrior::of).orElse(SpeedPrior.NONE);
        return new ClassSpeed(
                SpeedPrior.ofClass(byTable, speeds),
                expected.map(SpeedTable.Expected::roof).orElse(Double.POSITIVE_INFINITY),
                speeds.isEmpty()
                        ? Double.POSITIVE_INFINITY
                        : speeds.stream().sorted().toList().get(speeds.size() / 2));
    }
}
