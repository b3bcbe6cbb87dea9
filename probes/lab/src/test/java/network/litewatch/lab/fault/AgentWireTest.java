package network.litewatch.lab.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.http.Exchange;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.LoopbackServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The wire between an agent and what watches the lab, over real HTTP. */
final class AgentWireTest {

    private static final String DELIVERY = """
            {"sentAt":"2026-11-20T10:00:00Z","status":{"backlog":1},
             "observations":[{"slot":"2026-11-20T09:59:58Z","startedAt":"2026-11-20T09:59:58.25Z","target":"x"},{"slot":7}]}""";
    private static final Duration LEASE = Duration.ofMinutes(1);

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicReference<byte[]> body = new AtomicReference<>(new byte[0]);
    private final AtomicReference<String> asked = new AtomicReference<>("");
    private final LoopbackServer watcher = LoopbackServer.start("watcher", 0, 2, this::answer);
    private final AgentWire wire = new AgentWire(0, URI.create("http://127.0.0.1:" + watcher.port() + "/"));

    @AfterEach
    void close() {
        wire.close();
        watcher.close();
    }

    @Test
    void withoutAFaultAllPassesAsItIs() throws Exception {
        HttpResponse<String> plan = send("GET", "plan", "");
        assertThat(plan.headers().firstValue("ETag")).hasValue("\"7\"");
        assertThat(asked.get()).isEqualTo("GET /api/v1/agents/east/plan Bearer t \"6\"");

        assertThat(send("POST", "observations", DELIVERY).body()).isEqualTo("{\"items\":[]}");
        assertThat(new String(body.get(), UTF_8)).isEqualTo(DELIVERY);
    }

    @Test
    void aClockThatIsWrongMovesEveryInstantOfADelivery() throws Exception {
        FaultHandle fault = wire.injector("agent.clock").inject(Json.object().put("seconds", 12.5), LEASE);
        send("POST", "observations", DELIVERY);
        ObjectNode moved = (ObjectNode) Json.MAPPER.readTree(body.get());
        assertThat(moved.path("sentAt").asText()).isEqualTo("2026-11-20T10:00:12.500Z");
        assertThat(moved.at("/observations/0/slot").asText()).isEqualTo("2026-11-20T10:00:10.500Z");
        assertThat(moved.at("/observations/0/startedAt").asText()).isEqualTo("2026-11-20T10:00:10.750Z");
        assertThat(moved.at("/observations/0/target").asText()).isEqualTo("x");
        assertThat(moved.at("/observations/1/slot").asInt()).isEqualTo(7);

        fault.undo();
        send("POST", "observations", DELIVERY);
        assertThat(Json.MAPPER.readTree(body.get())).isEqualTo(Json.MAPPER.readTree(DELIVERY));
    }

    @Test
    void eachDeliverySaysThatOneMoreWasLost() throws Exception {
        FaultHandle fault = wire.injector("agent.drops").inject(Json.object(), LEASE);
        for (int more = 1; more <= 2; more++) {
            send("POST", "observations", DELIVERY.replace("\"backlog\":1", "\"backlog\":1,\"dropped\":5"));
            JsonNode said = Json.MAPPER.readTree(body.get());
            assertThat(said.at("/status/dropped").asInt()).isEqualTo(5 + more);
            assertThat(said.path("sentAt").asText()).isEqualTo("2026-11-20T10:00:00Z");
        }

        fault.undo();
        send("POST", "observations", DELIVERY);
        assertThat(new String(body.get(), UTF_8)).isEqualTo(DELIVERY);
    }

    @Test
    void deliveriesAreSentAwayAndNothingElse() throws Exception {
        FaultHandle fault = wire.injector("agent.refused").inject(Json.object(), LEASE);
        HttpResponse<String> refused = send("POST", "observations", DELIVERY);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(json(refused).path("message").asText()).isEqualTo("sent away by the lab");
        assertThat(send("GET", "plan", "").statusCode()).isEqualTo(200);

        fault.undo();
        assertThat(send("POST", "observations", DELIVERY).statusCode()).isEqualTo(200);
    }

    @Test
    void nobodyBehindItIsSaidAndBadFaultsAreRefused() throws Exception {
        watcher.close();
        assertThat(send("GET", "plan", "").statusCode()).isEqualTo(502);
        assertThatThrownBy(() -> wire.injector("agent.clock").inject(Json.object(), LEASE))
                .hasMessageContaining("seconds");
        assertThatThrownBy(() -> wire.injector("agent.lost")).hasMessageContaining("agent.clock");
    }

    private void answer(Exchange exchange) throws java.io.IOException {
        asked.set(exchange.method() + " " + exchange.path() + " " + exchange.header("Authorization") + " "
                + exchange.header("If-None-Match"));
        body.set(exchange.body());
        exchange.setHeader("ETag", "\"7\"");
        exchange.send(200, "application/json", "{\"items\":[]}".getBytes(UTF_8));
    }

    private HttpResponse<String> send(String method, String what, String text) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + wire.port() + "/api/v1/agents/east/" + what))
                        .method(method, HttpRequest.BodyPublishers.ofString(text))
                        .header("Authorization", "Bearer t")
                        .header("If-None-Match", "\"6\"")
                        .header("Content-Type", "application/json")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws java.io.IOException {
        return Json.MAPPER.readTree(answer.body());
    }
}
