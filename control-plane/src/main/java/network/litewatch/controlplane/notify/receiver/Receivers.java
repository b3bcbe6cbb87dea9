package network.litewatch.controlplane.notify.receiver;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Objects;
import java.util.Optional;
import network.litewatch.controlplane.alert.incident.ReceiverPolicy;
import network.litewatch.controlplane.notify.Receiver;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;

/** Makes receivers out of settings. */
public final class Receivers {
    private Receivers() {}

    /** A client for one receiver alone: a private range that one may have stays closed to the others. */
    public static GuardedClient client(ReceiverSettings settings) {
        return new GuardedClient(EgressPolicy.allowing(settings.allowed()), System::nanoTime, 1);
    }

    /** What {@code settings}, which have no problem, are told. PagerDuty calls people again by rules of its own. */
    public static ReceiverPolicy.Subscription wants(ReceiverSettings settings) {
        boolean webhook = !settings.isPagerDuty();
        return new ReceiverPolicy.Subscription(settings.wanted(), webhook, webhook);
    }

    /** What {@code settings}, which have no problem, describe, over {@code client}. */
    public static Receiver of(ReceiverSettings settings, GuardedClient client, ObjectMapper json, String publicUrl) {
        String name = settings.named();
        if (settings.isPagerDuty()) {
            PagerDutyEvent event =
                    new PagerDutyEvent(json, new Secret(Objects.requireNonNull(settings.routingKey())), publicUrl);
            String base = settings.url().replaceFirst("/+$", "");
            return new HttpReceiver(
                    name,
                    wants(settings),
                    SecretUrl.parse(base + PagerDutyEvent.PATH),
                    Optional.empty(),
                    event::of,
                    client.http());
        }
        return new HttpReceiver(
                name,
                wants(settings),
                SecretUrl.parse(settings.url()),
                settings.bearer().map(Secret::new),
                new WebhookPayload(json, name, publicUrl)::of,
                client.http());
    }
}
