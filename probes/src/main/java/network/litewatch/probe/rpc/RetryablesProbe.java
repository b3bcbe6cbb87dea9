package network.litewatch.probe.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.Request;

/**
 * Reads which retryable tickets of an Arbitrum chain are open: messages of the parent chain whose redeem has failed, or was never paid
 * for, and which are lost when their time is over. The redeem of a ticket is tried in the block that makes it, and a redeemed ticket is
 * forgotten; so one that the precompile still knows afterwards was not redeemed.
 *
 * <p>Each run reads some spans of blocks for the precompile's events, the newest first and then older ones, down to {@code lookback}
 * blocks below the head, and asks for the tickets that it knows of. What was read is kept in memory: after a start the older blocks are
 * read again. Until they are, no ticket found means nothing, and nothing is said. Whatever the RPC does wrong is inconclusive.
 */
public final class RetryablesProbe implements Probe {
    public static final ProbeId ID = new ProbeId("chain.retryables");

    /** Target parameter that tells these endpoints from others; its value is the probe's id. */
    public static final String PARAMETER = "probe";

    /** Target parameter: the chain's id. */
    public static final String CHAIN_ID = RpcHeadProbe.CHAIN_ID;

    /** Target parameter, optional: blocks below the head that are read after a start. */
    public static final String LOOKBACK = "lookback";

    /** Target parameter, optional: blocks that one request may span. */
    public static final String SPAN = "span";

    /** Target parameter, optional: addresses with a space between; only tickets of theirs count. Else everybody's do. */
    public static final String SENDERS = "senders";

    /** Target parameter, optional: ids with a space between, of tickets that are watched wherever they were made. */
    public static final String TICKETS = "tickets";

    private static final long DEFAULT_LOOKBACK = 20_000;
    private static final long DEFAULT_SPAN = 1_000;
    private static final int SPANS = 4;
    private static final int SHOWN = 4;
    private static final Pattern BETWEEN = Pattern.compile("\\s+");

    private final HttpExchanger exchanger;
    private final LongSupplier nanos;
    private final Map<TargetId, RetryableTickets> known = new ConcurrentHashMap<>();

    /** A probe whose deadline is told by {@code nanos}, a monotonic clock. */
    public RetryablesProbe(HttpExchanger exchanger, LongSupplier nanos) {
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
                && ID.value().equals(target.parameters().get(PARAMETER));
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        Run run = new Run(target, nanos.getAsLong() + timeout.toNanos());
        return run.head()
                .thenCompose(run::read)
                .thenCompose(run::timeouts)
                .thenCompose(run::ofSenders)
                .handle(run::finding);
    }

    private final class Run {
        private final Target target;
        private final long deadline;
        private final Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        private final Map<String, String> evidence = new LinkedHashMap<>();
        private long head;
        private double now;
        private double lifetime;

        Run(Target target, long deadline) {
            this.target = target;
            this.deadline = deadline;
        }

        /** What is known so far. */
        CompletableFuture<RetryableTickets> head() {
            GuardedWeb3jService service = service();
            return RpcCalls.ask(new BatchRequest(service)
                            .add(RpcCalls.request(service, "eth_chainId"))
                            .add(RpcCalls.request(service, "eth_getBlockByNumber", "latest", false))
                            .add(call(service, ArbRetryableTx.GET_LIFETIME, "latest")))
                    .thenApply(answers -> {
                        String chain = Long.toString(RpcCalls.quantity(RpcCalls.result(answers.get(0))));
                        if (!chain.equals(target.parameters().getOrDefault(CHAIN_ID, chain))) {
                            throw new RpcRefusal(Outcome.failed(Reason.WRONG_CHAIN, "the RPC serves chain " + chain));
                        }
                        JsonNode latest = RpcCalls.result(answers.get(1));
                        head = RpcCalls.quantity(latest.path("number"));
                        now = RpcCalls.quantity(latest.path("timestamp"));
                        lifetime = answers.get(2).hasError()
                                ? 0
                                : ArbRetryableTx.word(RpcCalls.result(answers.get(2)))
                                        .orElse(0.0);
                        if (lifetime <= 0) {
                            throw new RpcRefusal(Outcome.inconclusive(
                                    Reason.UNSUPPORTED, "no retryable tickets here: is this an Arbitrum chain?"));
                        }
                        RetryableTickets before = known.get(target.id());
                        return before != null && before.isOf(head)
                                ? before
                                : RetryableTickets.before(head, words(TICKETS));
                    });
        }

        CompletableFuture<RetryableTickets> read(RetryableTickets before) {
            List<RetryableTickets.Span> spans = before.next(head, lowest(), number(SPAN, DEFAULT_SPAN), SPANS);
            if (spans.isEmpty()) {
                return CompletableFuture.completedFuture(before);
            }
            GuardedWeb3jService service = service();
            BatchRequest batch = new BatchRequest(service);
            spans.forEach(span -> batch.add(RpcCalls.request(
                    service,
                    "eth_getLogs",
                    Map.of(
                            "fromBlock",
                            RpcCalls.hex(span.from()),
                            "toBlock",
                            RpcCalls.hex(span.to()),
                            "address",
                            ArbRetryableTx.ADDRESS,
                            "topics",
                            List.of(ArbRetryableTx.TOPICS)))));
            return RpcCalls.ask(batch).thenApply(answers -> {
                Map<String, String> found = new LinkedHashMap<>();
                answers.forEach(answer -> RpcCalls.result(answer).forEach(log -> ArbRetryableTx.add(log, found)));
                RetryableTickets after = before.read(spans, found);
                if (after.unasked().size() > RetryableTickets.WAITING) {
                    throw new RpcRefusal(Outcome.inconclusive(
                            Reason.RANGE_LIMIT, "too many tickets in " + SPANS + " spans: lower " + SPAN));
                }
                return after;
            });
        }

        /** When those that are open end, by id. */
        CompletableFuture<Map<String, Double>> timeouts(RetryableTickets after) {
            List<String> ids = List.copyOf(after.asked().keySet());
            if (ids.isEmpty()) {
                return CompletableFuture.completedFuture(keep(after, Map.of()));
            }
            GuardedWeb3jService service = service();
            BatchRequest batch = new BatchRequest(service);
            // At one block that has all of them: a backend that is behind must refuse, not say that there is no such
            // ticket.
            String block = RpcCalls.hex(Math.max(head, after.to()));
            ids.forEach(id -> batch.add(call(service, ArbRetryableTx.GET_TIMEOUT + id.substring(2), block)));
            return RpcCalls.ask(batch).thenApply(answers -> {
                Map<String, Double> open = new LinkedHashMap<>();
                for (int i = 0; i < ids.size(); i++) {
                    RawResponse answer = answers.get(i);
                    if (!ArbRetryableTx.isUnknown(answer)) {
                        double end = ArbRetryableTx.word(RpcCalls.result(answer))
                                .orElseThrow(() -> RpcCalls.changed("the end of a ticket is no number"));
                        // One that has ended may be known for a while; nobody can redeem it.
                        if (end > now) {
                            open.put(ids.get(i), end);
                        }
                    }
                }
                return keep(after, open);
            });
        }

        /** Leaves those out that are not of the senders that are configured; {@code open} stays as it is where none are. */
        CompletableFuture<Map<String, Double>> ofSenders(Map<String, Double> open) {
            Set<String> senders = words(SENDERS);
            if (senders.isEmpty() || open.isEmpty()) {
                return CompletableFuture.completedFuture(open);
            }
            Set<String> all = new LinkedHashSet<>(senders);
            senders.forEach(sender -> all.add(ArbRetryableTx.alias(sender)));
            Set<String> watched = words(TICKETS);
            RetryableTickets tickets = known.getOrDefault(target.id(), RetryableTickets.before(head, Set.of()));
            List<String> ids = List.copyOf(open.keySet());
            GuardedWeb3jService service = service();
            BatchRequest batch = new BatchRequest(service);
            ids.forEach(id -> batch.add(RpcCalls.request(
                    service, "eth_getTransactionByHash", tickets.open().getOrDefault(id, id))));
            return RpcCalls.ask(batch).thenApply(answers -> {
                Map<String, Double> theirs = new LinkedHashMap<>();
                for (int i = 0; i < ids.size(); i++) {
                    JsonNode from = RpcCalls.result(answers.get(i)).path("from");
                    if (watched.contains(ids.get(i))
                            || all.contains(from.asText("").toLowerCase(Locale.ROOT))) {
                        theirs.put(ids.get(i), open.getOrDefault(ids.get(i), 0.0));
                    }
                }
                return theirs;
            });
        }

        Finding finding(@Nullable Map<String, Double> open, @Nullable Throwable failure) {
            if (failure != null || open == null) {
                Outcome outcome = failure == null
                        ? Outcome.inconclusive(Reason.PROBER_ERROR, "no answer")
                        : RpcRefusal.outcomeOf(failure);
                return Finding.of(
                        outcome.kind() == Outcome.Kind.FAILED
                                ? Outcome.inconclusive(
                                        Reason.PATH_UNHEALTHY, outcome.reason().label() + ": " + outcome.detail())
                                : outcome);
            }
            RetryableTickets tickets = known.getOrDefault(target.id(), RetryableTickets.before(head, Set.of()));
            long unread = tickets.unread(head, lowest());
            if (unread > 0) {
                evidence.put("unread", unread + " blocks");
            }
            if (!open.isEmpty() || (unread == 0 && tickets.unasked().isEmpty())) {
                double nearest = open.values().stream()
                        .mapToDouble(end -> end - now)
                        .min()
                        .orElse(lifetime);
                measurements.put(Measurement.RETRYABLES_OPEN, (double) open.size());
                measurements.put(Measurement.RETRYABLE_LEFT, nearest);
            }
            if (!open.isEmpty()) {
                evidence.put(
                        "tickets",
                        open.entrySet().stream()
                                .sorted(Map.Entry.comparingByValue())
                                .limit(SHOWN)
                                .map(one -> one.getKey() + " until "
                                        + Instant.ofEpochSecond(one.getValue().longValue()))
                                .collect(Collectors.joining(", ")));
            }
            return new Finding(Outcome.ok(), Map.of(), measurements, evidence);
        }

        private Map<String, Double> keep(RetryableTickets after, Map<String, Double> open) {
            RetryableTickets kept = after.answered(open);
            known.put(target.id(), kept);
            Map<String, Double> known = new LinkedHashMap<>(open);
            known.keySet().retainAll(kept.open().keySet());
            return known;
        }

        private long lowest() {
            return Math.max(0, head - number(LOOKBACK, DEFAULT_LOOKBACK) + 1);
        }

        private long number(String parameter, long otherwise) {
            String text = target.parameters().getOrDefault(parameter, "");
            return text.matches("[0-9]{1,8}") ? Math.max(1, Long.parseLong(text)) : otherwise;
        }

        private Set<String> words(String parameter) {
            return Arrays.stream(BETWEEN.split(
                            target.parameters().getOrDefault(parameter, "").strip(), RetryableTickets.KEPT))
                    .filter(word -> !word.isEmpty())
                    .map(word -> word.toLowerCase(Locale.ROOT))
                    .collect(Collectors.toCollection(LinkedHashSet::new));
        }

        private GuardedWeb3jService service() {
            return GuardedWeb3jService.until(deadline, nanos, exchanger, target);
        }
    }

    private static Request<Object, RawResponse> call(GuardedWeb3jService service, String data, String block) {
        return RpcCalls.request(service, "eth_call", Map.of("to", ArbRetryableTx.ADDRESS, "data", data), block);
    }
}
