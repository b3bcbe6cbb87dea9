package network.litewatch.controlplane.auth;

import io.dropwizard.jersey.errors.ErrorMessage;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;

/**
 * Holds each route to the role that it declares with {@link RolesAllowed} or {@link PermitAll}, on its method or its class. A
 * route that declares nothing is nobody's. Being tied to the route that was matched, it does not depend on how a path is spelled.
 */
public final class DeclaredRoles implements DynamicFeature {
    @Override
    public void configure(ResourceInfo route, FeatureContext context) {
        Optional<Declaration> declared = of(route.getResourceMethod(), route.getResourceClass());
        if (declared.isEmpty()) {
            context.register(new Undeclared(), Priorities.AUTHORIZATION);
        } else if (!declared.get().roles().isEmpty()) {
            context.register(new Demand(declared.get().roles()), Priorities.AUTHORIZATION);
        }
    }

    /** What a route declares; empty where it declares nothing. */
    static Optional<Declaration> of(Method method, Class<?> resource) {
        return declaration(method).or(() -> declaration(resource));
    }

    private static Optional<Declaration> declaration(AnnotatedElement element) {
        RolesAllowed roles = element.getAnnotation(RolesAllowed.class);
        if (roles != null && roles.value().length == 0) {
            throw new IllegalStateException("@RolesAllowed of " + element + " names no role");
        }
        if (roles != null) {
            // Throws at start for a role that does not exist, and not when somebody asks.
            return Optional.of(new Declaration(
                    List.of(roles.value()).stream().map(Role::named).toList()));
        }
        return element.isAnnotationPresent(PermitAll.class)
                ? Optional.of(new Declaration(List.of()))
                : Optional.empty();
    }

    /** Any of {@code roles} will do; none means that everybody may. */
    record Declaration(List<Role> roles) {}

    private record Demand(List<Role> roles) implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            boolean allowed =
                    roles.stream().anyMatch(role -> request.getSecurityContext().isUserInRole(role.label()));
            if (!allowed && request.getSecurityContext().getUserPrincipal() == null) {
                request.abortWith(answer(401, "needs a token: Authorization: Bearer lw_...")
                        .header("WWW-Authenticate", "Bearer realm=\"litewatch\"")
                        .build());
            } else if (!allowed) {
                request.abortWith(
                        answer(403, "needs the role " + roles.get(0).label()).build());
            }
        }
    }

    private record Undeclared() implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            request.abortWith(answer(403, "this route declares no role, so nobody may use it")
                    .build());
        }
    }

    private static Response.ResponseBuilder answer(int status, String message) {
        return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(new ErrorMessage(status, message));
    }
}
