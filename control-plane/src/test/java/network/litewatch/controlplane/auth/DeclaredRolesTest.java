package network.litewatch.controlplane.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import network.litewatch.controlplane.api.JaxRsRoutes;
import org.junit.jupiter.api.Test;

class DeclaredRolesTest {
    /** A new route is written down here by whoever adds it, so that its role is a decision and not an accident. */
    @Test
    void everyRouteDeclaresTheRoleThatWasDecided() {
        Map<String, String> declared = new TreeMap<>();
        for (JaxRsRoutes route : JaxRsRoutes.all()) {
            declared.put(
                    route.toString(),
                    DeclaredRoles.of(route.method(), route.resource())
                            .map(declaration -> declaration.roles().isEmpty()
                                    ? "everybody"
                                    : declaration.roles().get(0).label())
                            .orElse("nobody"));
        }
        assertThat(declared)
                .isEqualTo(new TreeMap<>(Map.ofEntries(
                        Map.entry("GET /", "viewer"),
                        Map.entry("GET /openapi.yaml", "viewer"),
                        Map.entry("GET /runbooks", "everybody"),
                        Map.entry("GET /runbooks/page.mjs", "everybody"),
                        Map.entry("GET /runbooks/{id}", "everybody"),
                        Map.entry("GET /api/v1/targets", "viewer"),
                        Map.entry("GET /api/v1/targets/{id}", "viewer"),
                        Map.entry("GET /api/v1/observations", "viewer"),
                        Map.entry("GET /api/v1/chain-events", "viewer"),
                        Map.entry("GET /api/v1/chain-events/tasks/{network}/{session}/{task}", "viewer"),
                        Map.entry("GET /api/v1/alerts", "viewer"),
                        Map.entry("GET /api/v1/alerts/{fingerprint}", "viewer"),
                        Map.entry("GET /api/v1/alerts/{fingerprint}/explain", "viewer"),
                        Map.entry("GET /api/v1/drills", "viewer"),
                        Map.entry("GET /api/v1/drills/key", "viewer"),
                        Map.entry("GET /api/v1/drills/{id}/plan", "viewer"),
                        Map.entry("GET /api/v1/drills/skips", "viewer"),
                        Map.entry("GET /api/v1/drills/runs", "viewer"),
                        Map.entry("POST /api/v1/drills/runs", "operator"),
                        Map.entry("GET /api/v1/drills/runs/{id}", "viewer"),
                        Map.entry("POST /api/v1/drills/runs/{id}/abort", "operator"),
                        Map.entry("POST /api/v1/drills/runs/{id}/approve", "operator"),
                        Map.entry("GET /api/v1/drills/stop", "viewer"),
                        Map.entry("GET /faults", "viewer"),
                        Map.entry("POST /faults", "operator"),
                        Map.entry("DELETE /faults/{id}", "operator"),
                        Map.entry("POST /api/v1/drills/stop", "operator"),
                        Map.entry("DELETE /api/v1/drills/stop", "operator"),
                        Map.entry("GET /api/v1/drills/runs/{id}/journal", "viewer"),
                        Map.entry("GET /api/v1/incidents", "viewer"),
                        Map.entry("GET /api/v1/incidents/{id}", "viewer"),
                        Map.entry("GET /api/v1/incidents/{id}/explain", "viewer"),
                        Map.entry("POST /api/v1/incidents/{id}/ack", "operator"),
                        Map.entry("DELETE /api/v1/incidents/{id}/ack", "operator"),
                        Map.entry("POST /api/v1/incidents/{id}/false-alarm", "operator"),
                        Map.entry("POST /api/v1/incidents/{id}/escalate", "operator"),
                        Map.entry("POST /slack/interactions", "everybody"),
                        Map.entry("GET /api/v1/rules", "viewer"),
                        Map.entry("POST /api/v1/rules/reload", "operator"),
                        Map.entry("GET /api/v1/maintenance", "viewer"),
                        Map.entry("GET /api/v1/audit", "operator"),
                        Map.entry("GET /api/v2/status", "viewer"),
                        Map.entry("GET /api/v2/receivers", "viewer"),
                        Map.entry("GET /api/v2/alerts", "viewer"),
                        Map.entry("POST /api/v2/alerts", "operator"),
                        Map.entry("POST /api/v1/webhooks/alertmanager", "operator"),
                        Map.entry("GET /api/v2/alerts/groups", "viewer"),
                        Map.entry("GET /api/v2/silences", "viewer"),
                        Map.entry("POST /api/v2/silences", "operator"),
                        Map.entry("GET /api/v2/silence/{id}", "viewer"),
                        Map.entry("DELETE /api/v2/silence/{id}", "operator"),
                        Map.entry("GET /api/v1/vantages", "viewer"),
                        Map.entry("GET /api/v1/canaries/spend", "viewer"),
                        Map.entry("GET /api/v1/eligibility", "viewer"),
                        Map.entry("GET /api/v1/eligibility/{node}", "viewer"),
                        Map.entry("GET /api/v1/reputation", "viewer"),
                        Map.entry("GET /api/v1/reputation/{node}", "viewer"),
                        Map.entry("GET /api/v1/slos", "viewer"),
                        Map.entry("GET /api/v1/noise", "viewer"),
                        Map.entry("GET /api/v1/agents/{vantage}/plan", "agent"),
                        Map.entry("POST /api/v1/agents/{vantage}/observations", "agent"),
                        Map.entry("GET /api/v1/networks", "viewer"))));
    }

    @Test
    void aMethodsWordCountsBeforeItsClasss() throws NoSuchMethodException {
        assertThat(roles("plain")).contains(new DeclaredRoles.Declaration(List.of(Role.ADMIN)));
        assertThat(roles("open")).contains(new DeclaredRoles.Declaration(List.of()));
        assertThat(DeclaredRoles.of(Silent.class.getMethod("plain"), Silent.class))
                .isEmpty();
    }

    @Test
    void aRoleThatDoesNotExistOrIsMissingStopsTheStart() {
        assertThatThrownBy(() -> roles("misspelt")).hasMessageContaining("viewer, operator, admin or agent");
        assertThatThrownBy(() -> roles("empty")).hasMessageContaining("names no role");
    }

    private static java.util.Optional<DeclaredRoles.Declaration> roles(String method) throws NoSuchMethodException {
        return DeclaredRoles.of(Declaring.class.getMethod(method), Declaring.class);
    }

    /** Says something at every level. */
    @RolesAllowed("admin")
    public static final class Declaring {
        public void plain() {}

        @PermitAll
        public void open() {}

        @RolesAllowed("root")
        public void misspelt() {}

        @RolesAllowed({})
        public void empty() {}
    }

    /** Says nothing. */
    public static final class Silent {
        public void plain() {}
    }
}
