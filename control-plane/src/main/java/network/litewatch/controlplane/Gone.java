package network.litewatch.controlplane;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Why nobody asks what an alert speaks of, by its labels: nothing would ever resolve it.
 *
 * @param asked what is asked at all, as {@code probe@target}
 * @param elsewhere what the agent of a vantage asks of that, by the vantage's name; nothing for one that was taken out of the
 *     configuration. A vantage that is not in it is a node's, where everything is asked
 */
record Gone(Set<String> asked, Map<String, Set<String>> elsewhere)
        implements Function<Map<String, String>, Optional<String>> {
    Gone {
        asked = Set.copyOf(asked);
        elsewhere = Map.copyOf(elsewhere);
    }

    @Override
    public Optional<String> apply(Map<String, String> labels) {
        String target = labels.getOrDefault("target", "");
        String name = labels.getOrDefault("probe", "") + "@" + target;
        if (!asked.contains(name)) {
            return Optional.of("the target " + target + " is not probed any more");
        }
        String vantage = labels.getOrDefault("vantage", "");
        return elsewhere.getOrDefault(vantage, asked).contains(name)
                ? Optional.empty()
                : Optional.of("the vantage " + vantage + " does not ask the target " + target + " any more");
    }
}
