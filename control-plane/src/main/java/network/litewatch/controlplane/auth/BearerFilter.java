package network.litewatch.controlplane.auth;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * In front of a whole connector: lets in whoever has a token of the role that {@link Access} asks for, or, where no token is
 * configured, whoever addresses this machine by a loopback name. Without that last check a web page could reach a loopback
 * service through a name that it rebinds to 127.0.0.1. Who it is stands in the request, for {@link DeclaredRoles}.
 */
final class BearerFilter implements Filter {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");
    private static final Set<String> WITHOUT_EFFECT = Set.of("GET", "HEAD", "OPTIONS");

    private final Tokens tokens;
    private final Access access;

    BearerFilter(Tokens tokens, Access access) {
        this.tokens = tokens;
        this.access = access;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest http = (HttpServletRequest) request;
        HttpServletResponse answer = (HttpServletResponse) response;
        if (!tokens.configured() && !isLoopbackName(http)) {
            refuse(answer, 403, "without tokens configured only requests to localhost are answered");
            return;
        }
        if (!WITHOUT_EFFECT.contains(http.getMethod()) && isFromForeignPage(http)) {
            refuse(answer, 403, "sent by a web page of another origin; call it without an Origin header");
            return;
        }
        Optional<Caller> named = bearer(http).flatMap(tokens::caller);
        Optional<Caller> caller = tokens.configured() ? named : named.or(() -> Optional.of(Caller.LOCAL));
        Optional<Role> needed = access.needed(http.getMethod(), PlainPath.of(http));
        if (needed.isEmpty()
                || caller.filter(c -> c.role().includes(needed.get())).isPresent()) {
            chain.doFilter(new Identified(http, caller), response);
        } else if (caller.isEmpty()) {
            answer.setHeader("WWW-Authenticate", "Bearer realm=\"litewatch\"");
            refuse(answer, 401, "needs a token: Authorization: Bearer lw_...");
        } else {
            refuse(answer, 403, "needs the role " + needed.get().label());
        }
    }

    private static boolean isLoopbackName(HttpServletRequest request) {
        String name = request.getServerName();
        return name != null && LOOPBACK.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Browsers say where a request with effects comes from; the host must be the one that it goes to. */
    private static boolean isFromForeignPage(HttpServletRequest request) {
        String host = Optional.ofNullable(request.getHeader("Host")).orElse("");
        return Collections.list(request.getHeaders("Origin")).stream()
                .anyMatch(origin ->
                        !origin.equalsIgnoreCase("http://" + host) && !origin.equalsIgnoreCase("https://" + host));
    }

    /** Two Authorization headers are none: whoever stands before us may have looked at the other one. */
    private static Optional<String> bearer(HttpServletRequest request) {
        List<String> headers = Collections.list(request.getHeaders("Authorization"));
        return headers.size() == 1 && headers.get(0).regionMatches(true, 0, "Bearer ", 0, 7)
                ? Optional.of(headers.get(0).substring(7).strip())
                : Optional.empty();
    }

    private static void refuse(HttpServletResponse answer, int status, String message) throws IOException {
        answer.setStatus(status);
        answer.setContentType("application/json");
        answer.getWriter().write("{\"code\":" + status + ",\"message\":\"" + message.replace("\"", "'") + "\"}");
    }

    /** The request with who sends it; nobody where the path is open and no known token came. */
    private static final class Identified extends HttpServletRequestWrapper {
        private final @Nullable Caller caller;

        Identified(HttpServletRequest request, Optional<Caller> caller) {
            super(request);
            this.caller = caller.orElse(null);
        }

        @Override
        public @Nullable Principal getUserPrincipal() {
            return caller;
        }

        @Override
        public @Nullable String getRemoteUser() {
            return caller == null ? null : caller.name();
        }

        @Override
        public boolean isUserInRole(String role) {
            return caller != null
                    && Arrays.stream(Role.values())
                            .anyMatch(known ->
                                    known.label().equals(role) && caller.role().includes(known));
        }
    }
}
