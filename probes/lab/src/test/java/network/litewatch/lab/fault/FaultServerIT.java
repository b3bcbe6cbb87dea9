package network.litewatch.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import network.litewatch.fault.FaultRegistry;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.LoopbackServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The fault API before an RPC proxy before a node that knows its head and nothing else. */
final class FaultServerIT {

    private final HttpClient http = HttpClient.newHttpClient();
    private volatile long head = 50;
    private LoopbackServer node;
    private RpcFaultProxy proxy;
    private FaultRegistry registry;
    private FaultServer server;

    @BeforeEach
    void start() {
        node = LoopbackServer.start("node", 0, 4, exchange -> exchange.send(200, answer(exchange.json())));
        proxy = new RpcFaultProxy(0, URI.create("http://127.0.0.1:" + node.port()));
        registry = new FaultRegistry(InstantSource.system());
        registry.register("rpc.freeze", "rpc-b", proxy.injector("rpc.freeze"));
        registry.register("rpc.lag", "rpc-b", proxy.injector("rpc.lag"));
        server = new FaultServer(0, registry);
    }

    @AfterEach
    void stop() {
        server.close();
        registry.close();
        proxy.close();
        node.close();
    }

    @Test
    void aLaggingNodeIsBehindInBatchesTooWithIdsAndErrorsKept() throws Exception {
        String id = post("{\"type\":\"rpc.lag\",\"target\":\"rpc-b\",\"args\":{\"blocks\":5},\"lease\":\"30s\"}", 201)
                .path("id")
                .asText();
        JsonNode answers =
                rpc("[{\"id\":\"a\",\"method\":\"eth_blockNumber\",\"params\":[]},{\"id\":2,\"method\":\"nonsense\"}]");
        assertThat(answers.at("/0/id").asText()).isEqualTo("a");
        assertThat(answers.at("/0/result").asText()).isEqualTo("0x2d");
        assertThat(answers.at("/1/id").asInt()).isEqualTo(2);
        assertThat(answers.at("/1/error/code").asInt()).isEqualTo(-32601);
        head = 60;
        assertThat(height()).as("it moves").isEqualTo(55);
        assertThat(send("DELETE", "/faults/" + id, "").statusCode()).isEqualTo(200);
        assertThat(height()).isEqualTo(60);
    }

    @Test
    void aFrozenNodeStandsStillUntilItsFaultIsEnded() throws Exception {
        String id = post("{\"type\":\"rpc.freeze\",\"target\":\"rpc-b\",\"lease\":\"30s\"}", 201)
                .path("id")
                .asText();
        head = 70;
        assertThat(height()).isEqualTo(50);
        JsonNode listed = Json.MAPPER.readTree(send("GET", "/faults", "").body());
        assertThat(listed.at("/active/0/id").asText()).isEqualTo(id);
        assertThat(listed.at("/known")).hasSize(2);
        send("DELETE", "/faults/" + id, "");
        assertThat(height()).isEqualTo(70);
    }

    @Test
    void whatIsWrongIsSaidWithWhatIsKnown() throws Exception {
        assertThat(error("{\"type\":\"rpc.thaw\",\"target\":\"rpc-b\",\"lease\":\"5s\"}", 404))
                .contains("rpc.freeze");
        assertThat(error("{\"type\":\"rpc.lag\",\"target\":\"rpc-z\",\"lease\":\"5s\"}", 404))
                .contains("rpc-b");
        assertThat(error("{\"type\":\"rpc.lag\",\"target\":\"rpc-b\",\"lease\":\"5s\"}", 400))
                .contains("args.blocks");
        assertThat(error("{\"type\":\"rpc.freeze\",\"target\":\"rpc-b\"}", 400)).contains("lease", "30s");
        assertThat(error("{\"type\":\"rpc.freeze\",\"target\":\"rpc-b\",\"lease\":\"121m\"}", 400))
                .contains("120m");
        assertThat(error("{\"target\":\"rpc-b\",\"lease\":\"5s\"}", 400)).contains("type");
        assertThat(error("not json", 400)).contains("JSON");
        assertThat(send("DELETE", "/faults/f-99", "").statusCode()).isEqualTo(404);
    }

    @Test
    void anotherSitesPageIsRefused() throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/faults"))
                .header("Origin", "http://evil.example")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"type\":\"rpc.freeze\",\"target\":\"rpc-b\",\"lease\":\"5s\"}"))
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(403);
        assertThat(registry.list()).isEmpty();
    }

    private JsonNode post(String body, int status) throws Exception {
        HttpResponse<String> answer = send("POST", "/faults", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return Json.MAPPER.readTree(answer.body());
    }

    private String error(String body, int status) throws Exception {
        return post(body, status).path("error").asText();
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private long height() throws Exception {
        return Long.decode(rpc("{\"id\":1,\"method\":\"eth_blockNumber\",\"params\":[]}")
                .path("result")
                .asText());
    }

    private JsonNode rpc(String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port()))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return Json.MAPPER.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private JsonNode answer(JsonNode request) {
        if (request.isArray()) {
            ArrayNode answers = Json.array();
            request.forEach(one -> answers.add(answer(one)));
            return answers;
        }
        ObjectNode answer = Json.object().put("jsonrpc", "2.0");
        answer.set("id", request.path("id"));
        switch (request.path("method").asText()) {
            case "eth_blockNumber" -> answer.put("result", "0x" + Long.toHexString(head));
            case "eth_getBlockByNumber" -> answer.putObject("result").put("number", "0x10");
            default -> answer.putObject("error").put("code", -32601).put("message", "no such method");
        }
        return answer;
    }
}
