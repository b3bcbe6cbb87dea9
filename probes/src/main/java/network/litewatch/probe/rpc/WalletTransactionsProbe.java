package network.litewatch.probe.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.HttpExchanger;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.BatchRequest;

/**
 * Looks at what a wallet sent in the newest blocks and how it went: which of its transactions were reverted, and what they called. Where
 * its nonce did not move it sent nothing; where it did, the blocks are found by bisection of its transaction count, so that a quiet
 * wallet costs two questions and not every block.
 *
 * <p>Reads the target parameters {@code address} and {@code window} (blocks). At most {@value #MOST} blocks with transactions of the wallet
 * are looked at, the newest. Whatever the RPC does wrong is inconclusive: it says nothing of the wallet.
 */
public final class WalletTransactionsProbe implements Probe {
    public static final ProbeId ID = new ProbeId("wallet.transactions");

    /** Target parameter: how many blocks to look back. */
    public static final String WINDOW = "window";

    /** Evidence: the reverted transactions, each as hash, colon and the four bytes of what it called, apart by spaces. */
    public static final String REVERTED = "reverted";

    static final int MOST = 16;
    private static final long DEFAULT_WINDOW = 100;
    private static final int SELECTOR = 10;
    private static final Pattern HASH = Pattern.compile("0x[0-9a-fA-F]{64}");

    private final HttpExchanger exchanger;
    private final LongSupplier nanos;

    /** A probe whose deadline is told by {@code nanos}, a monotonic clock. */
    public WalletTransactionsProbe(HttpExchanger exchanger, LongSupplier nanos) {
        this.exchanger = exchanger;
        this.nanos = nanos;
    }

    @Override
    public ProbeId id() {
        return ID;
    }

    @Override
    public TargetKind kind() {
        return TargetKind.WALLET;
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        Run run = new Run(target, nanos.getAsLong() + timeout.toNanos());
        return run.head()
                .thenCompose(run::counts)
                .thenCompose(run::narrow)
                .thenCompose(run::transactions)
                .thenCompose(run::receipts)
                .handle(run::finding);
    }

    /** Blocks after {@code low} up to {@code high}, in which the wallet's count rose from {@code before} to {@code after}. */
    private record Stretch(long low, long high, long before, long after) {
        boolean isBlock() {
            return high - low == 1;
        }
    }

    /** A transaction of the wallet and what it called. */
    private record Sent(String hash, String selector) {}

    private final class Run {
        private final Target target;
        private final String address;
        private final long deadline;
        private final List<String> reverted = new ArrayList<>();
        private int seen;

        Run(Target target, long deadline) {
            this.target = target;
            this.address =
                    target.parameters().getOrDefault(WalletProbe.ADDRESS, "").toLowerCase(Locale.ROOT);
            this.deadline = deadline;
        }

        CompletableFuture<Long> head() {
            GuardedWeb3jService service = service();
            return service.sendAsync(RpcCalls.request(service, "eth_blockNumber"), RawResponse.class)
                    .thenApply(answer -> RpcCalls.quantity(RpcCalls.result(answer)));
        }

        CompletableFuture<List<Stretch>> counts(long head) {
            String text = target.parameters().getOrDefault(WINDOW, "");
            long window = text.matches("[0-9]{1,6}") ? Math.max(1, Long.parseLong(text)) : DEFAULT_WINDOW;
            long from = Math.max(0, head - window);
            return ask(List.of(from, head))
                    .thenApply(counts -> rising(new Stretch(from, head, counts.get(0), counts.get(1))));
        }

        /** Halves every stretch until it is one block. */
        CompletableFuture<List<Stretch>> narrow(List<Stretch> stretches) {
            List<Stretch> wide = stretches.stream().filter(s -> !s.isBlock()).toList();
            if (wide.isEmpty()) {
                return CompletableFuture.completedFuture(stretches);
            }
            return ask(wide.stream().map(Run::middle).toList()).thenCompose(counts -> {
                List<Stretch> next = new ArrayList<>();
                int i = 0;
                for (Stretch stretch : stretches) {
                    if (stretch.isBlock()) {
                        next.add(stretch);
                        continue;
                    }
                    long middle = middle(stretch);
                    long count = counts.get(i++);
                    next.addAll(rising(new Stretch(stretch.low(), middle, stretch.before(), count)));
                    next.addAll(rising(new Stretch(middle, stretch.high(), count, stretch.after())));
                }
                // In order, so that the newest are the last.
                return narrow(next.subList(Math.max(0, next.size() - MOST), next.size()));
            });
        }

        CompletableFuture<List<Sent>> transactions(List<Stretch> blocks) {
            if (blocks.isEmpty()) {
                return CompletableFuture.completedFuture(List.of());
            }
            GuardedWeb3jService service = service();
            BatchRequest batch = new BatchRequest(service);
            blocks.forEach(block ->
                    batch.add(RpcCalls.request(service, "eth_getBlockByNumber", RpcCalls.hex(block.high()), true)));
            return batch.sendAsync().thenApply(answers -> {
                List<Sent> sent = new ArrayList<>();
                answers.getResponses().forEach(answer -> {
                    for (JsonNode one : RpcCalls.result((RawResponse) answer).path("transactions")) {
                        String hash = one.path("hash").asText("");
                        String input = one.path("input").asText("");
                        if (one.path("from").asText("").equalsIgnoreCase(address)
                                && HASH.matcher(hash).matches()) {
                            String selector = input.length() >= SELECTOR ? input.substring(0, SELECTOR) : "0x";
                            sent.add(new Sent(hash.toLowerCase(Locale.ROOT), selector));
                        }
                    }
                });
                return sent.subList(Math.max(0, sent.size() - MOST), sent.size());
            });
        }

        CompletableFuture<Void> receipts(List<Sent> sent) {
            seen = sent.size();
            if (sent.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            GuardedWeb3jService service = service();
            BatchRequest batch = new BatchRequest(service);
            sent.forEach(one -> batch.add(RpcCalls.request(service, "eth_getTransactionReceipt", one.hash())));
            return batch.sendAsync().thenAccept(answers -> {
                for (int i = 0; i < sent.size(); i++) {
                    JsonNode receipt =
                            RpcCalls.result((RawResponse) answers.getResponses().get(i));
                    if (RpcCalls.quantity(receipt.path("status")) == 0) {
                        Sent one = sent.get(i);
                        reverted.add(one.hash() + ":"
                                + (one.selector().matches("0x[0-9a-fA-F]{8}") ? one.selector() : "0x"));
                    }
                }
            });
        }

        Finding finding(@Nullable Void done, @Nullable Throwable failure) {
            if (failure != null) {
                Outcome outcome = RpcRefusal.outcomeOf(failure);
                return Finding.of(
                        outcome.kind() == Outcome.Kind.FAILED
                                ? Outcome.inconclusive(
                                        Reason.PATH_UNHEALTHY, outcome.reason().label() + ": " + outcome.detail())
                                : outcome);
            }
            Map<Measurement, Double> measurements = Map.of(
                    Measurement.WALLET_SENT, (double) seen, Measurement.WALLET_REVERTED, (double) reverted.size());
            return new Finding(
                    Outcome.ok(),
                    Map.of(),
                    measurements,
                    reverted.isEmpty() ? Map.of() : Map.of(REVERTED, String.join(" ", reverted)));
        }

        private static long middle(Stretch stretch) {
            return (stretch.low() + stretch.high()) / 2;
        }

        /** A count that went down is another backend's: there is nothing to be found. */
        private static List<Stretch> rising(Stretch stretch) {
            return stretch.after() > stretch.before() ? List.of(stretch) : List.of();
        }

        private CompletableFuture<List<Long>> ask(List<Long> blocks) {
            GuardedWeb3jService service = service();
            BatchRequest batch = new BatchRequest(service);
            blocks.forEach(block ->
                    batch.add(RpcCalls.request(service, "eth_getTransactionCount", address, RpcCalls.hex(block))));
            return RpcCalls.ask(batch)
                    .thenApply(answers -> answers.stream()
                            .map(answer -> RpcCalls.quantity(RpcCalls.result(answer)))
                            .toList());
        }

        private GuardedWeb3jService service() {
            return GuardedWeb3jService.until(deadline, nanos, exchanger, target);
        }
    }
}
