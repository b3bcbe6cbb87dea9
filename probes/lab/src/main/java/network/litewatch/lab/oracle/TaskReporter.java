package network.litewatch.lab.oracle;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import network.litewatch.lab.evm.Accounts;
import network.litewatch.lab.evm.Deployment;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.evm.EvmException;
import network.litewatch.lab.fault.Draw;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint8;

/**
 * Counts ended tasks at CognitiveLevel, one report for each node of a task: a success when the node committed. Only {@link #miscount} may
 * be called by other threads than that of the oracle.
 */
final class TaskReporter {

    private static final int COMMITTED = 3;

    /** A task that is over, and the accounts of its nodes. */
    record Ended(TaskBook.Id id, List<String> nodes) {}

    private record Report(TaskBook.Id id, String node) {}

    private final EvmClient chain;
    private final Deployment contracts;
    private final Deque<Report> open = new ArrayDeque<>();
    private final Map<String, Double> miscounted = new ConcurrentHashMap<>();

    TaskReporter(EvmClient chain, Deployment contracts) {
        this.chain = chain;
        this.contracts = contracts;
    }

    /** Counts that share (0 to 1) of the successes of the node at {@code account} as failures. */
    void miscount(String account, double share) {
        miscounted.put(account.toLowerCase(Locale.ROOT), share);
    }

    /** Sets every node's counters to 0. */
    void startPhase() {
        chain.send(Accounts.OPERATOR, contracts.cognitiveLevel(), new Function("startPhase", List.of(), List.of()));
    }

    void add(Collection<Ended> tasks) {
        tasks.forEach(task -> task.nodes().forEach(node -> open.add(new Report(task.id(), node))));
    }

    /** Sends what is open; throws {@link EvmException} when the node fails, and goes on there the next time. */
    void report() {
        for (Report next = open.peek(); next != null; next = open.peek()) {
            boolean success = success(next);
            var unused = chain.send(
                    Accounts.OPERATOR,
                    contracts.cognitiveLevel(),
                    new Function(
                            "reportTaskCompletion",
                            List.of(
                                    new Address(next.node()),
                                    new Uint8(level(next.node())),
                                    new Bool(success),
                                    new Uint256(BigInteger.ZERO)),
                            List.of()));
            open.remove();
        }
    }

    private boolean success(Report report) {
        long session = report.id().session();
        long task = report.id().task();
        int state = uint8(
                contracts.sessionQueueV2(),
                new Function(
                        "getTaskResultState",
                        List.of(number(session), number(task), new Address(report.node())),
                        List.of(EvmClient.output(Uint8.class))));
        double share = miscounted.getOrDefault(report.node().toLowerCase(Locale.ROOT), 0.0);
        return state >= COMMITTED && Draw.of("miscount", session, task) >= share;
    }

    private int level(String node) {
        return uint8(
                contracts.cognitiveLevel(),
                new Function("getNodeLevel", List.of(new Address(node)), List.of(EvmClient.output(Uint8.class))));
    }

    @SuppressWarnings("rawtypes") // web3j's decoder speaks raw Type
    private int uint8(String contract, Function function) {
        List<Type> answer = chain.read(contract, function);
        if (answer.isEmpty()) {
            throw new EvmException(function.getName() + ": an empty answer");
        }
        return ((BigInteger) answer.get(0).getValue()).intValueExact();
    }

    private static Uint256 number(long value) {
        return new Uint256(BigInteger.valueOf(value));
    }
}
