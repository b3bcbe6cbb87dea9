package network.litewatch.probe.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import okhttp3.Dns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class GuardedSocketsIT {
    private static final EgressPolicy LOOPBACK = EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8")));
    private static final Duration LONG = Duration.ofSeconds(20);
    // The scripted server reads up to an empty line before it answers.
    private static final byte[] EMPTY_LINE = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @Test
    void oneForbiddenAddressSpoilsTheName() throws Exception {
        try (ScriptedServer server = ScriptedServer.always("");
                GuardedSockets sockets = sockets(host -> List.of(
                        InetAddress.getLoopbackAddress(),
                        InetAddress.getByAddress(new byte[] {(byte) 169, (byte) 254, 1, 1})))) {
            assertThat(connect(sockets, dial(server.port(), LONG, 1000))).isEqualTo(Reason.EGRESS_DENIED);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void aNameIsResolvedOnceAndThatAddressDialled() throws Exception {
        try (ScriptedServer server = ScriptedServer.always("");
                GuardedSockets sockets = sockets(new Dns() {
                    private boolean asked;

                    @Override
                    public List<InetAddress> lookup(String host) {
                        assertThat(asked).isFalse();
                        asked = true;
                        return List.of(InetAddress.getLoopbackAddress());
                    }
                })) {
            assertThat(connect(sockets, dial(server.port(), LONG, 1000))).isEqualTo(Reason.NONE);
        }
    }

    @Test
    void aNameThatDoesNotResolveIsADnsFailure() throws Exception {
        try (GuardedSockets sockets = sockets(host -> {
            throw new UnknownHostException(host);
        })) {
            assertThat(connect(sockets, dial(1, LONG, 1000))).isEqualTo(Reason.DNS_FAILURE);
        }
    }

    @Test
    void bytesBeyondTheCapEndTheConversation() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
                    for (int i = 0; i < 10_000; i++) {
                        ScriptedServer.write(socket, "x".repeat(1000));
                    }
                });
                GuardedSockets sockets = sockets(host -> List.of(InetAddress.getLoopbackAddress()))) {
            Reason reason = sockets.converse(
                            dial(server.port(), LONG, 1000),
                            line -> line.connect()
                                    .thenCompose(connected -> connected.send(EMPTY_LINE))
                                    .thenCompose(GuardedSocketsIT::toTheEnd),
                            HttpFailure::reason)
                    .get(30, TimeUnit.SECONDS);
            assertThat(reason).isEqualTo(Reason.BODY_TOO_LARGE);
        }
    }

    @Test
    void theDeadlineCoversTheLookupAndTheWaitForATurn() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (GuardedSockets sockets = new GuardedSockets(LOOPBACK, System::nanoTime, 1, host -> {
            await(release);
            return List.of(InetAddress.getLoopbackAddress());
        })) {
            CompletableFuture<HttpFailure> stuck = sockets.converse(
                    dial(1, Duration.ofSeconds(3), 1000), GuardedSocketsIT::failureOf, failure -> failure);
            CompletableFuture<HttpFailure> waiting = sockets.converse(
                    dial(1, Duration.ofMillis(200), 1000), GuardedSocketsIT::failureOf, failure -> failure);

            assertThat(waiting.get(30, TimeUnit.SECONDS).reason()).isEqualTo(Reason.TIMEOUT);
            assertThat(waiting.get().trace().phases()).isEmpty();
            assertThat(stuck.get(30, TimeUnit.SECONDS).reason()).isEqualTo(Reason.TIMEOUT);
            assertThat(stuck.get().trace().phases().keySet()).isEqualTo(Set.of(Phase.RESOLVE));
        } finally {
            release.countDown();
        }
    }

    @Test
    void whoeverWaitedTooLongPassesTheGateAndLeavesItToTheNext() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.always("");
                GuardedSockets sockets = new GuardedSockets(LOOPBACK, System::nanoTime, 1, host -> {
                    await(release);
                    return List.of(InetAddress.getLoopbackAddress());
                })) {
            CompletableFuture<Reason> first = sockets.converse(
                    dial(server.port(), LONG, 1000),
                    line -> line.connect().thenApply(open -> Reason.NONE),
                    HttpFailure::reason);
            List<CompletableFuture<HttpFailure>> late = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                late.add(sockets.converse(
                        dial(1, Duration.ofMillis(1), 1000), GuardedSocketsIT::failureOf, failure -> failure));
            }
            for (CompletableFuture<HttpFailure> one : late) {
                assertThat(one.get(30, TimeUnit.SECONDS).reason()).isEqualTo(Reason.TIMEOUT);
            }
            release.countDown();

            assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(Reason.NONE);
            assertThat(connect(sockets, dial(server.port(), LONG, 1000))).isEqualTo(Reason.NONE);
        }
    }

    @Test
    void whoHasClosedIsHeardOutAndFoundAtItsEnd() throws Exception {
        try (ScriptedServer server = ScriptedServer.always("220 ready");
                GuardedSockets sockets = sockets(host -> List.of(InetAddress.getLoopbackAddress()))) {
            String heard = sockets.converse(
                            dial(server.port(), LONG, 1000),
                            line -> line.connect()
                                    .thenCompose(open -> open.send(EMPTY_LINE))
                                    .thenCompose(sent -> sent.readFully(9))
                                    .thenCompose(greeting -> line.read()
                                            .thenCompose(end -> line.send(EMPTY_LINE)
                                                    .thenCompose(sent -> line.read())
                                                    .thenApply(more -> new String(greeting, StandardCharsets.UTF_8)
                                                            + end.isPresent()
                                                            + more.isPresent()))),
                            failure -> failure.reason().label())
                    .get(30, TimeUnit.SECONDS);
            assertThat(heard).isEqualTo("220 readyfalsefalse");

            Reason shaken = sockets.converse(
                            dial(server.port(), LONG, 1000),
                            line -> line.connect()
                                    .thenCompose(open -> open.send(EMPTY_LINE))
                                    .thenCompose(GuardedSocketsIT::toTheEnd)
                                    .thenCompose(end -> line.handshake("name.example"))
                                    .thenApply(peer -> Reason.NONE),
                            HttpFailure::reason)
                    .get(30, TimeUnit.SECONDS);
            assertThat(shaken).isEqualTo(Reason.TLS_FAILURE);
        }
    }

    @Test
    void aResetIsAReset() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> ScriptedServer.reset(socket));
                GuardedSockets sockets = sockets(host -> List.of(InetAddress.getLoopbackAddress()))) {
            Reason reason = sockets.converse(
                            dial(server.port(), LONG, 1000),
                            line -> line.connect()
                                    .thenCompose(open -> open.send(EMPTY_LINE))
                                    .thenCompose(GuardedSocketsIT::toTheEnd),
                            HttpFailure::reason)
                    .get(30, TimeUnit.SECONDS);
            assertThat(reason).isEqualTo(Reason.CONNECTION_RESET);
        }
    }

    @Test
    void aBugOfOursIsNotTheServersFault() throws Exception {
        try (GuardedSockets sockets = sockets(host -> List.of(InetAddress.getLoopbackAddress()))) {
            Reason reason = sockets.<Reason>converse(
                            dial(1, LONG, 1000),
                            line -> {
                                throw new IllegalStateException("a bug");
                            },
                            HttpFailure::reason)
                    .get(30, TimeUnit.SECONDS);
            assertThat(reason).isEqualTo(Reason.PROBER_ERROR);
        }
    }

    @Test
    void closingCutsWhatIsOpenAndRefusesTheRest() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            GuardedSockets sockets = sockets(host -> List.of(InetAddress.getLoopbackAddress()));
            CountDownLatch connected = new CountDownLatch(1);
            CompletableFuture<Reason> waiting = sockets.converse(
                    dial(silent.getLocalPort(), LONG, 1000),
                    line -> line.connect().thenCompose(open -> {
                        connected.countDown();
                        return open.read().thenApply(read -> read.isEmpty() ? Reason.NONE : Reason.WRONG_ANSWER);
                    }),
                    HttpFailure::reason);
            assertThat(connected.await(30, TimeUnit.SECONDS)).isTrue();
            sockets.close();

            assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(Reason.NETWORK_ERROR);
            assertThat(connect(sockets, dial(silent.getLocalPort(), LONG, 1000)))
                    .isEqualTo(Reason.PROBER_ERROR);
        }
    }

    @Test
    void fiveHundredServersThatSayNothingTakeNoThreadEach() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (ServerSocket silent = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
                GuardedSockets sockets = new GuardedSockets(
                        LOOPBACK, System::nanoTime, 1_000, host -> List.of(InetAddress.getLoopbackAddress()))) {
            CountDownLatch connected = new CountDownLatch(500);
            List<CompletableFuture<Reason>> waiting = new ArrayList<>();
            Dial dial = dial(silent.getLocalPort(), Duration.ofMinutes(10), 1000);
            for (int i = 0; i < 500; i++) {
                boolean secure = i % 2 == 0;
                waiting.add(sockets.converse(
                        dial,
                        line -> line.connect().thenCompose(open -> {
                            CompletableFuture<Reason> step = secure
                                    ? open.handshake("name.example").thenApply(peer -> Reason.WRONG_ANSWER)
                                    : open.read().thenApply(read -> Reason.WRONG_ANSWER);
                            connected.countDown();
                            return step;
                        }),
                        HttpFailure::reason));
            }
            assertThat(connected.await(30, TimeUnit.SECONDS)).isTrue();

            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> !before.contains(thread)
                            && (thread.getName().startsWith("probe-socket-")
                                    || thread.getName().startsWith("probe-talk-")))
                    .isNotEmpty()
                    .hasSizeLessThanOrEqualTo(4);
            sockets.close();
            for (CompletableFuture<Reason> one : waiting) {
                assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(Reason.NETWORK_ERROR);
            }
        }
    }

    private static Reason connect(GuardedSockets sockets, Dial dial) throws Exception {
        return sockets.converse(dial, line -> line.connect().thenApply(connected -> Reason.NONE), HttpFailure::reason)
                .get(30, TimeUnit.SECONDS);
    }

    private static CompletableFuture<HttpFailure> failureOf(Line line) {
        return CompletableFuture.completedFuture(new HttpFailure(Reason.NONE, "", line.trace()));
    }

    /** The wire stops this. */
    private static CompletableFuture<Reason> toTheEnd(Line line) {
        return line.read()
                .thenCompose(read -> read.isEmpty() ? CompletableFuture.completedFuture(Reason.NONE) : toTheEnd(line));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static Dial dial(int port, Duration deadline, int maxBytes) {
        return new Dial(
                SecretUrl.parse("tcp://name.example:" + port, Set.of("tcp")), deadline, maxBytes, TlsTrust.system());
    }

    private static GuardedSockets sockets(Dns resolver) {
        return new GuardedSockets(LOOPBACK, System::nanoTime, 2, resolver);
    }
}
