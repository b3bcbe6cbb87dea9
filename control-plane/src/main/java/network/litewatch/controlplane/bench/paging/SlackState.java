package network.litewatch.controlplane.bench.paging;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the lab's Slack stand-in says was said, edits included, by its own stamps. Pure. */
final class SlackState {
    private final JsonNode state;

    /** Reads {@code state}, the stand-in's {@code /state.json}. */
    SlackState(JsonNode state) {
        this.state = state;
    }

    /** A text, and since when it stood there. */
    private record Said(Instant at, String text) {}

    /** When {@code channel} first had a text like that, by a message or an edit, no sooner than {@code from}. */
    Optional<Instant> first(String channel, Instant from, Predicate<String> like) {
        return elements(state.path("channels"))
                .filter(c -> c.path("name").asText().equals(channel))
                .flatMap(c -> elements(c.path("messages")))
                .flatMap(SlackState::versions)
                .filter(said -> !said.at().isBefore(from) && like.test(said.text()))
                .map(Said::at)
                .min(Comparator.naturalOrder());
    }

    /** An edit carries what stood there until then: each version stands from the edit before it. */
    private static Stream<Said> versions(JsonNode message) {
        JsonNode edits = message.path("edits");
        return IntStream.rangeClosed(0, edits.size())
                .mapToObj(i -> new Said(
                        at((i == 0 ? message : edits.path(i - 1)).path("ts").asText()),
                        text(i == edits.size() ? message : edits.path(i))));
    }

    /** What a notification would show: the text, or where there is none the title of its first attachment. */
    private static String text(JsonNode content) {
        String text = content.path("text").asText();
        return text.isEmpty()
                ? content.path("attachments").path(0).path("title").asText()
                : text;
    }

    private static Instant at(String ts) {
        int dot = ts.indexOf('.');
        return Instant.ofEpochSecond(
                Long.parseLong(ts.substring(0, dot)), Long.parseLong(ts.substring(dot + 1)) * 1_000);
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
