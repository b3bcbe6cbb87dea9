package network.litewatch.controlplane.notify.receiver;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import network.litewatch.controlplane.alert.incident.Bulletin;
import network.litewatch.controlplane.alert.incident.ReceiverPolicy;
import network.litewatch.controlplane.notify.Notifier.Delivery;
import network.litewatch.controlplane.notify.Notifier.Posted;
import network.litewatch.controlplane.notify.Receiver;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.RetryAfter;
import network.litewatch.probe.http.TlsTrust;

/**
 * Told by POST. Nothing of what it answers is repeated anywhere but its status.
 *
 * @param bearer goes with each request
 * @param body JSON of a bulletin
 */
public record HttpReceiver(
        String name,
        ReceiverPolicy.Subscription wants,
        SecretUrl url,
        Optional<Secret> bearer,
        Function<Bulletin, String> body,
        HttpExchanger http)
        implements Receiver {
    /** Header that names a bulletin, the same each time that it is sent. */
    public static final String DELIVERY = "X-Litewatch-Delivery";

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(5);
    private static final int ANSWER_BYTES = 64 << 10;
    private static final int TIMEOUT = 408;
    private static final int TOO_MANY = 429;

    @Override
    public Delivery deliver(Bulletin bulletin, String delivery) {
        HttpResult result = http.exchange(new HttpRequest(
                        "POST",
                        url,
                        bearer,
                        Optional.of(body.apply(bulletin)),
                        "application/json",
                        DEADLINE,
                        ANSWER_BYTES,
                        Map.of(DELIVERY, delivery),
                        TlsTrust.system(),
                        false))
                .join();
        if (result instanceof HttpFailure failure) {
            return new Delivery.Unknown(
                    "it cannot be reached: " + failure.reason().label());
        }
        HttpResponse response = (HttpResponse) result;
        String reason = "it answered HTTP " + response.status();
        if (response.isSuccess()) {
            return new Delivery.Delivered(new Posted(name, delivery));
        }
        Optional<Duration> after = RetryAfter.of(response);
        if (response.status() == TOO_MANY || after.isPresent()) {
            return new Delivery.Throttled(after.orElse(DEFAULT_RETRY_AFTER), reason);
        }
        return response.status() >= 500 || response.status() == TIMEOUT
                ? new Delivery.Unknown(reason)
                : new Delivery.Rejected(reason);
    }
}
