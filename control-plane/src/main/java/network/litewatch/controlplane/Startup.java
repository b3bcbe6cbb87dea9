package network.litewatch.controlplane;

import java.util.ArrayList;
import java.util.List;
import network.litewatch.controlplane.auth.BindGuard;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.notify.receiver.ReceiverSettings;
import network.litewatch.probe.SecretUrl;

/** What must be right before anything starts. */
final class Startup {
    /** What a URL says where {@code litewatch up} is to start a server of its own. */
    static final String EMBEDDED = "embedded";

    private Startup() {}

    /** Thrown with one line per thing that a person must mend; its message is meant for them. */
    static final class RefusedException extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        RefusedException(List<String> reasons) {
            super("cannot start:\n  " + String.join("\n  ", reasons));
        }
    }

    static void require(ControlPlaneConfiguration config, Files files) {
        List<String> reasons =
                new ArrayList<>(files.problems().stream().map(Problem::toString).toList());
        reasons.addAll(
                BindGuard.problems(config.getServerFactory(), config.auth().forPeople()));
        reasons.addAll(config.vantages().problems(config.node().name(), config.auth(), files.networks()));
        reasons.addAll(ReceiverSettings.problems(config.receivers()));
        reasons.addAll(config.slack().problems());
        reasons.addAll(config.drills().problems());
        try {
            if (!config.deadman().url().isEmpty()) {
                SecretUrl.parse(config.deadman().url());
            }
        } catch (IllegalArgumentException e) {
            reasons.add("deadman.url: " + e.getMessage());
        }
        if (EMBEDDED.equals(config.database().getUrl())) {
            reasons.add("database.url: is embedded; set LITEWATCH_DATABASE_URL, or use litewatch up");
        }
        if (EMBEDDED.equals(config.elasticsearch().url())) {
            reasons.add("elasticsearch.url: is embedded; set LITEWATCH_ELASTICSEARCH_URL, or use litewatch up");
        }
        if (!reasons.isEmpty()) {
            throw new RefusedException(reasons);
        }
    }
}
