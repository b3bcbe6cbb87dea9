package network.litewatch.probe.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.WebSocketEar;
import network.litewatch.probe.http.WebSocketExchanger;
import network.litewatch.probe.http.WireTrace;
import org.junit.jupiter.api.Test;

final class PushedLogsTest {
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String PUSHED =
            "{\"method\":\"eth_subscription\",\"params\":{\"subscription\":\"0x1\",\"result\":{\"data\":\"0x\"}}}";

    private final Sockets sockets = new Sockets();

    @Test
    void listensAtTheFirstRpcThatHasAWebSocketForWhatTheContractsSay() {
        PushedLogs logs = PushedLogs.of(
                        sockets,
                        List.of(
                                rpc("plain", ""),
                                rpc("http", "https://w"),
                                rpc("one", "wss://one"),
                                rpc("two", "ws://two")),
                        Set.of("0xaa"))
                .orElseThrow();

        var unused = logs.listen(LONG);

        assertThat(sockets.asked).hasSize(1);
        assertThat(sockets.asked.get(0).url().host()).isEqualTo("one");
        assertThat(sockets.said)
                .containsExactly(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_subscribe\",\"params\":[\"logs\",{\"address\":[\"0xaa\"]}]}");
    }

    @Test
    void withoutAWebSocketOrContractsThereIsNothingToHear() {
        assertThat(PushedLogs.of(sockets, List.of(rpc("plain", "")), Set.of("0xaa")))
                .isEmpty();
        assertThat(PushedLogs.of(sockets, List.of(rpc("one", "wss://one")), Set.of()))
                .isEmpty();
    }

    @Test
    void manyPushesBetweenTwoQuestionsAreOne() throws Exception {
        PushedLogs.Listening listening = listen();

        assertThat(listening.await(AT_ONCE)).isFalse();
        assertThat(sockets.hear("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x1\"}"))
                .isFalse();
        assertThat(listening.await(AT_ONCE)).isFalse();
        assertThat(sockets.hear(PUSHED)).isFalse();
        assertThat(sockets.hear(PUSHED)).isFalse();
        assertThat(listening.await(LONG)).isTrue();
        assertThat(listening.await(AT_ONCE)).isFalse();
    }

    @Test
    void whoWaitsIsToldWhenNothingWillComeAnyMore() throws Exception {
        PushedLogs.Listening listening = listen();
        var waits = CompletableFuture.supplyAsync(() -> {
            try {
                return listening.await(LONG);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        sockets.result.complete(new HttpFailure(Reason.EMPTY_ANSWER, "closed", WireTrace.NONE));

        assertThat(waits.get()).isFalse();
        assertThat(listening.await(LONG)).isFalse();
    }

    @Test
    void whatWasPushedBeforeTheEndIsStillTold() throws Exception {
        PushedLogs.Listening listening = listen();
        sockets.hear(PUSHED);
        sockets.result.complete(new HttpFailure(Reason.EMPTY_ANSWER, "closed", WireTrace.NONE));

        assertThat(listening.await(LONG)).isTrue();
        assertThat(listening.await(LONG)).isFalse();
    }

    @Test
    void aRefusalNonsenseAndTheEndOfListeningLeaveTheWebSocket() {
        PushedLogs.Listening listening = listen();

        assertThat(sockets.hear("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601}}"))
                .isTrue();
        assertThat(sockets.hear("not JSON")).isTrue();
        listening.close();
        assertThat(sockets.hear(PUSHED)).isTrue();
    }

    private PushedLogs.Listening listen() {
        return PushedLogs.of(sockets, List.of(rpc("one", "wss://one")), Set.of("0xaa"))
                .orElseThrow()
                .listen(LONG);
    }

    private static Target rpc(String name, String witness) {
        Target rpc = target(name, "https://" + name);
        return witness.isEmpty() ? rpc : rpc.withWitness(target(name + "-witness", witness));
    }

    private static Target target(String name, String url) {
        return new Target(
                new TargetId(name),
                TargetKind.RPC,
                new NetworkId("n"),
                SecretUrl.parse(url, Set.of("https", "wss", "ws")),
                Optional.empty(),
                Map.of(),
                Map.of());
    }

    /** A WebSocket whose other side the test speaks for. */
    private static final class Sockets implements WebSocketExchanger {
        private final List<HttpRequest> asked = new ArrayList<>();
        private final List<String> said = new ArrayList<>();
        private final CompletableFuture<HttpResult> result = new CompletableFuture<>();
        private WebSocketEar ear = message -> true;

        @Override
        public CompletableFuture<HttpResult> open(HttpRequest request, Optional<String> say, boolean listen) {
            throw new UnsupportedOperationException("nobody opens one without listening");
        }

        @Override
        public CompletableFuture<HttpResult> hear(
                HttpRequest request, Optional<String> say, Duration window, WebSocketEar ear) {
            asked.add(request);
            said.add(say.orElse(""));
            this.ear = ear;
            return result;
        }

        boolean hear(String message) {
            return ear.heard(message.getBytes(UTF_8));
        }
    }
}
