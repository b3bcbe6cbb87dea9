package network.litewatch.controlplane.auth;

import java.util.Locale;

/**
 * What a caller may do. A person's role may do what those before it may; an agent's stands apart: it opens the agents' routes and
 * nothing else, and no person's role opens those.
 */
public enum Role {
    /** Read. */
    VIEWER,
    /** Acknowledge, silence, run drills. */
    OPERATOR,
    /** Everything, the admin connector too. */
    ADMIN,
    /** Fetch the plan of its own vantage, and deliver what was seen from there. */
    AGENT;

    /** {@link #VIEWER}, for {@code @RolesAllowed}. */
    public static final String VIEW = "viewer";

    /** {@link #OPERATOR}, for {@code @RolesAllowed}. */
    public static final String OPERATE = "operator";

    /** {@link #AGENT}, for {@code @RolesAllowed}. */
    public static final String DELIVER = "agent";

    /** Role of that lower-case name; throws {@link IllegalArgumentException} that lists them. */
    public static Role named(String name) {
        for (Role role : values()) {
            if (role.label().equals(name)) {
                return role;
            }
        }
        throw new IllegalArgumentException("role must be viewer, operator, admin or agent: \"" + name + "\"");
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether this role may do what {@code needed} may. */
    public boolean includes(Role needed) {
        return (this == AGENT || needed == AGENT) ? this == needed : compareTo(needed) >= 0;
    }
}
