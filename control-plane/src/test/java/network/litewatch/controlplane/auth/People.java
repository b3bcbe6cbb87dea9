package network.litewatch.controlplane.auth;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Those who ask, with and without a token that counts. */
public enum People {
    NOBODY(null),
    GARBAGE("Bearer \u00e9\u00ff=="),
    OTHER_SCHEME("Basic YWRtaW46YWRtaW4="),
    UNKNOWN("Bearer " + mint(99).token()),
    /** Had a token until its hash was taken out of the configuration. */
    FORMER("Bearer " + mint(98).token()),
    /** Read the configuration file, where the hashes are. */
    THIEF_OF_HASHES("Bearer " + mint(3).sha256()),
    VIEWER("Bearer " + mint(1).token()),
    OPERATOR("Bearer " + mint(2).token()),
    ADMIN("Bearer " + mint(3).token()),
    /** The agent of the vantage east. */
    AGENT("Bearer " + mint(4).token());

    private final @Nullable String authorization;

    People(@Nullable String authorization) {
        this.authorization = authorization;
    }

    /** The tokens of the last four. */
    public static AuthSettings settings() {
        return new AuthSettings(List.of(
                new AuthSettings.Entry("prometheus", "viewer", mint(1).sha256()),
                new AuthSettings.Entry("oncall", "operator", mint(2).sha256()),
                new AuthSettings.Entry("root", "admin", mint(3).sha256()),
                new AuthSettings.Entry("east", "agent", mint(4).sha256())));
    }

    /** The status that a route answers which needs {@code role}, where 200 would be {@code ok}. */
    int expected(Role role, int ok) {
        return switch (this) {
            case VIEWER -> role == Role.VIEWER ? ok : 403;
            case OPERATOR -> role == Role.ADMIN || role == Role.AGENT ? 403 : ok;
            case ADMIN -> role == Role.AGENT ? 403 : ok;
            case AGENT -> role == Role.AGENT ? ok : 403;
            default -> 401;
        };
    }

    /** The header to send; none for nobody. */
    public String[] headers() {
        return authorization == null ? new String[0] : new String[] {"Authorization: " + authorization};
    }

    private static Tokens.Minted mint(int seed) {
        return Tokens.mint(new Random(seed));
    }
}
