package network.litewatch.controlplane;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import network.litewatch.controlplane.config.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /-/reload} on the admin connector: reads networks, rules and runbooks again. Files with a problem are refused
 * whole, with each problem on a line, and the old ones stay. One reload at a time.
 */
final class ReloadServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ReloadServlet.class);
    private static final int UNPROCESSABLE = 422;

    private final transient Supplier<Files> reader;
    private final transient Function<Files, String> use;

    /** {@code use} takes over files without a problem and says what that changed. */
    ReloadServlet(Supplier<Files> reader, Function<Files, String> use) {
        this.reader = reader;
        this.use = use;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String said;
        synchronized (this) {
            Files files = reader.get();
            List<String> problems =
                    files.problems().stream().map(Problem::toString).toList();
            response.setStatus(problems.isEmpty() ? HttpServletResponse.SC_OK : UNPROCESSABLE);
            said = problems.isEmpty()
                    ? "reloaded; " + use.apply(files)
                    : "not reloaded, the old files stay in use:\n" + String.join("\n", problems);
        }
        LOG.info("{}", said);
        response.setContentType("text/plain");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.getWriter().println(said);
    }
}
