package network.litewatch.controlplane.auth;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a caller must be for the paths of one connector. Exemptions are named one by one and hold for a plain path; everything
 * else, also what nobody thought of, needs {@code otherwise}.
 *
 * @param otherwise the role for whatever no exemption names
 */
record Access(Role otherwise, List<Exemption> exemptions) {
    private static final Set<String> READING = Set.of("GET", "HEAD");

    /** The API: health, for load balancers, and runbooks, which are texts without live state, are open; agents have theirs. */
    static final Access API = new Access(
            Role.VIEWER,
            List.of(
                    new Exemption("/health-check", false, Optional.empty()),
                    new Exemption("/runbooks", true, Optional.empty()),
                    // Slack signs what it sends.
                    new Exemption("/slack/interactions", false, Optional.empty(), Set.of("POST")),
                    new Exemption("/api/v1/agents", true, Optional.of(Role.AGENT), Set.of("GET", "HEAD", "POST"))));

    /** The admin connector: Prometheus must not need a token that can also dump threads and run tasks. */
    static final Access ADMIN =
            new Access(Role.ADMIN, List.of(new Exemption("/metrics", false, Optional.of(Role.VIEWER))));

    Access {
        exemptions = List.copyOf(exemptions);
    }

    /**
     * One path that needs less.
     *
     * @param below whether it holds for the paths below it too
     * @param role what is needed; empty is nothing
     * @param methods what it holds for
     */
    record Exemption(String path, boolean below, Optional<Role> role, Set<String> methods) {
        /** An exemption for reading. */
        Exemption(String path, boolean below, Optional<Role> role) {
            this(path, below, role, READING);
        }

        private boolean names(String method, String asked) {
            return methods.contains(method) && (asked.equals(path) || (below && asked.startsWith(path + "/")));
        }
    }

    /** The role that is needed; empty where none is. An empty {@code path} is one that is not plain. */
    Optional<Role> needed(String method, Optional<String> path) {
        if (path.isEmpty()) {
            return Optional.of(otherwise);
        }
        return exemptions.stream()
                .filter(exemption -> exemption.names(method, path.get()))
                .findFirst()
                .map(Exemption::role)
                .orElse(Optional.of(otherwise));
    }
}
