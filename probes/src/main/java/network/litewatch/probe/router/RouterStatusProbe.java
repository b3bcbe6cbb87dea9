package network.litewatch.probe.router;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * Asks a router how it is: ping first, then info, status, miners, sessions and about side by side, then one session, its tasks and
 * the newest of these, all within one deadline. Where the target parameters {@code x402_ping} and {@code agent_json} are {@code true}, the payment
 * gateway's ping and the agent card must answer too.
 *
 * <p>Ping decides up or down, and its phases are the finding's. {@link RouterReading} judges the rest.
 */
public final class RouterStatusProbe implements Probe {
    public static final ProbeId ID = new ProbeId("router.status");

    /** Target parameter: the session to ask about, by its id; the first that the router lists by default. */
    public static final String SESSION = "session";

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
        return get(target, RouterRoute.PING.path(), timeout).thenCompose(ping -> {
            if (!(ping instanceof HttpResponse response) || !response.isSuccess()) {
                return CompletableFuture.completedFuture(RouterReading.pingFailed(ping));
            }
            return rest(target, ping, deadline);
        });
    }

    private CompletableFuture<Finding> rest(Target target, HttpResult ping, long deadline) {
        List<RouterRoute> routes = new ArrayList<>(RouterRoute.AFTER_PING);
        RouterRoute.CONFIGURED.stream()
                .filter(route -> "true".equals(target.parameters().get(route.label())))
                .forEach(routes::add);
        return ask(target, routes, "", "", deadline).thenCompose(answers -> {
            Optional<String> session =
                    Optional.ofNullable(target.parameters().get(SESSION)).or(() -> RouterReading.firstSession(answers));
            if (session.isEmpty()) {
                return CompletableFuture.completedFuture(RouterReading.of(ping, answers));
            }
            return ask(target, RouterRoute.OF_A_SESSION, session.get(), "", deadline)
                    .thenCompose(more -> {
                        answers.putAll(more);
                        return task(target, session.get(), answers, deadline);
                    })
                    .thenApply(all -> RouterReading.of(ping, all));
        });
    }

    /** {@code answers} and what there is to be had of the session's newest task. */
    private CompletableFuture<Map<RouterRoute, HttpResult>> task(
            Target target, String session, Map<RouterRoute, HttpResult> answers, long deadline) {
        return RouterReading.lastTask(answers)
                .map(task -> ask(target, RouterRoute.OF_A_TASK, session, task, deadline)
                        .thenApply(more -> {
                            answers.putAll(more);
                            return answers;
                        }))
                .orElseGet(() -> CompletableFuture.completedFuture(answers));
    }

    /** What the routes answer, asked side by side; {@code session} and {@code task} go where a path has one. */
    private CompletableFuture<Map<RouterRoute, HttpResult>> ask(
            Target target, List<RouterRoute> routes, String session, String task, long deadline) {
        Map<RouterRoute, CompletableFuture<HttpResult>> asked = new EnumMap<>(RouterRoute.class);
        for (RouterRoute route : routes) {
            Duration left = Duration.ofNanos(deadline - nanos.getAsLong());
            asked.put(route, get(target, route.path().replace("{sid}", session).replace("{tid}", task), left));
        }
        return CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> {
                    Map<RouterRoute, HttpResult> answers = new EnumMap<>(RouterRoute.class);
                    asked.forEach((route, answer) -> answers.put(route, answer.join()));
                    return answers;
                });
    }

    private CompletableFuture<HttpResult> get(Target target, String path, Duration left) {
        if (left.isNegative() || left.isZero()) {
            return CompletableFuture.completedFuture(
                    new HttpFailure(Reason.TIMEOUT, "no time left to ask", WireTrace.NONE));
        }
        return exchanger.exchange(HttpRequest.get(target.url().resolve(path), target.token(), left));
    }
}
