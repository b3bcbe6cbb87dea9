package network.litewatch.probe.indexer;

import java.time.Duration;
import java.time.InstantSource;
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
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.WireTrace;

/**
 * Asks an indexer what it counted, and where its entry in the network file names an RPC, asks the contracts for the same counts in
 * the same moment. Whatever the RPC does wrong says nothing of the indexer: then there is only the claim.
 *
 * <p>All routes are asked side by side. One that is not there is passed over, unless {@value #ROUTES} names it; one that is there in
 * another shape is {@link Reason#SHAPE_CHANGED}. A count that is lower than before is no failure: indexers start anew between phases.
 */
public final class IndexerClaimsProbe implements Probe {
    public static final ProbeId ID = new ProbeId("indexer.claims");

    /** Target parameter: the routes to ask, by the names of {@link IndexerRoute}, apart by spaces; all by default. */
    public static final String ROUTES = "routes";

    /** Target parameter: sessions of the chain that an earlier reset took from the indexer; 0 by default. */
    public static final String OFFSET = "sessions_offset";

    /** Target parameter: the address of SessionV2. */
    public static final String SESSIONS = "session_contract";

    /** Target parameter: the address of Cognitive. */
    public static final String COGNITIVE = "cognitive_contract";

    /** A leaderboard has a row for each node that ever was. */
    private static final int BODY_BYTES = 4 << 20;

    private final HttpExchanger exchanger;
    private final InstantSource time;
    private final LongSupplier nanos;

    /**
     * A probe that shares its deadline out by {@code nanos}.
     *
     * @param time wall clock, for the age of what is claimed
     * @param nanos monotonic clock
     */
    public IndexerClaimsProbe(HttpExchanger exchanger, InstantSource time, LongSupplier nanos) {
        this.exchanger = exchanger;
        this.time = time;
        this.nanos = nanos;
    }

    @Override
    public ProbeId id() {
        return ID;
    }

    @Override
    public TargetKind kind() {
        return TargetKind.INDEXER;
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        long deadline = nanos.getAsLong() + timeout.toNanos();
        String text = target.parameters().getOrDefault(ROUTES, "");
        List<IndexerRoute> routes = text.isEmpty() ? IndexerRoute.ALL : IndexerRoute.named(text);
        Map<IndexerRoute, CompletableFuture<HttpResult>> asked = new EnumMap<>(IndexerRoute.class);
        for (IndexerRoute route : routes) {
            asked.put(route, get(target, route, timeout));
        }
        Optional<CompletableFuture<HttpResult>> chain = chain(target, deadline);
        return CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
                .thenCompose(all -> chain.map(answer -> answer.thenApply(Optional::of))
                        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty())))
                .thenApply(counts -> {
                    Map<IndexerRoute, HttpResult> answers = new EnumMap<>(IndexerRoute.class);
                    asked.forEach((route, answer) -> answers.put(route, answer.join()));
                    ClaimsReading reading = new ClaimsReading(time.instant(), !text.isEmpty());
                    counts.ifPresent(answer -> reading.chain(
                            answer, Double.parseDouble(target.parameters().getOrDefault(OFFSET, "0"))));
                    return reading.of(answers);
                });
    }

    private Optional<CompletableFuture<HttpResult>> chain(Target target, long deadline) {
        String batch = ChainCounts.batch(
                target.parameters().getOrDefault(SESSIONS, ""),
                target.parameters().getOrDefault(COGNITIVE, ""));
        return target.witness().filter(rpc -> !batch.equals("[]")).map(rpc -> {
            Duration left = Duration.ofNanos(deadline - nanos.getAsLong());
            return left.isNegative() || left.isZero()
                    ? CompletableFuture.<HttpResult>completedFuture(
                            new HttpFailure(Reason.TIMEOUT, "no time left to ask", WireTrace.NONE))
                    : exchanger.exchange(HttpRequest.post(rpc.url(), rpc.token(), batch, left));
        });
    }

    private CompletableFuture<HttpResult> get(Target target, IndexerRoute route, Duration left) {
        return exchanger.exchange(new HttpRequest(
                "GET",
                target.url().resolve(route.path()),
                target.token(),
                Optional.empty(),
                "application/json",
                left,
                BODY_BYTES));
    }
}
