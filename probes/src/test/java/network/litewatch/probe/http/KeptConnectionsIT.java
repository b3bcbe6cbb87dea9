package network.litewatch.probe.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import okhttp3.Dns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class KeptConnectionsIT {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String OK = ScriptedServer.json(200, "{}");

    private final AtomicLong skipped = new AtomicLong();
    private final NettyExchanger exchanger = new NettyExchanger(
            EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))),
            () -> System.nanoTime() + skipped.get(),
            100,
            Dns.SYSTEM,
            TlsEngines.best());
    private final List<Integer> dialled = new CopyOnWriteArrayList<>();
    private final AtomicInteger ended = new AtomicInteger();

    @AfterEach
    void close() {
        exchanger.close();
    }

    @Test
    void theNextRequestGoesOverTheSameConnection() throws Exception {
        try (ScriptedServer server = answering(OK, OK, OK)) {
            HttpResponse first = ok(server);
            HttpResponse second = ok(server);
            ok(server);
            assertThat(dialled).hasSize(1);
            assertThat(first.trace().phases()).containsKey(Phase.CONNECT);
            assertThat(second.trace().phases()).containsOnlyKeys(Phase.PROCESSING, Phase.TRANSFER);
        }
    }

    @Test
    void aRequestThatWantsItsOwnConnectionGetsIt() throws Exception {
        try (ScriptedServer server = answering(OK)) {
            ok(server);
            exchange(server.get("/", LONG));
            assertThat(dialled).hasSize(2);
        }
    }

    @Test
    void anotherKeyAtTheSameProviderHasItsOwnConnection() throws Exception {
        try (ScriptedServer server = answering(OK, OK)) {
            exchange(server.get("/key-1", LONG).reusing());
            exchange(server.get("/key-2", LONG).reusing());
            assertThat(dialled).hasSize(2);
        }
    }

    @Test
    void aConnectionThatTheServerClosedMeanwhileIsNobodysFailure() throws Exception {
        try (ScriptedServer server = answering(OK)) {
            for (int i = 0; i < 10; i++) {
                // It is closed right after the answer: whether before or after the next request, is the network's
                // choice.
                ok(server);
            }
            assertThat(dialled).hasSize(10);
        }
    }

    @Test
    void onlyAFreshConnectionFails() throws Exception {
        try (ScriptedServer server = answering(OK, "")) {
            ok(server);
            // The second request is read and not answered; put again, over a connection of its own, it is answered.
            ok(server);
            assertThat(dialled).hasSize(2);
        }
        try (ScriptedServer server = answering("")) {
            HttpResult result = exchange(server.get("/", LONG).reusing());
            assertThat(((HttpFailure) result).reason()).isEqualTo(Reason.CONNECTION_RESET);
        }
    }

    @Test
    void anAnswerThatBreaksOffIsAFailureAlsoOnAKeptConnection() throws Exception {
        try (ScriptedServer server = answering(OK, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123")) {
            ok(server);
            HttpResult result = exchange(server.get("/", LONG).reusing());
            assertThat(((HttpFailure) result).reason()).isEqualTo(Reason.CONNECTION_RESET);
            assertThat(dialled).hasSize(1);
        }
    }

    @Test
    void whoSaysMoreThanWasAskedIsHungUpOn() throws Exception {
        try (ScriptedServer server = answering(OK + OK, OK)) {
            ok(server);
            await().atMost(Duration.ofMinutes(5)).untilAtomic(ended, equalTo(1));
            ok(server);
            assertThat(dialled).hasSize(2);
        }
    }

    @Test
    void aServerThatWantsToCloseIsLetGo() throws Exception {
        String closing = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
        try (ScriptedServer server = answering(closing, closing)) {
            ok(server);
            ok(server);
            assertThat(dialled).hasSize(2);
        }
    }

    @Test
    void noConnectionLivesForEver() throws Exception {
        try (ScriptedServer server = answering(OK, OK, OK, OK, OK, OK)) {
            for (int i = 0; i < 4; i++) {
                ok(server);
                skipped.addAndGet(Duration.ofSeconds(25).toNanos());
            }
            assertThat(dialled).as("none waits 30 s, but one is 75 s old").hasSize(2);
        }
    }

    @Test
    void whatNobodyComesForIsClosed() throws Exception {
        try (ScriptedServer server = answering(OK, OK)) {
            ok(server);
            skipped.addAndGet(Duration.ofSeconds(31).toNanos());
            ok(server);
            assertThat(dialled).hasSize(2);
        }
    }

    /** A server that gives these answers on each connection, one to a request, and then closes it. */
    private ScriptedServer answering(String... answers) throws IOException {
        return new ScriptedServer((request, socket) -> {
            dialled.add(socket.getPort());
            ScriptedServer.write(socket, answers[0]);
            for (int i = 1; i < answers.length && ScriptedServer.readsRequest(socket); i++) {
                ScriptedServer.write(socket, answers[i]);
            }
            ended.incrementAndGet();
        });
    }

    private HttpResponse ok(ScriptedServer server) throws Exception {
        HttpResponse response = (HttpResponse) exchange(server.get("/", LONG).reusing());
        assertThat(response.status()).isEqualTo(200);
        return response;
    }

    private HttpResult exchange(HttpRequest request) throws Exception {
        return exchanger.exchange(request).get();
    }
}
