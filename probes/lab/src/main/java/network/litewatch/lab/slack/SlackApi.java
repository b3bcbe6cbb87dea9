package network.litewatch.lab.slack;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import network.litewatch.lab.http.Json;
import org.jspecify.annotations.Nullable;

/** The methods of Slack's Web API that a bot which posts and edits needs, with Slack's limits and Slack's error names. Thread-safe. */
final class SlackApi {

    static final String BOT_ID = "B00000LAB";
    static final String USER_ID = "U00000LAB";

    private static final int MAX_TEXT = 40_000;
    private static final int MAX_BLOCKS = 50;
    private static final int MAX_SECTION_TEXT = 3_000;
    private static final int MAX_HEADER_TEXT = 150;
    private static final int MAX_PAGE = 1_000;
    private static final Set<String> BLOCK_TYPES =
            Set.of("section", "header", "context", "divider", "actions", "image", "rich_text", "input", "markdown");

    /** What Slack would answer with {@code "ok": false}. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int retryAfterSeconds;

        Refusal(String error) {
            this(error, 0);
        }

        Refusal(String error, int retryAfterSeconds) {
            super(error);
            this.retryAfterSeconds = retryAfterSeconds;
        }

        /** Slack's name for the error. */
        String error() {
            return String.valueOf(getMessage());
        }

        /** For HTTP 429; 0 means that the answer is a 200. */
        int retryAfterSeconds() {
            return retryAfterSeconds;
        }
    }

    private final String botToken;
    private final SlackStore store;
    private final RateLimit limit;
    private final Supplier<URI> tickets;

    /** {@code tickets} gives out URLs of sockets, each for one connection. */
    SlackApi(String botToken, SlackStore store, RateLimit limit, Supplier<URI> tickets) {
        this.botToken = botToken;
        this.store = store;
        this.limit = limit;
        this.tickets = tickets;
    }

    /**
     * Answers a call.
     *
     * @throws Refusal when Slack would refuse it
     */
    ObjectNode answer(SlackCall call) {
        if (call.token().isEmpty()) {
            throw new Refusal("not_authed");
        }
        boolean socket = call.method().equals("apps.connections.open");
        if (!call.token().equals(socket ? SlackServer.APP_TOKEN : botToken)) {
            throw new Refusal(socket && call.token().equals(botToken) ? "not_allowed_token_type" : "invalid_auth");
        }
        return switch (call.method()) {
            case "apps.connections.open" -> ok().put("url", tickets.get().toString());
            case "auth.test" ->
                ok().put("url", "http://127.0.0.1/")
                        .put("team", "lab")
                        .put("user", "litewatch")
                        .put("team_id", "T00000LAB")
                        .put("user_id", USER_ID)
                        .put("bot_id", BOT_ID);
            case "chat.postMessage" -> post(call);
            case "chat.update" -> update(call);
            case "chat.postEphemeral" -> whisper(call);
            case "conversations.history" -> history(call);
            case "conversations.replies" -> replies(call);
            case "conversations.list" -> list();
            default -> throw new Refusal("unknown_method");
        };
    }

    private ObjectNode post(SlackCall call) {
        SlackStore.Channel channel = channel(call);
        SlackMessage.Content content = content(call);
        int wait = limit.take(channel.id());
        if (wait > 0) {
            throw new Refusal("ratelimited", wait);
        }
        String thread = call.text("thread_ts");
        SlackMessage message = store.post(channel, thread.isEmpty() ? null : thread, content);
        return said(ok(), message).put("channel", channel.id());
    }

    private ObjectNode whisper(SlackCall call) {
        SlackStore.Channel channel = channel(call);
        if (call.text("user").isEmpty()) {
            throw new Refusal("user_not_in_channel");
        }
        return ok().put("message_ts", store.whisper(channel, call.text("user"), content(call)));
    }

    private ObjectNode update(SlackCall call) {
        SlackStore.Channel channel = channel(call);
        SlackMessage.Content content = content(call);
        SlackMessage message =
                store.update(channel, call.text("ts"), content).orElseThrow(() -> new Refusal("message_not_found"));
        return said(ok(), message)
                .put("channel", channel.id())
                .put("text", message.content().text());
    }

    private ObjectNode history(SlackCall call) {
        SlackStore.Channel channel = channel(call);
        List<SlackMessage> messages = new ArrayList<>(store.history(channel));
        messages.removeIf(
                message -> message.thread() != null && !message.thread().equals(message.ts()));
        messages.removeIf(message -> !within(call, message.ts()));
        Collections.reverse(messages);
        return page(call, messages);
    }

    private ObjectNode replies(SlackCall call) {
        String root = call.text("ts");
        List<SlackMessage> messages = new ArrayList<>(store.history(channel(call)));
        messages.removeIf(message -> !message.ts().equals(root) && !root.equals(message.thread()));
        if (messages.isEmpty()) {
            throw new Refusal("thread_not_found");
        }
        return page(call, messages);
    }

    private static ObjectNode page(SlackCall call, List<SlackMessage> messages) {
        int from = number(call.text("cursor"), 0);
        int size = Math.max(1, Math.min(number(call.text("limit"), 100), MAX_PAGE));
        int to = Math.min(messages.size(), from + size);
        ObjectNode answer = ok();
        ArrayNode shown = answer.putArray("messages");
        for (SlackMessage message : messages.subList(Math.min(from, to), to)) {
            shown.add(message.toJson(call.flag("include_all_metadata")));
        }
        boolean more = to < messages.size();
        answer.put("has_more", more);
        answer.putObject("response_metadata").put("next_cursor", more ? Integer.toString(to) : "");
        return answer;
    }

    private ObjectNode list() {
        ObjectNode answer = ok();
        ArrayNode channels = answer.putArray("channels");
        for (SlackStore.Channel channel : store.channels()) {
            channels.addObject()
                    .put("id", channel.id())
                    .put("name", channel.name())
                    .put("is_channel", true)
                    .put("is_member", true);
        }
        answer.putObject("response_metadata").put("next_cursor", "");
        return answer;
    }

    private SlackStore.Channel channel(SlackCall call) {
        return store.channel(call.text("channel")).orElseThrow(() -> new Refusal("channel_not_found"));
    }

    private static SlackMessage.Content content(SlackCall call) {
        String text = call.text("text");
        if (text.length() > MAX_TEXT) {
            throw new Refusal("msg_too_long");
        }
        ArrayNode blocks = array(call, "blocks", "invalid_blocks_format");
        checkBlocks(blocks);
        var content = new SlackMessage.Content(
                text, blocks, array(call, "attachments", "invalid_attachments"), metadata(call));
        if (content.empty()) {
            throw new Refusal("no_text");
        }
        return content;
    }

    private static void checkBlocks(ArrayNode blocks) {
        boolean wrong = blocks.size() > MAX_BLOCKS;
        for (JsonNode block : blocks) {
            String type = block.path("type").asText();
            JsonNode text = block.path("text");
            int length = text.path("text").asText("").length();
            wrong |= !BLOCK_TYPES.contains(type);
            wrong |= type.equals("header")
                    && (!text.path("type").asText().equals("plain_text") || length == 0 || length > MAX_HEADER_TEXT);
            wrong |= type.equals("section")
                    && (length > MAX_SECTION_TEXT
                            || (length == 0 && block.path("fields").isEmpty()));
            wrong |= (type.equals("context") || type.equals("actions"))
                    && block.path("elements").isEmpty();
        }
        if (wrong) {
            throw new Refusal("invalid_blocks");
        }
    }

    private static ArrayNode array(SlackCall call, String name, String error) {
        JsonNode tree = tree(call, name, error);
        if (tree.isMissingNode()) {
            return Json.array();
        }
        if (tree instanceof ArrayNode array) {
            return array;
        }
        throw new Refusal(error);
    }

    private static @Nullable ObjectNode metadata(SlackCall call) {
        JsonNode tree = tree(call, "metadata", "invalid_metadata_format");
        if (tree.isMissingNode()) {
            return null;
        }
        if (tree instanceof ObjectNode metadata
                && metadata.path("event_type").isTextual()
                && metadata.path("event_payload").isObject()) {
            return metadata;
        }
        throw new Refusal("invalid_metadata_format");
    }

    private static JsonNode tree(SlackCall call, String name, String error) {
        try {
            return call.tree(name);
        } catch (JacksonException e) {
            throw new Refusal(error);
        }
    }

    /** Slack's oldest and latest are exclusive unless inclusive is given; ts of one length compare as text. */
    private static boolean within(SlackCall call, String ts) {
        String oldest = call.text("oldest");
        String latest = call.text("latest");
        int edge = call.flag("inclusive") ? 0 : 1;
        return (oldest.isEmpty() || oldest.equals("0") || ts.compareTo(oldest) >= edge)
                && (latest.isEmpty() || latest.compareTo(ts) >= edge);
    }

    private static ObjectNode said(ObjectNode answer, SlackMessage message) {
        answer.put("ts", message.ts());
        answer.set("message", message.toJson(true));
        return answer;
    }

    private static int number(String text, int otherwise) {
        try {
            return text.isEmpty() ? otherwise : Math.max(0, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw new Refusal("invalid_arguments");
        }
    }

    private static ObjectNode ok() {
        return Json.object().put("ok", true);
    }
}
