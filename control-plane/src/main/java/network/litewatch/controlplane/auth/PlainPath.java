package network.litewatch.controlplane.auth;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The path of a request, where everybody who looks at it reads the same: servlet containers, JAX-RS and filters each decode,
 * normalise and strip parameters in their own way, and what lies between two of these readings is a way around a filter.
 */
final class PlainPath {
    /** Segments of unreserved characters only: no escape, parameter, empty or dot segment. */
    private static final Pattern PLAIN = Pattern.compile("/|(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)+/?");

    private PlainPath() {}

    /** The path below the context path; empty where it is written in any way that could be read as another. */
    static Optional<String> of(HttpServletRequest request) {
        String raw = request.getRequestURI();
        // Asked first: for an ambiguous URI the container refuses to tell the servlet path at all.
        if (raw == null || !PLAIN.matcher(raw).matches()) {
            return Optional.empty();
        }
        String below = request.getPathInfo() == null
                ? request.getServletPath()
                : request.getServletPath() + request.getPathInfo();
        return raw.equals(request.getContextPath() + below) ? Optional.of(below) : Optional.empty();
    }
}
