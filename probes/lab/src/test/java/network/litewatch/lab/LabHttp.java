package network.litewatch.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import network.litewatch.lab.http.Json;

/** A user of the lab: what a test asks of it over HTTP. */
final class LabHttp {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    record Answer(int status, JsonNode body) {}

    /** A streamed completion: each frame but [DONE] and when it came, in nanoseconds. */
    record Streamed(List<JsonNode> frames, List<Long> at, boolean done) {
        String text() {
            StringBuilder text = new StringBuilder();
            frames.forEach(frame -> text.append(frame.at("/choices/0/text").asText()));
            return text.toString();
        }

        double millisPerToken() {
            return (at.get(at.size() - 1) - at.get(0)) / 1e6 / (at.size() - 1);
        }
    }

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final LabManifest manifest;

    LabHttp(LabManifest manifest) {
        this.manifest = manifest;
    }

    Answer get(String path) throws Exception {
        return exchange(request(manifest.router().resolve(path)).build());
    }

    Answer getWithoutToken(String path) throws Exception {
        return exchange(HttpRequest.newBuilder(manifest.router().resolve(path))
                .timeout(LIMIT)
                .build());
    }

    Answer complete(long session, String prompt, int tokens) throws Exception {
        return exchange(request(manifest.router().resolve("/api/v1/completions/" + session))
                .POST(HttpRequest.BodyPublishers.ofString(body(prompt, tokens, false)))
                .build());
    }

    /** Asks with whatever parameters. */
    Answer complete(long session, ObjectNode body) throws Exception {
        return exchange(request(manifest.router().resolve("/api/v1/completions/" + session))
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build());
    }

    Streamed stream(long session, String prompt, int tokens) throws Exception {
        HttpResponse<Stream<String>> answer = http.send(
                request(manifest.router().resolve("/api/v1/completions/" + session))
                        .POST(HttpRequest.BodyPublishers.ofString(body(prompt, tokens, true)))
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
        List<JsonNode> frames = new ArrayList<>();
        List<Long> at = new ArrayList<>();
        boolean done = false;
        try (Stream<String> lines = answer.body()) {
            for (String line : (Iterable<String>) lines::iterator) {
                if (line.equals("data: [DONE]")) {
                    done = true;
                } else if (line.startsWith("data: ")) {
                    at.add(System.nanoTime());
                    frames.add(Json.MAPPER.readTree(line.substring("data: ".length())));
                }
            }
        }
        return new Streamed(frames, at, done);
    }

    JsonNode rpc(String name, String method, String params) throws Exception {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}";
        return exchange(HttpRequest.newBuilder(manifest.rpcs().get(name))
                        .timeout(LIMIT)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build())
                .body()
                .path("result");
    }

    /** Injects a fault and returns its id. */
    String inject(String type, String target, String args, String lease) throws Exception {
        String body = "{\"type\":\"" + type + "\",\"target\":\"" + target + "\",\"args\":" + args + ",\"lease\":\""
                + lease + "\"}";
        Answer answer = exchange(HttpRequest.newBuilder(manifest.faults().resolve("/faults"))
                .timeout(LIMIT)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
        if (answer.status() != 201) {
            throw new AssertionError("not injected: " + answer);
        }
        return answer.body().path("id").asText();
    }

    void end(String fault) throws Exception {
        Answer answer = exchange(HttpRequest.newBuilder(manifest.faults().resolve("/faults/" + fault))
                .timeout(LIMIT)
                .DELETE()
                .build());
        if (answer.status() != 200) {
            throw new AssertionError("not ended: " + answer);
        }
    }

    private HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(LIMIT).header("Authorization", "Bearer " + manifest.routerToken());
    }

    /** The web page beside the network, as anybody asks for it. */
    Answer site() throws Exception {
        return exchange(HttpRequest.newBuilder(manifest.site().resolve("/"))
                .timeout(LIMIT)
                .build());
    }

    private Answer exchange(HttpRequest request) throws Exception {
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(answer.statusCode(), Json.MAPPER.readTree(answer.body()));
    }

    private static String body(String prompt, int tokens, boolean stream) {
        return Json.object()
                .put("prompt", prompt)
                .put("max_tokens", tokens)
                .put("temperature", 0)
                .put("stream", stream)
                .toString();
    }
}
