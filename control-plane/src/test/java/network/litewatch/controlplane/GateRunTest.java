package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import network.litewatch.controlplane.gate.GateData;
import network.litewatch.controlplane.gate.GatePlan;
import org.junit.jupiter.api.Test;

class GateRunTest {
    private static final GatePlan PLAN = new GatePlan(
            "short",
            "short",
            new GatePlan.Load(
                    4,
                    Duration.ofSeconds(2),
                    List.of(new GatePlan.Stage("steady", List.of(1L), 4, Duration.ofSeconds(1))),
                    Optional.empty()),
            List.of("freeze-head"),
            Duration.ZERO,
            List.of(),
            "0".repeat(64));

    @Test
    void whatWasSeenBeforeTheServiceWentAwayIsKept() throws Exception {
        int nobody;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = taken.getLocalPort();
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();

        GateData seen = gate(nobody, said).run();

        assertThat(seen.brokenOff()).hasValueSatisfying(why -> assertThat(why).contains("no service answers"));
        assertThat(seen.answers()).hasSize(4).allMatch(answer -> answer.error().isPresent());
        assertThat(seen.spans()).extracting(GateData.Span::stage).containsExactly("steady");
        assertThat(seen.counts()).isEmpty();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("broken off: no service answers");
    }

    @Test
    void aDrillThatIsGoingOnWhenItIsToldToEndIsAborted() throws Exception {
        Thread gate = Thread.currentThread();
        List<String> posted = new CopyOnWriteArrayList<>();
        AtomicInteger begun = new AtomicInteger();
        HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> answer(exchange, 200, "{\"items\": [], \"touches\": []}"));
        service.createContext("/api/v1/drills/runs", exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (exchange.getRequestMethod().equals("POST")) {
                posted.add(path);
                boolean away = path.endsWith("/runs") && begun.incrementAndGet() == 1;
                answer(exchange, away ? 503 : 200, "{\"id\": \"r1\"}");
            } else {
                gate.interrupt();
                answer(exchange, 200, "{\"state\": \"injected\"}");
            }
        });
        service.start();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            GateData seen = gate(service.getAddress().getPort(), said).run();

            assertThat(seen.brokenOff()).hasValue("it was told to end");
            assertThat(posted)
                    .as("begun again while the service could not begin it, and aborted")
                    .containsExactly("/api/v1/drills/runs", "/api/v1/drills/runs", "/api/v1/drills/runs/r1/abort");
            assertThat(said.toString(StandardCharsets.UTF_8)).contains("  aborted");
        } finally {
            service.stop(0);
        }
    }

    @Test
    void whoIsToldToEndSaysWhatWasSeenUntilThen() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Thread.currentThread().interrupt();

        GateData seen = gate(1, said).run();

        assertThat(seen.brokenOff()).hasValue("it was told to end");
        assertThat(seen.spans()).isEmpty();
        assertThat(Thread.currentThread().isInterrupted())
                .as("or its report could not be written")
                .isFalse();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("broken off: it was told to end");
    }

    private static GateRun gate(int port, OutputStream said) {
        return new GateRun(
                ServiceApi.local(port),
                new GateRun.Place(URI.create("http://127.0.0.1:" + port), "", Optional.empty()),
                PLAN,
                Clock.systemUTC(),
                new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
