package network.litewatch.controlplane;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.codahale.metrics.health.HealthCheck;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.AutoCloseableManager;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import network.litewatch.controlplane.DeadMansSwitch.Question;
import network.litewatch.controlplane.health.Check;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.vantage.Connectivity;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import org.jdbi.v3.core.Jdbi;

/** The whole of the service in a few questions: is it asked, written, judged and told. */
final class SelfCheck {
    private static final Duration UNTOLD = Duration.ofMinutes(5);

    private SelfCheck() {}

    /** Has a dead-man's switch pinged, if the configuration names one. */
    static void install(
            ControlPlaneConfiguration config,
            Environment env,
            Jdbi jdbi,
            Clock clock,
            HealthQuestions health,
            ElasticsearchClient elasticsearch,
            IncidentLog incidents) {
        if (config.deadman().url().isEmpty()) {
            env.healthChecks().register("deadman", new Check(Optional::empty));
            return;
        }
        GuardedClient client = new GuardedClient(EgressPolicy.allowing(Connectivity.ANYWHERE), System::nanoTime, 1);
        env.lifecycle().manage(new AutoCloseableManager(client));
        DeadMansSwitch deadman = new DeadMansSwitch(
                List.of(
                        new Question("schedule", health::schedule),
                        new Question("inputs", health::inputs),
                        new Question(
                                "database", () -> written(jdbi, config.node().name(), clock)),
                        new Question("elasticsearch", () -> health.elasticsearch(elasticsearch)),
                        new Question("outbox", health::outbox),
                        new Question("slack", () -> slack(env)),
                        new Question("messages", () -> untold(incidents, clock))),
                client.http(),
                SecretUrl.parse(config.deadman().url()));
        env.healthChecks().register("deadman", new Check(deadman::silent));
        deadman.start(
                env.lifecycle().scheduledExecutorService("deadman").threads(1).build(),
                config.deadman().every().toJavaDuration());
    }

    private static Optional<String> written(Jdbi jdbi, String node, Clock clock) {
        jdbi.useHandle(handle -> handle.createUpdate("INSERT INTO heartbeat (node, at) VALUES (:node, :at)"
                        + " ON CONFLICT (node) DO UPDATE SET at = excluded.at")
                .bind("node", node)
                .bind("at", clock.instant())
                .execute());
        return Optional.empty();
    }

    private static Optional<String> slack(Environment env) {
        HealthCheck.Result result = env.healthChecks().runHealthCheck("slack");
        return result.isHealthy() ? Optional.empty() : Optional.of(String.valueOf(result.getMessage()));
    }

    private static Optional<String> untold(IncidentLog incidents, Clock clock) {
        IncidentLog.Pending pending = incidents.pending();
        return pending.oldest()
                .filter(oldest -> Duration.between(oldest, clock.instant()).compareTo(UNTOLD) > 0)
                .map(oldest -> pending.count() + " messages wait since " + oldest);
    }
}
