package network.litewatch.controlplane.auth;

import java.security.Principal;

/** Who asks. */
public record Caller(String name, Role role) implements Principal {
    /** Anybody on this machine, where no token is configured. */
    public static final Caller LOCAL = new Caller("local", Role.ADMIN);

    @Override
    public String getName() {
        return name;
    }
}
