package network.litewatch.lab.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.evm.EvmException;
import network.litewatch.lab.http.Exchange;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.LoopbackServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A wallet whose owner sends just when its money is taken, at a node that mines what is paid for as soon as it is asked for a nonce. */
final class WalletTest {

    private static final String WALLET = "0x2546BcD3c84621e976D8185a91A922aE77ECEC30";
    private static final long HELD = 3_000_000_000_000_000_000L;

    private final List<String> balances = Collections.synchronizedList(new ArrayList<>());
    private final LoopbackServer server = LoopbackServer.start("node", 0, 2, this::answer);
    private final Wallet wallet = new Wallet(
            new EvmClient(URI.create("http://127.0.0.1:" + server.port()), Duration.ofSeconds(5)), WALLET, WALLET);
    private final AtomicLong balance = new AtomicLong(HELD);
    private final AtomicInteger mined = new AtomicInteger(7);
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicInteger untimely = new AtomicInteger();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void whatWasSentMeanwhileIsMinedFirst() throws Exception {
        untimely.set(2);

        FaultHandle drained = wallet.drain(1);

        assertThat(balances).containsExactly("1.0", "3.0", "1.0", "3.0", "1.0");
        assertThat(pending).hasValue(0);
        assertThat(mined).hasValue(9);
        drained.undo();
        assertThat(balance).hasValue(HELD);
    }

    @Test
    void whoNeverCeasesToSendKeepsItsMoney() {
        untimely.set(100);

        assertThatThrownBy(() -> wallet.drain(1))
                .isInstanceOf(EvmException.class)
                .hasMessageContaining("each time something of the wallet came meanwhile");
        assertThat(balance).hasValue(HELD);
    }

    private void answer(Exchange exchange) throws IOException {
        JsonNode call = exchange.json();
        ObjectNode answer = Json.object().put("jsonrpc", "2.0").set("id", call.path("id"));
        String method = call.path("method").asText();
        switch (method) {
            case "eth_getBalance" -> answer.put("result", "0x" + Long.toHexString(balance.get()));
            case "eth_getTransactionCount" -> answer.put("result", "0x" + Long.toHexString(nonce(call)));
            case "anvil_setBalance" -> {
                balance.set(Long.decode(call.at("/params/1").asText()));
                balances.add(Double.toString(balance.get() / 1e18));
                if (balance.get() < HELD && untimely.getAndDecrement() > 0) {
                    pending.incrementAndGet();
                }
                answer.putNull("result");
            }
            default -> throw new IllegalStateException(method);
        }
        exchange.send(200, answer);
    }

    private long nonce(JsonNode call) {
        if (balance.get() == HELD) {
            mined.addAndGet(pending.getAndSet(0));
        }
        return mined.get() + (call.at("/params/1").asText().equals("pending") ? pending.get() : 0L);
    }
}
