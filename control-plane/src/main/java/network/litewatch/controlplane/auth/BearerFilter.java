package network.litewatch.controlplane.auth;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * In front of a whole connector: lets in whoever has a token of at least {@code needed}, or, where no token is configured,
 * whoever addresses this machine by a loopback name. Without that last check a web page could reach a loopback service
 * through a name that it rebinds to 127.0.0.1.
 */
public final class BearerFilter implements Filter {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

    private final Tokens tokens;
    private final Role needed;
    private final Set<String> open;

    /**
     * Makes a filter.
     *
     * @param open paths (with what lies below them) that need no token: health, and texts without live state
     */
    public BearerFilter(Tokens tokens, Role needed, Set<String> open) {
        this.tokens = tokens;
        this.needed = needed;
        this.open = Set.copyOf(open);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest http = (HttpServletRequest) request;
        HttpServletResponse answer = (HttpServletResponse) response;
        if (!tokens.configured()) {
            if (LOOPBACK.contains(http.getServerName().toLowerCase(Locale.ROOT))) {
                chain.doFilter(request, response);
            } else {
                refuse(answer, 403, "without tokens configured only requests to localhost are answered");
            }
            return;
        }
        if (isOpen(http.getRequestURI())) {
            chain.doFilter(request, response);
            return;
        }
        Optional<Caller> caller = bearer(http).flatMap(tokens::caller);
        if (caller.isEmpty()) {
            answer.setHeader("WWW-Authenticate", "Bearer realm=\"litewatch\"");
            refuse(answer, 401, "needs a token: Authorization: Bearer lw_...");
        } else if (!caller.get().role().includes(needed.label())) {
            refuse(answer, 403, "needs the role " + needed.label());
        } else {
            chain.doFilter(request, response);
        }
    }

    private boolean isOpen(String path) {
        return open.stream().anyMatch(p -> path.equals(p) || path.startsWith(p + "/"));
    }

    private static Optional<String> bearer(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
                ? Optional.of(header.substring(7).strip())
                : Optional.empty();
    }

    private static void refuse(HttpServletResponse answer, int status, String message) throws IOException {
        answer.setStatus(status);
        answer.setContentType("application/json");
        answer.getWriter().write("{\"code\":" + status + ",\"message\":\"" + message.replace("\"", "'") + "\"}");
    }
}
