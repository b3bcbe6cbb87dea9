package network.litewatch.controlplane.auth;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tokens that the API accepts; none means that only this machine is served. */
public record AuthSettings(@Valid @NotNull List<Entry> tokens) {
    public static final AuthSettings NONE = new AuthSettings(List.of());

    @JsonCreator
    static AuthSettings of(@JsonProperty("tokens") @Nullable List<Entry> tokens) {
        return new AuthSettings(tokens == null ? List.of() : List.copyOf(tokens));
    }

    /** Whether a person has a token: with agents' alone, people are served on this machine only. */
    public boolean forPeople() {
        return tokens.stream().anyMatch(entry -> !entry.role().equals(Role.DELIVER));
    }

    /**
     * One token.
     *
     * @param name who has it, for the audit log; an agent's is its vantage
     * @param role viewer, operator, admin or agent
     * @param sha256 hexadecimal SHA-256 of the token, as {@code litewatch token} prints it
     */
    public record Entry(
            @NotEmpty String name,

            @Pattern(regexp = "viewer|operator|admin|agent") @NotNull
            String role,

            @Pattern(regexp = "[0-9a-f]{64}") @NotNull String sha256) {}
}
