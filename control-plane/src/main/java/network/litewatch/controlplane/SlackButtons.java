package network.litewatch.controlplane;

import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.AutoCloseableManager;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.ControlPlaneConfiguration.InteractionsSection;
import network.litewatch.controlplane.api.OperatorActions;
import network.litewatch.controlplane.api.SlackInteractionsResource;
import network.litewatch.controlplane.health.Check;
import network.litewatch.controlplane.notify.slack.SlackNotifier;
import network.litewatch.controlplane.notify.slack.SlackSignature;
import network.litewatch.controlplane.notify.slack.SlackSocket;
import network.litewatch.probe.Secret;

/** How presses of buttons in Slack come in: at an endpoint that Slack calls, or over a socket that we open. Never both. */
final class SlackButtons {
    private final ControlPlaneConfiguration config;
    private final Environment env;
    private final Clock clock;
    private final RandomGenerator random;

    SlackButtons(ControlPlaneConfiguration config, Environment env, Clock clock, RandomGenerator random) {
        this.config = config;
        this.env = env;
        this.clock = clock;
        this.random = random;
    }

    /** Whether messages have buttons: only where a press can come in. */
    static boolean shown(ControlPlaneConfiguration config) {
        return section(config).isPresent();
    }

    /** Has whatever is pressed in messages of {@code slack} done; nothing where there is none, or nothing comes in. */
    void answer(Optional<SlackNotifier> slack, OperatorActions actions, SlackDesk.Known known) {
        Optional<SlackSocket> socket = slack.flatMap(client -> section(config).flatMap(section -> {
            SlackDesk desk = new SlackDesk(
                    actions, known, clock, Objects.requireNonNullElse(section.users(), List.of()), client::whisper);
            env.lifecycle().manage(new AutoCloseableManager(desk));
            section.signing()
                    .ifPresent(secret -> env.jersey()
                            .register(new SlackInteractionsResource(
                                    new SlackSignature(secret, clock), env.getObjectMapper(), desk)));
            return section.app().map(token -> socket(token, desk));
        }));
        env.healthChecks().register("slack-socket", new Check(() -> socket.flatMap(SlackSocket::trouble)));
    }

    private SlackSocket socket(Secret token, SlackDesk desk) {
        SlackSocket socket = new SlackSocket(
                config.slack().apiUrl(), token, env.getObjectMapper(), desk, clock, random, SlackSocket.Pace.DEFAULT);
        env.lifecycle().manage(socket);
        return socket;
    }

    private static Optional<InteractionsSection> section(ControlPlaneConfiguration config) {
        return Optional.ofNullable(config.slack().interactions())
                .filter(section ->
                        section.signing().isPresent() || section.app().isPresent());
    }
}
