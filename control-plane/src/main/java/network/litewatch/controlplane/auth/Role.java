package network.litewatch.controlplane.auth;

import java.util.Locale;

/** What a caller may do; each role may do what those before it may. */
public enum Role {
    /** Read. */
    VIEWER,
    /** Acknowledge, silence, run drills. */
    OPERATOR,
    /** Everything, the admin connector too. */
    ADMIN;

    /** {@link #VIEWER}, for {@code @RolesAllowed}. */
    public static final String VIEW = "viewer";

    /** Role of that lower-case name; throws {@link IllegalArgumentException} that lists them. */
    public static Role named(String name) {
        for (Role role : values()) {
            if (role.label().equals(name)) {
                return role;
            }
        }
        throw new IllegalArgumentException("role must be viewer, operator or admin: \"" + name + "\"");
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether this role may do what {@code needed} may. */
    boolean includes(Role needed) {
        return compareTo(needed) >= 0;
    }
}
