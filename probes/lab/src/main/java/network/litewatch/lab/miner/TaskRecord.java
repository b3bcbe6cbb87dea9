package network.litewatch.lab.miner;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.evm.EvmException;
import network.litewatch.lab.http.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.crypto.Hash;

/** A miner's side of tasks on the chain: ack, precommit the result's hash, commit the result. Works behind the token stream. */
final class TaskRecord implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TaskRecord.class);
    private static final Duration LIMIT = Duration.ofMinutes(2); // longer than the network waits for a miner
    private static final Duration RECEIPT_LIMIT = Duration.ofSeconds(10);
    private static final long RETRY_MILLIS = 250;
    private static final int ACKED = 1;
    private static final int PRECOMMITTED = 2;
    private static final int COMMITTED = 3;

    private final EvmClient chain;
    private final String queue;
    private final String account;
    private final ThreadPoolExecutor pool = Threads.pool("task-record", 64);

    TaskRecord(EvmClient chain, String queue, String account) {
        this.chain = chain;
        this.queue = queue;
        this.account = account;
    }

    /** Records one task; {@code result} completes when the text is there, or exceptionally when it will never be. */
    void record(long session, long task, CompletableFuture<String> result) {
        pool.execute(() -> {
            try {
                steps(session, task, result);
            } catch (RuntimeException e) { // a thread boundary: one task's record must not end the pool's thread
                LOG.warn("task {}/{} is not recorded: {}", session, task, e.toString());
            }
        });
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }

    private void steps(long session, long task, CompletableFuture<String> result) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        List<Type<?>> id = List.of(number(session), number(task));
        until(deadline, id, ACKED, () -> new Function("ack", List.copyOf(id), List.of()));
        String text = await(result);
        byte[] hash = Hash.sha3(text.getBytes(StandardCharsets.UTF_8));
        until(
                deadline,
                id,
                PRECOMMITTED,
                () -> new Function(
                        "precommit", List.of(id.get(0), id.get(1), new Bytes32(hash), new Utf8String("")), List.of()));
        while (status(id) < PRECOMMITTED) { // the other miners of a shared session
            if (System.nanoTime() - deadline > 0) {
                throw new EvmException("the other miners did not precommit");
            }
            pause();
        }
        until(
                deadline,
                id,
                COMMITTED,
                () -> new Function("commit", List.of(id.get(0), id.get(1), new Utf8String(text)), List.of()));
    }

    /** Sends until the chain says that it is done: an RPC that fails for a while delays a record and does not lose it. */
    private void until(long deadline, List<Type<?>> id, int wanted, Supplier<Function> call) {
        while (true) {
            try {
                if (state(id) >= wanted) {
                    return;
                }
                chain.awaitReceipt(chain.send(account, queue, call.get()), RECEIPT_LIMIT);
                return;
            } catch (EvmException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                pause();
            }
        }
    }

    private int state(List<Type<?>> id) {
        return uint8(new Function(
                "getTaskResultState",
                List.of(id.get(0), id.get(1), new Address(account)),
                List.of(EvmClient.output(Uint8.class))));
    }

    private int status(List<Type<?>> id) {
        try {
            return uint8(new Function("getTaskStatus", List.copyOf(id), List.of(EvmClient.output(Uint8.class))));
        } catch (EvmException e) {
            return 0; // not known now: asked again
        }
    }

    private int uint8(Function function) {
        var answer = chain.read(queue, function);
        if (answer.isEmpty()) {
            throw new EvmException(function.getName() + ": an empty answer");
        }
        return ((BigInteger) answer.get(0).getValue()).intValueExact();
    }

    private static String await(CompletableFuture<String> result) {
        try {
            return result.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the result", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("there is no result", e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static Uint256 number(long value) {
        return new Uint256(BigInteger.valueOf(value));
    }
}
