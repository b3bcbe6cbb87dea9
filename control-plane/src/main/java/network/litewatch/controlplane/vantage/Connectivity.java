package network.litewatch.controlplane.vantage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import network.litewatch.probe.Probe;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.Dial;
import network.litewatch.probe.http.GuardedSockets;
import network.litewatch.probe.http.Line;
import network.litewatch.probe.http.TlsTrust;
import org.jspecify.annotations.Nullable;

/**
 * Whether the prober itself is on the network: as long as any of its witnesses takes a connection it is. Asked after a run that
 * failed on the way; runs that fail together share one look. Thread-safe, non-blocking.
 */
public final class Connectivity {
    /** What witnesses may be: operators name them, so private addresses are as good. */
    public static final List<Cidr> ANYWHERE = List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0"));

    /** How long a witness may take to accept a connection; less than a run may overrun its deadline. */
    static final Duration DEADLINE = Duration.ofMillis(1_200);

    private static final int MAX_BYTES = 1;
    private static final Map<String, Integer> PORTS = Map.of("http", 80, "https", 443);

    private final List<SecretUrl> witnesses;
    private final GuardedSockets sockets;
    private final LongSupplier nanos;
    private final AtomicLong offlineAt = new AtomicLong();
    private volatile boolean offline;

    private @Nullable CompletableFuture<Boolean> looking;

    /**
     * A look at {@code witnesses}, tcp://host:port or a web server's URL each.
     *
     * @param nanos monotonic clock
     */
    public Connectivity(List<String> witnesses, GuardedSockets sockets, LongSupplier nanos) {
        this.witnesses = witnesses.stream().map(Connectivity::parse).toList();
        this.sockets = sockets;
        this.nanos = nanos;
    }

    /** What is wrong with a witness as written; empty is fine. */
    public static Optional<String> problem(String witness) {
        try {
            var unused = parse(witness);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Whether there are witnesses at all; without any the prober is always taken to be on the network. */
    public boolean isChecked() {
        return !witnesses.isEmpty();
    }

    /** {@code probe}, charging no target while the prober is off the network. */
    public Probe guarding(Probe probe) {
        return isChecked() ? new WitnessedProbe(probe, this, nanos) : probe;
    }

    /** Whether no witness could be reached when it was last looked. */
    public boolean isOffline() {
        return offline;
    }

    /**
     * Whether the prober was off the network at some time since {@code since} (of the monotonic clock), as far as anybody
     * looked; looks again.
     */
    public CompletableFuture<Boolean> wasOfflineSince(long since) {
        if (witnesses.isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        return look().thenApply(now -> now || (offlineAt.get() != 0 && offlineAt.get() - since >= 0));
    }

    /** Whether the prober is off the network now. */
    public synchronized CompletableFuture<Boolean> look() {
        CompletableFuture<Boolean> running = looking;
        if (running != null && !running.isDone()) {
            return running;
        }
        List<CompletableFuture<Boolean>> reached = new ArrayList<>();
        for (SecretUrl witness : witnesses) {
            reached.add(sockets.converse(
                    new Dial(witness, DEADLINE, MAX_BYTES, TlsTrust.system()),
                    Connectivity::connects,
                    failure -> false));
        }
        CompletableFuture<Boolean> answer = anyOf(reached).thenApply(online -> {
            offline = !online && !witnesses.isEmpty();
            if (offline) {
                // 0 means never.
                offlineAt.set(Math.max(1, nanos.getAsLong()));
            }
            return offline;
        });
        looking = answer;
        return answer;
    }

    /** True as soon as one is, false when all are. */
    private static CompletableFuture<Boolean> anyOf(List<CompletableFuture<Boolean>> all) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        for (CompletableFuture<Boolean> one : all) {
            var unused = one.thenAccept(yes -> {
                if (yes) {
                    answer.complete(true);
                }
            });
        }
        var unused = CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
                .whenComplete((done, bug) -> answer.complete(all.stream().anyMatch(CompletableFuture::join)));
        return answer;
    }

    private static CompletableFuture<Boolean> connects(Line line) {
        return line.connect().thenApply(connected -> true);
    }

    private static SecretUrl parse(String text) {
        SecretUrl url = SecretUrl.parse(text, Set.of("tcp", "http", "https"));
        // Only the connection counts: a witness that answers 500 has been reached.
        int port = PORTS.containsKey(url.scheme()) ? url.port() : url.reveal().getPort();
        return SecretUrl.parse("tcp://" + url.host() + ":" + port, Set.of("tcp"));
    }
}
