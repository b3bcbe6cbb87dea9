package network.litewatch.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import network.litewatch.controlplane.reputation.Interval;
import network.litewatch.controlplane.reputation.Score;
import org.jspecify.annotations.Nullable;

/**
 * A reputation in a list.
 *
 * @param node null where it is an operator's
 * @param operator null where none is known
 * @param nodes that it is of
 * @param interval null while there is not enough evidence
 * @param known share of the formula's weights whose components have evidence enough
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReputationView(
        @Nullable String node,
        @Nullable String network,
        @Nullable String operator,
        int nodes,
        String formula,
        @Nullable Interval interval,
        double known) {
    static ReputationView of(@Nullable String node, @Nullable String network, String operator, int nodes, Score score) {
        return new ReputationView(
                node,
                network,
                operator.isEmpty() ? null : operator,
                nodes,
                score.formula(),
                score.interval().orElse(null),
                score.known());
    }
}
