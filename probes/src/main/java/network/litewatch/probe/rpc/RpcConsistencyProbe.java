package network.litewatch.probe.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;

/**
 * Asks an RPC whether it agrees with itself and with the chain: a burst of {@value #BURST} {@code eth_blockNumber}, one after
 * the other, that shows backends of different height behind a balancer; then, in one batch, the hash of an anchor block that
 * other RPCs are asked for too, a read at the head that it has just shown, and, where they are configured, a pinned block and
 * a read of old state.
 *
 * <p>Reads the target parameters {@code anchor_step} (blocks, default {@value #DEFAULT_STEP}): the anchor is the highest
 * multiple of it at least {@value #SETTLED} blocks below the head; {@code pinned_number} and {@code pinned_hash}: a block
 * that must have this hash; {@value #ARCHIVE_BLOCK}: a block whose state must be readable, or {@value #ARCHIVE_DEPTH}: how many blocks
 * below the head it is, which asks nothing of a chain that is not that long yet.
 */
public final class RpcConsistencyProbe implements Probe {
    public static final ProbeId ID = new ProbeId("rpc.consistency");

    /** Evidence: hash of the block {@link Measurement#RPC_ANCHOR_NUMBER}. */
    public static final String ANCHOR_HASH = "anchor_hash";

    /** Parameter: number of a block whose state must be readable. */
    public static final String ARCHIVE_BLOCK = "archive_block";

    /** Parameter: so many blocks below the head state must be readable. */
    public static final String ARCHIVE_DEPTH = "archive_depth";

    static final int BURST = 10;
    static final int SETTLED = 8;
    static final long DEFAULT_STEP = 256;

    // A backend two blocks behind is a balancer at work; graph-node and bor report hundreds and thousands.
    private static final long TOLERATED = 2;
    private static final String NOBODY = "0x0000000000000000000000000000000000000000";
    private static final Pattern QUANTITY = Pattern.compile("0x[0-9a-fA-F]{1,16}");
    private static final Pattern HASH = Pattern.compile("0x[0-9a-fA-F]{64}");

    private final HttpExchanger exchanger;
    private final LongSupplier nanos;

    /** A probe that spreads its deadline over its calls by {@code nanos}, a monotonic clock. */
    public RpcConsistencyProbe(HttpExchanger exchanger, LongSupplier nanos) {
        this.exchanger = exchanger;
        this.nanos = nanos;
    }

    @Override
    public ProbeId id() {
        return ID;
    }

    @Override
    public TargetKind kind() {
        return TargetKind.RPC;
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        Run run = new Run(target, nanos.getAsLong() + timeout.toNanos());
        return run.burst(BURST).thenCompose(unused -> run.reads()).handle(run::finding);
    }

    private final class Run {
        private final Target target;
        private final long deadline;
        private final List<Long> burst = new ArrayList<>();
        private final Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        private final Map<String, String> evidence = new HashMap<>();
        private Outcome outcome = Outcome.ok();

        Run(Target target, long deadline) {
            this.target = target;
            this.deadline = deadline;
        }

        CompletableFuture<Void> burst(int left) {
            if (left == 0) {
                count();
                return CompletableFuture.completedFuture(null);
            }
            GuardedWeb3jService service = service();
            return service.sendAsync(
                            new Request<>("eth_blockNumber", List.of(), service, RawResponse.class), RawResponse.class)
                    .thenCompose(answer -> {
                        if (answer.hasError()) {
                            throw new RpcRefusal(RpcErrors.ofError(
                                    answer.getError().getCode(),
                                    String.valueOf(answer.getError().getMessage())));
                        }
                        burst.add(quantity(answer.getResult())
                                .orElseThrow(() -> new RpcRefusal(
                                        Outcome.failed(Reason.SHAPE_CHANGED, "eth_blockNumber is no quantity"))));
                        return burst(left - 1);
                    });
        }

        private void count() {
            long highest = burst.get(0);
            long deepest = 0;
            int backwards = 0;
            for (long number : burst) {
                deepest = Math.max(deepest, highest - number);
                backwards += highest - number > TOLERATED ? 1 : 0;
                highest = Math.max(highest, number);
            }
            measurements.put(Measurement.RPC_BURST_BACKWARDS_RATIO, backwards / (double) burst.size());
            measurements.put(Measurement.RPC_BURST_BACKWARDS_BLOCKS, (double) deepest);
        }

        CompletableFuture<Void> reads() {
            long head = burst.stream().mapToLong(Long::longValue).max().orElseThrow();
            long step = parameter("anchor_step").filter(s -> s > 0).orElse(DEFAULT_STEP);
            long anchor = Math.max(0, head - SETTLED) / step * step;
            GuardedWeb3jService service = service();
            BatchRequest batch =
                    new BatchRequest(service).add(block(anchor, service)).add(balance(head, service));
            Optional<Long> pinned = parameter("pinned_number");
            Optional<Long> archive = parameter(ARCHIVE_BLOCK)
                    .or(() ->
                            parameter(ARCHIVE_DEPTH).map(depth -> head - depth).filter(number -> number >= 0));
            pinned.ifPresent(number -> batch.add(block(number, service)));
            archive.ifPresent(number -> batch.add(balance(number, service)));
            return batch.sendAsync().thenAccept(answers -> {
                List<? extends Response<?>> all = answers.getResponses();
                anchor(anchor, (RawResponse) all.get(0));
                readable((RawResponse) all.get(1), Measurement.RPC_HEAD_READABLE);
                pinned.ifPresent(number -> pinned(number, (RawResponse) all.get(2)));
                archive.ifPresent(
                        number -> readable((RawResponse) all.get(all.size() - 1), Measurement.RPC_ARCHIVE_READABLE));
            });
        }

        private void anchor(long number, RawResponse answer) {
            hash(answer, number).ifPresent(hash -> {
                measurements.put(Measurement.RPC_ANCHOR_NUMBER, (double) number);
                evidence.put(ANCHOR_HASH, hash);
            });
        }

        private void pinned(long number, RawResponse answer) {
            String wanted = target.parameters().getOrDefault("pinned_hash", "");
            hash(answer, number).filter(hash -> !hash.equalsIgnoreCase(wanted)).ifPresent(hash -> {
                outcome =
                        Outcome.failed(Reason.WRONG_CHAIN, "block " + number + " is " + hash + " instead of " + wanted);
            });
        }

        /** 1 readable, 0 when the RPC says that it does not have it, absent for any other refusal. */
        private void readable(RawResponse answer, Measurement measurement) {
            if (!answer.hasError()) {
                measurements.put(measurement, quantity(answer.getResult(), 64).isPresent() ? 1.0 : 0.0);
                return;
            }
            Outcome refusal = RpcErrors.ofError(
                    answer.getError().getCode(),
                    String.valueOf(answer.getError().getMessage()));
            if (refusal.reason() == Reason.MISSING_DATA) {
                measurements.put(measurement, 0.0);
                evidence.put(measurement.field(), refusal.detail());
            }
        }

        /** The block's hash; a block that is null, of another number or without a hash is a failure of the RPC. */
        private Optional<String> hash(RawResponse answer, long number) {
            if (answer.hasError()) {
                outcome = RpcErrors.ofError(
                        answer.getError().getCode(),
                        String.valueOf(answer.getError().getMessage()));
                return Optional.empty();
            }
            JsonNode block = answer.getResult();
            String hash = block == null ? "" : block.path("hash").asText("");
            boolean asked = block != null
                    && quantity(block.path("number")).filter(n -> n == number).isPresent();
            if (!asked || !HASH.matcher(hash).matches()) {
                outcome = Outcome.failed(
                        Reason.PROTOCOL_ERROR, "block " + number + " is null, another or without a hash");
                return Optional.empty();
            }
            return Optional.of(hash.toLowerCase(Locale.ROOT));
        }

        Finding finding(@Nullable Void done, @Nullable Throwable failure) {
            return new Finding(
                    failure == null ? outcome : RpcRefusal.outcomeOf(failure), Map.of(), measurements, evidence);
        }

        private GuardedWeb3jService service() {
            return GuardedWeb3jService.until(deadline, nanos, exchanger, target);
        }

        private Optional<Long> parameter(String name) {
            String text = target.parameters().get(name);
            return text != null && text.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
        }
    }

    private static Request<Object, RawResponse> block(long number, GuardedWeb3jService service) {
        return new Request<>(
                "eth_getBlockByNumber", List.of("0x" + Long.toHexString(number), false), service, RawResponse.class);
    }

    private static Request<Object, RawResponse> balance(long number, GuardedWeb3jService service) {
        return new Request<>(
                "eth_getBalance", List.of(NOBODY, "0x" + Long.toHexString(number)), service, RawResponse.class);
    }

    private static Optional<Long> quantity(@Nullable JsonNode node) {
        return quantity(node, 15).map(BigInteger::longValueExact);
    }

    private static Optional<BigInteger> quantity(@Nullable JsonNode node, int digits) {
        String text = node == null ? "" : node.asText("");
        return QUANTITY.matcher(text).matches() || (digits > 16 && text.matches("0x[0-9a-fA-F]{1,64}"))
                ? Optional.of(new BigInteger(text.substring(2), 16)).filter(n -> n.bitLength() <= digits * 4)
                : Optional.empty();
    }
}
