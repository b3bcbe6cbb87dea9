package network.litewatch.probe.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.http.WireTrace.Stage;
import okhttp3.Dns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
final class NettyExchangerIT {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final NettyExchanger exchanger = ScriptedServer.exchanger();

    @AfterEach
    void close() {
        exchanger.close();
    }

    @Test
    void bringsAnAnswerWithItsPhases() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(ScriptedServer.json(418, "{\"a\":1}"))) {
            HttpResponse response = (HttpResponse) exchange(server.get("/x", LONG));
            assertThat(response.status()).isEqualTo(418);
            assertThat(response.text()).isEqualTo("{\"a\":1}");
            assertThat(response.header("content-TYPE")).contains("application/json");
            assertThat(response.trace().reached()).isEqualTo(Stage.RECEIVING);
            assertThat(response.trace().sentNanos()).isPresent();
            assertThat(response.trace().phases()).containsOnlyKeys(Phase.CONNECT, Phase.PROCESSING, Phase.TRANSFER);
            assertThat(server.requests().get(0))
                    .startsWith("GET /x HTTP/1.1\r\n")
                    .contains("Authorization: Bearer s3cret\r\n")
                    .contains("Accept-Encoding: identity\r\n");
        }
    }

    @Test
    void opensAConnectionOfItsOwnForEveryRequest() throws Exception {
        List<Integer> ports = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            ports.add(socket.getPort());
            ScriptedServer.write(socket, ScriptedServer.json(200, "{}"));
        })) {
            exchange(server.get("/", LONG));
            exchange(server.get("/", LONG));
            assertThat(ports).hasSize(2).doesNotHaveDuplicates();
        }
    }

    @Test
    void followsNoRedirectAndKeepsNoCookie() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(
                "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(((HttpResponse) exchange(server.get("/", LONG))).status())
                    .isEqualTo(302);
            exchange(server.get("/", LONG));
            assertThat(server.requests()).hasSize(2).noneMatch(request -> request.contains("Cookie"));
        }
    }

    @Test
    void asksOnceEvenWhenInvitedToRepeat() throws Exception {
        try (ScriptedServer server =
                ScriptedServer.always("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(((HttpResponse) exchange(server.get("/", LONG))).status())
                    .isEqualTo(503);
            exchange(HttpRequest.post(server.url(), Optional.empty(), "{}", LONG));
            assertThat(server.requests()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // not a byte
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345",
                "HTTP/1.1 200 OK\r\nContent-Le"
            })
    void anEarlyCloseIsAReset(String answer) throws Exception {
        try (ScriptedServer server = ScriptedServer.always(answer)) {
            assertFailure(exchange(server.get("/", LONG)), Reason.CONNECTION_RESET);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void aTcpResetIsAReset() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> ScriptedServer.reset(socket))) {
            assertFailure(exchange(server.get("/", LONG)), Reason.CONNECTION_RESET);
        }
    }

    @Test
    void aCrowdThatGivesUpBeforeItsTurnHarmsNobody() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> ScriptedServer.hold(socket))) {
            List<CompletableFuture<HttpResult>> holding = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                holding.add(exchanger.exchange(server.get("/", Duration.ofSeconds(2))));
            }
            List<CompletableFuture<HttpResult>> crowd = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                crowd.add(exchanger.exchange(server.get("/", SHORT)));
            }
            for (CompletableFuture<HttpResult> each : crowd) {
                assertFailure(each.get(), Reason.TIMEOUT);
            }
            for (CompletableFuture<HttpResult> each : holding) {
                assertFailure(each.get(), Reason.TIMEOUT);
            }
        }
        try (ScriptedServer server = ScriptedServer.always(ScriptedServer.json(200, "{}"))) {
            assertThat(exchange(server.get("/", LONG))).isInstanceOf(HttpResponse.class);
        }
    }

    @Test
    void aClosedPortIsRefused() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        HttpRequest request = HttpRequest.get(SecretUrl.parse("http://127.0.0.1:" + port), Optional.empty(), LONG);
        HttpFailure failure = assertFailure(exchange(request), Reason.CONNECTION_REFUSED);
        assertThat(failure.trace().reached()).isEqualTo(Stage.STARTED);
        assertThat(failure.trace().sentNanos()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"})
    void whatIsNotHttpIsAProtocolError(String answer) throws Exception {
        try (ScriptedServer server = ScriptedServer.always(answer)) {
            assertFailure(exchange(server.get("/", LONG)), Reason.PROTOCOL_ERROR);
        }
    }

    @Test
    void plainHttpWhereTlsIsSpokenIsATlsFailure() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> ScriptedServer.hold(socket))) {
            SecretUrl https =
                    SecretUrl.parse("https://127.0.0.1:" + server.url().port());
            // The server takes the client's hello for a request that never ends; it is cut off by the deadline.
            assertFailure(exchange(HttpRequest.get(https, Optional.empty(), SHORT)), Reason.TIMEOUT);
        }
        try (ServerSocket banner = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread greeter = new Thread(() -> greet(banner), "banner");
            greeter.start();
            SecretUrl https = SecretUrl.parse("https://127.0.0.1:" + banner.getLocalPort());
            HttpFailure failure =
                    assertFailure(exchange(HttpRequest.get(https, Optional.empty(), LONG)), Reason.TLS_FAILURE);
            assertThat(failure.trace().phases()).containsKey(Phase.TLS);
        }
    }

    @Test
    void timesOutWhileWaitingForTheHead() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> ScriptedServer.hold(socket))) {
            HttpFailure failure = assertFailure(exchange(server.get("/", SHORT)), Reason.TIMEOUT);
            assertThat(failure.trace().reached()).isEqualTo(Stage.WAITING);
            assertThat(failure.trace().phases()).containsKey(Phase.PROCESSING);
        }
    }

    @Test
    void theDeadlineIsTotalHoweverAliveTheTrickle() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            ScriptedServer.write(socket, "HTTP/1.1 200 OK\r\n\r\n");
            while (!socket.isClosed()) {
                ScriptedServer.write(socket, "x");
                java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        })) {
            HttpFailure failure = assertFailure(exchange(server.get("/", SHORT)), Reason.TIMEOUT);
            assertThat(failure.trace().reached()).isEqualTo(Stage.RECEIVING);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: y\r\n", "\r\nx", "\r\nffffff;", "Z"})
    void endlessHeadersBodiesChunkHeadersAndNamesAreCut(String endless) throws Exception {
        String head = endless.startsWith("\r\nffff")
                ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                : "HTTP/1.1 200 OK\r\n";
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            ScriptedServer.write(socket, head + endless);
            String flood = (endless.startsWith("\r\n") ? "x" : endless).repeat(4096);
            while (!socket.isClosed()) {
                ScriptedServer.write(socket, flood);
            }
        })) {
            assertFailure(exchange(server.get("/", LONG)), Reason.BODY_TOO_LARGE);
        }
    }

    @Test
    void aBodyOfTheCapIsWholeAndOneByteMoreIsTooMuch() throws Exception {
        String cap = "x".repeat(HttpRequest.PROBE_BODY_BYTES);
        try (ScriptedServer exact = ScriptedServer.always(ScriptedServer.json(200, cap));
                ScriptedServer more = ScriptedServer.always(ScriptedServer.json(200, cap + "x"))) {
            assertThat(((HttpResponse) exchange(exact.get("/", LONG))).text()).hasSize(cap.length());
            assertFailure(exchange(more.get("/", LONG)), Reason.BODY_TOO_LARGE);
        }
    }

    @Test
    void doesNotInflate() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\u001fx")) {
            assertFailure(exchange(server.get("/", LONG)), Reason.PROTOCOL_ERROR);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "2130706433", "127.1", "0x7f.1", "localhost", "[::ffff:127.0.0.1]", "[::1]"})
    void nothingIsSentToAForbiddenAddressHoweverSpelled(String host) throws Exception {
        try (ScriptedServer server = ScriptedServer.always(ScriptedServer.json(200, "{}"));
                NettyExchanger strict = new NettyExchanger(EgressPolicy.publicOnly(), System::nanoTime, 2)) {
            SecretUrl url;
            try {
                url = SecretUrl.parse("http://" + host + ":" + server.url().port());
            } catch (IllegalArgumentException refusedEarlier) {
                return;
            }
            HttpResult result = strict.exchange(HttpRequest.get(url, Optional.empty(), LONG))
                    .get(25, TimeUnit.SECONDS);
            // A spelling that the JVM takes for a name does not resolve, which serves as well.
            assertThat(((HttpFailure) result).reason()).isIn(Reason.EGRESS_DENIED, Reason.DNS_FAILURE);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void oneForbiddenAddressSpoilsTheName() throws Exception {
        Dns twoFaced = host ->
                List.of(InetAddress.getAllByName("127.0.0.1")[0], InetAddress.getAllByName("169.254.169.254")[0]);
        assertFailure(byName(twoFaced), Reason.EGRESS_DENIED);
    }

    @Test
    void dialsWhatItCheckedAndAsksTheResolverOnce() throws Exception {
        List<String> asked = new ArrayList<>();
        try (ScriptedServer server = ScriptedServer.always(ScriptedServer.json(200, "{}"));
                NettyExchanger named = withResolver(host -> {
                    asked.add(host);
                    return List.of(InetAddress.getAllByName(asked.size() == 1 ? "127.0.0.1" : "169.254.169.254"));
                })) {
            SecretUrl url =
                    SecretUrl.parse("http://rebind.example:" + server.url().port());
            HttpResult result =
                    named.exchange(HttpRequest.get(url, Optional.empty(), LONG)).get(25, TimeUnit.SECONDS);
            assertThat(((HttpResponse) result).status()).isEqualTo(200);
            assertThat(result.trace().phases()).containsKey(Phase.RESOLVE);
            assertThat(asked).containsExactly("rebind.example");
            assertThat(server.requests().get(0)).contains("Host: rebind.example");
        }
    }

    @Test
    void anUnknownNameIsADnsFailure() throws Exception {
        assertFailure(
                byName(host -> {
                    throw new UnknownHostException(host);
                }),
                Reason.DNS_FAILURE);
    }

    @Test
    void handsEventsOverAsTheyArrive() throws Exception {
        List<String> seen = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            ScriptedServer.write(socket, ScriptedServer.STREAM_HEAD + "data: a\n\nda");
            ScriptedServer.write(socket, "ta: b\n\ndata: stop\n\ndata: unseen\n\n");
            ScriptedServer.hold(socket);
        })) {
            HttpResult result = stream(server, LONG, (event, nanos) -> {
                seen.add(event.data());
                times.add(nanos);
                return !event.data().equals("stop");
            });
            assertThat(((HttpResponse) result).text()).isEmpty();
            assertThat(seen).containsExactly("a", "b", "stop");
            assertThat(times).isSorted();
            assertThat(times.get(0))
                    .isGreaterThanOrEqualTo(result.trace().sentNanos().orElseThrow());
        }
    }

    @Test
    void aStreamThatFallsSilentTimesOutAndIsHeardNoMore() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            ScriptedServer.write(socket, ScriptedServer.STREAM_HEAD + "data: a\n\n");
            ScriptedServer.hold(socket);
        })) {
            HttpFailure failure =
                    assertFailure(stream(server, SHORT, (event, nanos) -> seen.add(event.data())), Reason.TIMEOUT);
            assertThat(failure.trace().reached()).isEqualTo(Stage.RECEIVING);
            assertThat(seen).containsExactly("a");
        }
    }

    @Test
    void anEndlessEventIsCut() throws Exception {
        try (ScriptedServer server =
                ScriptedServer.always(ScriptedServer.STREAM_HEAD + "data: " + "x".repeat(300_000) + "\n\n")) {
            assertFailure(stream(server, LONG, (event, nanos) -> true), Reason.BODY_TOO_LARGE);
        }
    }

    @Test
    void anAnswerThatIsNoStreamIsReadWhole() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(ScriptedServer.json(200, "{\"error\":\"x\"}"))) {
            HttpResult result = stream(server, LONG, (event, nanos) -> {
                throw new IllegalStateException("heard an event");
            });
            assertThat(((HttpResponse) result).text()).isEqualTo("{\"error\":\"x\"}");
        }
    }

    @Test
    void aConsumerThatThrowsIsOurBugAndEndsTheExchange() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(ScriptedServer.STREAM_HEAD + "data: a\n\n")) {
            assertFailure(
                    stream(server, LONG, (event, nanos) -> {
                        throw new IllegalStateException("a bug, on purpose");
                    }),
                    Reason.PROBER_ERROR);
        }
    }

    @Test
    void aRequestThatWaitsForItsTurnStillMeetsItsDeadline() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> ScriptedServer.hold(socket));
                NettyExchanger narrow = new NettyExchanger(
                        EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, 1)) {
            var first = narrow.exchange(server.get("/", LONG));
            HttpResult second = narrow.exchange(server.get("/", SHORT)).get(10, TimeUnit.SECONDS);
            assertFailure(second, Reason.TIMEOUT);
            assertThat(second.trace().reached()).isEqualTo(Stage.STARTED);
            assertThat(first).isNotDone();
        }
    }

    @Test
    void whoWaitedGoesWhenAnotherHasEnded() throws Exception {
        try (ScriptedServer silent = new ScriptedServer((request, socket) -> ScriptedServer.hold(socket));
                ScriptedServer server = ScriptedServer.always(ScriptedServer.json(200, "{}"));
                NettyExchanger narrow = new NettyExchanger(
                        EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, 1)) {
            var first = narrow.exchange(silent.get("/", SHORT));
            var second = narrow.exchange(server.get("/", LONG));
            var third = narrow.exchange(server.get("/", LONG));
            assertFailure(first.get(10, TimeUnit.SECONDS), Reason.TIMEOUT);
            assertThat(second.get(10, TimeUnit.SECONDS)).isInstanceOf(HttpResponse.class);
            assertThat(third.get(10, TimeUnit.SECONDS)).isInstanceOf(HttpResponse.class);
        }
    }

    @Test
    void aThousandSilentServersCostNoThread() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(ScriptedServer.json(200, "{}"));
                ServerSocket silent = new ServerSocket(0, 2_000, InetAddress.getLoopbackAddress());
                NettyExchanger wide = new NettyExchanger(
                        EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, 2_000)) {
            SecretUrl url = SecretUrl.parse("http://127.0.0.1:" + silent.getLocalPort());
            List<CompletableFuture<HttpResult>> waiting = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                waiting.add(wide.exchange(HttpRequest.get(url, Optional.empty(), LONG)));
            }
            HttpResult other = wide.exchange(server.get("/", LONG)).get(10, TimeUnit.SECONDS);
            assertThat(other).isInstanceOf(HttpResponse.class);
            assertThat(Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().startsWith("probe-http-")))
                    .hasSizeLessThan(16);
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
        }
    }

    @Test
    void askersOfOneNameShareOneLookup() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger lookups = new AtomicInteger();
        try (ScriptedServer server = ScriptedServer.always(ScriptedServer.json(200, "{}"));
                NettyExchanger named = withResolver(host -> {
                    lookups.incrementAndGet();
                    awaitUninterruptibly(release);
                    return List.of(InetAddress.getLoopbackAddress());
                })) {
            SecretUrl url = SecretUrl.parse("http://slow.example:" + server.port());
            var first = named.exchange(HttpRequest.get(url, Optional.empty(), LONG));
            var second = named.exchange(HttpRequest.get(url, Optional.empty(), LONG));
            // The gate is two wide: a third that is answered by its deadline says that the two are inside.
            assertFailure(
                    named.exchange(HttpRequest.get(url, Optional.empty(), SHORT))
                            .get(10, TimeUnit.SECONDS),
                    Reason.TIMEOUT);
            release.countDown();
            assertThat(first.get(10, TimeUnit.SECONDS)).isInstanceOf(HttpResponse.class);
            assertThat(second.get(10, TimeUnit.SECONDS)).isInstanceOf(HttpResponse.class);
            assertThat(lookups).hasValue(1);
        }
    }

    @Test
    void closingEndsWhatIsInFlightAsNobodysFailure() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> ScriptedServer.hold(socket))) {
            List<CompletableFuture<HttpResult>> running = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                running.add(exchanger.exchange(server.get("/", LONG)));
            }
            exchanger.close();
            for (CompletableFuture<HttpResult> end : running) {
                assertFailure(end.get(10, TimeUnit.SECONDS), Reason.PROBER_ERROR);
            }
        }
    }

    @Test
    void closedItFailsAtOnce() throws Exception {
        exchanger.close();
        HttpRequest request = HttpRequest.get(SecretUrl.parse("http://127.0.0.1:1"), Optional.empty(), LONG);
        assertFailure(exchange(request), Reason.PROBER_ERROR);
    }

    private HttpResult exchange(HttpRequest request) throws Exception {
        return exchanger.exchange(request).get(25, TimeUnit.SECONDS);
    }

    private HttpResult stream(ScriptedServer server, Duration deadline, SseConsumer consumer) throws Exception {
        return exchanger.stream(HttpRequest.postForStream(server.url(), Optional.empty(), "{}", deadline), consumer)
                .get(25, TimeUnit.SECONDS);
    }

    private static HttpResult byName(Dns resolver) throws Exception {
        try (NettyExchanger named = withResolver(resolver)) {
            return named.exchange(HttpRequest.get(SecretUrl.parse("http://name.example"), Optional.empty(), LONG))
                    .get(25, TimeUnit.SECONDS);
        }
    }

    private static NettyExchanger withResolver(Dns resolver) {
        return new NettyExchanger(
                EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))),
                System::nanoTime,
                2,
                resolver,
                TlsEngines.best());
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static void greet(ServerSocket banner) {
        try (var socket = banner.accept()) {
            ScriptedServer.write(socket, "HTTP/1.1 400 Bad Request\r\n\r\n");
            ScriptedServer.hold(socket);
        } catch (IOException clientLeft) {
            // It has seen enough.
        }
    }

    private static HttpFailure assertFailure(HttpResult result, Reason reason) {
        assertThat(result).isInstanceOf(HttpFailure.class);
        HttpFailure failure = (HttpFailure) result;
        assertThat(failure.reason()).as(failure.detail()).isEqualTo(reason);
        return failure;
    }
}
