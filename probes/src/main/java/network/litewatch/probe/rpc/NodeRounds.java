package network.litewatch.probe.rpc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.HttpExchanger;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.Request;

/**
 * What contracts say of all nodes of a network, in batches of {@value #BATCH}. The first node of a round asks for all; whoever comes
 * within {@value #KEPT_SECONDS} s has the same answers. Thread-safe.
 */
final class NodeRounds {
    static final int KEPT_SECONDS = 30;
    static final int BATCH = 50;

    private final HttpExchanger exchanger;
    private final LongSupplier nanos;
    private final Supplier<List<Target>> targets;
    private final Map<Asked, Round> rounds = new ConcurrentHashMap<>();

    NodeRounds(HttpExchanger exchanger, LongSupplier nanos, Supplier<List<Target>> targets) {
        this.exchanger = exchanger;
        this.nanos = nanos;
        this.targets = targets;
    }

    /**
     * What came of one node.
     *
     * @param refused why there is no answer; empty when there is one
     * @param data of getNodeData, hex
     * @param score hex; empty where it is not asked for, or the contract did not say
     */
    record Answer(Optional<Outcome> refused, String data, String score) {
        static Answer refused(Outcome outcome) {
            boolean failed = outcome.kind() == Outcome.Kind.FAILED;
            return new Answer(
                    Optional.of(
                            failed
                                    ? Outcome.inconclusive(
                                            Reason.PATH_UNHEALTHY,
                                            outcome.reason().label() + ": " + outcome.detail())
                                    : outcome),
                    "",
                    "");
        }
    }

    /** Where, and through which contracts; the score's parts are empty where none is asked for. */
    private record Asked(SecretUrl url, String contract, String scoreContract, String scoreFunction) {
        static Asked of(Target rpc, Target miner) {
            Map<String, String> parameters = miner.parameters();
            return new Asked(
                    rpc.url(),
                    parameters.getOrDefault(NodeCountersProbe.CONTRACT, ""),
                    parameters.getOrDefault(NodeCountersProbe.SCORE_CONTRACT, ""),
                    parameters.getOrDefault(NodeCountersProbe.SCORE_FUNCTION, ""));
        }
    }

    private record Round(long since, CompletableFuture<Map<String, Answer>> answers) {
        /** Whether it is young enough at {@code now}, and not known to have come to nothing. */
        boolean serves(long now) {
            boolean young = now - since < Duration.ofSeconds(KEPT_SECONDS).toNanos();
            return young
                    && !(answers.isDone()
                            && answers.join().values().stream()
                                    .allMatch(answer -> answer.refused().isPresent()));
        }
    }

    /** What is said of {@code miner}. Never fails. */
    CompletableFuture<Answer> of(Target rpc, Target miner, Duration timeout) {
        Asked asked = Asked.of(rpc, miner);
        String address = address(miner);
        long now = nanos.getAsLong();
        CompletableFuture<Map<String, Answer>> mine = new CompletableFuture<>();
        Round round = Objects.requireNonNull(
                rounds.compute(asked, (key, last) -> last != null && last.serves(now) ? last : new Round(now, mine)));
        if (round.answers() == mine) {
            List<String> nodes = nodes(asked, address);
            int batches = (nodes.size() + BATCH - 1) / BATCH;
            CompletableFuture<Map<String, Answer>> all = CompletableFuture.completedFuture(new HashMap<>());
            for (int i = 0; i < batches; i++) {
                List<String> some = nodes.subList(i * BATCH, Math.min(nodes.size(), (i + 1) * BATCH));
                all = all.thenCompose(before -> ask(rpc, asked, some, timeout.dividedBy(batches))
                        .thenApply(more -> {
                            before.putAll(more);
                            return before;
                        }));
            }
            var unused = all.thenAccept(mine::complete);
        }
        return round.answers()
                .thenApply(answers -> answers.getOrDefault(
                        address,
                        Answer.refused(Outcome.inconclusive(
                                Reason.MISSING_DATA, "the node was not there yet when this round was asked"))));
    }

    private List<String> nodes(Asked asked, String own) {
        List<Target> all = targets.get();
        List<String> nodes = new ArrayList<>(List.of(own));
        for (Target target : all) {
            String address = address(target);
            Optional<Target> rpc = NodeCountersProbe.rpc(target, all);
            if (target.kind() == TargetKind.MINER
                    && !address.isEmpty()
                    && !nodes.contains(address)
                    && rpc.isPresent()
                    && Asked.of(rpc.get(), target).equals(asked)) {
                nodes.add(address);
            }
        }
        return nodes;
    }

    private CompletableFuture<Map<String, Answer>> ask(Target rpc, Asked asked, List<String> nodes, Duration timeout) {
        GuardedWeb3jService service = new GuardedWeb3jService(exchanger, rpc, timeout);
        BatchRequest batch = new BatchRequest(service).add(RpcCalls.request(service, "eth_chainId"));
        boolean scored = !asked.scoreContract().isEmpty();
        for (String node : nodes) {
            batch.add(call(service, asked.contract(), NodeCountersProbe.NODE_DATA, node));
            if (scored) {
                batch.add(call(service, asked.scoreContract(), asked.scoreFunction(), node));
            }
        }
        return RpcCalls.ask(batch).handle((answers, failure) -> {
            Map<String, Answer> read = new HashMap<>();
            Optional<Outcome> refused =
                    failure == null ? wrongChain(rpc, answers.get(0)) : Optional.of(RpcRefusal.outcomeOf(failure));
            for (int i = 0; i < nodes.size(); i++) {
                int at = 1 + i * (scored ? 2 : 1);
                read.put(
                        nodes.get(i),
                        refused.isPresent()
                                ? Answer.refused(refused.get())
                                : answer(answers.get(at), scored ? answers.get(at + 1) : null));
            }
            return read;
        });
    }

    private static Request<Object, RawResponse> call(
            GuardedWeb3jService service, String contract, String selector, String node) {
        String data = selector + "0".repeat(24) + node.substring(2);
        return RpcCalls.request(service, "eth_call", Map.of("to", contract, "data", data), "latest");
    }

    private static Optional<Outcome> wrongChain(Target rpc, RawResponse answer) {
        try {
            String wanted = rpc.parameters().get(RpcHeadProbe.CHAIN_ID);
            long chain = RpcCalls.quantity(RpcCalls.result(answer));
            return wanted == null || wanted.equals(Long.toString(chain))
                    ? Optional.empty()
                    : Optional.of(Outcome.failed(Reason.WRONG_CHAIN, "chain " + chain + " instead of " + wanted));
        } catch (RpcRefusal refusal) {
            return Optional.of(RpcRefusal.outcomeOf(refusal));
        }
    }

    private static Answer answer(RawResponse data, @Nullable RawResponse score) {
        try {
            boolean said = score != null && !score.hasError() && score.getResult() != null;
            String text = said && score != null ? RpcCalls.result(score).asText("") : "";
            return new Answer(Optional.empty(), RpcCalls.result(data).asText(""), text);
        } catch (RpcRefusal refusal) {
            return Answer.refused(RpcRefusal.outcomeOf(refusal));
        }
    }

    private static String address(Target miner) {
        return miner.parameters().getOrDefault(NodeCountersProbe.ADDRESS, "").toLowerCase(Locale.ROOT);
    }
}
