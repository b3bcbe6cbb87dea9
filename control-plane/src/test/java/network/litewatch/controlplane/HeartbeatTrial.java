package network.litewatch.controlplane;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Secret;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.SseConsumer;
import network.litewatch.probe.rpc.CanaryAccount;
import network.litewatch.probe.rpc.CanaryLedger;
import network.litewatch.probe.rpc.ChainCanaryProbe;
import network.litewatch.probe.rpc.RpcHeadProbe;
import org.awaitility.Awaitility;

/** Runs of a canary on the chain of a trial, in the trial's time. */
final class HeartbeatTrial implements AutoCloseable {
    static final String CANARY = "canary";
    static final CanaryAccount ACCOUNT = account(BigInteger.TEN.pow(18));

    private static final Duration TIMEOUT = Duration.ofSeconds(50);
    private static final Duration INTERVAL = Duration.ofSeconds(60);

    private final ChainTrial trial;
    private final AtomicInteger receipts = new AtomicInteger();
    private final ChainCanaryProbe probe;
    private final Target target;

    /** Runs that may spend what {@code account} says, after what {@code ledger} knows. */
    HeartbeatTrial(ChainTrial trial, CanaryAccount account, CanaryLedger ledger) {
        this.trial = trial;
        this.target = trial.target(
                CANARY, TargetKind.WALLET, trial.chain().rpc("rpc-a"), Map.of(RpcHeadProbe.CHAIN_ID, "31337"));
        this.probe = new ChainCanaryProbe(
                new Counting(),
                () -> Duration.between(Instant.EPOCH, trial.now()).toNanos(),
                trial::now,
                ledger,
                Map.of(target.id(), account),
                Duration.ofMillis(5));
    }

    static CanaryAccount account(BigInteger cap) {
        return new CanaryAccount(new Secret("0x" + "42".repeat(32)), cap);
    }

    /** One run; a block comes {@code after} seconds, or none when it is 0. Then the rest of the minute passes. */
    Finding beat(int after) {
        Instant start = trial.now();
        CompletableFuture<Finding> run = probe.run(target, TIMEOUT);
        for (int second = 1; second <= INTERVAL.toSeconds() && !answered(run); second++) {
            trial.leap(Duration.ofSeconds(1));
            if (second == after) {
                trial.chain().mine(trial.now().getEpochSecond());
            }
        }
        Finding finding = run.join();
        trial.conclude(ChainCanaryProbe.ID, target, finding);
        trial.leap(Duration.between(trial.now(), start.plus(INTERVAL)));
        return finding;
    }

    @Override
    public void close() {
        probe.close();
    }

    /** Waits until the run has asked at this moment, so that it misses none. */
    private boolean answered(CompletableFuture<Finding> run) {
        int before = receipts.get();
        // The first may have been on its way already.
        Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> run.isDone() || receipts.get() >= before + 2);
        return run.isDone();
    }

    private final class Counting implements HttpExchanger {
        @Override
        public CompletableFuture<HttpResult> exchange(HttpRequest request) {
            CompletableFuture<HttpResult> answer = trial.exchanger().exchange(request);
            if (request.json().orElse("").contains("eth_getTransactionReceipt")) {
                receipts.incrementAndGet();
            }
            return answer;
        }

        @Override
        public CompletableFuture<HttpResult> stream(HttpRequest request, SseConsumer consumer) {
            return trial.exchanger().stream(request, consumer);
        }
    }

    /** A ledger that forgets with its process; {@code CanaryStore} is the one that does not. */
    static final class Memory implements CanaryLedger {
        private record Entry(Sent sent, Optional<End> end, BigInteger cost) {}

        private final List<Entry> entries = new ArrayList<>();

        @Override
        public synchronized Optional<Sent> outstanding(TargetId canary) {
            return entries.stream()
                    .filter(e -> e.end().isEmpty())
                    .map(Entry::sent)
                    .findFirst();
        }

        @Override
        public synchronized boolean reserve(TargetId canary, Sent sent, BigInteger cap) {
            if (spent(canary, sent.at().minus(Duration.ofDays(1)))
                            .add(sent.most())
                            .compareTo(cap)
                    > 0) {
                return false;
            }
            entries.add(new Entry(sent, Optional.empty(), sent.most()));
            return true;
        }

        @Override
        public synchronized void end(TargetId canary, String hash, End end, Optional<BigInteger> cost) {
            entries.replaceAll(e ->
                    e.sent().hash().equals(hash) ? new Entry(e.sent(), Optional.of(end), cost.orElse(e.cost())) : e);
        }

        @Override
        public synchronized BigInteger spent(TargetId canary, Instant since) {
            return entries.stream()
                    .filter(e -> e.sent().at().isAfter(since))
                    .map(Entry::cost)
                    .reduce(BigInteger.ZERO, BigInteger::add);
        }
    }
}
