package network.litewatch.probe.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.rpc.CanaryLedger.End;
import network.litewatch.probe.rpc.CanaryLedger.Sent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.crypto.Hash;
import org.web3j.protocol.core.BatchRequest;

/**
 * Sends a transaction of its own, of nothing to itself, and waits until it is in a block: whether the sequencer takes transactions, and
 * how fast. One at a time: while one is not mined no other is sent.
 *
 * <p>A transaction is signed, and its hash and the most that it can cost written into the ledger, before it leaves; what the ledger
 * does not allow is not sent. So nothing is spent twice by a restart, and the cap holds whatever an RPC says gas costs. Runs block a
 * thread of this object each, one a canary.
 */
public final class ChainCanaryProbe implements Probe, AutoCloseable {
    public static final ProbeId ID = new ProbeId("chain.canary");

    /** How often the receipt is asked for. */
    public static final Duration POLL = Duration.ofMillis(250);

    private static final Logger LOG = LoggerFactory.getLogger(ChainCanaryProbe.class);
    private static final Pattern QUANTITY = Pattern.compile("0x[0-9a-fA-F]{1,32}");
    // With less left than an answer may take, the next run asks again.
    private static final Duration LAST_ANSWER = Duration.ofSeconds(2);
    private static final Duration DAY = Duration.ofDays(1);
    // After so long, a nonce that moved on without our receipt was taken by another transaction; before, backends may
    // differ.
    private static final Duration SURELY = Duration.ofMinutes(5);
    /** With these the RPC may have passed the transaction on all the same. */
    private static final Set<Reason> PERHAPS_SENT = EnumSet.of(
            Reason.TIMEOUT,
            Reason.CONNECTION_RESET,
            Reason.NETWORK_ERROR,
            Reason.PROTOCOL_ERROR,
            Reason.BODY_TOO_LARGE,
            Reason.HTTP_STATUS,
            Reason.SHAPE_CHANGED,
            Reason.RPC_ERROR);

    private final HttpExchanger exchanger;
    private final LongSupplier nanos;
    private final InstantSource clock;
    private final CanaryLedger ledger;
    private final Map<TargetId, CanaryAccount> accounts;
    private final Duration poll;
    private final Set<TargetId> busy = ConcurrentHashMap.newKeySet();
    private final Map<TargetId, Look> looks = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread made = new Thread(work, "canary-transaction");
        made.setDaemon(true);
        return made;
    });

    /**
     * The probe of these accounts, by the targets that they are.
     *
     * @param nanos monotonic clock
     * @param clock wall clock, for the ledger
     * @param poll how long to wait between two questions for a receipt
     */
    public ChainCanaryProbe(
            HttpExchanger exchanger,
            LongSupplier nanos,
            InstantSource clock,
            CanaryLedger ledger,
            Map<TargetId, CanaryAccount> accounts,
            Duration poll) {
        this.exchanger = exchanger;
        this.nanos = nanos;
        this.clock = clock;
        this.ledger = ledger;
        this.accounts = Map.copyOf(accounts);
        this.poll = poll;
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
    public boolean suits(Target target) {
        return target.kind() == TargetKind.WALLET && accounts.containsKey(target.id());
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        CanaryAccount account = accounts.get(target.id());
        if (account == null) {
            return CompletableFuture.completedFuture(
                    Finding.of(Outcome.notRun(Reason.PROBER_ERROR, "the wallet is no canary")));
        }
        if (!busy.add(target.id())) {
            return CompletableFuture.completedFuture(
                    Finding.of(Outcome.notRun(Reason.STILL_RUNNING, "an earlier run still waits for the database")));
        }
        Run run = new Run(target, account, nanos.getAsLong() + timeout.toNanos());
        try {
            return CompletableFuture.supplyAsync(run::finding, threads)
                    .whenComplete((finding, bug) -> busy.remove(target.id()));
        } catch (RejectedExecutionException closed) {
            busy.remove(target.id());
            return CompletableFuture.completedFuture(
                    Finding.of(Outcome.notRun(Reason.PROBER_ERROR, "the canary is closed")));
        }
    }

    /** Ends the threads; what was sent stays in the ledger. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** When a transaction was last known to be in no block. */
    private record Look(String hash, Instant at) {}

    private final class Run {
        private final Target target;
        private final CanaryAccount account;
        private final long deadline;
        private final Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);

        Run(Target target, CanaryAccount account, long deadline) {
            this.target = target;
            this.account = account;
            this.deadline = deadline;
        }

        Finding finding() {
            Outcome outcome;
            try {
                outcome = beat();
            } catch (CompletionException | RpcRefusal refused) {
                outcome = notTheChains(RpcRefusal.outcomeOf(refused));
            } catch (RuntimeException e) {
                // The ledger's store, most likely; its message could quote what it was given, its class cannot.
                LOG.warn(
                        "a canary was given up: target={} error={}",
                        target.id(),
                        e.getClass().getName());
                outcome = Outcome.inconclusive(Reason.PROBER_ERROR, "the canary's ledger did not answer");
            }
            return new Finding(outcome, Map.of(), measurements, Map.of());
        }

        private Outcome beat() {
            Optional<Sent> before = ledger.outstanding(target.id());
            Outcome outcome = before.isPresent() ? resume(before.get()) : begin();
            double spent = ledger.spent(target.id(), clock.instant().minus(DAY)).doubleValue();
            measurements.put(Measurement.HEARTBEAT_SPENT, spent);
            measurements.put(
                    Measurement.HEARTBEAT_CAP_RATIO, spent / account.cap().doubleValue());
            return outcome;
        }

        /** Sends a new one. */
        private Outcome begin() {
            String own = account.address();
            Map<String, String> call = Map.of("from", own, "to", own, "value", "0x0");
            GuardedWeb3jService service = service();
            List<RawResponse> answers = ask(new BatchRequest(service)
                    .add(RpcCalls.request(service, "eth_chainId"))
                    .add(RpcCalls.request(service, "eth_getTransactionCount", own, "latest"))
                    .add(RpcCalls.request(service, "eth_getTransactionCount", own, "pending"))
                    .add(RpcCalls.request(service, "eth_getBlockByNumber", "latest", false))
                    .add(RpcCalls.request(service, "eth_estimateGas", call))
                    .add(RpcCalls.request(service, "eth_maxPriorityFeePerGas")));
            BigInteger chain = quantity(answers.get(0));
            if (!chain.toString().equals(target.parameters().get(RpcHeadProbe.CHAIN_ID))) {
                return Outcome.inconclusive(Reason.PATH_UNHEALTHY, "wrong_chain: the RPC serves chain " + chain);
            }
            BigInteger nonce = quantity(answers.get(1));
            if (quantity(answers.get(2)).compareTo(nonce) > 0) {
                return Outcome.inconclusive(
                        Reason.PATH_UNHEALTHY, "the account has a pending transaction that is not ours");
            }
            JsonNode block = result(answers.get(3));
            BigInteger base = quantity(block == null ? null : block.path("baseFeePerGas"));
            BigInteger gas =
                    quantity(answers.get(4)).multiply(BigInteger.valueOf(6)).divide(BigInteger.valueOf(5));
            // Orbit chains take no tip, and some of their RPCs know no such method.
            BigInteger tip = answers.get(5).hasError() ? BigInteger.ZERO : quantity(answers.get(5));
            BigInteger most = base.shiftLeft(1).add(tip);
            String raw = account.signed(chain.longValueExact(), nonce, gas, tip, most);
            Sent sent = new Sent(nonce, Hash.sha3(raw), raw, clock.instant(), gas.multiply(most));
            if (!ledger.reserve(target.id(), sent, account.cap())) {
                return Outcome.inconclusive(
                        Reason.SPENDING_CAP, "the next one could cost more than is left of the day's cap");
            }
            return send(sent);
        }

        private Outcome send(Sent sent) {
            looks.put(target.id(), new Look(sent.hash(), sent.at()));
            long start = nanos.getAsLong();
            try {
                GuardedWeb3jService service = service();
                RawResponse answer = service.sendAsync(
                                RpcCalls.request(service, "eth_sendRawTransaction", sent.raw()), RawResponse.class)
                        .join();
                if (answer.hasError()) {
                    throw new RpcRefusal(error(answer));
                }
            } catch (CompletionException | RpcRefusal refused) {
                Outcome why = RpcRefusal.outcomeOf(refused);
                if (!PERHAPS_SENT.contains(why.reason())) {
                    ledger.end(target.id(), sent.hash(), End.REFUSED, Optional.empty());
                    return notTheChains(why);
                }
            }
            return await(sent, () -> (nanos.getAsLong() - start) / 1e9);
        }

        /** Goes on with one that an earlier run, perhaps of another process, has sent. */
        private Outcome resume(Sent sent) {
            GuardedWeb3jService service = service();
            List<RawResponse> answers = ask(new BatchRequest(service)
                    .add(RpcCalls.request(service, "eth_getTransactionReceipt", sent.hash()))
                    .add(RpcCalls.request(service, "eth_getTransactionByHash", sent.hash()))
                    .add(RpcCalls.request(service, "eth_getTransactionCount", account.address(), "latest")));
            Optional<Look> last = Optional.ofNullable(looks.get(target.id()))
                    .filter(look -> look.hash().equals(sent.hash()));
            JsonNode receipt = result(answers.get(0));
            if (receipt != null) {
                // It got into a block between two looks, perhaps while this service was not running: it took until the
                // earlier one at
                // least, and the rest of the time may be ours.
                return mined(
                        sent,
                        receipt,
                        last.filter(look -> look.at().isAfter(sent.at())).map(look -> seconds(sent, look.at())));
            }
            long start = nanos.getAsLong();
            boolean gone = quantity(answers.get(2)).compareTo(sent.nonce()) > 0;
            if (gone && age(sent).compareTo(SURELY) > 0) {
                ledger.end(target.id(), sent.hash(), End.LOST, Optional.empty());
                return Outcome.inconclusive(Reason.PATH_UNHEALTHY, "another transaction took the canary's nonce");
            }
            if (result(answers.get(1)) == null && !gone) {
                // The node does not know it: it was never sent, or dropped. The same again costs no more.
                GuardedWeb3jService again = service();
                var unused = again.sendAsync(
                                RpcCalls.request(again, "eth_sendRawTransaction", sent.raw()), RawResponse.class)
                        .handle((answer, failure) -> answer)
                        .join();
            }
            return await(
                    sent, () -> last.isPresent() ? seconds(sent, clock.instant()) : (nanos.getAsLong() - start) / 1e9);
        }

        private Outcome await(Sent sent, DoubleSupplier taken) {
            while (true) {
                GuardedWeb3jService service = service();
                RawResponse answer = service.sendAsync(
                                RpcCalls.request(service, "eth_getTransactionReceipt", sent.hash()), RawResponse.class)
                        .join();
                JsonNode receipt = result(answer);
                if (receipt != null) {
                    return mined(sent, receipt, Optional.of(taken.getAsDouble()));
                }
                looks.put(target.id(), new Look(sent.hash(), clock.instant()));
                measurements.put(Measurement.HEARTBEAT_PENDING, age(sent).toNanos() / 1e9);
                if (deadline - nanos.getAsLong() < LAST_ANSWER.plus(poll).toNanos() || !waited()) {
                    return Outcome.failed(
                            Reason.TIMEOUT, "in no block after " + age(sent).toSeconds() + " s");
                }
            }
        }

        /** {@code seconds} that it took, empty where nobody can tell. */
        private Outcome mined(Sent sent, JsonNode receipt, Optional<Double> seconds) {
            seconds.ifPresent(time -> measurements.put(Measurement.HEARTBEAT_TIME, time));
            measurements.put(Measurement.HEARTBEAT_PENDING, 0.0);
            ledger.end(target.id(), sent.hash(), End.MINED, cost(receipt));
            return Outcome.ok();
        }

        private static double seconds(Sent sent, Instant until) {
            return Math.max(0, Duration.between(sent.at(), until).toNanos() / 1e9);
        }

        private boolean waited() {
            try {
                TimeUnit.NANOSECONDS.sleep(poll.toNanos());
                return true;
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        private Duration age(Sent sent) {
            Duration age = Duration.between(sent.at(), clock.instant());
            return age.isNegative() ? Duration.ZERO : age;
        }

        private List<RawResponse> ask(BatchRequest batch) {
            return batch.sendAsync().join().getResponses().stream()
                    .map(answer -> (RawResponse) answer)
                    .toList();
        }

        private GuardedWeb3jService service() {
            return GuardedWeb3jService.until(deadline, nanos, exchanger, target);
        }
    }

    private static Optional<BigInteger> cost(JsonNode receipt) {
        String gas = receipt.path("gasUsed").asText("");
        String price = receipt.path("effectiveGasPrice").asText("");
        return QUANTITY.matcher(gas).matches() && QUANTITY.matcher(price).matches()
                ? Optional.of(number(gas).multiply(number(price)))
                : Optional.empty();
    }

    /** The result, null for null; an error is thrown. */
    private static @Nullable JsonNode result(RawResponse answer) {
        if (answer.hasError()) {
            throw new RpcRefusal(error(answer));
        }
        JsonNode result = answer.getResult();
        return result == null || result.isNull() ? null : result;
    }

    private static BigInteger quantity(RawResponse answer) {
        return quantity(result(answer));
    }

    private static BigInteger quantity(@Nullable JsonNode node) {
        String text = node == null ? "" : node.asText("");
        if (!QUANTITY.matcher(text).matches()) {
            throw new RpcRefusal(Outcome.failed(Reason.SHAPE_CHANGED, "a count, a fee or an estimate is no quantity"));
        }
        return number(text);
    }

    private static BigInteger number(String hex) {
        return new BigInteger(hex.substring(2), 16);
    }

    private static Outcome error(RawResponse answer) {
        return RpcErrors.ofError(
                answer.getError().getCode(), String.valueOf(answer.getError().getMessage()));
    }

    /** An RPC that does not answer says nothing of the sequencer. */
    private static Outcome notTheChains(Outcome outcome) {
        return outcome.kind() == Outcome.Kind.FAILED
                ? Outcome.inconclusive(Reason.PATH_UNHEALTHY, outcome.reason().label() + ": " + outcome.detail())
                : outcome;
    }
}
