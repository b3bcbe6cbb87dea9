package network.litewatch.lab.miner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.http.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A miner's own process with llama.cpp in it, asked as the router asks it. */
final class MinerCheatsIT {

    private static final String PROMPT = "the miner probe";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private static Path home;

    private static Miner miner;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** An answer: the first token's and the last token's time after the request was sent, in milliseconds. */
    private record Answer(String text, int tokens, JsonNode done, double firstMs, double lastMs) {}

    @BeforeAll
    static void start() throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        miner = Miner.launch(
                new Miner.Settings(
                        "miner-1",
                        "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
                        "lab-tiny-1",
                        port,
                        home,
                        URI.create("http://127.0.0.1:9"), // no chain: only tasks with an id are recorded there
                        "0x0000000000000000000000000000000000000001",
                        Duration.ofMillis(15)),
                died -> {});
        miner.awaitReady();
    }

    @AfterAll
    static void stop() {
        if (miner != null) {
            miner.close();
        }
    }

    @Test
    void anIdleModelKeepsItsFirstTaskWaitingAndDecodesAsEver() throws Exception {
        FaultHandle cold = miner.goCold(Duration.ofSeconds(2), Duration.ZERO);
        Answer first = ask(task(PROMPT, 20));
        cold.undo();
        Answer warm = ask(task(PROMPT, 20));
        assertThat(first.firstMs()).isGreaterThan(1_900);
        assertThat(warm.firstMs()).isLessThan(first.firstMs() / 2);
        assertThat(first.lastMs() - first.firstMs())
                .as("the distances of tokens do not change")
                .isLessThan(3 * (warm.lastMs() - warm.firstMs()));
        assertThat(first.text()).isEqualTo(warm.text());
    }

    @Test
    void aShareOfTasksIsAnsweredByASmallerModel() throws Exception {
        String own = ask(task(PROMPT, 12)).text();
        FaultHandle mixed = miner.mix(0.5, "lab-mini-2");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Answer answer = ask(numbered(task(PROMPT, 12), i));
            assertThat(answer.done().path("model").asText()).isEqualTo("lab-tiny-1");
            texts.add(answer.text());
        }
        mixed.undo();
        assertThat(texts).contains(own);
        assertThat(texts.stream().distinct()).as("two models' texts").hasSize(2);
        assertThat(ask(task(PROMPT, 12)).text()).isEqualTo(own);
        assertThatThrownBy(() -> miner.mix(0.5, "gpt")).hasMessageContaining("args.model");
    }

    @Test
    void claimedTokensAreMultipliedAndTheTextIsTheSame() throws Exception {
        Answer honest = ask(task(PROMPT, 10));
        FaultHandle lie = miner.claimTokens(3);
        Answer lied = ask(task(PROMPT, 10));
        lie.undo();
        assertThat(honest.done().path("completion_tokens").asInt()).isEqualTo(10);
        assertThat(lied.done().path("completion_tokens").asInt()).isEqualTo(30);
        assertThat(lied.text()).isEqualTo(honest.text());
        assertThat(ask(task(PROMPT, 10)).done().path("completion_tokens").asInt())
                .isEqualTo(10);
    }

    @Test
    void aCachedAnswerIsAnEarlierOneAndComesAtOnce() throws Exception {
        Answer earlier = ask(task("how many blocks are 17 and 4", 40));
        String fresh = ask(task("how many blocks are 99 and 5", 40)).text();
        FaultHandle cached = miner.answerFromCache();
        Answer stale = ask(task("how many blocks are 23 and 8", 40));
        cached.undo();
        Answer computed = ask(task("how many blocks are 23 and 8", 40));
        assertThat(fresh).as("numbers matter to the model").isNotEqualTo(earlier.text());
        assertThat(stale.text()).isEqualTo(earlier.text());
        assertThat(computed.text()).isNotEqualTo(stale.text());
        assertThat(computed.lastMs() - computed.firstMs()).isGreaterThan(39 * 15 * 0.8);
        assertThat(stale.lastMs() - stale.firstMs()).isLessThan((computed.lastMs() - computed.firstMs()) / 2);
    }

    @Test
    void aWrongAnswerHasNothingToDoWithThePrompt() throws Exception {
        FaultHandle wrong = miner.answerWrong(1);
        String one = ask(task(PROMPT, 8)).text();
        String other = ask(task("quite another prompt", 8)).text();
        wrong.undo();
        assertThat(one).isEqualTo(other).isEqualTo(String.join("", Tokens.WRONG));
        assertThat(ask(task(PROMPT, 8)).text()).isNotEqualTo(one);
    }

    @Test
    void aTaskThatHangsHoldsNobodyElseAndBreaksWhenTheFaultEnds() throws Exception {
        FaultHandle hang = miner.hang(1);
        assertThatThrownBy(() -> HTTP.send(
                        request("/generate", task(PROMPT, 4), Duration.ofMillis(500)),
                        HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(HttpTimeoutException.class);
        CompletableFuture<HttpResponse<String>> waiting =
                HTTP.sendAsync(request("/generate", task(PROMPT, 4), LIMIT), HttpResponse.BodyHandlers.ofString());
        assertThat(HTTP.send(
                                HttpRequest.newBuilder(at("/health"))
                                        .timeout(LIMIT)
                                        .build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(200);
        assertThat(waiting).isNotDone();
        hang.undo();
        await().atMost(LIMIT).until(waiting::isDone);
        assertThat(waiting).isCompletedExceptionally();
        assertThat(ask(task(PROMPT, 4)).tokens()).isEqualTo(4);
    }

    @Test
    void temperatureAndSeedReachTheModel() throws Exception {
        ObjectNode greedy = task(PROMPT, 24).put("temperature", 0);
        assertThat(ask(greedy).text()).isEqualTo(ask(greedy).text());
        ObjectNode hot = task(PROMPT, 24).put("temperature", 1.2);
        assertThat(ask(hot).text()).as("two samples").isNotEqualTo(ask(hot).text());
        ObjectNode seeded = hot.deepCopy().put("seed", 7);
        assertThat(ask(seeded).text()).isEqualTo(ask(seeded).text());
        assertThat(ask(seeded).text())
                .isNotEqualTo(ask(hot.deepCopy().put("seed", 8)).text());
        ObjectNode narrow = hot.deepCopy().put("top_p", 0.000_001);
        assertThat(ask(narrow).text())
                .as("the most likely token only")
                .isEqualTo(ask(greedy).text());
    }

    private static ObjectNode task(String prompt, int tokens) {
        return Json.object().put("prompt", prompt).put("max_tokens", tokens);
    }

    /** With the numbers of a session's task but no {@code task_id}'s record: the session alone varies what is drawn. */
    private static ObjectNode numbered(ObjectNode task, int number) {
        return task.put("session_id", number);
    }

    private static Answer ask(ObjectNode task) throws Exception {
        long sent = System.nanoTime();
        HttpResponse<Stream<String>> answer =
                HTTP.send(request("/generate", task, LIMIT), HttpResponse.BodyHandlers.ofLines());
        var text = new StringBuilder();
        JsonNode done = Json.object();
        List<Double> at = new ArrayList<>();
        try (Stream<String> lines = answer.body()) {
            for (String line : (Iterable<String>) lines::iterator) {
                JsonNode json = Json.MAPPER.readTree(line);
                if (json.has("done")) {
                    done = json;
                } else {
                    at.add((System.nanoTime() - sent) / 1e6);
                    text.append(json.path("token").asText());
                }
            }
        }
        return new Answer(text.toString(), at.size(), done, at.get(0), at.get(at.size() - 1));
    }

    private static HttpRequest request(String path, ObjectNode body, Duration limit) {
        return HttpRequest.newBuilder(at(path))
                .timeout(limit)
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
    }

    private static URI at(String path) {
        return URI.create("http://127.0.0.1:" + miner.settings().port() + path);
    }
}
