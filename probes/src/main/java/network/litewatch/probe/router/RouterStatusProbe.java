package network.litewatch.probe.router;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.WireTrace;

/**
 * Asks a router how it is: ping first, then info, status, miners and sessions side by side, all within one deadline.
 *
 * <p>Ping decides up or down, and its phases are the finding's. {@link RouterReading} judges the rest.
 */
public final class RouterStatusProbe implements Probe {
    public static final ProbeId ID = new ProbeId("router.status");

    private final HttpExchanger exchanger;
    private final LongSupplier nanos;

    /**
     * A probe that shares its deadline out by {@code nanos}.
     *
     * @param nanos monotonic clock
     */
    public RouterStatusProbe(HttpExchanger exchanger, LongSupplier nanos) {
        this.exchanger = exchanger;
        this.nanos = nanos;
    }

    @Override
    public ProbeId id() {
        return ID;
    }

    @Override
    public TargetKind kind() {
        return TargetKind.ROUTER;
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        long deadline = nanos.getAsLong() + timeout.toNanos();
        return get(target, RouterRoute.PING, timeout).thenCompose(ping -> {
            if (!(ping instanceof HttpResponse response) || !response.isSuccess()) {
                return CompletableFuture.completedFuture(RouterReading.pingFailed(ping));
            }
            return rest(target, ping, Duration.ofNanos(deadline - nanos.getAsLong()));
        });
    }

    private CompletableFuture<Finding> rest(Target target, HttpResult ping, Duration left) {
        Map<RouterRoute, CompletableFuture<HttpResult>> asked = new EnumMap<>(RouterRoute.class);
        for (RouterRoute route : RouterRoute.AFTER_PING) {
            asked.put(route, get(target, route, left));
        }
        return CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> {
                    Map<RouterRoute, HttpResult> answers = new EnumMap<>(RouterRoute.class);
                    asked.forEach((route, answer) -> answers.put(route, answer.join()));
                    return RouterReading.of(ping, answers);
                });
    }

    private CompletableFuture<HttpResult> get(Target target, RouterRoute route, Duration left) {
        if (left.isNegative() || left.isZero()) {
            return CompletableFuture.completedFuture(
                    new HttpFailure(Reason.TIMEOUT, "no time left to ask", WireTrace.NONE));
        }
        return exchanger.exchange(HttpRequest.get(target.url().resolve(route.path()), target.token(), left));
    }
}
