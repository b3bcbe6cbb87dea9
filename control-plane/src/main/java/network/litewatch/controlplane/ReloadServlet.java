package network.litewatch.controlplane;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Objects;
import network.litewatch.controlplane.api.Reloads;
import network.litewatch.controlplane.store.AuditLog.Actor;
import org.jdbi.v3.core.JdbiException;

/** {@code POST /-/reload} on the admin connector, as Prometheus and Alertmanager have it; each problem is a line. */
final class ReloadServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final int UNPROCESSABLE = 422;

    private final transient Reloads reloads;

    ReloadServlet(Reloads reloads) {
        this.reloads = reloads;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String said;
        try {
            Reloads.Outcome outcome = reloads.reload(actor(request));
            response.setStatus(outcome.problems().isEmpty() ? HttpServletResponse.SC_OK : UNPROCESSABLE);
            said = outcome.problems().isEmpty()
                    ? "reloaded; " + outcome.said()
                    : "not reloaded, the old files stay in use:\n" + String.join("\n", outcome.problems());
        } catch (JdbiException e) {
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            said = "not reloaded: the database cannot be asked now, and a reload is written down there first";
        }
        response.setContentType("text/plain");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.getWriter().println(said);
    }

    private static Actor actor(HttpServletRequest request) {
        Principal caller = request.getUserPrincipal();
        return new Actor(
                caller == null ? "admin port" : caller.getName(),
                Objects.requireNonNullElse(request.getRemoteAddr(), ""));
    }
}
