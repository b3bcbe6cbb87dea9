package network.litewatch.probe.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
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
import org.web3j.crypto.Hash;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.Request;

/**
 * Reads on the parent chain what a Nitro rollup leaves there: the newest batch of its sequencer inbox, in which form its data came, and
 * the newest assertion of its rollup contract; and asks an RPC of the rollup itself, the target's witness, for its head.
 *
 * <p>Looks back a bounded number of blocks at each run; what is older is remembered by whoever judges. Whatever an RPC does wrong is
 * inconclusive: it says nothing of the rollup.
 */
public final class RollupParentProbe implements Probe {
    public static final ProbeId ID = new ProbeId("rollup.parent");

    /** Target parameter that tells a rollup from the other endpoints; its value is the probe's id. */
    public static final String PARAMETER = "probe";

    /** Target parameter: the chain id of the parent chain. */
    public static final String CHAIN_ID = RpcHeadProbe.CHAIN_ID;

    /** Target parameter: address of the sequencer inbox. */
    public static final String INBOX = "sequencer_inbox";

    /** Target parameter, optional: address of the rollup contract. */
    public static final String ROLLUP = "rollup";

    /** Target parameter: {@code dac} when batches should carry certificates of a committee, else {@code any}. */
    public static final String BATCH_DATA = "batch_data";

    /** Target parameter: blocks of the parent chain that a run looks back. */
    public static final String LOOKBACK = "lookback";

    /** Target parameter, optional: seconds that usually pass between two assertions. */
    public static final String ASSERTION_EVERY = "assertion_every";

    static final String BATCH = Hash.sha3String("SequencerBatchDelivered(uint256,bytes32,bytes32,bytes32,uint256,"
            + "(uint64,uint64,uint64,uint64),uint8)");
    static final String NODE_CREATED = Hash.sha3String("NodeCreated(uint64,bytes32,bytes32,bytes32,"
            + "(((bytes32[2],uint64[2]),uint8),((bytes32[2],uint64[2]),uint8),uint64),bytes32,bytes32,uint256)");
    static final String ASSERTION_CREATED = Hash.sha3String("AssertionCreated(bytes32,bytes32,"
            + "((bytes32,bytes32,(bytes32,uint256,address,uint64,uint64)),((bytes32[2],uint64[2]),uint8,bytes32),"
            + "((bytes32[2],uint64[2]),uint8,bytes32)),bytes32,uint256,bytes32,uint256,address,uint64)");

    private static final long DEFAULT_LOOKBACK = 500;
    // A batch's first byte says what follows: this bit, a certificate of a data availability committee.
    private static final int CERTIFICATE = 0x80;
    // Selector, then words; the second argument of every method that posts data from the input is the data.
    private static final int SELECTOR = 2 + 8;
    private static final int WORD = 64;
    private static final Pattern INPUT = Pattern.compile("0x[0-9a-fA-F]*");

    private final HttpExchanger exchanger;
    private final LongSupplier nanos;

    /** A probe whose deadline is told by {@code nanos}, a monotonic clock. */
    public RollupParentProbe(HttpExchanger exchanger, LongSupplier nanos) {
        this.exchanger = exchanger;
        this.nanos = nanos;
    }

    @Override
    public ProbeId id() {
        return ID;
    }

    @Override
    public TargetKind kind() {
        return TargetKind.ENDPOINT;
    }

    @Override
    public boolean suits(Target target) {
        return target.kind() == TargetKind.ENDPOINT
                && ID.value().equals(target.parameters().get(PARAMETER))
                && target.witness().isPresent();
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        Optional<Target> child = target.witness();
        if (child.isEmpty()) {
            return CompletableFuture.completedFuture(
                    Finding.of(Outcome.notRun(Reason.PROBER_ERROR, "the rollup has no RPC of its own")));
        }
        Run run = new Run(target, child.get(), nanos.getAsLong() + timeout.toNanos());
        return run.heads()
                .thenCompose(run::logs)
                .thenCompose(run::details)
                .thenCompose(run::confirmations)
                .handle(run::finding);
    }

    /** A log of one of the two contracts. */
    private record Log(long block, long index, String transaction) {}

    private final class Run {
        private final Target parent;
        private final Target child;
        private final long deadline;
        private final Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        private double parentTime;
        private double contractsBlock;

        Run(Target parent, Target child, long deadline) {
            this.parent = parent;
            this.child = child;
            this.deadline = deadline;
        }

        /** The parent's height. */
        CompletableFuture<Long> heads() {
            GuardedWeb3jService service = service(parent);
            CompletableFuture<List<RawResponse>> above = RpcCalls.ask(new BatchRequest(service)
                    .add(RpcCalls.request(service, "eth_chainId"))
                    .add(RpcCalls.request(service, "eth_getBlockByNumber", "latest", false)));
            GuardedWeb3jService below = service(child);
            CompletableFuture<RawResponse> own = below.sendAsync(
                    RpcCalls.request(below, "eth_getBlockByNumber", "latest", false), RawResponse.class);
            return above.thenCombine(own, (answers, head) -> {
                String chain = Long.toString(RpcCalls.quantity(RpcCalls.result(answers.get(0))));
                if (!chain.equals(parent.parameters().get(CHAIN_ID))) {
                    throw new RpcRefusal(Outcome.failed(Reason.WRONG_CHAIN, "the parent's RPC serves chain " + chain));
                }
                JsonNode latest = RpcCalls.result(answers.get(1));
                parentTime = RpcCalls.quantity(latest.path("timestamp"));
                // To a contract on an Arbitrum chain the block's number is that of Ethereum.
                contractsBlock =
                        RpcCalls.quantity(latest.path(latest.has("l1BlockNumber") ? "l1BlockNumber" : "number"));
                measurements.put(Measurement.ROLLUP_HEAD_TIMESTAMP, (double)
                        RpcCalls.quantity(RpcCalls.result(head).path("timestamp")));
                return RpcCalls.quantity(latest.path("number"));
            });
        }

        CompletableFuture<List<Optional<Log>>> logs(long head) {
            long from = Math.max(0, head - lookback() + 1);
            GuardedWeb3jService service = service(parent);
            String inbox = parent.parameters().getOrDefault(INBOX, "");
            Optional<String> rollup = Optional.ofNullable(parent.parameters().get(ROLLUP));
            BatchRequest batch = new BatchRequest(service).add(events(service, from, head, inbox, List.of(BATCH)));
            List<String> created = List.of(NODE_CREATED, ASSERTION_CREATED);
            rollup.ifPresent(address -> batch.add(events(service, from, head, address, created)));
            return RpcCalls.ask(batch)
                    .thenApply(answers -> List.of(
                            newest(RpcCalls.result(answers.get(0)), inbox, List.of(BATCH)),
                            rollup.flatMap(address -> newest(RpcCalls.result(answers.get(1)), address, created))));
        }

        CompletableFuture<Void> details(List<Optional<Log>> newest) {
            Optional<Log> batch = newest.get(0);
            Optional<Log> assertion = newest.get(1);
            if (batch.isEmpty() && assertion.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            GuardedWeb3jService service = service(parent);
            BatchRequest request = new BatchRequest(service);
            batch.ifPresent(log -> request.add(block(service, log))
                    .add(RpcCalls.request(service, "eth_getTransactionByHash", log.transaction())));
            assertion.ifPresent(log -> request.add(block(service, log)));
            return RpcCalls.ask(request).thenAccept(answers -> {
                if (batch.isPresent()) {
                    double at =
                            RpcCalls.quantity(RpcCalls.result(answers.get(0)).path("timestamp"));
                    measurements.put(Measurement.ROLLUP_BATCH_TIMESTAMP, at);
                    measurements.put(Measurement.ROLLUP_BATCH_AGE, Math.max(0, parentTime - at));
                    fallback(RpcCalls.result(answers.get(1)));
                }
                if (assertion.isPresent()) {
                    measurements.put(Measurement.ROLLUP_ASSERTION_TIMESTAMP, (double) RpcCalls.quantity(
                            RpcCalls.result(answers.get(answers.size() - 1)).path("timestamp")));
                }
            });
        }

        /** How old the first child of the newest confirmed assertion is: the oldest that is not confirmed. */
        CompletableFuture<Void> confirmations(@Nullable Void done) {
            String rollup = parent.parameters().get(ROLLUP);
            if (rollup == null) {
                return CompletableFuture.completedFuture(null);
            }
            GuardedWeb3jService service = service(parent);
            return RpcCalls.ask(new BatchRequest(service)
                            .add(call(service, rollup, RollupConfirmation.LATEST))
                            .add(call(service, rollup, RollupConfirmation.PERIOD)))
                    .thenCompose(answers -> {
                        Optional<String> latest = said(answers.get(0)).filter(RollupConfirmation::isWord);
                        Optional<Double> period =
                                said(answers.get(1)).flatMap(data -> RollupConfirmation.word(data, 0));
                        return latest.isEmpty() || period.isEmpty()
                                ? CompletableFuture.completedFuture(null)
                                : unconfirmed(rollup, latest.get(), period.get());
                    });
        }

        private CompletableFuture<Void> unconfirmed(String rollup, String latest, double period) {
            GuardedWeb3jService service = service(parent);
            return service.sendAsync(call(service, rollup, RollupConfirmation.ofAssertion(latest)), RawResponse.class)
                    .thenAccept(answer -> said(answer)
                            .flatMap(data -> RollupConfirmation.word(data, RollupConfirmation.firstChild(latest)))
                            .ifPresent(first -> {
                                double blocks = first == 0 ? 0 : Math.max(0, contractsBlock - first);
                                measurements.put(Measurement.ROLLUP_UNCONFIRMED, blocks);
                                if (period > 0) {
                                    measurements.put(Measurement.ROLLUP_UNCONFIRMED_RATIO, blocks / period);
                                }
                            }));
        }

        /** What a call returned; empty when the contract refuses it, as one without that function does. */
        private Optional<String> said(RawResponse answer) {
            return ArbRetryableTx.isUnknown(answer)
                    ? Optional.empty()
                    : Optional.of(RpcCalls.result(answer).asText(""));
        }

        /** Whether the batch carries data although a committee should hold it; unknown where the inbox was called by a contract. */
        private void fallback(JsonNode transaction) {
            String input = transaction.path("input").asText("");
            boolean direct = transaction
                    .path("to")
                    .asText("")
                    .equalsIgnoreCase(parent.parameters().getOrDefault(INBOX, ""));
            if (!"dac".equals(parent.parameters().get(BATCH_DATA)) || !direct) {
                return;
            }
            firstByte(input)
                    .ifPresent(first ->
                            measurements.put(Measurement.ROLLUP_DAC_FALLBACK, (first & CERTIFICATE) != 0 ? 0.0 : 1.0));
        }

        Finding finding(@Nullable Void done, @Nullable Throwable failure) {
            String every = parent.parameters().getOrDefault(ASSERTION_EVERY, "");
            if (every.matches("[0-9]{1,9}") && failure == null) {
                measurements.put(Measurement.ROLLUP_ASSERTION_EVERY, Double.parseDouble(every));
            }
            Outcome outcome = failure == null ? Outcome.ok() : RpcRefusal.outcomeOf(failure);
            if (outcome.kind() == Outcome.Kind.FAILED) {
                outcome = Outcome.inconclusive(
                        Reason.PATH_UNHEALTHY, outcome.reason().label() + ": " + outcome.detail());
            }
            return new Finding(outcome, Map.of(), measurements, Map.of());
        }

        private long lookback() {
            String text = parent.parameters().getOrDefault(LOOKBACK, "");
            return text.matches("[0-9]{1,6}") ? Math.max(1, Long.parseLong(text)) : DEFAULT_LOOKBACK;
        }

        private GuardedWeb3jService service(Target target) {
            return GuardedWeb3jService.until(deadline, nanos, exchanger, target);
        }
    }

    /** The first byte of the data that {@code input} posts; empty when it posts none. */
    static Optional<Integer> firstByte(String input) {
        int offsetAt = SELECTOR + WORD;
        if (!INPUT.matcher(input).matches() || input.length() < offsetAt + WORD) {
            return Optional.empty();
        }
        BigInteger offset = new BigInteger(input.substring(offsetAt, offsetAt + WORD), 16);
        if (offset.bitLength() > 20) {
            return Optional.empty();
        }
        int data = SELECTOR + 2 * offset.intValueExact() + WORD;
        return input.length() < data + 2
                ? Optional.empty()
                : Optional.of(Integer.parseInt(input.substring(data, data + 2), 16));
    }

    private static Optional<Log> newest(JsonNode logs, String address, List<String> topics) {
        return StreamSupport.stream(logs.spliterator(), false)
                .filter(log -> log.path("address").asText("").equalsIgnoreCase(address)
                        && topics.contains(log.path("topics").path(0).asText("").toLowerCase(Locale.ROOT)))
                .map(log -> new Log(
                        RpcCalls.quantity(log.path("blockNumber")),
                        RpcCalls.quantity(log.path("logIndex")),
                        log.path("transactionHash").asText("")))
                .max(Comparator.comparingLong(Log::block).thenComparingLong(Log::index));
    }

    private static Request<Object, RawResponse> events(
            GuardedWeb3jService service, long from, long to, String address, List<String> topics) {
        return RpcCalls.request(
                service,
                "eth_getLogs",
                Map.of(
                        "fromBlock",
                        RpcCalls.hex(from),
                        "toBlock",
                        RpcCalls.hex(to),
                        "address",
                        address,
                        "topics",
                        List.of(topics)));
    }

    private static Request<Object, RawResponse> call(GuardedWeb3jService service, String contract, String data) {
        return RpcCalls.request(service, "eth_call", Map.of("to", contract, "data", data), "latest");
    }

    private static Request<Object, RawResponse> block(GuardedWeb3jService service, Log log) {
        return RpcCalls.request(service, "eth_getBlockByNumber", RpcCalls.hex(log.block()), false);
    }
}
