package network.litewatch.lab.router;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import network.litewatch.lab.evm.AbiWords;
import network.litewatch.lab.evm.Accounts;
import network.litewatch.lab.evm.Deployment;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.evm.EvmException;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;

/** The router's side of sessions and tasks on the chain. Every call throws {@link EvmException} when the node fails. Thread-safe. */
final class TaskChain {

    private static final String TASK_QUEUED =
            EventEncoder.buildEventSignature("TaskQueued(uint256,uint256,uint256,string)");

    /** A session as the chain has it; {@code nodes} are addresses in lower case, times are Unix seconds. */
    record Session(
            long id, String name, boolean active, long createdAt, long updatedAt, String owner, List<String> nodes) {}

    /** A task as the chain has it; {@code finishedAt} is 0 until it has ended. */
    record Task(long id, long session, List<String> miners, int status, long createdAt, long finishedAt) {}

    /** What each assigned miner committed: empty until it has. */
    record Results(List<String> miners, List<String> data) {}

    private final EvmClient chain;
    private final Deployment contracts;

    TaskChain(EvmClient chain, Deployment contracts) {
        this.chain = chain;
        this.contracts = contracts;
    }

    /** All sessions, the first first. */
    List<Session> sessions() {
        long count = AbiWords.of(chain.readRaw(contracts.sessionV2(), function("getSessionCount")))
                .number(0);
        List<Session> result = new ArrayList<>();
        for (long id = 1; id <= count; id++) {
            AbiWords s = AbiWords.of(chain.readRaw(contracts.sessionV2(), function("getSession", number(id))))
                    .tuple(0);
            result.add(new Session(
                    s.number(0), s.text(2), s.number(4) == 1, s.number(5), s.number(6), s.address(7), s.addresses(9)));
        }
        return result;
    }

    /** Queues a task and returns its id as soon as it is in a block. */
    long submit(long session, String prompt, String clientReference, Duration limit) {
        Function submit = function(
                "submit",
                number(session),
                number(0),
                new Utf8String(prompt),
                number(1),
                new Utf8String(""),
                numbers(),
                numbers(90),
                new Utf8String(clientReference));
        JsonNode receipt = chain.awaitReceipt(chain.send(Accounts.ROUTER, contracts.sessionV2(), submit), limit);
        for (JsonNode log : receipt.path("logs")) {
            if (log.path("topics").path(0).asText().equals(TASK_QUEUED)) {
                return AbiWords.of(log.path("data").asText()).number(1);
            }
        }
        throw new EvmException("the task was not queued");
    }

    /** Closes a task that its miners will not finish. */
    void end(long session, long task) {
        chain.send(
                Accounts.ROUTER,
                contracts.sessionQueueV2(),
                function("end", number(session), number(task), new Bool(true)));
    }

    /** The tasks of a session, the first first. */
    List<Task> tasks(long session) {
        return AbiWords.of(chain.readRaw(contracts.sessionQueueV2(), function("getTasksBySessionId", number(session))))
                .tuples(0)
                .stream()
                .map(TaskChain::task)
                .toList();
    }

    /** One task; an unknown one makes the contract revert. */
    Task task(long session, long task) {
        Function getTask = function("getTask", number(session), number(task));
        return task(
                AbiWords.of(chain.readRaw(contracts.sessionQueueV2(), getTask)).tuple(0));
    }

    /** What has been committed so far. */
    Results results(long session, long task) {
        Function getResults = function("getTaskResults", number(session), number(task));
        AbiWords answer = AbiWords.of(chain.readRaw(contracts.sessionQueueV2(), getResults));
        return new Results(answer.addresses(0), answer.texts(1));
    }

    private static Task task(AbiWords t) {
        return new Task(t.number(0), t.number(2), t.addresses(4), (int) t.number(6), t.number(7), t.number(10));
    }

    private static Function function(String name, Type<?>... arguments) {
        return new Function(name, List.of(arguments), List.of());
    }

    private static DynamicArray<Uint256> numbers(long... values) {
        List<Uint256> list = new ArrayList<>();
        for (long value : values) {
            list.add(number(value));
        }
        return new DynamicArray<>(Uint256.class, list);
    }

    private static Uint256 number(long value) {
        return new Uint256(BigInteger.valueOf(value));
    }
}
