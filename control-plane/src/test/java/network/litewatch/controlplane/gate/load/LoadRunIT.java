package network.litewatch.controlplane.gate.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import network.litewatch.controlplane.gate.Answer;
import network.litewatch.controlplane.gate.ErrorClass;
import network.litewatch.controlplane.gate.GatePlan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server whose sessions answer in one way each. */
class LoadRunIT {
    private static final String TOKEN = "data: {\"task_id\":7,\"choices\":[{\"text\":\"a\"}]}\n\n";

    private final CountDownLatch hang = new CountDownLatch(1);
    private ExecutorService threads;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        threads = Executors.newCachedThreadPool();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/api/v1/completions/1", exchange -> stream(exchange, TOKEN + TOKEN + "data: [DONE]\n\n"));
        server.createContext("/api/v1/completions/2", exchange -> stream(exchange, TOKEN));
        server.createContext("/api/v1/completions/3", exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        server.createContext("/api/v1/completions/4", exchange -> {
            try {
                hang.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        server.createContext("/api/v1/completions/5", exchange -> {
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        hang.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private static void stream(HttpExchange exchange, String frames) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(frames.getBytes(StandardCharsets.UTF_8));
        }
    }

    private List<Answer> run(long session, int requests) throws InterruptedException {
        GatePlan.Stage stage = new GatePlan.Stage("steady", List.of(session), 20, Duration.ofMillis(50L * requests));
        GatePlan.Load load = new GatePlan.Load(4, Duration.ofSeconds(2), List.of(stage), Optional.empty());
        URI router = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return new LoadRun(router, "token", load, () -> Instant.EPOCH).run(stage, () -> false);
    }

    @Test
    void aWholeAnswerHasItsTimesAndItsTask() throws Exception {
        List<Answer> answers = run(1, 4);
        assertThat(answers).hasSize(4).allSatisfy(answer -> {
            assertThat(answer.error()).isEmpty();
            assertThat(answer.ttftSeconds()).isPositive().isLessThanOrEqualTo(answer.totalSeconds());
            assertThat(answer.task()).contains("7");
        });
        assertThat(answers).extracting(Answer::text).containsOnly(answers.get(0).text());
        assertThat(answers.get(3).slot()).isEqualTo(Instant.EPOCH.plusMillis(150));
    }

    @Test
    void eachFailureHasItsClass() throws Exception {
        assertThat(run(2, 1).get(0).error()).contains(ErrorClass.BROKEN);
        assertThat(run(3, 1).get(0).error()).contains(ErrorClass.HTTP_5XX);
        assertThat(run(4, 1).get(0).error()).contains(ErrorClass.TIMEOUT);
        assertThat(run(5, 1).get(0).error()).contains(ErrorClass.HTTP_4XX);
        server.stop(0);
        assertThat(run(1, 1).get(0).error()).contains(ErrorClass.CONNECTION);
    }

    @Test
    void aSlowAnswerKeepsNoLaterRequestWaiting() throws Exception {
        // Four requests at 50 ms from each other, none of which is answered: all are sent, and time out together.
        List<Answer> answers = run(4, 4);
        assertThat(answers)
                .hasSize(4)
                .allSatisfy(answer -> assertThat(answer.ttftSeconds()).isInfinite());
    }
}
