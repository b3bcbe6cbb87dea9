package network.litewatch.probe.router;

import java.time.Duration;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.WireTrace;

/**
 * Compares the sessions that a router lists with those that SessionV2 has, and looks at the endpoints that are registered on the chain
 * for them: a private address there is reachable for nobody.
 *
 * <p>For routers whose entry in the network file names an RPC; reads the target parameters {@value #CONTRACT}, {@value #ACTIVE} and {@value #ADDRESS}.
 * Of the chain it reads the newest {@value SessionsReading#NEWEST} sessions and the first {@value SessionsReading#LISTED} that the
 * router lists. Whatever the RPC does wrong is inconclusive: it says nothing of the router.
 */
public final class RouterSessionsProbe implements Probe {
    public static final ProbeId ID = new ProbeId("router.sessions");

    /** Target parameter: the address of SessionV2. */
    public static final String CONTRACT = "session_contract";

    /** Target parameter: the state of an active session on the chain, a number; 1 by default. */
    public static final String ACTIVE = "active_state";

    /** Target parameter: the router's own account; with it only the sessions that name it as their router must be listed. */
    public static final String ADDRESS = "address";

    private final HttpExchanger exchanger;
    private final LongSupplier nanos;

    /**
     * A probe that shares its deadline out by {@code nanos}.
     *
     * @param nanos monotonic clock
     */
    public RouterSessionsProbe(HttpExchanger exchanger, LongSupplier nanos) {
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
    public boolean suits(Target target) {
        return target.kind() == kind()
                && target.witness().isPresent()
                && target.parameters().containsKey(CONTRACT);
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        long deadline = nanos.getAsLong() + timeout.toNanos();
        Target rpc = target.witness().orElseThrow();
        String contract = target.parameters().getOrDefault(CONTRACT, "");
        CompletableFuture<HttpResult> sessions = get(target, RouterRoute.SESSIONS, deadline);
        CompletableFuture<HttpResult> miners = get(target, RouterRoute.MINERS, deadline);
        CompletableFuture<HttpResult> count = post(rpc, SessionCalls.count(contract), deadline);
        return CompletableFuture.allOf(sessions, miners, count).thenCompose(all -> {
            SessionsReading reading = new SessionsReading(
                    target.parameters().getOrDefault(ACTIVE, "1"),
                    target.parameters().getOrDefault(ADDRESS, ""));
            Optional<Outcome> early =
                    reading.router(sessions.join(), miners.join()).or(() -> reading.count(count.join()));
            if (early.isPresent()) {
                return CompletableFuture.completedFuture(reading.finding(early.get()));
            }
            NavigableSet<Long> ids = reading.wanted();
            return ids.isEmpty()
                    ? CompletableFuture.completedFuture(reading.finding(Outcome.ok()))
                    : post(rpc, SessionCalls.sessions(contract, List.copyOf(ids)), deadline)
                            .thenApply(answer -> reading.finding(
                                    reading.chain(List.copyOf(ids), answer).orElse(Outcome.ok())));
        });
    }

    private CompletableFuture<HttpResult> get(Target target, RouterRoute route, long deadline) {
        return left(deadline)
                .map(left ->
                        exchanger.exchange(HttpRequest.get(target.url().resolve(route.path()), target.token(), left)))
                .orElseGet(RouterSessionsProbe::tooLate);
    }

    private CompletableFuture<HttpResult> post(Target rpc, String json, long deadline) {
        SecretUrl url = rpc.url();
        Optional<Secret> token = rpc.token();
        return left(deadline)
                .map(left -> exchanger.exchange(HttpRequest.post(url, token, json, left)))
                .orElseGet(RouterSessionsProbe::tooLate);
    }

    private Optional<Duration> left(long deadline) {
        long left = deadline - nanos.getAsLong();
        return left > 0 ? Optional.of(Duration.ofNanos(left)) : Optional.empty();
    }

    private static CompletableFuture<HttpResult> tooLate() {
        return CompletableFuture.completedFuture(
                new HttpFailure(Reason.TIMEOUT, "no time left to ask", WireTrace.NONE));
    }
}
