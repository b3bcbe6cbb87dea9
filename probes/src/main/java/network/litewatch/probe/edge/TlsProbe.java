package network.litewatch.probe.edge;

import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Target;
import network.litewatch.probe.http.Dial;
import network.litewatch.probe.http.GuardedSockets;
import network.litewatch.probe.http.Line;
import network.litewatch.probe.http.TlsPeer;
import network.litewatch.probe.http.WireTrace;

/**
 * Shakes hands with a TLS server, says nothing, and judges what it showed: expiry, trust, name, version. A certificate that
 * is refused is measured all the same. See {@link TlsQuestion}.
 */
public final class TlsProbe extends EdgeProbe<TlsQuestion> {
    // A handshake has its own allowance; nothing is read after it.
    private static final int MAX_BYTES = 1;

    private final GuardedSockets sockets;
    private final InstantSource time;

    /**
     * A probe that tells how long certificates last by {@code time}.
     *
     * @param time wall clock
     */
    public TlsProbe(GuardedSockets sockets, InstantSource time) {
        super(EdgeKind.TLS, TlsQuestion::new);
        this.sockets = sockets;
        this.time = time;
    }

    @Override
    CompletableFuture<Finding> ask(Target target, TlsQuestion question, Duration timeout) {
        Dial dial = new Dial(target.url(), timeout, MAX_BYTES, question.trust());
        String name = question.name().orElse(dial.host());
        return sockets.converse(dial, line -> talk(line, name), failure -> finding(failure.outcome(), failure.trace()));
    }

    private CompletableFuture<Finding> talk(Line line, String name) {
        return line.connect()
                .thenCompose(connected -> connected.handshake(name))
                .thenApply(peer -> finding(line, peer));
    }

    private Finding finding(Line line, TlsPeer peer) {
        Outcome outcome = peer.flaw()
                .map(flaw -> Outcome.failed(flaw.reason(), flaw.detail()))
                .orElseGet(Outcome::ok);
        return finding(outcome, line.trace());
    }

    private Finding finding(Outcome outcome, WireTrace trace) {
        Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        Map<String, String> evidence = new HashMap<>();
        trace.tls().ifPresent(peer -> Certificates.describe(peer, time.instant(), measurements, evidence));
        return new Finding(outcome, trace.phases(), measurements, evidence);
    }
}
