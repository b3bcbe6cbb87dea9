package network.litewatch.probe.router;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Secret;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.WireTrace;

/**
 * Asks a router what a stranger gets of it: whether it takes the documented default token, a made-up token or none at all, and
 * whether paths that the public nginx template hides answer anything but 404. Nothing but GETs, which create no work, one after
 * another, so that no rate limit is hit. Our own token is sent once, to ping, and nowhere else.
 *
 * <p>Reads the target parameters {@value #OPEN}, {@value #EXPOSED} and {@value #HIDDEN_STATUS}. A router that does not answer its
 * ping is inconclusive: {@link RouterStatusProbe} says that it is down.
 */
public final class RouterExposureProbe implements Probe {
    public static final ProbeId ID = new ProbeId("router.exposure");

    /** Target parameter: routes that may be answered without a token, by name and apart by spaces, such as {@code status info}. */
    public static final String OPEN = "open";

    /** Target parameter: hidden paths that this router is meant to show, apart by spaces, such as {@code /api/v1/delegate}. */
    public static final String EXPOSED = "exposed";

    /** Target parameter: the statuses that say "not here", apart by spaces; {@value #DEFAULT_HIDDEN_STATUS} by default. */
    public static final String HIDDEN_STATUS = "hidden_status";

    static final String DEFAULT_HIDDEN_STATUS = "404";

    // Public documentation, and no secret of anybody's.
    private static final Secret DEFAULT_TOKEN = new Secret("default-dev-token");
    private static final Secret MADE_UP_TOKEN = new Secret("litewatch-no-such-token");

    private final HttpExchanger exchanger;
    private final LongSupplier nanos;

    /**
     * A probe that shares its deadline out by {@code nanos}.
     *
     * @param nanos monotonic clock
     */
    public RouterExposureProbe(HttpExchanger exchanger, LongSupplier nanos) {
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
        return get(target, RouterRoute.PING.path(), target.token(), deadline).thenCompose(ping -> {
            if (!(ping instanceof HttpResponse response) || !response.isSuccess()) {
                return CompletableFuture.completedFuture(notUp(ping));
            }
            RouterExposure exposure = new RouterExposure(target.parameters());
            return ask(target, exposure, exposure.questions(), 0, deadline)
                    .thenApply(done -> exposure.finding(ping.trace().phases()));
        });
    }

    private CompletableFuture<Void> ask(
            Target target, RouterExposure exposure, List<RouterExposure.Question> questions, int next, long deadline) {
        if (next == questions.size()) {
            return CompletableFuture.completedFuture(null);
        }
        RouterExposure.Question question = questions.get(next);
        return get(target, question.path(), bearer(question.as()), deadline).thenCompose(answer -> {
            exposure.heard(question, answer);
            return ask(target, exposure, questions, next + 1, deadline);
        });
    }

    private static Optional<Secret> bearer(RouterExposure.Caller caller) {
        return switch (caller) {
            case NOBODY, PATH_FINDER -> Optional.empty();
            case MADE_UP -> Optional.of(MADE_UP_TOKEN);
            case DEFAULT -> Optional.of(DEFAULT_TOKEN);
        };
    }

    private static Finding notUp(HttpResult ping) {
        String why = ping instanceof HttpFailure failure
                ? failure.outcome().reason().label()
                : "HTTP " + ((HttpResponse) ping).status();
        return new Finding(
                Outcome.inconclusive(Reason.PATH_UNHEALTHY, RouterRoute.PING.path() + ": " + why),
                ping.trace().phases(),
                Map.of(),
                Map.of());
    }

    private CompletableFuture<HttpResult> get(Target target, String path, Optional<Secret> bearer, long deadline) {
        Duration left = Duration.ofNanos(deadline - nanos.getAsLong());
        if (left.isNegative() || left.isZero()) {
            return CompletableFuture.completedFuture(
                    new HttpFailure(Reason.TIMEOUT, "no time left to ask", WireTrace.NONE));
        }
        return exchanger.exchange(HttpRequest.get(target.url().resolve(path), bearer, left));
    }
}
