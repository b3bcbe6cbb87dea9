package network.litewatch.controlplane.api;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Objects;
import java.util.UUID;
import network.litewatch.controlplane.store.AuditLog.Actor;

/** Who acts through the API. */
final class Actors {
    private Actors() {}

    static Actor of(HttpServletRequest request) {
        Principal caller = request.getUserPrincipal();
        return new Actor(
                caller == null ? "nobody" : caller.getName(), Objects.requireNonNullElse(request.getRemoteAddr(), ""));
    }

    /** The id that {@code text} is; 404 when it is none of ours, whatever its shape. */
    static UUID id(String text, String what) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw ApiError.notFound("no " + what + " has this id");
        }
    }
}
