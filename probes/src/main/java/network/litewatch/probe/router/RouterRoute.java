package network.litewatch.probe.router;

import java.util.List;
import java.util.Locale;

/** The routes that the status probe asks, in the order in which their failures are reported. */
enum RouterRoute {
    PING,
    STATUS,
    INFO,
    MINERS,
    SESSIONS,
    ABOUT,
    SESSION("/api/v1/sessions/{sid}"),
    TASKS("/api/v1/tasks/{sid}"),
    TASK("/api/v1/tasks/{sid}/{tid}"),
    X402_PING("/api/v1/x402/ping"),
    AGENT_JSON("/.well-known/agent.json");

    /** What every router has, and what an operator's key opens. */
    static final List<RouterRoute> GUARDED = List.of(STATUS, INFO, MINERS, SESSIONS);

    /** Asked as soon as ping has answered. */
    static final List<RouterRoute> AFTER_PING = List.of(STATUS, INFO, MINERS, SESSIONS, ABOUT);

    /** Asked about one session, when there is one. */
    static final List<RouterRoute> OF_A_SESSION = List.of(SESSION, TASKS);

    /** Asked about one task of that session, when it has one. */
    static final List<RouterRoute> OF_A_TASK = List.of(TASK);

    /** Asked where the network file says that the router has them. */
    static final List<RouterRoute> CONFIGURED = List.of(X402_PING, AGENT_JSON);

    private final String path;

    RouterRoute() {
        this.path = "/api/v1/" + name().toLowerCase(Locale.ROOT);
    }

    RouterRoute(String path) {
        this.path = path;
    }

    /** With {@code {sid}} where a session's id goes, and {@code {tid}} where a task's does. */
    String path() {
        return path;
    }

    /** Its name in lower case, as parameters spell it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
