package network.litewatch.lab.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import network.litewatch.lab.http.BadRequest;
import network.litewatch.lab.http.Json;
import org.junit.jupiter.api.Test;

final class CompletionTest {

    private final Completion completion = new Completion(1, 7, "lab-tiny-1", Instant.ofEpochSecond(5));

    @Test
    void aFrameIsOneEventInTheTextCompletionShape() throws Exception {
        String frame = new String(Completion.frame(completion.token("a\n\"b")), StandardCharsets.UTF_8);
        assertThat(frame).startsWith("data: {").endsWith("}\n\n");
        assertThat(frame.strip().lines()).hasSize(1);
        JsonNode json = Json.MAPPER.readTree(frame.substring("data: ".length()));
        assertThat(json.at("/choices/0/text").asText()).isEqualTo("a\n\"b");
        assertThat(json.at("/choices/0/finish_reason").isNull()).isTrue();
        assertThat(json.path("object").asText()).isEqualTo("text_completion");
        assertThat(json.path("task_id").asLong()).isEqualTo(7);
    }

    @Test
    void theLastFrameHasTheReasonAndTheCounts() {
        JsonNode done = Json.object()
                .put("finish_reason", "length")
                .put("prompt_tokens", 3)
                .put("completion_tokens", 4);
        JsonNode last = completion.last(done);
        assertThat(last.at("/choices/0/finish_reason").asText()).isEqualTo("length");
        assertThat(last.at("/usage/total_tokens").asInt()).isEqualTo(7);
    }

    @Test
    void thePathsSessionWinsOverTheBodys() {
        JsonNode body = Json.object().put("prompt", "x").put("session_id", 2);
        assertThat(Completion.Request.of("3", body).session()).hasValue(3);
        assertThat(Completion.Request.of(null, body).session()).hasValue(2);
    }

    @Test
    void badRequestsNameTheField() {
        assertThatThrownBy(() -> Completion.Request.of("one", Json.object().put("prompt", "x")))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("session_id");
        assertThatThrownBy(() -> Completion.Request.of(null, Json.object())).hasMessageContaining("prompt");
        assertThatThrownBy(() -> Completion.Request.of(
                        null, Json.object().put("prompt", "x").put("max_tokens", 0)))
                .hasMessageContaining("max_tokens");
    }
}
