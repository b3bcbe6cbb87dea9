package network.litewatch.probe.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import network.litewatch.probe.Phase;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Handshake;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Times the stretches of one call. Written on the call's thread, read by the deadline's. */
final class WireListener extends EventListener {
    private final LongSupplier nanos;
    private final Map<Phase, Long> starts = new EnumMap<>(Phase.class);
    private final Map<Phase, Long> ends = new EnumMap<>(Phase.class);
    private final TlsWitness witness;
    private WireTrace.Stage stage = WireTrace.Stage.STARTED;

    WireListener(LongSupplier nanos, TlsWitness witness) {
        this.nanos = nanos;
        this.witness = witness;
    }

    /** The trace as of now; a stretch that is still going on ends now. */
    synchronized WireTrace trace() {
        long now = nanos.getAsLong();
        Map<Phase, Duration> phases = new EnumMap<>(Phase.class);
        starts.forEach((phase, start) -> phases.put(phase, Duration.ofNanos(ends.getOrDefault(phase, now) - start)));
        Long sent = starts.get(Phase.PROCESSING);
        return new WireTrace(
                stage, sent == null ? OptionalLong.empty() : OptionalLong.of(sent), phases, witness.seen());
    }

    synchronized boolean isReceiving() {
        return stage == WireTrace.Stage.RECEIVING;
    }

    /** Says that the last byte has been read; OkHttp itself only knows when somebody closes the body. */
    synchronized void finished() {
        end(Phase.TRANSFER);
    }

    @Override
    public synchronized void dnsStart(Call call, String domainName) {
        begin(Phase.RESOLVE);
    }

    @Override
    public synchronized void dnsEnd(Call call, String domainName, List<InetAddress> inetAddressList) {
        end(Phase.RESOLVE);
    }

    @Override
    public synchronized void connectStart(Call call, InetSocketAddress inetSocketAddress, Proxy proxy) {
        begin(Phase.CONNECT);
    }

    @Override
    public synchronized void secureConnectStart(Call call) {
        end(Phase.CONNECT);
        begin(Phase.TLS);
    }

    @Override
    public synchronized void secureConnectEnd(Call call, @Nullable Handshake handshake) {
        end(Phase.TLS);
    }

    @Override
    public synchronized void connectEnd(
            Call call, InetSocketAddress inetSocketAddress, Proxy proxy, @Nullable Protocol protocol) {
        end(Phase.CONNECT);
        stage = WireTrace.Stage.SENDING;
    }

    @Override
    public synchronized void requestHeadersEnd(Call call, Request request) {
        if (request.body() == null) {
            sent();
        }
    }

    @Override
    public synchronized void requestBodyEnd(Call call, long byteCount) {
        sent();
    }

    @Override
    public synchronized void responseHeadersStart(Call call) {
        end(Phase.PROCESSING);
        begin(Phase.TRANSFER);
    }

    @Override
    public synchronized void responseHeadersEnd(Call call, Response response) {
        stage = WireTrace.Stage.RECEIVING;
    }

    private void sent() {
        stage = WireTrace.Stage.WAITING;
        begin(Phase.PROCESSING);
    }

    /** Says that the request is out, where OkHttp does not say so itself. */
    synchronized void asked() {
        sent();
    }

    /** Says that the answer's head is here, where OkHttp does not say so itself. */
    synchronized void answered() {
        end(Phase.PROCESSING);
        begin(Phase.TRANSFER);
        stage = WireTrace.Stage.RECEIVING;
    }

    /** Says that a stretch begins now, where OkHttp does not say so itself. */
    synchronized void begin(Phase phase) {
        starts.put(phase, nanos.getAsLong());
        // A second try counts, not the first.
        ends.remove(phase);
    }

    /** As {@link #begin}, unless it has begun already. */
    synchronized void beginOnce(Phase phase) {
        starts.putIfAbsent(phase, nanos.getAsLong());
    }

    /** Says that a stretch that has begun ends now; it ends once. */
    synchronized void end(Phase phase) {
        if (starts.containsKey(phase)) {
            ends.putIfAbsent(phase, nanos.getAsLong());
        }
    }
}
