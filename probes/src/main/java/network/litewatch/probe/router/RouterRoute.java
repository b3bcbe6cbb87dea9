package network.litewatch.probe.router;

import java.util.List;
import java.util.Locale;

/** The routes that the status probe asks, in the order in which their failures are reported. */
enum RouterRoute {
    PING,
    STATUS,
    INFO,
    MINERS,
    SESSIONS;

    static final List<RouterRoute> AFTER_PING = List.of(STATUS, INFO, MINERS, SESSIONS);

    String path() {
        return "/api/v1/" + label();
    }

    /** Its name in lower case, as parameters spell it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
