package network.litewatch.probe.indexer;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The routes of the dashboards' backend that are asked, in the order in which their failures are reported. */
public enum IndexerRoute {
    SESSION_COUNT,
    SESSION_TASKS_COUNT,
    ACTIVE_NODES_COUNT,
    NETWORK_STATS_TASKS,
    LEADERBOARD;

    private static final Pattern APART = Pattern.compile("\\s+");

    static final List<IndexerRoute> ALL = List.of(values());

    String path() {
        return "/" + label();
    }

    /** Its name as the path spells it, without the slash. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The routes that {@code text} names, apart by spaces.
     *
     * @throws IllegalArgumentException for none and for one that is not known
     */
    public static List<IndexerRoute> named(String text) {
        List<String> names = APART.splitAsStream(text.strip()).toList();
        List<IndexerRoute> routes = Arrays.stream(values())
                .filter(route -> names.contains(route.label()))
                .toList();
        if (routes.size() != names.size()) {
            throw new IllegalArgumentException("must be some of "
                    + Arrays.stream(values()).map(IndexerRoute::label).collect(Collectors.joining(" ")));
        }
        return routes;
    }
}
