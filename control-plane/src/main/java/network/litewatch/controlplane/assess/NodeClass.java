package network.litewatch.controlplane.assess;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import network.litewatch.controlplane.canary.SpeedPrior;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.controlplane.canary.SpeedWatch;

/**
 * What the other nodes of a class are like.
 *
 * @param prior what its own samples begin with
 * @param roof tokens a second that the card cannot exceed with this model; infinite when the table does not say
 * @param usual tokens a second of the others of the class; infinite without any
 * @param trusted what trusted nodes of the same model remember of identity prompts
 */
record NodeClass(SpeedPrior prior, double roof, double usual, List<IdentityMemory> trusted) {
    static final NodeClass UNKNOWN =
            new NodeClass(SpeedPrior.NONE, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, List.of());

    /** What {@code table} and the {@code others}, the same question to other nodes, say of one with these labels. */
    static NodeClass of(SpeedTable table, SeriesKey own, Map<String, String> labels, Collection<SeriesState> others) {
        CanaryMemory.Labels miner = CanaryMemory.Labels.of(labels);
        List<SeriesState> beside = others.stream()
                .filter(state -> state.key().probe().equals(own.probe())
                        && !state.key().target().equals(own.target()))
                .toList();
        List<Double> speeds = beside.stream()
                .filter(state -> state.canary().miner().sameClass(miner))
                .flatMap(state -> Stream.ofNullable(state.canary().speed()))
                .flatMap(watch -> watch.speed().stream())
                .map(SpeedWatch.Estimate::value)
                .toList();
        var expected = table.expected(miner.gpuClass(), miner.model());
        SpeedPrior byTable = expected.map(SpeedPrior::of).orElse(SpeedPrior.NONE);
        return new NodeClass(
                SpeedPrior.ofClass(byTable, speeds),
                expected.map(SpeedTable.Expected::roof).orElse(Double.POSITIVE_INFINITY),
                speeds.isEmpty()
                        ? Double.POSITIVE_INFINITY
                        : speeds.stream().sorted().toList().get(speeds.size() / 2),
                beside.stream()
                        .filter(state -> state.canary().miner().trusted()
                                && state.canary().miner().sameModel(miner))
                        .map(state -> state.canary().identity())
                        .filter(memory -> !memory.nothingSaid())
                        .toList());
    }
}
