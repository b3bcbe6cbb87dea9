package network.litewatch.controlplane.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokensTest {
    private final Tokens.Minted minted = Tokens.mint(new Random(1));
    private final Tokens tokens =
            new Tokens(new AuthSettings(List.of(new AuthSettings.Entry("oncall", "operator", minted.sha256()))));

    @Test
    void aTokenIsKnownByItsHashOnly() {
        assertThat(tokens.caller(minted.token())).contains(new Caller("oncall", Role.OPERATOR));
        assertThat(tokens.caller(minted.sha256())).isEmpty();
        assertThat(tokens.caller("lw_wrong")).isEmpty();
        assertThat(minted.token()).startsWith("lw_").hasSizeGreaterThan(40);
    }

    @Test
    void aRoleIncludesThoseBelowIt() {
        assertThat(Role.ADMIN.includes(Role.VIEWER)).isTrue();
        assertThat(Role.OPERATOR.includes(Role.OPERATOR)).isTrue();
        assertThat(Role.VIEWER.includes(Role.OPERATOR)).isFalse();
        assertThat(Role.AGENT.includes(Role.AGENT)).isTrue();
        for (Role person : new Role[] {Role.VIEWER, Role.OPERATOR, Role.ADMIN}) {
            assertThat(person.includes(Role.AGENT)).as("%s delivers", person).isFalse();
            assertThat(Role.AGENT.includes(person))
                    .as("an agent is no %s", person)
                    .isFalse();
        }
        assertThatThrownBy(() -> Role.named("root")).hasMessageContaining("viewer, operator, admin or agent");
    }
}
