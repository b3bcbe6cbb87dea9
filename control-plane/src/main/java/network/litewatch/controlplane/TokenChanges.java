package network.litewatch.controlplane;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.store.AuditLog;
import network.litewatch.controlplane.store.AuditLog.Actor;
import org.jdbi.v3.core.Jdbi;

/** Writes down who may do what, whenever that is not what it was at the last start. */
final class TokenChanges {
    private static final String ACTION = "tokens.change";
    // Enough to tell one token from its successor, and of no use to whoever reads it.
    private static final int DIGITS = 8;

    private TokenChanges() {}

    /** Appends the tokens of {@code settings} to the audit log, if the last entry about them says otherwise. */
    static void note(Jdbi jdbi, AuditLog audit, AuthSettings settings) {
        String now = settings.tokens().stream()
                .sorted(Comparator.comparing(AuthSettings.Entry::name).thenComparing(AuthSettings.Entry::sha256))
                .map(token ->
                        token.name() + " " + token.role() + " " + token.sha256().substring(0, DIGITS))
                .collect(Collectors.joining("; "));
        jdbi.useTransaction(handle -> {
            Optional<String> before = audit.latest(handle, ACTION).map(AuditLog.Entry::after);
            if (!before.orElse("").equals(now)) {
                audit.append(handle, new Actor("configuration", ""), ACTION, "auth.tokens", before.orElse(""), now);
            }
        });
    }
}
