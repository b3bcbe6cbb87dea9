package network.litewatch.lab.slack;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import network.litewatch.lab.http.Json;
import org.jspecify.annotations.Nullable;

/**
 * A message as it is now, and as it was before each edit. Immutable.
 *
 * @param thread the ts of the message that it answers, or null
 */
record SlackMessage(String channel, String ts, @Nullable String thread, Content content, List<Edit> edits) {

    /** What a message says; {@code blocks} and {@code attachments} may be empty, {@code metadata} is null when there is none. */
    record Content(
            String text,
            ArrayNode blocks,
            ArrayNode attachments,
            @Nullable ObjectNode metadata) {
        boolean empty() {
            return text.isEmpty() && blocks.isEmpty() && attachments.isEmpty();
        }
    }

    /** What a message said until it was edited; {@code ts} is the edit's. */
    record Edit(String ts, Content before) {}

    /** The message after an edit; metadata stays unless the edit brings its own. */
    SlackMessage edited(String editTs, Content now) {
        List<Edit> all = new ArrayList<>(edits);
        all.add(new Edit(editTs, content));
        var kept = now.metadata() != null
                ? now
                : new Content(now.text(), now.blocks(), now.attachments(), content.metadata());
        return new SlackMessage(channel, ts, thread, kept, List.copyOf(all));
    }

    /** The message in the Web API's shape. */
    ObjectNode toJson(boolean withMetadata) {
        ObjectNode json = Json.object()
                .put("type", "message")
                .put("subtype", "bot_message")
                .put("bot_id", SlackApi.BOT_ID)
                .put("user", SlackApi.USER_ID)
                .put("ts", ts);
        fill(json, content, withMetadata);
        if (thread != null) {
            json.put("thread_ts", thread);
        }
        if (!edits.isEmpty()) {
            json.putObject("edited")
                    .put("user", SlackApi.USER_ID)
                    .put("ts", edits.get(edits.size() - 1).ts());
        }
        return json;
    }

    /** The message with its history, for the page and for tests. */
    ObjectNode toState() {
        ObjectNode json = toJson(true).put("channel", channel);
        ArrayNode history = json.putArray("edits");
        for (Edit edit : edits) {
            fill(history.addObject().put("ts", edit.ts()), edit.before(), true);
        }
        return json;
    }

    private static void fill(ObjectNode json, Content content, boolean withMetadata) {
        json.put("text", content.text());
        json.set("blocks", content.blocks());
        json.set("attachments", content.attachments());
        if (withMetadata && content.metadata() != null) {
            json.set("metadata", content.metadata());
        }
    }
}
