package network.litewatch.lab;

import static network.litewatch.lab.SmallLab.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import network.litewatch.lab.evm.Accounts;
import network.litewatch.lab.evm.Anvil;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.web3j.crypto.Hash;

/** What goes wrong with the chain itself, with wallets on it and with a page beside it, in a lab of one miner. */
final class ChainFaultsIT {

    private static final BigInteger ETHER = BigInteger.TEN.pow(18);

    @RegisterExtension
    static final SmallLab LAB = new SmallLab();

    private static long begun;

    @BeforeAll
    static void noteTheHead() throws Exception {
        begun = number("rpc-a");
    }

    @Test
    void aDrainedWalletHoldsWhatWasLeftAndThenWhatItHeldBefore() throws Exception {
        BigInteger before = balance();
        String drain = LAB.inject("wallet.drain", "wallet", "{\"left_ether\":0.25}");
        assertThat(balance()).isEqualTo(ETHER.divide(BigInteger.valueOf(4)));
        assertThatThrownBy(() -> LAB.inject("wallet.drain", "wallet", "{}"))
                .hasMessageContaining("in effect there already");
        LAB.end(drain);
        assertThat(balance()).isEqualTo(before);
        // Undone, such a fault can be made again.
        String again = LAB.inject("wallet.drain", "wallet", "{}");
        assertThat(balance()).isZero();
        LAB.end(again);
        assertThat(balance()).isEqualTo(before);
        assertThatThrownBy(() -> LAB.inject("wallet.drain", "wallet", "{\"left_ether\":10000}"))
                .hasMessageContaining("args.left_ether: the wallet holds 9999.");
    }

    @Test
    void stuckTransactionsOfAWalletWaitWhileThoseOfOthersGoOnAndAreGoneAfterwards() throws Exception {
        String room = block("rpc-a", "latest").path("gasLimit").asText();
        long before = nonce("latest");
        String stuck = LAB.inject("wallet.stuck", "wallet", "{\"count\":3}");
        assertThat(nonce("latest")).isEqualTo(before + 1);
        assertThat(nonce("pending")).isEqualTo(before + 4);
        assertThat(LAB.http().complete(1, "the miner", 4).status())
                .as("a task takes several transactions of others")
                .isEqualTo(200);
        assertThatThrownBy(() -> LAB.inject("wallet.revert", "wallet", "{}"))
                .hasMessageContaining("has transactions already that are in no block");
        awaitBlocks(3);
        assertThat(nonce("latest")).isEqualTo(before + 1);
        assertThat(nonce("pending")).isEqualTo(before + 4);
        LAB.end(stuck);
        assertThat(nonce("pending")).isEqualTo(before + 1);
        awaitBlocks(2);
        assertThat(nonce("latest")).isEqualTo(before + 1);
        assertThat(block("rpc-a", "latest").path("gasLimit").asText()).isEqualTo(room);
        LAB.inject("wallet.revert", "wallet", "{}");
        assertThat(nonce("latest")).as("the next nonce is free").isEqualTo(before + 2);
    }

    @Test
    void revertedTransactionsAreInBlocksAndFailed() throws Exception {
        long before = nonce("latest");
        LAB.inject("wallet.revert", "wallet", "{\"count\":5}");
        assertThat(nonce("latest")).isEqualTo(before + 5);
        assertThat(sentInTheLastBlocks(8)).hasSizeGreaterThanOrEqualTo(5).endsWith(false, false, false, false, false);
    }

    @Test
    void aStalledChainMakesNoBlockUntilItGoesOn() throws Exception {
        String stall = LAB.inject("chain.stall", "chain", "{}");
        long head = number("rpc-a");
        await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(6)).until(() -> number("rpc-a") == head);
        soon().until(() -> number("rpc-b") == head);
        assertThatThrownBy(() -> LAB.inject("chain.stall", "chain", "{}")).hasMessageContaining("stands still already");
        assertThatThrownBy(() -> LAB.inject("chain.reorg", "chain", "{}")).hasMessageContaining("stands still already");
        LAB.end(stall);
        soon().until(() -> number("rpc-b") > head + 1);
        assertThat(LAB.http().complete(1, "the miner", 4).status()).isEqualTo(200);
    }

    @Test
    void aReorgReplacesBlocksByOthersWithTheSameTransactionsAtBothRpcs() throws Exception {
        assertThat(LAB.http().complete(1, "the miner", 4).status()).isEqualTo(200);
        awaitBlocksOfOurs(8);
        // A block of the task, not at the very end: it is replaced, and the one below it is not.
        long head = number("rpc-a");
        List<JsonNode> old = new ArrayList<>();
        for (long i = head - 9; i <= head; i++) {
            old.add(block("rpc-a", "0x" + Long.toHexString(i)));
        }
        String reorg = LAB.inject("chain.reorg", "chain", "{\"depth\":8}");
        awaitBlocks(2);
        int replaced = 0;
        for (JsonNode was : old) {
            String number = was.path("number").asText();
            JsonNode is = block("rpc-a", number);
            assertThat(is.path("transactions")).isEqualTo(was.path("transactions"));
            replaced += is.path("hash").equals(was.path("hash")) ? 0 : 1;
            soon().until(() -> block("rpc-b", number).path("hash").equals(is.path("hash")));
        }
        assertThat(replaced).as("a block may have come meanwhile").isBetween(7, 8);
        // As far as the old ones were: a chain whose clock is left behind looks like one that stands still.
        soon().until(() -> secondsBehind("rpc-a") < 4);
        assertThat(LAB.http().complete(1, "the miner", 4).status()).isEqualTo(200);
        LAB.end(reorg);
    }

    @Test
    void aWalletStaysDrainedThroughAReorgAndStaysFullThroughTheNext() throws Exception {
        awaitBlocksOfOurs(6);
        BigInteger before = balance();
        String drain = LAB.inject("wallet.drain", "wallet", "{\"left_ether\":0.25}");
        LAB.end(LAB.inject("chain.reorg", "chain", "{\"depth\":6}"));
        assertThat(balance()).isEqualTo(ETHER.divide(BigInteger.valueOf(4)));
        LAB.end(drain);
        LAB.end(LAB.inject("chain.reorg", "chain", "{\"depth\":6}"));
        assertThat(balance()).isEqualTo(before);
    }

    @Test
    void aWalletThatIsDrainedWhileBlocksAreReplacedStaysDrained() throws Exception {
        awaitBlocksOfOurs(3);
        for (int i = 0; i < 10; i++) {
            CompletableFuture<String> reorg =
                    CompletableFuture.supplyAsync(() -> injected("chain.reorg", "chain", "{\"depth\":3}"));
            String drain = LAB.inject("wallet.drain", "wallet", "{\"left_ether\":0.25}");
            LAB.end(reorg.get());
            assertThat(balance()).isEqualTo(ETHER.divide(BigInteger.valueOf(4)));
            LAB.end(drain);
        }
    }

    private static String injected(String type, String target, String args) {
        try {
            return LAB.inject(type, target, args);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    @Test
    void logsAreRefusedByEveryRpcAndNothingElseIs() throws Exception {
        String range = "[{\"fromBlock\":\"0x1\",\"toBlock\":\"0x2\"}]";
        assertThat(LAB.http().rpc("rpc-b", "eth_getLogs", range).isArray()).isTrue();
        String fault = LAB.inject("chain.no-logs", "chain", "{}");
        for (String rpc : List.of("rpc-a", "rpc-b", "rpc-c", "rpc-d")) {
            assertThat(LAB.http().rpc(rpc, "eth_getLogs", range).isMissingNode())
                    .as(rpc)
                    .isTrue();
            assertThat(number(rpc)).isPositive();
        }
        LAB.end(fault);
        for (String rpc : List.of("rpc-a", "rpc-b", "rpc-c", "rpc-d")) {
            assertThat(LAB.http().rpc(rpc, "eth_getLogs", range).isArray())
                    .as(rpc)
                    .isTrue();
        }
    }

    @Test
    void aPrivateEndpointIsThatOfAnActiveSessionUntilItsEnd() throws Exception {
        int before = sessions();
        String fault = LAB.inject("chain.private-endpoint", "chain", "{\"endpoint\":\"http://192.168.0.9:5010\"}");
        assertThat(sessions()).isEqualTo(before + 1);
        assertThat(session(before + 1)).contains(hex("http://192.168.0.9:5010"));
        assertThatThrownBy(() -> LAB.inject("chain.private-endpoint", "chain", "{}"))
                .hasMessageContaining("in effect there already");
        String active = session(before + 1);
        LAB.end(fault);
        assertThat(session(before + 1)).as("its state is another").isNotEqualTo(active);
        assertThat(sessions()).isEqualTo(before + 1);
    }

    @Test
    void safeAndFinalizedBlocksLookOlderAndTheLatestDoesNot() throws Exception {
        String fault = LAB.inject("rpc.old-finality", "rpc-b", "{\"safe\":8000,\"finalized\":12000}");
        long latest = Long.decode(block("rpc-b", "latest").path("timestamp").asText());
        assertThat(latest - Long.decode(block("rpc-b", "safe").path("timestamp").asText()))
                .isBetween(8_000L, 8_100L);
        assertThat(latest
                        - Long.decode(
                                block("rpc-b", "finalized").path("timestamp").asText()))
                .isBetween(12_000L, 12_100L);
        assertThat(latest - Long.decode(block("rpc-c", "safe").path("timestamp").asText()))
                .isLessThan(100);
        LAB.end(fault);
        assertThat(latest - Long.decode(block("rpc-b", "safe").path("timestamp").asText()))
                .isLessThan(100);
    }

    @Test
    void theFirstBlockIsAlwaysTheSameOneAndTheOthersAreOfNow() throws Exception {
        for (String rpc : List.of("rpc-a", "rpc-b", "rpc-c", "rpc-d")) {
            assertThat(block(rpc, "0x0").path("hash").asText()).as(rpc).isEqualTo(Anvil.GENESIS);
        }
        long latest = Long.decode(block("rpc-a", "latest").path("timestamp").asText());
        assertThat(System.currentTimeMillis() / 1_000 - latest).isBetween(-3L, 10L);
        String head = block("rpc-c", "0x2").path("hash").asText();
        String fault = LAB.inject("rpc.history", "rpc-c", "{}");
        assertThat(block("rpc-c", "0x0").path("hash").asText()).isNotEqualTo(Anvil.GENESIS);
        assertThat(block("rpc-c", "0x2").path("hash").asText()).isEqualTo(head);
        assertThat(block("rpc-b", "0x0").path("hash").asText()).isEqualTo(Anvil.GENESIS);
        LAB.end(fault);
        assertThat(block("rpc-c", "0x0").path("hash").asText()).isEqualTo(Anvil.GENESIS);
    }

    @Test
    void aDrainedCanaryHasNothingThatWaitsForItsMoney() throws Exception {
        String drained = LAB.inject("wallet.drain", "canary-2", "{}");
        assertThat(LAB.http()
                        .rpc("rpc-a", "eth_getBalance", "[\"" + Accounts.OTHER_CANARY + "\",\"latest\"]")
                        .asText())
                .isEqualTo("0x0");
        LAB.end(drained);
    }

    @Test
    void theSiteSaysThatItWasAskedTooOftenUntilTheEnd() throws Exception {
        assertThat(LAB.http().site().status()).isEqualTo(200);
        String fault = LAB.inject("site.limit", "site", "{}");
        assertThat(LAB.http().site().status()).isEqualTo(429);
        LAB.end(fault);
        assertThat(LAB.http().site().body().path("status").asText()).isEqualTo("ok");
    }

    @Test
    void theSecondWalletIsAnAccountOfItsOwn() throws Exception {
        long before = nonce("latest");
        LAB.inject("wallet.revert", "wallet-2", "{\"count\":2}");
        assertThat(nonce("latest")).isEqualTo(before);
        assertThat(Long.decode(LAB.http()
                        .rpc("rpc-a", "eth_getTransactionCount", "[\"" + Accounts.OTHER_WALLET + "\",\"latest\"]")
                        .asText()))
                .isEqualTo(2);
    }

    @Test
    void receiptsOfOneAccountComeLateAndThoseOfOthersInTime() throws Exception {
        String late = LAB.inject("rpc.late-receipts", "rpc-a", "{\"from\":\"" + Accounts.WALLET + "\",\"seconds\":3}");
        LAB.inject("wallet.revert", "wallet", "{}");
        String hash = lastTransaction();
        assertThat(receipt("rpc-a", hash).isObject()).isFalse();
        assertThat(LAB.http().complete(1, "the miner", 4).status())
                .as("those of others are there")
                .isEqualTo(200);
        soon().until(() -> receipt("rpc-a", hash).isObject());
        LAB.end(late);
        String never =
                LAB.inject("rpc.late-receipts", "rpc-a", "{\"from\":\"" + Accounts.WALLET + "\",\"seconds\":7200}");
        assertThat(receipt("rpc-a", hash).isObject()).isFalse();
        LAB.end(never);
        assertThat(receipt("rpc-a", hash).isObject()).isTrue();
    }

    @Test
    void argumentsThatAreWrongAreNamed() {
        refused("rpc.late-receipts", "rpc-a", "{\"seconds\":3}", "args.from: expected an address");
        refused(
                "wallet.drain",
                "wallet",
                "{\"left_ether\":-1}",
                "args.left_ether: expected a number from 0.0 to 10000.0");
        refused("wallet.drain", "wallet", "{\"left\":1}", "args.left: unknown; known: [left_ether]");
        refused("wallet.stuck", "wallet", "{\"count\":17}", "args.count: expected a whole number from 1 to 16");
        refused("wallet.revert", "wallet", "{\"count\":0}", "args.count: expected a whole number from 1 to 16");
        refused("wallet.revert", "wallet", "{\"times\":1}", "args.times: unknown");
        refused("chain.stall", "chain", "{\"seconds\":5}", "args.seconds: unknown");
        refused("chain.reorg", "chain", "{\"depth\":65}", "args.depth: expected a whole number from 1 to 64");
        refused("chain.reorg", "chain", "{\"blocks\":2}", "args.blocks: unknown");
        refused("chain.no-logs", "chain", "{\"blocks\":2}", "args.blocks: unknown");
        refused("chain.private-endpoint", "chain", "{\"url\":\"x\"}", "args.url: unknown; known: [endpoint]");
        refused("rpc.old-finality", "rpc-b", "{\"safe\":-1}", "args.safe: expected a whole number from 0");
    }

    private static long secondsBehind(String rpc) throws Exception {
        long timestamp = Long.decode(block(rpc, "latest").path("timestamp").asText());
        return InstantSource.system().instant().getEpochSecond() - timestamp;
    }

    private void refused(String type, String target, String args, String why) {
        assertThatThrownBy(() -> LAB.inject(type, target, args))
                .hasMessageContaining("status=400")
                .hasMessageContaining(why);
    }

    /** Of each transaction that the wallet has in the newest blocks, the oldest first, whether it did what it should. */
    private static List<Boolean> sentInTheLastBlocks(int count) throws Exception {
        List<Boolean> went = new ArrayList<>();
        long head = number("rpc-a");
        for (long i = Math.max(1, head - count + 1); i <= head; i++) {
            JsonNode receipts = LAB.http().rpc("rpc-a", "eth_getBlockReceipts", "[\"0x" + Long.toHexString(i) + "\"]");
            for (JsonNode receipt : receipts) {
                if (receipt.path("from").asText().equalsIgnoreCase(Accounts.WALLET)) {
                    went.add(receipt.path("status").asText().equals("0x1"));
                }
            }
        }
        return went;
    }

    private static int sessions() throws Exception {
        return new BigInteger(call("getSessionCount", ""), 16).intValueExact();
    }

    /** What the chain says of a session, as hex. */
    private static String session(int id) throws Exception {
        return call("getSession", String.format("%064x", id));
    }

    private static String call(String function, String argument) throws Exception {
        String signature = function + (argument.isEmpty() ? "()" : "(uint256)");
        String data = Hash.sha3String(signature).substring(0, 10) + argument;
        String to = LAB.manifest().contracts().get("SessionV2");
        return LAB.http()
                .rpc("rpc-a", "eth_call", "[{\"to\":\"" + to + "\",\"data\":\"" + data + "\"},\"latest\"]")
                .asText()
                .substring(2);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The hash of the wallet's newest transaction; it is in one of the last blocks. */
    private static String lastTransaction() throws Exception {
        for (long i = number("rpc-a"); i > 0; i--) {
            JsonNode block =
                    LAB.http().rpc("rpc-a", "eth_getBlockByNumber", "[\"0x" + Long.toHexString(i) + "\",true]");
            for (JsonNode transaction : block.path("transactions")) {
                if (transaction.path("from").asText().equalsIgnoreCase(Accounts.WALLET)) {
                    return transaction.path("hash").asText();
                }
            }
        }
        throw new IllegalStateException("the wallet has sent nothing");
    }

    private static JsonNode receipt(String rpc, String hash) throws Exception {
        return LAB.http().rpc(rpc, "eth_getTransactionReceipt", "[\"" + hash + "\"]");
    }

    private static void awaitBlocks(int count) throws Exception {
        long from = number("rpc-a");
        soon().until(() -> number("rpc-a") >= from + count);
    }

    /** Until rpc-b shows so many blocks that were made since this class began, when the lab had been set up. */
    private static void awaitBlocksOfOurs(int count) {
        soon().until(() -> number("rpc-b") > begun + count);
    }

    private static long number(String rpc) throws Exception {
        return Long.decode(LAB.http().rpc(rpc, "eth_blockNumber", "[]").asText());
    }

    private static JsonNode block(String rpc, String number) throws Exception {
        return LAB.http().rpc(rpc, "eth_getBlockByNumber", "[\"" + number + "\",false]");
    }

    private static BigInteger balance() throws Exception {
        String hex = LAB.http()
                .rpc("rpc-a", "eth_getBalance", "[\"" + Accounts.WALLET + "\",\"latest\"]")
                .asText();
        return new BigInteger(hex.substring(2), 16);
    }

    private static long nonce(String block) throws Exception {
        return Long.decode(LAB.http()
                .rpc("rpc-a", "eth_getTransactionCount", "[\"" + Accounts.WALLET + "\",\"" + block + "\"]")
                .asText());
    }
}
